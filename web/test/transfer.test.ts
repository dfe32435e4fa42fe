import { describe, expect, it } from 'vitest';
import { plan } from '../src/pages/admin/transfer';
import type { Table } from '../src/pages/admin/transfer';
import { setLocale } from '../src/i18n';

interface Org { code: string; name: string }
const table: Table<Org> = {
  section: 'orgs', columns: ['code', 'name', 'area'], read: async () => ({ items: [], next: null }),
  pack: (o) => ({ code: o.code, name: o.name, area: '' }), put: async () => undefined,
};
const have: Org[] = [{ code: 'a', name: '城管' }, { code: 'b', name: '=1+1' }];
const steps = (text: string) => plan(table, have, text).map((s) => [s.key, s.was !== null, s.changes, s.to['name']]);

describe('a table that comes back', () => {
  it('changes what differs, adds what is new, leaves the rest', () => {
    expect(steps('\ufeffcode,name\r\na,城管\r\n')).toEqual([]);
    expect(steps('code,name\na,城市管理\nc,"消防, 救援"\n')).toEqual([['a', true, ['name'], '城市管理'], ['c', false, ['code', 'name'], '消防, 救援']]);
    expect(steps('code\na\n')).toEqual([]); // a column left out keeps what is there
  });
  it('takes the mark off that keeps a spreadsheet from running a cell', () => {
    expect(steps("code,name\nb,'=1+1\n")).toEqual([]);
  });
  it('is refused as a whole when it makes no sense', () => {
    setLocale('en');
    for (const [text, why] of [['name\nx\n', /no column code/], ['code,colour\na,red\n', /Unknown columns: colour/], ['code\na\na\n', /Row 3: a is there twice/], ['code,name\n,x\n', /Row 2 has no code/], ['code,name\na,"x\n', /cannot be read/]] as const) expect(() => steps(text), text).toThrow(why);
    setLocale('zh');
  });
});
