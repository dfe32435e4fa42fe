/* The sections as tables: which columns, and what each row becomes. Cells that hold a list are JSON. */
import { t } from '../../i18n';
import { admin } from './api';
import type { AccountItem, AreaItem, CalendarYear, Grant, NewGrant, Org, PostOf, Setting, SettingValue, StaffItem } from './api';
import type { Row, Table } from './transfer';

const text = (value: unknown): string => (value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));
const list = (value: unknown[]): string => (value.length > 0 ? JSON.stringify(value) : '');
function parsed<T>(cell: string | undefined, column: string): T[] {
  if (!cell) return [];
  try {
    const value: unknown = JSON.parse(cell);
    if (Array.isArray(value)) return value as T[];
  } catch {
    /* told below */
  }
  throw new Error(t('transfer.cell', { column }));
}
const names = (row: Row): Record<string, string> => ({ ...(row['name_zh'] && { zh: row['name_zh'] }), ...(row['name_en'] && { en: row['name_en'] }) });
const yes = (cell: string | undefined): boolean => cell === '1' || cell?.toLowerCase() === 'true';

export const orgs: Table<Org> = {
  section: 'orgs', columns: ['code', 'name_zh', 'name_en', 'area', 'calendar'],
  read: (next, signal) => admin.orgs('', next, signal),
  pack: (o) => ({ code: o.code, name_zh: o.name?.['zh'] ?? '', name_en: o.name?.['en'] ?? '', area: o.area?.code ?? '', calendar: o.calendar ?? '' }),
  put: async (was, to, why) => void (await admin.putOrg(to['code']!, { ...why, name: { ...was?.name, ...names(to) }, area: to['area'] || null, calendar: to['calendar'] || null, ...(was && { version: was.version }) })),
};

export const areaTable: Table<AreaItem> = {
  section: 'areas', columns: ['code', 'name_zh', 'name_en', 'parent'],
  read: (next, signal) => admin.areas('', next, signal),
  pack: (a) => ({ code: a.code, name_zh: a.name?.['zh'] ?? '', name_en: a.name?.['en'] ?? '', parent: a.parent ?? '' }),
  put: async (was, to, why) => {
    if (!was) throw new Error(t('transfer.noarea'));
    const moved = (to['parent'] || null) !== was.parent;
    await admin.changeArea(was, { ...why, name: { ...was.name, ...names(to) }, ...(moved && { parent: to['parent'] || null }) });
  },
};

export const people: Table<StaffItem> = {
  section: 'staff', columns: ['code', 'name', 'phone', 'org', 'full_time', 'posts'],
  read: (next, signal) => admin.staff({}, next, signal),
  pack: (p) => ({ code: p.code, name: p.name, phone: p.phone ?? '', org: p.org ?? '', full_time: p.full_time ? '1' : '0', posts: list(p.posts) }),
  put: async (was, to, why) => {
    const body = { ...why, name: to['name']!, ...(to['phone'] && { phone: to['phone'] }), ...(to['org'] && { org: to['org'] }), full_time: to['full_time'] ? yes(to['full_time']) : true };
    const posts = parsed<PostOf>(to['posts'], 'posts');
    const old = was && people.pack(was);
    const same = old && ['name', 'phone', 'org', 'full_time'].every((c) => old[c] === to[c]);
    const person = was ? (same ? was : await admin.changeStaff(was, body)) : await admin.addStaff({ ...body, code: to['code']! });
    if (list(person.posts) !== list(posts)) await admin.putPosts(person, { ...why, posts });
  },
};

const given = (g: Grant): NewGrant => ({ role: g.role, area: g.area?.code ?? '', ...(g.org && { org: g.org }), ...(g.from && { from: g.from }), ...(g.until && { until: g.until }) });

export const accounts: Table<AccountItem> = {
  section: 'accounts', columns: ['name', 'staff', 'disabled', 'grants'],
  read: (next, signal) => admin.accounts({}, next, signal),
  pack: (a) => ({ name: a.name, staff: a.staff?.id ?? '', disabled: a.disabled ? '1' : '0', grants: list(a.grants.map(given)) }),
  put: async (was, to, why) => {
    const grants = parsed<NewGrant>(to['grants'], 'grants');
    const made = was ? null : await admin.addAccount({ ...why, name: to['name']!, ...(to['staff'] && { staff: to['staff'] }) });
    let of: AccountItem = was ?? made!;
    if (yes(to['disabled']) !== of.disabled) of = await admin.changeAccount(of, { ...why, disabled: yes(to['disabled']) });
    if (list(of.grants.map(given)) !== list(grants)) await admin.grant(of, { ...why, grants });
    return made?.password;
  },
};

export const settings: Table<Setting> = {
  section: 'settings', columns: ['key', 'value'],
  read: (_next, signal) => admin.settings(signal),
  pack: (s) => ({ key: s.key, value: text(s.value) }),
  put: async (was, to, why) => {
    if (!was) throw new Error(t('transfer.nosetting'));
    const cell = to['value'] ?? '';
    const value: SettingValue = typeof was.value === 'string' ? cell : Array.isArray(was.value) ? parsed<string>(cell, 'value') : typeof was.value === 'boolean' ? yes(cell) : Number(cell);
    await admin.putSetting(was, { ...why, value });
  },
};

export const years = (code: string): Table<CalendarYear> => ({
  section: 'calendar', columns: ['year', 'holidays', 'working', 'provisional'],
  read: async (_next, signal) => ({ next: null, items: (await admin.calendars(signal)).items.find((c) => c.code === code)?.years ?? [] }),
  pack: (y) => ({ year: String(y.year), holidays: y.holidays.join(' '), working: y.working.join(' '), provisional: y.provisional ? '1' : '0' }),
  put: async (was, to, why) => {
    const days = (cell: string | undefined): string[] => (cell ?? '').split(/\s+/).filter(Boolean);
    await admin.putYear(code, Number(to['year']), { ...why, holidays: days(to['holidays']), working: days(to['working']), names: was?.names ?? [], provisional: yes(to['provisional']), ...(was && { version: was.version }) });
  },
});
