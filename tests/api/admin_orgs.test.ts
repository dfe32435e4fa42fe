// Organisations and the tree of areas: kept with a reason; what others hang on is told before it goes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, expectProblem, type Json } from '../support/client.ts';
import { onlyFor, refusesNonsense } from '../support/hostile.ts';
import { Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

let server: Server;
let admin: Client;
let root: string;
let villages: Json[];
const reason = '机构改革';

beforeAll(async () => {
  server = await Server.start();
  admin = await server.as('admin');
  root = (await admin.read('/api/v1/me')).server.root.code;
  villages = (await admin.all('/api/v1/areas?level=village&limit=1000')).filter((a) => a.grids > 0);
});
afterAll(() => server.stopWhole());

const org = (code: string) => admin.read(`/api/v1/orgs/${encodeURIComponent(code)}`);
const area = async (code: string): Promise<Json> => (await admin.all('/api/v1/areas?limit=1000')).find((a) => a.code === code);

describe('an organisation', () => {
  test('is made, listed, searched, changed and taken off', async () => {
    const made = await admin.put('/api/v1/orgs/绿化队', { name: { zh: '绿化养护队', en: 'Green team' }, area: root, reason });
    expect(made.status, made.text).toBe(201);
    expect(made.json).toMatchObject({ code: '绿化队', name: { zh: '绿化养护队', en: 'Green team' }, area: { code: root } });
    expect(await org('绿化队')).toEqual(made.json);
    expect((await admin.all('/api/v1/orgs?q=green')).map((o) => o.code)).toEqual(['绿化队']);
    const codes = (await admin.all('/api/v1/orgs?limit=2')).map((o) => o.code);
    expect(codes.length).toBeGreaterThan(3);
    expect(new Set(codes).size).toBe(codes.length);
    expect((await admin.all(`/api/v1/orgs?area=${root}&limit=1000`)).map((o) => o.code)).toContain('绿化队');
    const changed = await admin.put('/api/v1/orgs/绿化队', { name: { zh: '园林队' }, reason, version: made.json.version });
    expect(changed.status, changed.text).toBe(200);
    expect(changed.json).toMatchObject({ name: { zh: '园林队' }, area: null });
    expectProblem(await admin.put('/api/v1/orgs/绿化队', { name: { zh: '别名' }, reason, version: made.json.version }), 409, 'version');
    expectProblem(await admin.delete('/api/v1/orgs/绿化队', { reason, version: made.json.version }), 409, 'version');
    expect((await admin.delete('/api/v1/orgs/绿化队', { reason, version: changed.json.version })).status).toBe(204);
    expectProblem(await admin.get('/api/v1/orgs/绿化队'), 404, 'code');
    expectProblem(await admin.delete('/api/v1/orgs/绿化队', { reason, version: changed.json.version }), 409, 'version');
  });

  test('is known to whoever sees the map', async () => {
    for (const name of ['planner', 'dispatcher', 'leader', 'department', 'worker'] as const) expect((await (await server.as(name)).get('/api/v1/orgs')).status).toBe(200);
  });

  test('that others hang on says who, and goes only when confirmed', async () => {
    const department = (await admin.all('/api/v1/accounts?role=department'))[0];
    const code = department.grants.find((g: Json) => g.org).org;
    const { version } = await org(code);
    const answer = await admin.delete(`/api/v1/orgs/${code}`, { reason, version });
    expectProblem(answer, 409, 'confirm');
    expect(answer.json.code).toBe('would-orphan');
    expect(answer.json.touches.accounts.first).toContain(department.name);
    expect(answer.json.touches.accounts.count).toBeGreaterThan(0);
    expect((await admin.delete(`/api/v1/orgs/${code}`, { reason, version, confirm: true })).status).toBe(204);
  });

  test('refuses nonsense', async () => {
    const { version, name } = await org('centre');
    const good = { name, area: root, reason, version };
    const edit = { method: 'PUT' as const, path: '/api/v1/orgs/centre', good, seen: false };
    await onlyFor(server, edit, ['admin']);
    await refusesNonsense(admin, edit);
    await refusesNonsense(admin, { method: 'DELETE', path: '/api/v1/orgs/centre', good: { reason, version }, seen: true });
    await onlyFor(server, { method: 'DELETE', path: '/api/v1/orgs/centre', good: {}, seen: true }, ['admin']);
    for (const bad of [{}, [], 'x', { zh: 1 }, { zh: '' }, { '!': 'x' }, { zh: 'x'.repeat(201) }, null]) expectProblem(await admin.put(edit.path, { ...good, name: bad }), 400, 'name');
    expectProblem(await admin.put(edit.path, { ...good, area: 'none' }), 404, 'area');
    for (const bad of [1, {}, 'x'.repeat(65)]) expectProblem(await admin.put(edit.path, { ...good, area: bad }), 400, 'area');
    for (const code of ['a,b', 'x'.repeat(65)]) expectProblem(await admin.put(`/api/v1/orgs/${code}`, { name, reason }), 400, 'code');
    expectProblem(await admin.put('/api/v1/orgs/hash', { name: { zh: 'a'.repeat(64) }, reason }), 400);
    expectProblem(await admin.get('/api/v1/orgs/hash'), 404);
    expectProblem(await admin.get('/api/v1/orgs?area=none'), 404, 'area');
    expectProblem(await admin.get(`/api/v1/orgs?q=${'x'.repeat(201)}`), 400, 'q');
  });
});

describe('an area', () => {
  test('is renamed at once, on lists, tiles and in the feed', async () => {
    const a = villages[0]!;
    const feed = await (await server.as('planner')).feed();
    await feed.next('hello');
    const answer = await admin.patch(`/api/v1/areas/${a.code}`, { name: { zh: '改名社区', en: 'Renamed' }, reason, version: a.version });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toEqual({ ...a, name: { zh: '改名社区', en: 'Renamed' }, version: answer.json.version });
    expect((await feed.next('areas')).data).toMatchObject({ kind: 'area.changed', subject: `area/${a.code}` });
    feed.close();
    expect(await area(a.code)).toEqual(answer.json);
    expect((await admin.all('/api/v1/areas?q=改名')).map((x) => x.code)).toEqual([a.code]);
    expectProblem(await admin.patch(`/api/v1/areas/${a.code}`, { name: { zh: 'x' }, reason, version: a.version }), 409, 'version');
  });

  test('put below another takes its rights along, and says first who loses sight of it', async () => {
    const [moved, other] = [villages[1]!, villages[2]!];
    expect((await wangge(['user', 'add', 'old-seer', '--db', server.db, '--role', 'planner', '--area', moved.parent], 'a-password')).code).toBe(0);
    expect((await wangge(['user', 'add', 'new-seer', '--db', server.db, '--role', 'planner', '--area', other.code], 'a-password')).code).toBe(0);
    const [old, fresh] = [await Client.signIn(server.base, 'old-seer', 'a-password'), await Client.signIn(server.base, 'new-seer', 'a-password')];
    const seen = async (c: Client) => (await c.all(`/api/v1/incidents?area=${moved.code}&limit=1000`)).length;
    expect([(await seen(old)) > 0, await seen(fresh)]).toEqual([true, 0]);
    const version = (await area(moved.code)).version;
    const edit = { parent: other.code, reason, version };
    const warned = await admin.patch(`/api/v1/areas/${moved.code}`, edit);
    // below a sibling all that saw it from above still do
    expect(warned.status, warned.text).toBe(200);
    expect((await area(moved.code)).parent).toBe(other.code);
    expect((await seen(fresh)) > 0).toBe(true);
    const out = await admin.patch(`/api/v1/areas/${moved.code}`, { parent: null, reason, version: warned.json.version });
    expectProblem(out, 409, 'confirm');
    expect(out.json.touches.accounts.first.length).toBeGreaterThan(0);
    expect(out.json.touches.accounts.count).toBeGreaterThan(2);
    const gone = await admin.patch(`/api/v1/areas/${moved.code}`, { parent: null, reason, version: warned.json.version, confirm: true });
    expect(gone.status, gone.text).toBe(200);
    expect([await seen(old), await seen(fresh)]).toEqual([0, 0]);
    const back = await admin.patch(`/api/v1/areas/${moved.code}`, { parent: moved.parent, reason, version: gone.json.version });
    expect(back.status, back.text).toBe(200);
    expect(await seen(old)).toBeGreaterThan(0);
  });

  test('never goes below itself, not even by two edits at once', async () => {
    const [a, b] = [await area(villages[0]!.code), await area(villages[3]!.code)];
    const at = (x: Json, parent: string) => admin.patch(`/api/v1/areas/${x.code}`, { parent, reason, version: x.version, confirm: true });
    expectProblem(await at(a, a.code), 422, 'parent');
    const top = await area(root);
    expectProblem(await at(top, a.code), 422, 'parent');
    const both = await Promise.all([at(a, b.code), at(b, a.code)]);
    expect(both.map((x) => x.status).sort()).toEqual([200, 422]);
    const [a2, b2] = [await area(a.code), await area(b.code)];
    for (const x of [a2, b2]) if (x.parent !== a.parent) expect((await at(x, a.parent)).status).toBe(200);
  });

  test('refuses nonsense', async () => {
    const a = await area(villages[4]!.code);
    const good = { name: { zh: '好' }, reason, version: a.version };
    const edit = { method: 'PATCH' as const, path: `/api/v1/areas/${a.code}`, good, seen: true };
    await onlyFor(server, edit, ['admin']);
    await refusesNonsense(admin, edit);
    expectProblem(await admin.patch('/api/v1/areas/none', good), 404, 'code');
    for (const name of [{}, [], 'x', { zh: 1 }]) expectProblem(await admin.patch(edit.path, { ...good, name }), 400, 'name');
    expectProblem(await admin.patch(edit.path, { ...good, parent: 'none' }), 404, 'parent');
    for (const parent of [1, {}, 'x'.repeat(65)]) expectProblem(await admin.patch(edit.path, { ...good, parent }), 400, 'parent');
    expect(await area(a.code)).toEqual(a);
  });
});
