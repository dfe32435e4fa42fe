// Settings: typed, bounded, in force at once; and the three administrators, once they are three people.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, expectProblem, type Json } from '../support/client.ts';
import { onlyFor, refusesNonsense } from '../support/hostile.ts';
import { Server } from '../support/server.ts';
import { repo, wangge } from '../support/wangge.ts';

let server: Server;
let admin: Client;
let root: string;
const reason = '系统配置调整';

beforeAll(async () => {
  server = await Server.start();
  admin = await server.as('admin');
  root = (await admin.read('/api/v1/me')).server.root.code;
});
afterAll(() => server.stopWhole());

const setting = async (key: string): Promise<Json> => (await admin.read('/api/v1/settings')).items.find((s: Json) => s.key === key);
const put = async (key: string, value: Json, by = admin) => by.put(`/api/v1/settings/${key}`, { value, reason, version: (await setting(key)).version });

describe('the list', () => {
  test('tells type, limits and words in both languages', async () => {
    const { items } = await admin.read('/api/v1/settings');
    expect(items.map((s: Json) => s.key)).toEqual(['access_log_days', 'access_log_syslog', 'attachment_mb', 'daily_head', 'exclusive_admins', 'languages', 'notify_unreached_minutes', 'online_minutes', 'points_listed', 'points_red', 'points_yellow', 'position_days', 'profile', 'reassign', 'return_limit', 'review_severity', 'root_area', 'session_hours', 'supervise_accept_red', 'supervise_accept_yellow', 'supervise_handle_red', 'supervise_handle_yellow', 'timezone', 'tolerance_m']);
    for (const s of items) {
      expect(s.title.zh && s.title.en).toBeTruthy();
      expect(s.needs_restart).toBe(false);
    }
    expect(await setting('tolerance_m')).toMatchObject({ value: 1, type: 'number', min: 0, max: 10000, default: 1 });
    expect(await setting('languages')).toMatchObject({ value: ['zh', 'en'], type: 'languages', min: null });
    expect(await setting('root_area')).toMatchObject({ value: root, type: 'area', default: null });
    expect(await setting('position_days')).toMatchObject({ value: 30, type: 'integer', min: 1, max: 3650, default: 30 });
    expect(await setting('exclusive_admins')).toMatchObject({ value: false, type: 'bool' });
  });
});

describe('a change', () => {
  test('is in force at the next request', async () => {
    const feed = await (await server.as('planner')).feed();
    await feed.next('hello');
    expect((await put('timezone', 'Europe/Berlin')).json.value).toBe('Europe/Berlin');
    expect((await feed.next('settings')).data).toMatchObject({ kind: 'setting.changed', subject: 'setting/timezone' });
    feed.close();
    expect((await put('languages', ['en', 'zh'])).json.value).toEqual(['en', 'zh']);
    const village = (await admin.all('/api/v1/areas?level=village&limit=1'))[0].code;
    const changed = await put('root_area', village);
    expect(changed.status, changed.text).toBe(200);
    const { server: s } = await admin.read('/api/v1/me');
    expect([s.timezone, s.languages, s.root.code]).toEqual(['Europe/Berlin', ['en', 'zh'], village]);
    expect((await put('root_area', null)).json.value).toBeNull();
    expect((await admin.read('/api/v1/me')).server.root).toBeTruthy(); // the first that stands alone
    await put('session_hours', 1);
    const { expires_at } = (await server.nobody().post('/api/v1/login', { name: 'leader', password: 'wangge-demo' })).json;
    expect(Math.abs(Date.parse(expires_at) - Date.now() - 3600e3)).toBeLessThan(60e3);
    const grid = (await admin.read('/api/v1/grids?limit=1')).items[0];
    const outside = `/api/v1/resolve?lon=${grid.bbox[0] - 0.01}&lat=${grid.bbox[1] - 0.01}`;
    const before = await admin.read(outside);
    await put('tolerance_m', 9999.5);
    expect((await setting('tolerance_m')).value).toBe(9999.5);
    if (before.how === 'none') expect((await admin.read(outside)).how).toBe('nearest');
    await put('tolerance_m', 1);
    await put('timezone', 'Asia/Shanghai');
  });

  test('of how long a worker counts as online is one for the list and the counters', async () => {
    const counts: number[] = [];
    for (const minutes of [1, 1440, 10]) {
      expect((await put('online_minutes', minutes)).status).toBe(200);
      counts.push((await admin.all('/api/v1/workers?limit=1000')).filter((w) => w.online).length);
      expect((await admin.read('/api/v1/overview')).workers_online, `${minutes} minutes`).toBe(counts.at(-1));
    }
    expect(counts[1]).toBeGreaterThan(counts[0]!);
  });

  test('refuses nonsense', async () => {
    const { version } = await setting('tolerance_m');
    const edit = { method: 'PUT' as const, path: '/api/v1/settings/tolerance_m', good: { value: 2, reason, version }, seen: true };
    await onlyFor(server, edit, ['admin']);
    await refusesNonsense(admin, edit);
    const bad: [string, Json[]][] = [
      ['tolerance_m', [-1, 10001, '1', true, null, [], {}, 1e308]], ['online_minutes', [0, 1441, 1.5, '10']], ['session_hours', [0, 721, null]], ['access_log_days', [182, 0, '400']], ['access_log_syslog', [1, '1']], ['attachment_mb', [0, 201, 1.5, '20']], ['daily_head', [1, 'yes']], ['position_days', [0, 3651, 1.5, '30', null]],
      ['timezone', ['', 'Mars/Olympus', 'x'.repeat(65), 8, null, '../../etc/passwd']], ['languages', [[], 'zh', ['z'], ['zh', 'zh'], ['zh,en'], [1], [null], ['x'.repeat(16)], Array(9).fill('aa'), ['a!']]],
      ['root_area', ['', 'a/b', 'x'.repeat(65), 7, false]], ['exclusive_admins', [1, 'yes', null, {}]],
    ];
    expect((await put('languages', ['zh', 'fr'])).text).toContain('fr');
    const pages = readdirSync(join(repo, 'web/src/i18n')).map((f) => /^([a-z]{2})\.ts$/.exec(f)?.[1]).filter(Boolean);
    const had = (await setting('languages')).value;
    expect(pages.sort()).toEqual(['en', 'zh']);
    expect((await put('languages', pages)).status).toBe(200); // every language with pages is taken
    await put('languages', had);
    const head = await admin.head();
    for (const [key, values] of bad) for (const value of values) expectProblem(await put(key, value), 400, 'value');
    expectProblem(await put('root_area', 'none'), 404, 'value');
    expectProblem(await put('root_area', 'a'.repeat(64)), 404, 'value');
    for (const key of ['demo', 'demo_accounts', 'calendar', 'none', '%27']) expectProblem(await admin.put(`/api/v1/settings/${key}`, { value: 1, reason, version }), 404, 'key');
    expect(await admin.head()).toBe(head);
    for (const name of ['planner', 'dispatcher', 'leader', 'department', 'worker'] as const) expectProblem(await (await server.as(name)).get('/api/v1/settings'), 403);
    await onlyFor(server, { method: 'PUT', path: '/api/v1/settings/exclusive_admins', good: {}, seen: true }, ['admin', 'security']);
  });
});

describe('the three administrators', () => {
  test('are made three people, and then no one does the work of two', async () => {
    const security = await server.as('security');
    const create = (name: string, by = admin) => by.post('/api/v1/accounts', { name, reason });
    const give = async (id: string, grants: Json[], by: Client) => by.put(`/api/v1/accounts/${id}/grants`, { grants, reason, version: (await admin.read(`/api/v1/accounts/${id}`)).version });
    // not while one of them is two
    const both = (await create('both')).json;
    await give(both.id, [{ role: 'admin', area: root }, { role: 'security', area: root }], admin);
    const early = await put('exclusive_admins', true);
    expectProblem(early, 422, 'value');
    expect(early.json.detail).toContain('both');
    await give(both.id, [], admin);
    // a security administrator of a village does not turn it
    const village = (await admin.all('/api/v1/areas?level=village&limit=1'))[0].code;
    const small = (await create('small-security')).json;
    await give(small.id, [{ role: 'security', area: village }], admin);
    const smaller = await Client.signIn(server.base, 'small-security', small.password);
    expectProblem(await put('exclusive_admins', true, smaller), 403);

    expect((await put('exclusive_admins', true)).status).toBe(200);
    // accounts without rights …
    const made = (await create('new-in-exclusive')).json;
    expectProblem(await give(made.id, [{ role: 'planner', area: root }], admin), 403);
    expectProblem(await create('by-security', security), 403);
    // … and rights without accounts
    const given = await give(made.id, [{ role: 'planner', area: root }], security);
    expect(given.status, given.text).toBe(200);
    expectProblem(await give(made.id, [{ role: 'admin', area: root }, { role: 'auditor', area: root }], security), 422, 'grants');
    // nobody to itself, nobody out of it alone
    expectProblem(await give(security.account.id, [{ role: 'security', area: root }, { role: 'leader', area: root }], security), 403, 'id');
    expectProblem(await put('exclusive_admins', false), 403);
    expectProblem(await admin.get('/api/v1/incidents'), 403);
    // a reset would make one the other
    const guard = (await create('guard')).json;
    await give(guard.id, [{ role: 'security', area: root }], security);
    const reset = await admin.post(`/api/v1/accounts/${guard.id}/password`, { reason, version: (await admin.read(`/api/v1/accounts/${guard.id}`)).version });
    expectProblem(reset, 403, 'id');
    expect(reset.json.type).toBe('/problems/exclusive-roles');
    const soon = (await create('guard-of-tomorrow')).json;
    const tomorrow = new Date(Date.now() + 86400e3).toISOString();
    await give(soon.id, [{ role: 'auditor', area: root, from: tomorrow }], security);
    expectProblem(await admin.post(`/api/v1/accounts/${soon.id}/password`, { reason, version: (await admin.read(`/api/v1/accounts/${soon.id}`)).version }), 403, 'id');
    const command = await wangge(['user', 'add', 'guard', '--db', server.db, '--role', 'auditor', '--area', root], '');
    expect([command.code, command.err]).toEqual([1, expect.stringContaining('exclusive_admins')]);
    // the last one who gives rights from a root area stays; one of a village cannot make another
    const keeper = (await admin.all('/api/v1/accounts?role=security')).filter((a) => a.id !== guard.id && a.id !== small.id);
    for (const k of keeper) expect((await admin.patch(`/api/v1/accounts/${k.id}`, { disabled: true, reason, version: k.version })).status).toBe(200);
    const last = await admin.read(`/api/v1/accounts/${guard.id}`);
    expectProblem(await admin.patch(`/api/v1/accounts/${guard.id}`, { disabled: true, reason, version: last.version }), 422);
    const villager = await admin.read(`/api/v1/accounts/${small.id}`);
    expect((await admin.patch(`/api/v1/accounts/${small.id}`, { disabled: true, reason, version: villager.version })).status).toBe(200);
    const guarded = await Client.signIn(server.base, 'guard', guard.password);
    expect((await guarded.put('/api/v1/settings/exclusive_admins', { value: false, reason, version: (await setting('exclusive_admins')).version })).status).toBe(200);
    expect((await admin.get('/api/v1/incidents')).status).toBe(200);
  });

  test('what would be lost is counted, and not named to who may not see it', async () => {
    const worker = (await admin.all('/api/v1/accounts?role=worker')).find((a) => a.staff)!;
    const behind = (await admin.post('/api/v1/accounts', { name: 'behind', staff: worker.staff.id, reason })).json;
    const guard = (await admin.all('/api/v1/accounts?q=guard'))[0];
    expect(guard.disabled).toBe(false);
    expect((await put('exclusive_admins', true)).status).toBe(200);
    const answer = await admin.patch(`/api/v1/accounts/${behind.id}`, { disabled: true, reason, version: (await admin.read(`/api/v1/accounts/${behind.id}`)).version });
    expectProblem(answer, 409, 'confirm');
    expect(answer.json.touches.open_incidents.count).toBeGreaterThan(0);
    expect(answer.json.touches.open_incidents.first).toEqual([]);
  });

  test('are not undone by the tree of areas: who gives rights from a root stays at one', async () => {
    expect(await setting('exclusive_admins')).toMatchObject({ value: true });
    const village = (await admin.all('/api/v1/areas?level=village&limit=1'))[0];
    const move = async (code: string, parent: string | null) => {
      const { version } = (await admin.all('/api/v1/areas?limit=1000')).find((a) => a.code === code)!;
      return admin.patch(`/api/v1/areas/${code}`, { parent, reason, version, confirm: true });
    };
    expect((await move(village.code, null)).status).toBe(200);
    const below = await move(root, village.code);
    expectProblem(below, 422, 'parent');
    expect(below.json.type).toBe('/problems/last-admin');
    expect((await move(village.code, village.parent)).status).toBe(200);
  });
});
