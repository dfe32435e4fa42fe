// The catalogue is kept: one category, or a table of them; what is refused leaves it as it was.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, expectProblem, type Json } from '../support/client.ts';
import { onlyFor, refusesNonsense } from '../support/hostile.ts';
import { Server } from '../support/server.ts';

let server: Server;
let admin: Client;
const reason = '按上级通知调整';
const field = { code: 'size', names: { zh: '面积', en: 'Size' }, type: 'number', required: true };

beforeAll(async () => {
  server = await Server.start();
  admin = await server.as('admin');
});
afterAll(() => server.stopWhole());

const list = () => admin.all('/api/v1/categories?limit=1000');
const one = async (code: string): Promise<Json> => (await list()).find((c) => c.code === code);
const put = (code: string, body: Json) => admin.put(`/api/v1/categories/${encodeURIComponent(code)}`, { reason, ...body });
const asSent = ({ code: _, ...rest }: Json): Json => rest;

const noRules = { limits: {}, verify_photos: 0, done_photos: 0, at_once: false, gates: [], posts: [], temporary: [] };

describe('one category', () => {
  test('is made, is changed, is retired, and counts at the very next report', async () => {
    const made = await put('自定1', { name: { zh: '自定事项' }, group: 'c1', fields: [field], usual_org: 'centre', filing_standard: '面积大于 1 平方米', rules: { limits: { accept: { n: 30, unit: 'minutes' } } } });
    expect(made.status, made.text).toBe(201);
    expect(made.json).toMatchObject({ code: '自定1', group: 'c1', group_name: { zh: '公共设施' }, severity: 1, class: 'ordinary', retired: false, usual_org: 'centre', closing_standard: null });
    expect(made.json.rules).toEqual({ ...noRules, version: 1, limits: { accept: { n: 30, unit: 'minutes' } } });
    const grid = (await admin.read('/api/v1/grids?limit=1')).items[0];
    const at = { lon: (grid.bbox[0] + grid.bbox[2]) / 2, lat: (grid.bbox[1] + grid.bbox[3]) / 2 };
    expect((await admin.post('/api/v1/incidents', { ...at, category: '自定1', attributes: { size: 2 } })).status).toBe(201);
    const changed = await put('自定1', { ...asSent(made.json), severity: 3, retired: true });
    expect(changed.status, changed.text).toBe(200);
    const report = await admin.post('/api/v1/incidents', { ...at, category: '自定1' });
    expect([report.json.severity, report.json.category.retired]).toEqual([3, true]);
    expect(await one('自定1')).toEqual(changed.json);
    expect((await admin.all('/api/v1/categories?q=自定')).map((c) => c.code)).toEqual(['自定1']);
  });

  test('comes back unchanged when what was read is sent', async () => {
    for (const c of (await list()).slice(0, 20)) {
      const again = await put(c.code, asSent(c));
      expect(again.status, again.text).toBe(200);
      expect(again.json).toEqual(c);
    }
  });

  test('renames its group for all of it', async () => {
    const c = await one('c501');
    const answer = await put('c501', { ...asSent(c), group_name: { zh: '其它部件', en: 'Others' } });
    expect(answer.status, answer.text).toBe(200);
    expect((await one('c502')).group_name).toEqual({ zh: '其它部件', en: 'Others' });
  });

  test('tells everyone who watches', async () => {
    const feed = await (await server.as('planner')).feed();
    await feed.next('hello');
    await put('c502', { ...asSent(await one('c502')), severity: 2 });
    expect((await feed.next('settings')).data).toMatchObject({ kind: 'category.changed', subject: 'category/c502' });
    feed.close();
  });

  test('refuses nonsense', async () => {
    const c = await one('c101');
    const good = { ...asSent(c), severity: 1, reason };
    const edit = { method: 'PUT' as const, path: '/api/v1/categories/c101', good, seen: false };
    await onlyFor(server, edit, ['admin']);
    await refusesNonsense(admin, edit);
    const { version: _, ...unseen } = good;
    expectProblem(await admin.put(edit.path, unseen), 409, 'version'); // there is one already
    expectProblem(await put('not-there', { ...good, reason }), 409, 'version');
    const bad: [Json, string][] = [
      [{ name: {} }, 'name'], [{ name: 'x' }, 'name'], [{ name: { zh: 1 } }, 'name'], [{ name: { zh: '' } }, 'name'], [{ name: { zh: 'x'.repeat(201) } }, 'name'],
      [{ name: { 'no tag': 'x' } }, 'name'], [{ name: undefined }, 'name'], [{ group: undefined }, 'group'], [{ group: 'a/b' }, 'group'], [{ group: 'x'.repeat(65) }, 'group'],
      [{ group: 'brand-new', group_name: undefined }, 'group_name'], [{ group_name: { zh: null } }, 'group_name'],
      [{ severity: 0 }, 'severity'], [{ severity: 4 }, 'severity'], [{ severity: '1' }, 'severity'], [{ class: 'secret' }, 'class'], [{ class: 1 }, 'class'],
      [{ retired: 'no' }, 'retired'], [{ limits: {} }, 'limits'], [{ rules: [] }, 'rules'], [{ rules: { x: 1 } }, 'rules.x'],
      [{ rules: { limits: { accept: { n: -1, unit: 'minutes' } } } }, 'rules.limits.accept.n'], [{ rules: { limits: { closing: {} } } }, 'rules.limits.closing'],
      [{ rules: { limits: { whole: { n: 1, unit: 'hours' } } } }, 'rules.limits.whole.unit'], [{ rules: { limits: { whole: { n: 1e9, unit: 'work_days' } } } }, 'rules.limits.whole.n'],
      [{ rules: { limits: { check: { unit: 'none', by_severity: { 3: { n: 0, unit: 'minutes' } } } } } }, 'rules.limits.check.by_severity.3.n'],
      [{ rules: { limits: { accept: { n: 61, unit: 'minutes' }, whole: { n: 60, unit: 'minutes' } } } }, 'rules.limits.accept'],
      [{ rules: { limits: { accept: { n: 5, unit: 'minutes', by_severity: { 2: { n: 61, unit: 'minutes' } } }, whole: { n: 60, unit: 'minutes' } } } }, 'rules.limits.accept.by_severity.2'],
      [{ rules: { limits: { accept: { n: 2, unit: 'work_days' }, whole: { n: 5, unit: 'work_days', by_severity: { 3: { n: 1, unit: 'work_days' } } } } } }, 'rules.limits.accept'],
      [{ rules: { done_photos: 21 } }, 'rules.done_photos'], [{ rules: { gates: ['open'] } }, 'rules.gates'], [{ rules: { posts: ['king'] } }, 'rules.posts'],
      [{ rules: { temporary: [{ post: 'cadre', until: '2026-02-30', consent: 'x' }] } }, 'rules.temporary.0.until'], [{ rules: { temporary: [{ post: 'cadre', until: '2026-12-31' }] } }, 'rules.temporary.0.consent'],
       [{ filing_standard: 'x'.repeat(4001) }, 'filing_standard'], [{ closing_standard: 1 }, 'closing_standard'],
      [{ usual_org: 'a,b' }, 'usual_org'], [{ fields: {} }, 'fields'], [{ fields: Array(41).fill(field) }, 'fields'], [{ fields: ['x'] }, 'fields.0'],
      [{ fields: [{ ...field, code: 'a/b' }] }, 'fields.0.code'], [{ fields: [{ ...field, code: undefined }] }, 'fields.0.code'], [{ fields: [field, field] }, 'fields.1.code'],
      [{ fields: [{ ...field, type: 'date' }] }, 'fields.0.type'], [{ fields: [{ ...field, names: {} }] }, 'fields.0.names'], [{ fields: [{ ...field, names: 'x' }] }, 'fields.0.names'],
      [{ fields: [{ ...field, required: 1 }] }, 'fields.0.required'], [{ fields: [{ ...field, stranger: 1 }] }, 'fields.0.stranger'],
      [{ fields: [{ ...field, values: ['a'] }] }, 'fields.0.values'], [{ fields: [{ ...field, type: 'choice' }] }, 'fields.0.values'],
      [{ fields: [{ ...field, type: 'choice', values: ['a', 'a'] }] }, 'fields.0.values'], [{ fields: [{ ...field, type: 'choice', values: [1] }] }, 'fields.0.values'],
    ];
    const head = await admin.head();
    for (const [members, where] of bad) expectProblem(await admin.put(edit.path, { ...good, ...members }), 400, where);
    expectProblem(await admin.put(edit.path, { ...good, usual_org: 'nobody' }), 404, 'usual_org');
    for (const code of ['a,b', 'x'.repeat(65), '%20']) expectProblem(await admin.put(`/api/v1/categories/${code}`, unseen), 400, 'code');
    expect(await admin.head()).toBe(head);
    expect(await one('c101')).toEqual(c);
    const hash = '0123456789abcdef'.repeat(4); // what the log would take for a hash
    expect((await put(hash, { name: { zh: hash }, group: hash, group_name: { zh: hash } })).status).toBe(201);
  });
});

describe('rules', () => {
  const versions = async (code: string): Promise<Json[]> => (await admin.read(`/api/v1/categories/${code}/rules`)).items;
  const changed = async (code: string, part: Json): Promise<Json> => {
    const c = await one(code);
    const answer = await put(code, { ...asSent(c), rules: { ...c.rules, ...part } });
    expect(answer.status, answer.text).toBe(200);
    return answer.json;
  };

  test('get a new version with each change, and the old ones are still to be had', async () => {
    const first = (await one('c106')).rules;
    expect(first).toMatchObject({ version: 1, limits: { whole: { n: 3, unit: 'work_days' } } });
    const second = (await changed('c106', { limits: { ...first.limits, whole: { n: 4, unit: 'work_days' } } })).rules;
    expect(second.version).toBe(2);
    const c = await one('c106');
    const renamed = await put('c106', { ...asSent(c), name: { zh: '通信箱破损' } });
    expect(renamed.json.rules).toEqual(second); // another edit is no version
    const third = (await changed('c106', { ...first, version: 99 })).rules;
    expect(third).toEqual({ ...first, version: 3 }); // going back is a version too; the number is ours
    expect(await versions('c106')).toEqual([third, second, first]);
    expect(await admin.read('/api/v1/categories/c106/rules?limit=1')).toMatchObject({ items: [{ version: 3 }], next: expect.stringContaining('after=3') });
    expect((await admin.all('/api/v1/categories/c106/rules?limit=1')).map((r) => r.version)).toEqual([3, 2, 1]);
    expectProblem(await admin.get('/api/v1/categories/nothing/rules'), 404, 'code');
    expectProblem(await admin.get('/api/v1/categories/c106/rules?after=x'), 400, 'after');
    expect((await (await server.as('worker')).get('/api/v1/categories/c106/rules')).status).toBe(200);
    expectProblem(await server.nobody().get('/api/v1/categories/c106/rules'), 401);
  });

  test('say when a report is due, by its severity', async () => {
    const minutes = (n: number) => ({ n, unit: 'minutes' });
    await changed('c105', { limits: { accept: { ...minutes(30), by_severity: { 3: minutes(7) } }, whole: minutes(90) } }); // severity 3
    const grid = (await admin.read('/api/v1/grids?limit=1')).items[0];
    const { received_at, deadlines } = (await admin.post('/api/v1/incidents', { lon: (grid.bbox[0] + grid.bbox[2]) / 2, lat: (grid.bbox[1] + grid.bbox[3]) / 2, category: 'c105' })).json;
    expect(['accept', 'handle'].map((k) => (Date.parse(deadlines[k]) - Date.parse(received_at)) / 60_000)).toEqual([7, 90]);
  });

  test('go out as words in a table and come back, old minutes too', async () => {
    await changed('c107', { limits: { accept: { n: 4, unit: 'work_hours', by_severity: { 3: { n: 10, unit: 'minutes' } } } }, gates: ['close'], posts: ['manager'], temporary: [{ post: 'cadre', until: '2099-12-31', consent: '区里同意' }] });
    const csv = (await admin.get('/api/v1/categories?format=csv')).text;
    const lines = csv.split('\r\n');
    expect(lines[0]).toContain('limit_whole,limit_accept,limit_verify,limit_dispatch,limit_claim,limit_handle,limit_check,limit_review,verify_photos,done_photos,at_once,gates,posts,temporary');
    expect(lines.find((l) => l.startsWith('c107'))).toContain('4 work_hours; 3: 10 minutes');
    const typed = 'code,group,name_zh,name_en,limit_accept,limit_whole,posts,at_once,handle_minutes\nc107,c1,健身器材损坏,Exercise equipment damaged,2 工作小时；3：5分钟,,网格长; 村（社区）干部,1,60\n';
    const answer = await admin.post('/api/v1/categories/import', { csv: typed, reason });
    expect(answer.status, answer.text).toBe(200);
    expect((await one('c107')).rules).toEqual({
      ...noRules, version: 3, at_once: true, posts: ['lead', 'cadre'],
      limits: { whole: { n: 60, unit: 'minutes' }, accept: { n: 2, unit: 'work_hours', by_severity: { 3: { n: 5, unit: 'minutes' } } } },
    });
    for (const [column, value] of [['limit_accept', '4 hours'], ['limit_close', '1 work_days'], ['gates', 'open'], ['posts', 'king'], ['done_photos', '-1'], ['at_once', 'yes'], ['temporary', '{}'], ['temporary', '[{""post"":""cadre""}]']])
      expectProblem(await admin.post('/api/v1/categories/import?dry_run=1', { csv: `code,group,name_zh,${column}\nn9,c1,新,"${value}"\n` }), 400, column === 'limit_close' ? 'csv' : `rows.1.${column}`);
  });

  test('tell what may be given to whom', async () => {
    await changed('c201', { posts: ['manager'], temporary: [{ post: 'judicial', until: '2099-12-31', consent: '区委政法委同意' }, { post: 'police', until: '2020-01-01', consent: '早已到期' }] });
    const worker = await server.as('worker');
    const all = await worker.all('/api/v1/admission?limit=10');
    expect(all.find((x) => x.code === 'c201')).toMatchObject({ name: { zh: '交通信号灯故障' }, anyone: false, posts: ['manager'], temporary: [{ post: 'judicial', until: '2099-12-31', consent: '区委政法委同意' }] });
    expect(all.find((x) => x.code === 's404')).toMatchObject({ anyone: true, posts: [], temporary: [] });
    const of = async (post: string): Promise<string[]> => (await worker.all(`/api/v1/admission?post=${post}`)).map((x) => x.code);
    expect(await of('judicial')).toEqual(expect.arrayContaining(['c201', 's101', 's404']));
    expect(await of('officer')).toEqual(expect.arrayContaining(['e101', 's404']));
    for (const post of ['police', 'officer']) expect(await of(post)).not.toContain('c201');
    expectProblem(await worker.get('/api/v1/admission?post=king'), 400, 'post');
    expectProblem(await server.nobody().get('/api/v1/admission'), 401);
    const c = await one('c201');
    await put('c201', { ...asSent(c), retired: true });
    expect((await worker.all('/api/v1/admission')).map((x) => x.code)).not.toContain('c201');
  });
});

describe('a table of them', () => {
  const send = (body: Json, dry = false) => admin.post(`/api/v1/categories/import${dry ? '?dry_run=1' : ''}`, dry ? body : { reason, ...body });

  test('goes out and comes back unchanged, in both forms', async () => {
    const answer = await admin.get('/api/v1/categories?format=csv');
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
    const before = await list();
    const tried = await send({ csv: answer.text }, true);
    expect(tried.status, tried.text).toBe(200);
    expect(tried.json).toMatchObject({ dry_run: true, new: 0, changed: 0, same: before.length });
    const taken = await send({ csv: answer.text });
    expect(taken.json).toMatchObject({ dry_run: false, new: 0, changed: 0, same: before.length, version: tried.json.version });
    expect(await list()).toEqual(before);
    const catalogue = JSON.parse(readFileSync(join(import.meta.dirname, '../../data/catalogue.json'), 'utf8'));
    const file = await send({ catalogue }, true);
    expect(file.status, file.text).toBe(200);
    expect(file.json.items.find((x: Json) => x.code === 'c502')).toMatchObject({ what: 'changed', changes: [
      { member: 'group_name', was: { zh: '其它部件', en: 'Others' }, now: { zh: '其他部件', en: 'Other components' } }, { member: 'severity', was: 2, now: 1 },
    ] });
  });

  test('says row by row what would change, and a trial changes nothing', async () => {
    const csv = 'code,group,name_zh,name_en,severity,fields\r\nc102,c1,路灯不亮,Street lamp out,2,\r\nnew-1,c1,新事项,,1,"[{""code"":""k"",""names"":{""zh"":""种类""},""type"":""choice"",""values"":[""甲""]}]"\r\n';
    const before = await list();
    const tried = await send({ csv }, true);
    expect(tried.status, tried.text).toBe(200);
    expect(tried.json.items.map((x: Json) => [x.row, x.code, x.what])).toEqual([[1, 'c102', 'changed'], [2, 'new-1', 'new']]);
    expect(tried.json.items[0].changes).toEqual(expect.arrayContaining([
      { member: 'severity', was: 1, now: 2 }, { member: 'rules.limits.whole', was: { n: 3, unit: 'work_days' }, now: null },
      { member: 'rules.posts', was: ['manager', 'lead', 'cadre'], now: [] },
    ]));
    const members = tried.json.items[0].changes.map((c: Json) => c.member);
    expect(members).toContain('fields');
    expect(members).not.toContain('rules.gates'); // it had none either
    expect(tried.json.items[1].changes).toEqual([]);
    expect(await list()).toEqual(before);
    expectProblem(await send({ csv, version: '0123456789abcdef' }), 409, 'version');
    const taken = await send({ csv, version: tried.json.version });
    expect(taken.status, taken.text).toBe(200);
    expect(taken.json).toMatchObject({ new: 1, changed: 1, same: 0 });
    expect(taken.json.items).toEqual(tried.json.items); // what it was is still told
    expect((await one('new-1')).fields[0].values).toEqual(['甲']);
    expectProblem(await send({ csv, version: tried.json.version }), 409, 'version');
  });

  test('is taken whole or not at all, and names the row', async () => {
    const head = 'code,group,name_zh,severity,class,accept_minutes,retired,fields,usual_org';
    const good = 'n1,c1,好,1,ordinary,,,,';
    const bad: [string, string][] = [
      ['n2,c1,坏,9,ordinary,,,,', 'rows.2.severity'], ['n2,c1,坏,1,secret,,,,', 'rows.2.class'], ['n2,c1,坏,1,,-5,,,', 'rows.2.accept_minutes'], ['n2,c1,坏,1,,,yes,,', 'rows.2.retired'],
      ['n2,c1,坏,1,,,,{,', 'rows.2.fields'], ['n2,c1,坏,1,,,,{},', 'rows.2.fields'], [',c1,坏,1,,,,,', 'rows.2.code'], ['n2,,坏,1,,,,,', 'rows.2.group'], ['n2,c1,,1,,,,,', 'rows.2.name'],
      ['n2,brand-new,坏,1,,,,,', 'rows.2.group_name'], ['a/b,c1,坏,1,,,,,', 'rows.2.code'], [`${'x'.repeat(65)},c1,坏,1,,,,,`, 'rows.2.code'],
    ];
    const before = await list();
    const seq = await admin.head();
    for (const dry of [true, false]) {
      for (const [row, where] of bad) expectProblem(await send({ csv: `${head}\n${good}\n${row}\n` }, dry), 400, where);
      expectProblem(await send({ csv: `${head}\n${good}\n${good}\n` }, dry), 422, 'rows.2.code');
      expectProblem(await send({ csv: `${head}\n${good}\nn2,c1,坏,1,,,,,nobody\n` }, dry), 404, 'rows.2.usual_org');
      for (const csv of ['code,code\na,b\n', 'code,colour\na,b\n', '"']) expectProblem(await send({ csv }, dry), 400);
      expectProblem(await send({ csv: 1 }, dry), 400, 'csv');
      expectProblem(await send({}, dry), 400, 'csv');
      expectProblem(await send({ csv: head, catalogue: {} }, dry), 400, 'csv');
      expectProblem(await send({ catalogue: [] }, dry), 400, 'catalogue');
      expectProblem(await send({ catalogue: { groups: [], categories: [{ code: 'x', group: 'y', names: {} }] } }, dry), 400);
    }
    expectProblem(await admin.post('/api/v1/categories/import', { csv: head }), 400, 'reason');
    expectProblem(await admin.get('/api/v1/categories?format=xml'), 400, 'format');
    expect(await list()).toEqual(before);
    expect(await admin.head()).toBe(seq);
    await onlyFor(server, { method: 'POST', path: '/api/v1/categories/import', good: {}, seen: false }, ['admin']);
  });
});

test('five thousand categories are taken at once, and one more is not', async () => {
  const before = (await list()).length;
  const row = (i: number) => `big-${i},${i % 2 ? 'odd' : 'even'},单双,第 ${i} 项`;
  const csv = (n: number) => ['code,group,group_name_zh,name_zh', ...Array.from({ length: n }, (_, i) => row(i)), ''].join('\n');
  expectProblem(await admin.post('/api/v1/categories/import', { csv: csv(5000), reason }), 422); // with those there are
  const started = Date.now();
  const taken = await admin.post('/api/v1/categories/import', { csv: csv(5000 - before), reason });
  expect(taken.status, taken.text.slice(0, 300)).toBe(200);
  expect(taken.json.new).toBe(5000 - before);
  expect(Date.now() - started).toBeLessThan(20_000);
  expectProblem(await admin.post('/api/v1/categories/import', { csv: csv(5001), reason }), 413, 'csv');
  expectProblem(await put('one-more', { name: { zh: '多一个' }, group: 'c1' }), 422);
  expect((await list()).length).toBe(5000);
});
