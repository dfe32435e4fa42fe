// Wall devices: a screen signs on once, reads, is revoked at once, and gets no name, phone or free word of anybody.
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type Json, expectProblem } from '../support/client.ts';
import { demoNames, demoPassword, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

let server: Server;
let admin: Client, desk: Client;
let root: string;

beforeAll(async () => {
  server = await Server.start();
  admin = await server.as('admin');
  desk = await server.as('dispatcher');
  root = (await admin.read('/api/v1/me')).server.root.code;
});
afterAll(async () => {
  await server.stop();
  const check = await wangge(['check', '--db', server.db]);
  expect(check.code, check.out + check.err).toBe(0);
});

const add = (name: string, area = root) => admin.post('/api/v1/devices', { name, area });
const signOn = (code: string) => server.nobody().post('/api/v1/devices/sign-on', { code });
const remove = (id: string) => admin.send('DELETE', `/api/v1/devices/${id}`);
const listed = async (id: string) => (await admin.all('/api/v1/devices')).find((d) => d.id === id);

async function wall(name: string, area = root): Promise<{ id: string; client: Client; account: Json; cookie: string }> {
  const made = await add(name, area);
  expect(made.status, made.text).toBe(201);
  const answer = await signOn(made.json.code);
  expect(answer.status, answer.text).toBe(200);
  return { id: made.json.id, client: new Client(server.base, answer.json.token), account: answer.json.account, cookie: answer.headers.get('set-cookie')! };
}

describe('a code', () => {
  test('is made by who gives rights only, and shown once', async () => {
    for (const name of demoNames.filter((n) => n !== 'admin' && n !== 'security')) {
      const client = await server.as(name);
      expectProblem(await client.post('/api/v1/devices', { name: 'x', area: root }), 403);
      expectProblem(await client.get('/api/v1/devices'), 403);
      expectProblem(await client.send('DELETE', '/api/v1/devices/1'), 403);
    }
    const made = (await add('大厅')).json;
    expect(made.code).toMatch(/^[A-HJKMNP-Z2-9]{8}$/);
    expect(Date.parse(made.code_expires_at) - Date.now()).toBeGreaterThan(14 * 60_000);
    expect(JSON.stringify(await listed(made.id))).not.toContain(made.code);
    expect(await listed(made.id)).toMatchObject({ name: '大厅', area: root, created_by: { name: 'admin' }, signed_on_at: null, last_seen_at: null, revoked_at: null });
  });

  test('is given in the reach of who gives it, and nowhere else', async () => {
    const village = (await admin.read('/api/v1/areas?limit=1000')).items.find((a: Json) => a.depth === 2).code;
    const person = (await admin.post('/api/v1/accounts', { name: 'village.security', password: 'a long password', reason: '测试' })).json;
    const granted = await admin.send('PUT', `/api/v1/accounts/${person.id}/grants`, JSON.stringify({ grants: [{ role: 'security', area: village }], version: person.version, reason: '测试' }), { 'Content-Type': 'application/json' });
    expect(granted.status, granted.text).toBe(200);
    const { token } = (await server.nobody().post('/api/v1/login', { name: 'village.security', password: 'a long password' })).json;
    const own = new Client(server.base, token), far = (await add('远处')).json;
    expectProblem(await own.post('/api/v1/devices', { name: 'y', area: root }), 403, 'area');
    expectProblem(await own.post(`/api/v1/devices/${far.id}/code`, ''), 403, 'area');
    expectProblem(await own.send('DELETE', `/api/v1/devices/${far.id}`), 403, 'area');
    expect((await own.post('/api/v1/devices', { name: '村委会', area: village })).status).toBe(201);
    expect((await own.read('/api/v1/devices')).items.map((d: Json) => d.name)).toEqual(['村委会']);
  });

  test('asks for a free name and an area that there is', async () => {
    expectProblem(await add('大厅'), 409, 'name');
    expectProblem(await add('dispatcher'), 409, 'name');
    expectProblem(await add(' x'), 400, 'name');
    expectProblem(await add('y', '123456'), 404, 'area');
    expectProblem(await admin.post('/api/v1/devices', { name: 'y' }), 400, 'area');
    expectProblem(await admin.post('/api/v1/devices/999999/code', ''), 404, 'id');
    expectProblem(await admin.post('/api/v1/devices/1/code', ''), 404, 'id'); // an account, and no device
    expectProblem(await remove('x'), 404, 'id');
  });

  test('works once, in any case, with hyphens; a newer one voids it', async () => {
    const made = (await add('once')).json;
    const newer = await admin.post(`/api/v1/devices/${made.id}/code`, '');
    expect(newer.status, newer.text).toBe(200);
    expectProblem(await signOn(made.code), 401, 'code');
    const { code } = newer.json;
    const typed = `${code.slice(0, 4).toLowerCase()}-${code.slice(4)}`;
    const answer = await signOn(typed);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.expires_at).toBeNull();
    expectProblem(await signOn(code), 401, 'code');
    expectProblem(await signOn(''), 400, 'code');
    expectProblem(await signOn('IL0O'), 401, 'code');
    expectProblem(await new Client(server.base, code).get('/api/v1/me'), 401); // nor is it a token
  });

  test('cannot be guessed at will', async () => {
    const one = await Server.start();
    let status = 401;
    for (let k = 0; status === 401 && k < 30; k++) status = (await one.nobody().post('/api/v1/devices/sign-on', { code: `ABCDEFG${'23456789'[k % 8]}` })).status;
    expect(status).toBe(429);
    await one.stop();
  });
});

describe('a wall', () => {
  test('never expires: its cookie lasts 400 days and is renewed', async () => {
    const { cookie, account, id } = await wall('lasting');
    expect(account).toMatchObject({ name: 'lasting', staff: null, may: ['see-map', 'see-incident', 'see-workers'] });
    expect(account.grants).toMatchObject([{ role: 'wall', until: null }]);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict; Max-Age=34560000/);
    const again = await server.nobody().get('/api/v1/me', { Cookie: cookie.split(';')[0]! });
    expect(again.headers.get('set-cookie')).toBe(cookie);
    expect((await desk.get('/api/v1/me')).headers.get('set-cookie')).toBeNull();
    const seen = await listed(id);
    expect(Date.parse(seen.last_seen_at)).toBeGreaterThanOrEqual(Date.parse(seen.signed_on_at));
  });

  test('may read its area and nothing else', async () => {
    const { client } = await wall('reads');
    for (const path of ['/api/v1/staff', '/api/v1/incidents?format=geojson', '/api/v1/workers?format=geojson', '/api/v1/devices', '/metrics', '/api/v1/access-log'])
      expectProblem(await client.get(path), 403);
    expectProblem(await client.post('/api/v1/incidents', { lon: 1, lat: 1, category: 'c101' }), 403);
    expectProblem(await client.post('/api/v1/positions', { device: 'x', positions: [] }), 403);
    expectProblem(await client.post('/api/v1/resolve', 'lon,lat\n1,1\n', { 'Content-Type': 'text/csv' }), 403);
    expectProblem(await client.post('/api/v1/password', { old: 'none', new: 'a-new-password' }), 403);
    expectProblem(await server.nobody().post('/api/v1/login', { name: 'reads', password: 'reads' }), 401);
  });

  test('is bounded by its area and class', async () => {
    const [village] = (await desk.all('/api/v1/areas?level=village&limit=1000')).filter((v) => v.grids > 1);
    const { client } = await wall('village', village.code);
    const seen = await client.all('/api/v1/incidents?limit=1000');
    expect(seen.length).toBeGreaterThan(0);
    for (const i of seen) expect([i.area.code, i.class]).toEqual([village.code, 'ordinary']);
    expect((await wall('district')).client.account).toBeNull();
  });

  test('is signed off by the next code, and by nothing else while it lasts', async () => {
    const { id, client } = await wall('moved');
    const { code } = (await admin.post(`/api/v1/devices/${id}/code`, '')).json;
    expect((await client.get('/api/v1/me')).status).toBe(200);
    expect((await signOn(code)).status).toBe(200);
    expectProblem(await client.get('/api/v1/me'), 401);
  });

  test('stays signed on over a restart', async () => {
    const { client } = await wall('stays');
    const path = server.db;
    await server.stop();
    server = await Server.start(path);
    admin = await server.as('admin');
    desk = await server.as('dispatcher');
    expect((await new Client(server.base, client.token).get('/api/v1/me')).status).toBe(200);
  });

  test('is no account to be edited: no password, no other grant, no way back', async () => {
    const { id } = await wall('fixed');
    const reason = 'because';
    const version = (await admin.read(`/api/v1/accounts/${id}`)).version;
    expectProblem(await admin.send('PUT', `/api/v1/accounts/${id}/grants`, JSON.stringify({ grants: [{ role: 'leader', area: root }], reason, version })), 422);
    expectProblem(await admin.post(`/api/v1/accounts/${id}/password`, { reason, version }), 422);
    expectProblem(await admin.send('PATCH', `/api/v1/accounts/${id}`, JSON.stringify({ disabled: false, reason, version })), 422);
  });

  test('is revoked at once, its stream within a second', async () => {
    const { id, client } = await wall('revoked');
    const feed = await client.feed();
    await feed.next('hello');
    const at = performance.now();
    expect((await remove(id)).status).toBe(204);
    expectProblem(await client.get('/api/v1/me'), 401);
    const bye = await feed.next('bye');
    expect(bye.data).toEqual({ why: 'signed-out' });
    expect(bye.at - at).toBeLessThan(1000);
    await feed.end();
    expect((await remove(id)).status).toBe(204); // again: as it was
    expectProblem(await admin.post(`/api/v1/devices/${id}/code`, ''), 409);
    expect((await listed(id)).revoked_at).not.toBeNull();
  });

  test('is told of in the log, with who did it', async () => {
    const { id } = await wall('logged');
    await remove(id);
    const out = await wangge(['user', 'list', '--db', server.db]);
    expect(out.out).toContain(`logged\twall\t${root}\t\t\t\tdisabled`);
    // a row of the log as it lies in the file: kind, subject and body side by side
    const bytes = [server.db, `${server.db}-wal`].filter(existsSync).map((f) => readFileSync(f, 'latin1')).join('');
    for (const row of [`device.addeddevice/${id}{"area":"${root}","role":"wall"}`, `device.signed_ondevice/${id}{}`, `device.revokeddevice/${id}{}`]) expect(bytes.includes(row), row).toBe(true);
  });
});

describe('the command', () => {
  test('adds, lists, makes another code and revokes beside the server', async () => {
    const run = (...args: string[]) => wangge(['device', ...args, '--db', server.db]);
    const made = await run('add', 'from the shell', '--area', root);
    expect(made.code, made.err).toBe(0);
    expect(made.out).toMatch(/^[A-HJKMNP-Z2-9]{8}\n$/);
    expect((await run('add', 'from the shell', '--area', root)).err).toContain('already');
    expect((await run('add', 'elsewhere', '--area', '1')).err).toContain('no area 1');
    const code = (await run('code', 'from the shell')).out.trim();
    const answer = await signOn(code);
    expect(answer.status, answer.text).toBe(200);
    const client = new Client(server.base, answer.json.token);
    expect((await run('list')).out).toMatch(/^from the shell\t\d+\t\S+Z\t\S+Z\t\S+Z\t$/m);
    expect((await wangge(['user', 'add', 'from the shell', '--role', 'leader', '--area', root, '--db', server.db], 'a-password')).err).toContain('wall device');
    expect((await wangge(['user', 'password', 'from the shell', '--db', server.db], 'a-password')).err).toContain('wall device');
    const feed = await client.feed();
    await feed.next('hello');
    expect((await run('revoke', 'from the shell')).code).toBe(0);
    await feed.next('bye');
    expectProblem(await client.get('/api/v1/me'), 401);
    expect((await run('revoke', 'dispatcher')).err).toContain('no device "dispatcher"');
  });
});

describe('whatever a wall gets', () => {
  // Marked texts: found anywhere, they have leaked.
  const words = 'MARKED-description 找王某某 19912345678';

  async function gather(client: Client, id: string, grid: Json, at: Json): Promise<string[]> {
    const z = 16;
    const x = Math.floor(((at.lon + 180) / 360) * 2 ** z);
    const y = Math.floor(((1 - Math.asinh(Math.tan((at.lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z);
    const paths = [
      '/api/v1/me', '/api/v1/incidents?limit=1000', `/api/v1/incidents?grid=${grid.code}&limit=1000`, `/api/v1/incidents/${id}`, `/api/v1/incidents/${id}/events`,
      '/api/v1/incidents?mine=1', '/api/v1/overview', '/api/v1/intake', '/api/v1/search?q=0001&limit=50', '/api/v1/search?q=网格&limit=50', '/api/v1/workers?limit=1000', `/api/v1/grids/${grid.code}`, '/api/v1/grids?limit=50&format=geojson',
      '/api/v1/areas?format=geojson', `/api/v1/resolve?lon=${at.lon}&lat=${at.lat}&accuracy=50&lang=zh`, `/api/v1/resolve?lon=${at.lon}&lat=${at.lat}&lang=en`,
      ...[12, 14, 16].map((zoom) => `/tiles/incidents,workers,grids,areas/${zoom}/${x >> (z - zoom)}/${y >> (z - zoom)}.mvt`),
    ];
    const texts: string[] = [];
    for (const path of paths) {
      const answer = await client.get(path);
      expect(answer.status, path).toBe(200);
      texts.push(`${path}\n${answer.text}`);
    }
    return texts;
  }

  test('holds no name, phone or word of anybody, where a dispatcher sees them', async () => {
    const staff = await desk.all('/api/v1/staff?limit=1000');
    const worker = await server.as('worker');
    const own = staff.find((p) => p.id === worker.account.staff.id)!;
    const grid = await desk.read(`/api/v1/grids/${own.posts[0].grid}`);
    const at = { lon: (grid.bbox[0] + grid.bbox[2]) / 2, lat: (grid.bbox[1] + grid.bbox[3]) / 2 };
    const { client } = await wall('nameless');
    const [seen, told] = [await client.feed(), await desk.feed()];
    await seen.next('hello');
    await told.next('hello');
    const category = (await desk.read('/api/v1/categories')).items.find((c: Json) => c.class === 'ordinary').code;
    const report = { ...at, category, description: words, client_id: 'MARKED-client', source: 'MARKED-source', place: { address: 'MARKED-place' } };
    const made = (await worker.post('/api/v1/incidents', report)).json;
    expect(made.number, JSON.stringify(made)).toBeTruthy();
    await worker.post('/api/v1/positions', { device: 'p', positions: [{ counter: Date.now(), ...at, fixed_at: new Date().toISOString() }] });
    await Promise.all([seen.next('incident', (d) => d.incident.id === made.id), told.next('incident', (d) => d.incident.id === made.id)]);
    await Promise.all([seen.next('positions'), told.next('positions')]);
    const feedOf = (feed: { messages: Json[] }) => `feed\n${feed.messages.map((m) => JSON.stringify(m.data)).join('\n')}`;
    const mine = [...(await gather(desk, made.id, grid, at)), feedOf(told)]; // the same, first by one who sees: caches must not mix them
    const walls = [...(await gather(client, made.id, grid, at)), feedOf(seen)];
    seen.close();
    told.close();
    const secrets = [...new Set([...staff.flatMap((p) => [p.name, p.phone]), ...demoNames.map((n) => `"name":"${n}"`), words, 'MARKED-client', 'MARKED-source', 'MARKED-place'])].filter(Boolean);
    for (const secret of [own.name, words, 'MARKED-client', 'MARKED-place']) expect(mine.some((t) => t.includes(secret)), secret).toBe(true);
    const names = walls.flatMap((text) => secrets.filter((s) => text.includes(s)).map((s) => `${s} in ${text.slice(0, 80)}`));
    expect(names).toEqual([]);
    expect(walls.join('\n')).toContain(made.number); // it sees the matter itself

    const one = await client.read(`/api/v1/incidents/${made.id}`);
    expect(one).toMatchObject({ description: null, place: null, attributes: null, reporter: null, source: null, client_id: null });
    expect(one.responsible).toMatchObject({ id: null, name: null, post: made.responsible.post });
    expect(one.why).not.toBe(made.why);
    const [event] = (await client.read(`/api/v1/incidents/${made.id}/events`)).items;
    expect(event).toMatchObject({ kind: 'incident.reported', actor: null, body: {}, values: {}, private: {} });
    for (const w of (await client.read('/api/v1/workers')).items) expect(w.name).toBeNull();
  });

  test('is told that staff changed, and not who', async () => {
    const [person] = await admin.all('/api/v1/staff?limit=1');
    const { client } = await wall('told-of-staff');
    const feed = await client.feed();
    await feed.next('hello');
    const { name, phone, org, full_time, version } = person;
    expect((await admin.put(`/api/v1/staff/${person.id}`, { name, phone, org, full_time, version, reason: '测试' })).status).toBe(200);
    expect((await feed.next('staff')).data).toMatchObject({ kind: 'staff.changed', subject: 'staff' });
    feed.close();
  });

  test('from any route there is, also one that is new, holds none either', async () => {
    const staff = await desk.all('/api/v1/staff?limit=1000');
    const { client } = await wall('walker');
    const own = staff.find((p) => p.posts.length > 0)!;
    const secrets = staff.flatMap((p) => [p.name, p.phone]).filter(Boolean);
    const keys = [own.id, own.posts[0].grid, (await client.read('/api/v1/incidents?limit=1')).items[0].id, root];
    const { paths } = await desk.read('/api/openapi.json');
    let answered = 0;
    for (const [path, methods] of Object.entries<Json>(paths)) {
      if (!methods.get || path === '/api/v1/events' || path.includes('{z}')) continue;
      const asks = (methods.get.parameters ?? []).some((p: Json) => p.name === 'q');
      for (const key of path.includes('{') ? keys : [''])
        for (const query of asks ? ['', `?q=${encodeURIComponent(own.name)}`, `?q=${own.phone}`] : [''])
          for (const lang of ['zh', 'en']) {
            const answer = await client.get(`${path.replace(/\{\w+\}/g, key)}${query}`, { 'Accept-Language': lang });
            if (answer.status !== 200) continue;
            answered++;
            const text = asks ? JSON.stringify({ ...answer.json, next: null, q: null }) : answer.text;
            expect(secrets.filter((s) => text.includes(s)), `${path} ${key} ${query}`).toEqual([]);
          }
    }
    expect(answered).toBeGreaterThan(20);
  });

  test('names again as soon as another grant is in force', async () => {
    const name = 'both-roles';
    for (const role of ['wall', 'dispatcher']) expect((await wangge(['user', 'add', name, '--db', server.db, '--role', role, '--area', root], 'a-password')).code).toBe(0);
    const both = await Client.signIn(server.base, name, 'a-password');
    expect((await both.read('/api/v1/incidents?limit=50')).items.some((i: Json) => i.description !== null)).toBe(true);
    const demo = await Client.signIn(server.base, 'wall', demoPassword);
    expect((await demo.read('/api/v1/incidents?limit=50')).items.every((i: Json) => i.description === null)).toBe(true);
  });
});
