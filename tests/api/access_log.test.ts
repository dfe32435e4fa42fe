// The access log: who signed in, exported, read personal data; searched by auditors, and by nobody else.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type Json, expectProblem } from '../support/client.ts';
import { demoPassword, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

let server: Server;
let auditor: Client, desk: Client;
let began: string;

beforeAll(async () => {
  server = await Server.start();
  began = encodeURIComponent(new Date(Date.now() - 1000).toISOString());
  auditor = await server.as('auditor');
  desk = await server.as('dispatcher');
  await desk.read('/api/v1/staff?limit=1');
  await desk.read('/api/v1/incidents?format=geojson&limit=1');
  await server.nobody().post('/api/v1/login', { name: '不存在的人', password: 'x' });
});
afterAll(() => server.stop());

const search = (query: string, who = auditor): Promise<Json[]> => who.all(`/api/v1/access-log?${query}`);

test('is for those who may audit', async () => {
  for (const name of ['planner', 'dispatcher', 'leader', 'department', 'worker', 'wall'] as const) expectProblem(await (await server.as(name)).get('/api/v1/access-log'), 403);
  for (const name of ['auditor', 'admin', 'security'] as const) expect((await (await server.as(name)).get('/api/v1/access-log')).status).toBe(200);
  expectProblem(await server.nobody().get('/api/v1/access-log'), 401);
});

describe('a search', () => {
  test('finds by what, account, words and outcome, newest first', async () => {
    const staff = await search('what=read-staff');
    expect(staff[0]).toMatchObject({ account: desk.account.id, name: 'dispatcher', address: '127.0.0.1', what: 'read-staff', detail: '/api/v1/staff?limit=1', ok: true });
    expect((await search(`account=${desk.account.id}&what=export`)).map((l) => l.detail)).toContain('/api/v1/incidents?format=geojson&limit=1');
    const failed = await search('ok=0');
    expect(failed.map((l) => [l.name, l.account])).toContainEqual(['不存在的人', null]);
    expect(failed.every((l) => !l.ok)).toBe(true);
    expect((await search(`q=${encodeURIComponent('不存在')}`)).some((l) => l.what === 'sign-in')).toBe(true);
    const all = await search('limit=1000');
    const ids = all.map((l) => Number(l.id));
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(all.every((l, k) => k === 0 || Date.parse(l.at) <= Date.parse(all[k - 1].at))).toBe(true);
  });

  test('goes page by page without a gap, and by time', async () => {
    const query = 'what=sign-in';
    const whole = (await search(`${query}&limit=1000`)).map((l) => l.id);
    expect(whole.length).toBeGreaterThan(2);
    expect((await search(`${query}&limit=1`)).map((l) => l.id)).toEqual(whole);
    expect((await search(`${query}&since=${began}`)).map((l) => l.id)).toEqual(whole);
    expect(await search(`${query}&until=${began}`)).toEqual([]);
    expect(await search(`since=${encodeURIComponent(new Date(Date.now() + 3600_000).toISOString())}`)).toEqual([]);
  });

  test('names the parameter that is wrong', async () => {
    for (const [query, field] of [['since=x', 'since'], ['ok=2', 'ok'], ['account=x', 'account'], ['limit=0', 'limit'], ['after=x', 'after'], ['what=a,b', 'what'], [`q=${'x'.repeat(201)}`, 'q'], ['nope=1', 'nope']] as const)
      expectProblem(await auditor.get(`/api/v1/access-log?${query}`), 400, field);
  });

  test('is itself a line', async () => {
    await auditor.read('/api/v1/access-log?q=watched');
    await expect.poll(async () => (await search('what=read-log&q=watched'))[0]?.name).toBe('auditor');
  });
});

test('a look at the phones of one grid is a line too', async () => {
  const { grid } = (await desk.read('/api/v1/staff?limit=1')).items[0].posts[0];
  await desk.read(`/api/v1/grids/${grid}`);
  await expect.poll(async () => (await search(`what=read-staff&q=${grid}`))[0]?.name).toBe('dispatcher'); // written behind the answer
});

test('a security administrator sees the lines of its own area', async () => {
  const [here, there] = (await desk.all('/api/v1/areas?level=village&limit=1000')).map((v) => v.code);
  for (const [name, role, area] of [['guard', 'security', here], ['inside', 'leader', here], ['outside', 'leader', there]] as const)
    expect((await wangge(['user', 'add', name, '--db', server.db, '--role', role, '--area', area], 'a-password')).code).toBe(0);
  for (const name of ['inside', 'outside']) await Client.signIn(server.base, name, 'a-password');
  const names = new Set((await search('limit=1000', await Client.signIn(server.base, 'guard', 'a-password'))).map((l) => l.name));
  expect(names.has('inside')).toBe(true);
  expect([...names].filter((n) => !['inside', 'guard'].includes(n))).toEqual([]);
  const all = new Set((await search('limit=1000', await Client.signIn(server.base, 'security', demoPassword))).map((l) => l.name));
  expect(all.has('outside') && all.has('不存在的人')).toBe(true); // its area is the root
});
