// Health, signing in and out, and what a problem looks like.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, expectProblem, raw } from '../support/client.ts';
import { wangge } from '../support/wangge.ts';
import { demoNames, demoPassword, Server } from '../support/server.ts';

let server: Server;
beforeAll(async () => {
  server = await Server.start();
});
afterAll(() => server.stop());

describe('health', () => {
  test('is told to anyone', async () => {
    expect((await server.nobody().get('/healthz')).status).toBe(200);
    expect((await server.nobody().get('/readyz')).status).toBe(200);
  });
});

describe('signing in', () => {
  test.each(demoNames)('%s holds the grant of that role', async (name) => {
    const client = await server.as(name);
    expect(client.account.name).toBe(name);
    expect(client.account.grants.map((g: { role: string }) => g.role)).toContain(name);
    expect((await client.read('/api/v1/me')).account.id).toBe(client.account.id);
  });

  test('a wrong password and an unknown name answer alike', async () => {
    const wrong = await server.nobody().post('/api/v1/login', { name: 'dispatcher', password: `${demoPassword}x` });
    const unknown = await server.nobody().post('/api/v1/login', { name: 'nobody-at-all', password: demoPassword });
    expectProblem(wrong, 401);
    expectProblem(unknown, 401);
    expect(unknown.json).toEqual(wrong.json);
  });

  test('the cookie cannot be read by scripts nor sent from other sites', async () => {
    const answer = await server.nobody().post('/api/v1/login', { name: 'leader', password: demoPassword });
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Strict/i);
    const value = cookie.split(';')[0];
    const mine = await server.nobody().get('/api/v1/me', { Cookie: value });
    expect(mine.json.account.name).toBe('leader');
  });

  test('with the cookie nothing is written but from our own pages', async () => {
    const answer = await server.nobody().post('/api/v1/login', { name: 'security', password: demoPassword });
    const Cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0]!;
    const signOut = (headers: Record<string, string>) => server.nobody().post('/api/v1/logout', '', { Cookie, ...headers });
    expectProblem(await signOut({}), 403); // nobody says where from
    expectProblem(await signOut({ 'Sec-Fetch-Site': 'cross-site' }), 403);
    expectProblem(await signOut({ 'Sec-Fetch-Site': 'same-site' }), 403);
    expectProblem(await signOut({ Origin: 'http://elsewhere.example' }), 403);
    expectProblem(await signOut({ Origin: 'null' }), 403);
    expect((await server.nobody().get('/api/v1/me', { Cookie })).status).toBe(200);
    expect((await signOut({ Origin: server.base })).status).toBe(204); // a browser that knows no Sec-Fetch-Site
    expectProblem(await server.nobody().get('/api/v1/me', { Cookie }), 401);
  });

  test('is not done by the page of another site', async () => {
    const words = { name: 'security', password: demoPassword };
    expectProblem(await server.nobody().post('/api/v1/login', words, { 'Sec-Fetch-Site': 'cross-site' }), 403);
    expectProblem(await server.nobody().post('/api/v1/login', words, { Origin: 'http://elsewhere.example' }), 403);
    expect((await server.nobody().post('/api/v1/login', words, { 'Sec-Fetch-Site': 'same-origin' })).status).toBe(200);
  });

  test('as a demo account works on this machine only, whatever a proxy or a name says', async () => {
    const token = (await server.as('planner')).token;
    const ask = async (host: string, header = '') =>
      (await raw(server.port, Buffer.from(`GET /api/v1/me HTTP/1.1\r\nHost: ${host}\r\n${header}Authorization: Bearer ${token}\r\n\r\n`, 'latin1'))).status;
    expect(await ask(`127.0.0.1:${server.port}`)).toBe(200);
    expect(await ask(`localhost:${server.port}`)).toBe(200);
    expect(await ask('district.example')).toBe(403); // a name of somebody else that leads here
    expect(await ask('127.0.0.1.district.example')).toBe(403);
    for (const header of ['X-Forwarded-For: 203.0.113.9', 'X-Forwarded-For: \xff, 203.0.113.9', 'Forwarded: for=203.0.113.9', 'Via: 1.1 gate', 'X-Real-IP: 203.0.113.9'])
      expect(await ask(`127.0.0.1:${server.port}`, `${header}\r\n`), header).toBe(403);
  });

  test('signing out ends the token', async () => {
    const client = await Client.signIn(server.base, 'planner', demoPassword);
    expect((await client.post('/api/v1/logout', '')).status).toBe(204);
    expectProblem(await client.get('/api/v1/me'), 401);
  });

  test('too many wrong passwords are throttled, and the right one with them', async () => {
    let status = 401;
    let tries = 0;
    for (; status === 401 && tries < 50; tries++)
      status = (await server.nobody().post('/api/v1/login', { name: 'auditor', password: `wrong ${tries}` })).status;
    expect(status, `after ${tries} tries`).toBe(429);
    expectProblem(await server.nobody().post('/api/v1/login', { name: 'auditor', password: demoPassword }), 429);
  });
});

describe('a problem', () => {
  test('without an account is 401', async () => {
    for (const path of ['/api/v1/me', '/api/v1/incidents', '/api/v1/resolve?lon=1&lat=1', '/tiles/grids.json'])
      expectProblem(await server.nobody().get(path), 401);
  });

  test('with a token that is none is 401', async () => {
    expectProblem(await new Client(server.base, 'no such token').get('/api/v1/me'), 401);
  });

  test('for a path that is none is 404', async () => {
    expectProblem(await (await server.as('admin')).get('/api/v1/no/such/thing'), 404);
  });

  test('speaks the language asked for', async () => {
    const admin = await server.as('admin');
    const zh = await admin.get('/api/v1/resolve?lon=x&lat=1&lang=zh');
    const en = await admin.get('/api/v1/resolve?lon=x&lat=1&lang=en');
    expectProblem(zh, 400, 'lon');
    expectProblem(en, 400, 'lon');
    expect(zh.json.detail).toMatch(/[\u4e00-\u9fff]/);
    expect(en.json.detail).toMatch(/^[\x20-\x7e]+$/);
  });
});

describe('the own password', () => {
  const name = 'li.changes';
  const change = (client: Client, old: string, next: string) => client.post('/api/v1/password', { old, new: next });

  test('is changed, and ends the other log-ins', async () => {
    const added = await wangge(['user', 'add', name, '--db', server.db, '--role', 'dispatcher', '--area', '990101'], 'the first one\n');
    expect(added.code, added.err).toBe(0);
    const [here, there] = [await Client.signIn(server.base, name, 'the first one'), await Client.signIn(server.base, name, 'the first one')];
    expectProblem(await change(here, 'the first', 'the second one'), 403, 'old');
    expectProblem(await change(here, 'the first one', 'short'), 400, 'new');
    expect((await here.get('/api/v1/me')).status).toBe(200);
    expect((await there.get('/api/v1/me')).status).toBe(200);
    expect((await change(here, 'the first one', 'the second one')).status).toBe(204);
    expect((await here.get('/api/v1/me')).status).toBe(200);
    expectProblem(await there.get('/api/v1/me'), 401);
    expectProblem(await server.nobody().post('/api/v1/login', { name, password: 'the first one' }), 401);
    await Client.signIn(server.base, name, 'the second one');
  });

  test('may be tried five times', async () => {
    const client = await Client.signIn(server.base, name, 'the second one');
    for (let i = 0; i < 5; i++) expectProblem(await change(client, 'a guess', 'the third one'), 403, 'old');
    expectProblem(await change(client, 'the second one', 'the third one'), 429);
  });

  test('of a demo account stays', async () => {
    expectProblem(await change(await server.as('leader'), demoPassword, 'another one'), 403);
  });
});
