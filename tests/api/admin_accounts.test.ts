// Accounts and grants: edits with a reason, refused when stale, out of reach, or when they would lock everyone out.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, expectProblem, type Json } from '../support/client.ts';
import { onlyFor, refusesNonsense } from '../support/hostile.ts';
import { demoPassword, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

let server: Server;
let admin: Client;
let root: string, town: string, otherTown: string;
const reason = '按派工单办理';

beforeAll(async () => {
  server = await Server.start();
  admin = await server.as('admin');
  root = (await admin.read('/api/v1/me')).server.root.code;
  [town, otherTown] = (await admin.all('/api/v1/areas?level=village')).map((a) => a.code) as [string, string];
});
afterAll(() => server.stop());

const named = async (name: string): Promise<Json> => (await admin.all(`/api/v1/accounts?q=${encodeURIComponent(name)}`)).find((a) => a.name === name);
const made = async (name: string, grants: Json[] = []): Promise<Json> => {
  const answer = await admin.post('/api/v1/accounts', { name, reason });
  expect(answer.status, answer.text).toBe(201);
  if (!grants.length) return answer.json;
  const given = await admin.put(`/api/v1/accounts/${answer.json.id}/grants`, { grants, reason, version: answer.json.version });
  expect(given.status, given.text).toBe(200);
  return { ...given.json, password: answer.json.password };
};
const signIn = (a: Json) => Client.signIn(server.base, a.name, a.password);

describe('the list', () => {
  test('is walked page by page, and searched by name, role and area', async () => {
    const all = await admin.all('/api/v1/accounts?limit=3');
    const ids = all.map((a) => Number(a.id));
    expect(ids.length).toBeGreaterThan(7);
    expect([...new Set(ids)].sort((x, y) => x - y)).toEqual(ids);
    expect((await admin.all('/api/v1/accounts?q=DISPATCH')).map((a) => a.name)).toContain('dispatcher');
    for (const a of await admin.all('/api/v1/accounts?role=worker')) expect(a.grants.some((g: Json) => g.role === 'worker')).toBe(true);
    expect((await admin.all(`/api/v1/accounts?area=${root}`)).length).toBeGreaterThan((await admin.all(`/api/v1/accounts?area=${town}`)).length);
    expect((await named('admin')).last_sign_in).toBeTruthy();
    const worker = await named('worker');
    expect(worker.staff.name).toBeTruthy();
    expect(worker.demo).toBe(true);
    expect(await admin.read(`/api/v1/accounts/${worker.id}`)).toEqual(worker);
  });

  test('is for those who keep, give or check; names of staff only for those who see staff', async () => {
    for (const name of ['security', 'auditor'] as const) {
      const list = await (await server.as(name)).all('/api/v1/accounts?limit=1000');
      expect(list.find((a) => a.name === 'worker').staff.name).toBeNull();
    }
    for (const name of ['planner', 'dispatcher', 'leader', 'department', 'worker'] as const) expectProblem(await (await server.as(name)).get('/api/v1/accounts'), 403);
  });

  test('refuses nonsense', async () => {
    expectProblem(await admin.get('/api/v1/accounts?role=king'), 400, 'role');
    expectProblem(await admin.get('/api/v1/accounts?area=none'), 404, 'area');
    expectProblem(await admin.get(`/api/v1/accounts?q=${'x'.repeat(201)}`), 400, 'q');
    expectProblem(await admin.get('/api/v1/accounts?after=x'), 400, 'after');
    expectProblem(await admin.get('/api/v1/accounts/x'), 400, 'id');
    expectProblem(await admin.get('/api/v1/accounts/99999'), 404, 'id');
  });
});

describe('a new account', () => {
  test('gets a one-time password, may nothing, and what it is given counts at the very next request', async () => {
    const a = await made('新来的');
    expect(a.password).toMatch(/^[a-z2-9Q]{16}$/);
    const client = await signIn(a);
    expect(client.account.grants).toEqual([]);
    expectProblem(await client.get('/api/v1/incidents'), 403);
    const given = await admin.put(`/api/v1/accounts/${a.id}/grants`, { grants: [{ role: 'dispatcher', area: town }], reason, version: a.version });
    expect(given.status, given.text).toBe(200);
    expect(given.json.grants).toMatchObject([{ role: 'dispatcher', area: { code: town }, org: null, from: null, until: null }]);
    expect((await client.get('/api/v1/incidents')).status).toBe(200);
    const taken = await admin.put(`/api/v1/accounts/${a.id}/grants`, { grants: [], reason, version: given.json.version });
    expect(taken.status, taken.text).toBe(200);
    expectProblem(await client.get('/api/v1/incidents'), 403);
  });

  test('may bring its password; a name is taken once', async () => {
    const a = (await admin.post('/api/v1/accounts', { name: 'own-password', password: 'a-password-of-mine', reason })).json;
    expect(a.password).toBeUndefined();
    await Client.signIn(server.base, 'own-password', 'a-password-of-mine');
    const again = await admin.post('/api/v1/accounts', { name: 'own-password', reason });
    expectProblem(again, 409, 'name');
    expect(again.json.type).toBe('/problems/name-taken');
  });

  test('refuses nonsense', async () => {
    const edit = { method: 'POST' as const, path: '/api/v1/accounts', good: { name: 'never', reason }, seen: false };
    await onlyFor(server, edit, ['admin']);
    for (const name of ['', ' x', 'x ', 'a\u0001b', 'x'.repeat(65), 7, null]) expectProblem(await admin.post(edit.path, { ...edit.good, name }), 400, 'name');
    for (const password of ['short', 'x'.repeat(257), 7, {}]) expectProblem(await admin.post(edit.path, { ...edit.good, password }), 400, 'password');
    for (const staff of [1, 'x', '0', '-1']) expectProblem(await admin.post(edit.path, { ...edit.good, staff }), 400, 'staff');
    expectProblem(await admin.post(edit.path, { ...edit.good, staff: '9999999' }), 404, 'staff');
    for (const body of ['', '[]', '{"reason":1}']) expectProblem(await admin.post(edit.path, body), 400);
    expect(await named('never')).toBeUndefined();
  });
});

describe('a change', () => {
  test('is refused to one who saw an older version', async () => {
    const a = await made('raced');
    const first = await admin.patch(`/api/v1/accounts/${a.id}`, { name: 'raced-1', reason, version: a.version });
    expect(first.status, first.text).toBe(200);
    const second = await admin.patch(`/api/v1/accounts/${a.id}`, { name: 'raced-2', reason, version: a.version });
    expectProblem(second, 409, 'version');
    expect(second.json.type).toBe('/problems/stale-version');
    const tagged = await admin.patch(`/api/v1/accounts/${a.id}`, { name: 'raced-3', reason }, { 'If-Match': `"${first.json.version}"` });
    expect(tagged.status, tagged.text).toBe(200);
    expect(await named('raced-3')).toBeTruthy();
    expectProblem(await admin.patch(`/api/v1/accounts/${a.id}`, { name: 'admin', reason, version: tagged.json.version }), 409, 'name');
  });

  test('of two at once one wins', async () => {
    const a = await made('two-at-once');
    const answers = await Promise.all(['x1', 'x2', 'x3'].map((name) => admin.patch(`/api/v1/accounts/${a.id}`, { name, reason, version: a.version })));
    expect(answers.map((x) => x.status).sort()).toEqual([200, 409, 409]);
  });

  test('that disables ends every log-in, and they stay ended', async () => {
    const a = await made('to-disable', [{ role: 'planner', area: town }]);
    const client = await signIn(a);
    const off = await admin.patch(`/api/v1/accounts/${a.id}`, { disabled: true, reason, version: a.version });
    expect(off.json.disabled).toBe(true);
    expectProblem(await client.get('/api/v1/me'), 401);
    expectProblem(await server.nobody().post('/api/v1/login', { name: a.name, password: a.password }), 401);
    const on = await admin.patch(`/api/v1/accounts/${a.id}`, { disabled: false, reason, version: off.json.version });
    expect(on.json.disabled).toBe(false);
    expectProblem(await client.get('/api/v1/me'), 401);
    expect((await signIn(a)).account.name).toBe('to-disable');
  });

  test('that would leave a worker’s open incidents without anyone says so first', async () => {
    const behind = (await named('worker')).staff.id;
    const fresh = (await admin.post('/api/v1/accounts', { name: 'second-of-worker', staff: behind, reason })).json;
    const worker = (await admin.put(`/api/v1/accounts/${fresh.id}/grants`, { grants: [{ role: 'worker', area: root }], reason, version: fresh.version })).json;
    const open = (await admin.all('/api/v1/incidents?state=open&limit=1000')).filter((i) => i.responsible?.id === worker.staff.id);
    expect(open.length).toBeGreaterThan(0);
    const edits: [string, string, Json][] = [
      ['PATCH', `/api/v1/accounts/${worker.id}`, { disabled: true }],
      ['PATCH', `/api/v1/accounts/${worker.id}`, { staff: null }],
      ['PUT', `/api/v1/accounts/${worker.id}/grants`, { grants: [] }],
    ];
    for (const [method, path, body] of edits) {
      const answer = await admin.send(method, path, JSON.stringify({ ...body, reason, version: worker.version }));
      expectProblem(answer, 409, 'confirm');
      expect(answer.json.code).toBe('would-orphan');
      expect(answer.json.touches.open_incidents.count).toBe(open.length);
      expect(open.map((i) => i.number)).toEqual(expect.arrayContaining(answer.json.touches.open_incidents.first));
      expect(answer.json.touches.open_incidents.first.length).toBeGreaterThan(0);
    }
    const off = await admin.patch(`/api/v1/accounts/${worker.id}`, { disabled: true, reason, version: worker.version, confirm: true });
    expect(off.status, off.text).toBe(200);
    expect((await admin.patch(`/api/v1/accounts/${worker.id}`, { disabled: false, reason, version: off.json.version })).status).toBe(200);
  });

  test('refuses nonsense', async () => {
    const a = await made('nonsense-1');
    const edit = { method: 'PATCH' as const, path: `/api/v1/accounts/${a.id}`, good: { name: 'nonsense-2', reason, version: a.version }, seen: true };
    await onlyFor(server, edit, ['admin']);
    await refusesNonsense(admin, edit);
    for (const disabled of ['true', 1]) expectProblem(await admin.patch(edit.path, { ...edit.good, disabled }), 400, 'disabled');
    expectProblem(await admin.patch('/api/v1/accounts/99999', edit.good), 404, 'id');
    for (const name of ['f'.repeat(64), '0123456789abcdef'.repeat(4)]) expect((await admin.patch(edit.path, { ...edit.good, name, version: (await admin.read(edit.path)).version })).status).toBe(200);
  });
});

describe('grants', () => {
  test('refuse nonsense, naming which', async () => {
    const a = await made('grants-1');
    const path = `/api/v1/accounts/${a.id}/grants`;
    const good = { role: 'planner', area: town };
    const edit = { method: 'PUT' as const, path, good: { grants: [good], reason, version: a.version }, seen: true };
    await onlyFor(server, edit, ['admin', 'security']);
    await refusesNonsense(admin, edit);
    const bad: [Json, number, string][] = [
      [{ ...good, role: 'king' }, 400, 'grants.1.role'], [{ ...good, role: 1 }, 400, 'grants.1.role'], [{ ...good, role: undefined }, 400, 'grants.1.role'],
      [{ ...good, area: 'none' }, 404, 'grants.1.area'], [{ ...good, area: null }, 404, 'grants.1.area'], [{ ...good, area: 'x'.repeat(65) }, 400, 'grants.1.area'],
      [{ ...good, org: 'none' }, 404, 'grants.1.org'], [{ ...good, org: 'a'.repeat(64) }, 404, 'grants.1.org'],
      [{ ...good, from: 'today' }, 400, 'grants.1.from'], [{ ...good, from: '2026-02-02T00:00:00Z', until: '2026-02-01T00:00:00Z' }, 400, 'grants.1.until'],
      [{ ...good, stranger: 1 }, 400, 'grants.1.stranger'], ['planner', 400, 'grants.1'], [[], 400, 'grants.1'], [null, 400, 'grants.1'],
    ];
    for (const [g, status, field] of bad) expectProblem(await admin.put(path, { grants: [{ role: 'leader', area: town }, g], reason, version: a.version }), status, field);
    expectProblem(await admin.put(path, { grants: [good, { ...good, until: '2030-01-01T00:00:00Z' }], reason, version: a.version }), 422, 'grants');
    expectProblem(await admin.put(path, { grants: Array(17).fill(good), reason, version: a.version }), 400, 'grants');
    expectProblem(await admin.put(path, { grants: {}, reason, version: a.version }), 400, 'grants');
    expect((await admin.read(`/api/v1/accounts/${a.id}`)).grants).toEqual([]);
  });

  test('a security administrator gives them in its area only, none that reach beyond it, and none to itself', async () => {
    const keeper = await signIn(await made('town-security', [{ role: 'security', area: town }]));
    const a = await made('in-town');
    const path = `/api/v1/accounts/${a.id}/grants`;
    let version = a.version;
    const give = async (grants: Json[]) => keeper.put(path, { grants, reason, version });
    const own = await give([{ role: 'planner', area: town }]);
    expect(own.status, own.text).toBe(200);
    version = own.json.version;
    expectProblem(await give([{ role: 'planner', area: otherTown }]), 403, 'grants');
    expectProblem(await give([{ role: 'planner', area: root }]), 403, 'grants');
    for (const role of ['admin', 'security', 'auditor']) expectProblem(await give([{ role, area: town }]), 403, 'grants');
    // an organisation's matters come with it, wherever they are: only one that lies in the area
    const orgs = [['of-town', town], ['of-other-town', otherTown], ['of-nowhere', null]] as const;
    for (const [code, area] of orgs) expect((await admin.put(`/api/v1/orgs/${code}`, { name: { zh: code }, area, reason })).status).toBe(201);
    expectProblem(await give([{ role: 'department', area: town, org: 'of-other-town' }]), 403, 'grants.0.org');
    expectProblem(await give([{ role: 'department', area: town, org: 'of-nowhere' }]), 403, 'grants.0.org');
    const handed = await give([{ role: 'department', area: town, org: 'of-town' }]);
    expect(handed.status, handed.text).toBe(200);
    version = handed.json.version;
    const self = await named('town-security');
    expectProblem(await keeper.put(`/api/v1/accounts/${self.id}/grants`, { grants: [{ role: 'leader', area: town }], reason, version: self.version }), 403, 'id');
    // what lies beyond may stay, but neither go nor change
    const both = await admin.put(path, { grants: [{ role: 'planner', area: town }, { role: 'planner', area: otherTown }], reason, version });
    version = both.json.version;
    expectProblem(await give([{ role: 'planner', area: town }]), 403, 'grants');
    const kept = await give([{ role: 'leader', area: town, org: 'of-town' }, { role: 'planner', area: otherTown }]);
    expect(kept.status, kept.text).toBe(200);
  });

  test('nobody locks itself or everyone out', async () => {
    const me = await named('admin');
    for (const answer of [
      await admin.put(`/api/v1/accounts/${me.id}/grants`, { grants: [], reason, version: me.version }),
      await admin.put(`/api/v1/accounts/${me.id}/grants`, { grants: [{ role: 'admin', area: root, until: '2020-01-01T00:00:00Z' }], reason, version: me.version }),
      await admin.put(`/api/v1/accounts/${me.id}/grants`, { grants: [{ role: 'admin', area: root, until: '2099-01-01T00:00:00Z' }], reason, version: me.version }),
      await admin.patch(`/api/v1/accounts/${me.id}`, { disabled: true, reason, version: me.version, confirm: true }),
    ]) {
      expectProblem(answer, 422);
      expect(answer.json.type).toBe('/problems/last-admin');
    }
    const second = await made('second-admin', [{ role: 'admin', area: root }]);
    const other = await signIn(second);
    expectProblem(await other.patch(`/api/v1/accounts/${second.id}`, { disabled: true, reason, version: second.version }), 422);
    const mine = await admin.put(`/api/v1/accounts/${me.id}/grants`, { grants: [{ role: 'admin', area: root, until: '2099-01-01T00:00:00Z' }], reason, version: me.version });
    expect(mine.status, mine.text).toBe(200); // the second one stays
    expectProblem(await admin.put(`/api/v1/accounts/${second.id}/grants`, { grants: [], reason, version: second.version }), 422);
    expect((await other.put(`/api/v1/accounts/${me.id}/grants`, { grants: [{ role: 'admin', area: root }], reason, version: mine.json.version })).status).toBe(200);
    const gone = await admin.put(`/api/v1/accounts/${second.id}/grants`, { grants: [], reason, version: second.version });
    expect(gone.status, gone.text).toBe(200);
  });
});

describe('passwords and sessions', () => {
  test('a reset ends log-ins and gives a one-time password; demo accounts keep theirs', async () => {
    const a = await made('forgetful');
    const client = await signIn(a);
    const answer = await admin.post(`/api/v1/accounts/${a.id}/password`, { reason, version: a.version });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.ended).toBe(1);
    expectProblem(await client.get('/api/v1/me'), 401);
    expectProblem(await server.nobody().post('/api/v1/login', { name: a.name, password: a.password }), 401);
    await Client.signIn(server.base, a.name, answer.json.password);
    const demo = await named('leader');
    expectProblem(await admin.post(`/api/v1/accounts/${demo.id}/password`, { reason, version: demo.version }), 403, 'id');
    await Client.signIn(server.base, 'leader', demoPassword);
    await onlyFor(server, { method: 'POST', path: `/api/v1/accounts/${a.id}/password`, good: {}, seen: true }, ['admin']);
  });

  test('signing out everywhere ends tokens too, and the streams', async () => {
    const a = await made('everywhere', [{ role: 'planner', area: town }]);
    const [one, two] = [await signIn(a), await signIn(a)];
    const token = (await wangge(['token', a.name, '--db', server.db])).out.trim();
    const three = new Client(server.base, token);
    expect((await three.get('/api/v1/me')).status).toBe(200);
    const feed = await one.feed();
    await feed.next('hello');
    const answer = await admin.delete(`/api/v1/accounts/${a.id}/sessions`, { reason, version: a.version });
    expect(answer.json.ended, answer.text).toBe(3);
    for (const client of [one, two, three]) expectProblem(await client.get('/api/v1/me'), 401);
    expect((await feed.next('bye')).data.why).toBe('signed-out');
    feed.close();
    await onlyFor(server, { method: 'DELETE', path: `/api/v1/accounts/${a.id}/sessions`, good: {}, seen: true }, ['admin']);
  });
});

test('the log holds who and what, and the reason as a personal text', async () => {
  const secret = '因张三调离原岗位';
  const answer = await admin.post('/api/v1/accounts', { name: '李四的账号', reason: secret });
  expect(answer.status).toBe(201);
  const check = await wangge(['check', '--db', server.db]);
  expect(check.code, check.out + check.err).toBe(0);
});
