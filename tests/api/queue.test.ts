// The centre's queue: each reason a report waits for the centre, sorted by clock, and counted the same on the wall.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, expectProblem, type Json } from '../support/client.ts';
import { Server } from '../support/server.ts';

let server: Server;
let centre: Client;
let worker: Client;
let grid: Json;
let edge: { lon: number; lat: number };
let count = 0;

const report = async (more: Json): Promise<Json> => {
  const answer = await worker.post('/api/v1/incidents', { category: 'c101', client_id: `q-${++count}`, ...more });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
};
const queue = (query = '') => centre.all(`/api/v1/queue?limit=1000${query}`);
const waiting = async (id: string): Promise<Json> => (await queue()).find((x) => x.incident.id === id);
const act = async (i: Json, action: string, more: Json = {}): Promise<Json> => {
  const seen = await centre.read(`/api/v1/incidents/${i.id}`);
  const answer = await centre.post(`/api/v1/incidents/${i.id}/actions`, { action, client_id: `q-${++count}`, version: seen.version, ...more });
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};

beforeAll(async () => {
  server = await Server.start();
  centre = await server.as('dispatcher');
  worker = await server.as('worker');
  const page = await centre.read('/api/v1/grids?limit=1&format=geojson');
  grid = page.features[0];
  const ring = grid.geometry.type === 'Polygon' ? grid.geometry.coordinates[0] : grid.geometry.coordinates[0][0];
  edge = { lon: ring[0][0], lat: ring[0][1] }; // a corner of the grid
});
afterAll(() => server.stopWhole());

describe('the queue', () => {
  test('holds what is in no grid, on a line, and what a poor fix leaves open, until it is dispatched', async () => {
    const sea = await report({ lon: 100.5, lat: 5.5 });
    const loose = await report({ ...edge, accuracy_m: 60 });
    const admin = await server.as('admin');
    const nowhere = (await admin.all('/api/v1/queue?limit=1000')).find((x: Json) => x.incident.id === sea.id);
    expect(nowhere).toMatchObject({ reason: 'no-grid', candidates: [] });
    expect(nowhere.sentence).toMatch(/grid|网格/);
    const open = await waiting(loose.id);
    expect(['boundary', 'contested', 'overlap']).toContain(open.reason);
    expect(open.candidates.length).toBeGreaterThan(1);
    const sum = open.candidates.reduce((s: number, c: Json) => s + c.probability, 0);
    expect(sum).toBeGreaterThan(0.5);
    expect(sum).toBeLessThanOrEqual(1.001);
    await act(loose, 'accept');
    expect(await waiting(loose.id)).toBeTruthy();
    await act(loose, 'dispatch', { to_org: 'centre' });
    expect(await waiting(loose.id)).toBeUndefined();
  });

  test('a good fix in the middle of a grid that somebody answers for does not wait', async () => {
    const owners = await Promise.all(
      (await centre.read('/api/v1/grids?limit=40')).items.map(async (g: Json) => {
        const at = { lon: (g.bbox[0] + g.bbox[2]) / 2, lat: (g.bbox[1] + g.bbox[3]) / 2 };
        return { at, owner: await centre.read(`/api/v1/resolve?lon=${at.lon}&lat=${at.lat}&accuracy=2&accuracy_level=0.99`) };
      }),
    );
    const sure = owners.find((o) => o.owner.responsible?.id && o.owner.how === 'inside' && o.owner.candidates[0].probability > 0.999)!;
    expect(sure).toBeTruthy();
    const calm = await report({ ...sure.at, accuracy_m: 2 });
    expect(calm.responsible).toBeTruthy();
    expect(await waiting(calm.id)).toBeUndefined();
  });

  test('goes by clock, pages without a gap, and is counted the same in the overview', async () => {
    for (let k = 0; k < 5; k++) await report({ ...edge, accuracy_m: 80 });
    const all = await queue();
    const clocks = all.map((x) => (x.clock ? Date.parse(x.clock) : Infinity));
    expect(clocks).toEqual([...clocks].sort((a, b) => a - b));
    expect((await centre.all('/api/v1/queue?limit=2')).map((x) => x.incident.id)).toEqual(all.map((x) => x.incident.id));
    const by: Record<string, number> = {};
    for (const x of all) by[x.reason] = (by[x.reason] ?? 0) + 1;
    expect((await centre.read('/api/v1/overview')).queue).toEqual(by);
    for (const reason of Object.keys(by)) expect((await queue(`&reason=${reason}`)).length).toBe(by[reason]);
  });

  test('shows nobody more than they may see, and a wall no names', async () => {
    const seen = new Set((await centre.all('/api/v1/incidents?limit=1000')).map((i) => i.id));
    for (const x of await queue()) expect(seen.has(x.incident.id)).toBe(true);
    const wall = await (await server.as('wall')).all('/api/v1/queue?limit=1000');
    for (const x of wall) expect([x.incident.description, x.incident.reporter, x.incident.responsible?.name ?? null]).toEqual([null, null, null]);
    expect((await (await server.as('department')).all('/api/v1/queue?limit=1000')).every((x) => x.incident.id)).toBe(true);
    expectProblem(await centre.get('/api/v1/queue?reason=odd'), 400, 'reason');
    for (const after of ['x', '-', '1', '1-x', '99999999999999999999-1']) expectProblem(await centre.get(`/api/v1/queue?after=${after}`), 400, 'after');
    expectProblem(await centre.get('/api/v1/queue?area=none'), 404, 'area');
  });
});
