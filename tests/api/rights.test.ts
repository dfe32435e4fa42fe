// Role × area × party: what each account sees on lists, tiles, feed and counters is the same, and is all it may see.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type Json, expectProblem } from '../support/client.ts';
import { demoNames, scratch, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

let server: Server;
let desk: Client; // the district's dispatcher
let here: Client, there: Client, planner: Client; // of two communities
let a: Json, b: Json; // a grid in each
let ordinary: string, restricted: string;

const middle = (grid: Json) => ({ lon: (grid.bbox[0] + grid.bbox[2]) / 2, lat: (grid.bbox[1] + grid.bbox[3]) / 2 });
const report = async (grid: Json, category: string) => (await desk.post('/api/v1/incidents', { ...middle(grid), category })).json;

async function township(name: string, role: string, area: string): Promise<Client> {
  expect((await wangge(['user', 'add', name, '--db', server.db, '--role', role, '--area', area], 'a-password')).code).toBe(0);
  return Client.signIn(server.base, name, 'a-password');
}

// A grid whose box's middle it owns, in the area.
async function gridIn(area: string): Promise<Json> {
  for (const grid of await desk.all(`/api/v1/grids?area=${area}&limit=200`)) {
    const { lon, lat } = middle(grid);
    if ((await desk.read(`/api/v1/resolve?lon=${lon}&lat=${lat}`)).grid?.code === grid.code) return grid;
  }
  throw new Error(`no grid in ${area}`);
}

beforeAll(async () => {
  server = await Server.start();
  desk = await server.as('dispatcher');
  const root = (await desk.read('/api/v1/me')).server.root.code;
  const [first, second] = (await desk.all(`/api/v1/areas?level=village&limit=1000`)).filter((x) => x.grids > 1);
  here = await township('here', 'dispatcher', first.code);
  there = await township('there', 'dispatcher', second.code);
  planner = await township('only-ordinary', 'planner', root);
  a = await gridIn(first.code);
  b = await gridIn(second.code);
  const items: Json[] = (await desk.read('/api/v1/categories')).items;
  ordinary = items.find((c) => c.class === 'ordinary').code;
  restricted = items.find((c) => c.class === 'restricted').code;
});
afterAll(() => server.stop());

describe('an area', () => {
  test('bounds lists, one incident, and counters', async () => {
    const mine = await report(a, ordinary);
    const other = await report(b, ordinary);
    const ids = (await here.all('/api/v1/incidents?limit=1000')).map((i) => i.id);
    expect(ids).toContain(mine.id);
    expect(ids).not.toContain(other.id);
    expect((await here.get(`/api/v1/incidents/${mine.id}`)).status).toBe(200);
    expectProblem(await here.get(`/api/v1/incidents/${other.id}`), 404);
    expectProblem(await here.get(`/api/v1/incidents/${other.id}/events`), 404);
    const [all, ours, theirs] = await Promise.all([desk, here, there].map((c) => c.read('/api/v1/overview')));
    expect(ours.open).toBeLessThan(all.open);
    expect(ours.open + theirs.open).toBeLessThanOrEqual(all.open);
  });

  test('bounds the feed', async () => {
    const feed = await here.feed();
    await feed.next('hello');
    const other = await report(b, ordinary);
    const mine = await report(a, ordinary);
    const message = await feed.next('incident');
    expect(message.data.incident.id).toBe(mine.id); // the other one came first, and not here
    expect(JSON.stringify(feed.messages)).not.toContain(other.number);
    feed.close();
  });

  test('bounds tiles, and two of one township share theirs', async () => {
    const { lon, lat } = middle(b);
    const z = 14;
    const x = Math.floor(((lon + 180) / 360) * 2 ** z);
    const y = Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z);
    const other = await report(b, ordinary);
    const tile = `/tiles/incidents/${z}/${x}/${y}.mvt`;
    expect((await there.get(tile)).text).toContain(other.number);
    expect((await here.get(tile)).text).not.toContain(other.number);
    const colleague = await township('colleague', 'dispatcher', there.account.grants[0].area.code);
    expect((await colleague.get(tile)).headers.get('etag')).toBe((await there.get(tile)).headers.get('etag'));
  });
});

describe('land that moves to another township', () => {
  test('takes its incidents out of the sight of the old one at once, on lists, counters and tiles', async () => {
    const townships = await desk.all('/api/v1/areas?level=township&limit=1000');
    const villages = await desk.all('/api/v1/areas?level=village&limit=1000');
    const moved = villages.find((v) => v.grids > 0 && v.code !== a.area.code && v.code !== b.area.code)!;
    const other = townships.find((t) => t.code !== moved.parent) ?? { code: '990101999000' };
    const old = await township('old-township', 'dispatcher', moved.parent);
    const grid = await gridIn(moved.code);
    const { lon, lat } = middle(grid);
    const x = Math.floor(((lon + 180) / 360) * 2 ** 14);
    const y = Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** 14);
    const tile = `/tiles/incidents/14/${x}/${y}.mvt`;
    const incident = await report(grid, ordinary);
    expect((await old.get(tile)).text).toContain(incident.number);
    const before = await old.read('/api/v1/overview');

    const file = join(scratch(), 'moved.csv');
    writeFileSync(file, `code,name,parent\n${moved.code},移走的社区,${other.code}\n`);
    const run = await wangge(['import', 'areas', file, '--db', server.db, '--parent-field', 'parent']);
    expect(run.code, run.err).toBe(0);

    expect((await old.get(tile)).text).not.toContain(incident.number);
    expect((await old.all('/api/v1/incidents?limit=1000')).map((i) => i.id)).not.toContain(incident.id);
    expectProblem(await old.get(`/api/v1/incidents/${incident.id}`), 404);
    expect((await old.read('/api/v1/overview')).open).toBeLessThan(before.open);
    expect((await desk.get(tile)).text).toContain(incident.number);
  });
});

describe('a restricted incident', () => {
  test('is a number and nothing else to one without the right', async () => {
    const before = await planner.read('/api/v1/overview');
    const feed = await planner.feed();
    await feed.next('hello');
    const secret = await report(a, restricted);
    expect((await feed.next('count')).data).toEqual({ seq: secret.seq, class: 'restricted' });
    expect(JSON.stringify(feed.messages)).not.toContain(secret.number);
    feed.close();
    const after = await planner.read('/api/v1/overview');
    expect(after.restricted).toBe(before.restricted + 1);
    expect(after.open).toBe(before.open);
    expectProblem(await planner.get(`/api/v1/incidents/${secret.id}`), 404);
    expect((await planner.all('/api/v1/incidents?limit=1000')).map((i) => i.id)).not.toContain(secret.id);
    expect((await desk.read(`/api/v1/incidents/${secret.id}`)).class).toBe('restricted');
  });
});

describe('a party', () => {
  test('a department sees no more than what was handed to it or it reported', async () => {
    const department = await server.as('department');
    const other = await report(a, ordinary);
    expectProblem(await department.get(`/api/v1/incidents/${other.id}`), 404);
    const own = (await department.post('/api/v1/incidents', { ...middle(a), category: ordinary })).json;
    const seen = (await department.all('/api/v1/incidents?mine=1&limit=1000')).map((i) => i.id);
    expect(seen).toContain(own.id);
    expect(seen).not.toContain(other.id);
  });

  test('does not carry out files without the right to export', async () => {
    for (const name of ['department', 'worker'] as const) {
      const client = await server.as(name);
      expect((await client.get('/api/v1/incidents')).status).toBe(200);
      expectProblem(await client.get('/api/v1/incidents?format=geojson'), 403);
    }
    expect((await planner.get('/api/v1/incidents?format=geojson')).status).toBe(200);
  });

  test('a worker sees what it answers for', async () => {
    const worker = await server.as('worker');
    const staff = worker.account.staff.id;
    const seen = await worker.all('/api/v1/incidents?limit=1000');
    expect(seen.length).toBeGreaterThan(0);
    for (const i of seen) expect(i.responsible?.id === staff || i.reporter?.id === worker.account.id).toBe(true);
  });
});

describe('every route', () => {
  test('refuses one who is not signed in, or tells of health', async () => {
    const { paths } = await desk.read('/api/openapi.json');
    for (const [path, methods] of Object.entries<Json>(paths))
      for (const [method, operation] of Object.entries<Json>(methods)) {
        if (operation.security.length === 0) continue;
        const url = path.replace('{layer}/{z}/{x}/{y}', 'grids/0/0/0').replace('{layer}', 'grids').replace(/\{\w+\}/, '1');
        const answer = await server.nobody().send(method.toUpperCase(), url, method === 'get' ? undefined : '{}');
        expectProblem(answer, 401);
      }
  });

  test('has an answer that is no server error for every role', async () => {
    const { paths } = await desk.read('/api/openapi.json');
    for (const name of demoNames) {
      const client = await server.as(name);
      for (const [path, methods] of Object.entries<Json>(paths)) {
        if (!methods.get || path === '/api/v1/events') continue;
        const url = path.replace('{layer}/{z}/{x}/{y}', 'grids/0/0/0').replace('{layer}', 'grids').replace(/\{\w+\}/, '1');
        const answer = await client.get(url);
        expect(answer.status, `${name} ${url}`).toBeLessThan(500);
      }
    }
  });
});
