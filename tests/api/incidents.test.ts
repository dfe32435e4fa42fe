// A report from the door to the chain: owner, number, times, datum, idempotence, lists and pages.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, type Json, expectProblem } from '../support/client.ts';
import { Server } from '../support/server.ts';

let server: Server;
let desk: Client;
let category: string;
let spot: { lon: number; lat: number; grid: string };

// A point well inside some grid: found through the server's own list, checked by resolve.
async function inside(client: Client): Promise<typeof spot> {
  for (const grid of (await client.read('/api/v1/grids?limit=200')).items) {
    const [x0, y0, x1, y1] = grid.bbox;
    const at = { lon: (x0 + x1) / 2, lat: (y0 + y1) / 2 };
    const answer = await client.read(`/api/v1/resolve?lon=${at.lon}&lat=${at.lat}`);
    if (answer.how === 'inside' && answer.grid.code === grid.code) return { ...at, grid: grid.code };
  }
  throw new Error('no grid holds the middle of its box');
}

beforeAll(async () => {
  server = await Server.start();
  desk = await server.as('dispatcher');
  const items = (await desk.read('/api/v1/categories')).items as Json[];
  category = items.find((c) => c.class === 'ordinary' && c.rules.limits.accept).code;
  spot = await inside(desk);
});
afterAll(() => server.stop());

const report = (more: Json = {}) => desk.post('/api/v1/incidents', { lon: spot.lon, lat: spot.lat, category, ...more });

describe('a report', () => {
  test('comes back whole, owned as resolve says, numbered in its area', async () => {
    const answer = await report({ description: '井盖破损\n"有人"绊倒', accuracy_m: 8.5, source: 'hotline', category: 'c101', attributes: { cover: '雨水' } });
    expect(answer.status).toBe(201);
    const i = answer.json;
    const owner = await desk.read(`/api/v1/resolve?lon=${spot.lon}&lat=${spot.lat}`);
    expect(i.grid.code).toBe(spot.grid);
    expect(i.responsible?.id ?? null).toBe(owner.responsible?.id ?? null);
    expect(i.why).toBe(owner.why);
    expect(i.grid.plan_version).toBe(owner.plan_version);
    expect(i.number).toMatch(new RegExp(`^${i.area.code}-\\d{8}-\\d{4,}$`));
    expect(i.description).toBe('井盖破损\n"有人"绊倒');
    expect(i.attributes).toEqual({ cover: '雨水' });
    expect(Date.parse(i.deadlines.accept)).toBeGreaterThan(Date.parse(i.received_at));
    expect(answer.headers.get('location')).toBe(`/api/v1/incidents/${i.id}`);
    expect(await desk.read(`/api/v1/incidents/${i.id}`)).toEqual(i);
    expect((await desk.read('/api/v1/incidents?limit=1')).items[0].id).toBe(i.id);
  });

  test('has its first event in the chain, without a personal word in the body', async () => {
    const i = (await report({ description: '李四电话 13900000000' })).json;
    const { items } = await desk.read(`/api/v1/incidents/${i.id}/events`);
    expect(items).toHaveLength(1);
    expect(items[0].kind).toBe('incident.reported');
    expect(items[0].seq).toBe(i.seq);
    expect(JSON.stringify(items[0].body)).not.toMatch(/李四|13900000000/);
    expect(items[0].private.description).toBe('李四电话 13900000000');
    expect(items[0].body.description).toMatch(/^[0-9a-f]{64}$/);
    expect(items[0].body.received_at).toBe(Date.parse(i.received_at)); // as it was hashed
    expect(Object.keys(items[0].values)).toEqual(Object.keys(items[0].body));
    expect(items[0].values).toMatchObject({ received_at: i.received_at, accept_due: i.deadlines.accept, how: i.how });
  });

  test('of the same client_id is answered again, and refused with another body', async () => {
    const body = { lon: spot.lon, lat: spot.lat, category, client_id: 'phone-7:1', description: 'a' };
    const first = await desk.post('/api/v1/incidents', body);
    expect(first.status).toBe(201);
    const again = await desk.post('/api/v1/incidents', { description: 'a', client_id: 'phone-7:1', category, lat: spot.lat, lon: spot.lon });
    expect(again.status).toBe(200);
    expect(again.json).toEqual(first.json);
    expectProblem(await desk.post('/api/v1/incidents', { ...body, description: 'b' }), 422, 'client_id');
    const other = await (await server.as('leader')).post('/api/v1/incidents', body);
    expect(other.status).toBe(201); // another account's client_id is another one
    expect(other.json.id).not.toBe(first.json.id);
  });

  test('sent again later, with the clock of that moment, is the same one', async () => {
    const body = { lon: spot.lon, lat: spot.lat, category, client_id: 'offline-1', occurred_at: '2026-03-01T08:00:00Z' };
    const first = await desk.post('/api/v1/incidents', { ...body, sent_at: '2026-03-01T09:00:00Z' });
    expect(first.status).toBe(201);
    const again = await desk.post('/api/v1/incidents', { ...body, sent_at: '2026-03-01T10:30:00Z' });
    expect(again.status).toBe(200);
    expect(again.json).toEqual(first.json);
  });

  test('may have a hash as its client_id', async () => {
    const client_id = 'a3'.repeat(32);
    const first = await report({ client_id });
    expect(first.status).toBe(201);
    expect(first.json.client_id).toBe(client_id);
    expect((await report({ client_id })).json.id).toBe(first.json.id);
  });

  test('in a projected system is placed by PROJ', async () => {
    const i = await desk.post('/api/v1/incidents', { lon: 500_000, lat: 3_320_113.4, crs: 'EPSG:4549', category }); // 30° N on the central meridian
    expect(i.status).toBe(201);
    expect(i.json.lon).toBeCloseTo(120, 5);
    expect(i.json.lat).toBeCloseTo(30, 4);
    expect(i.json.raw.crs).toBe('EPSG:4549');
    expectProblem(await report({ crs: 'EPSG:999999' }), 400, 'crs');
    expectProblem(await desk.post('/api/v1/incidents', { crs: 'somewhere', category, place: { address: 'x' } }), 400, 'crs');
  });

  test('sent many times at once is one incident', async () => {
    const body = { lon: spot.lon, lat: spot.lat, category, client_id: 'burst' };
    const answers = await Promise.all(Array.from({ length: 24 }, () => desk.post('/api/v1/incidents', body)));
    expect(new Set(answers.map((a) => a.json.id)).size).toBe(1);
    expect(answers.filter((a) => a.status === 201)).toHaveLength(1);
  });

  test('in GCJ-02 keeps what was sent beside what was made of it', async () => {
    const raw = { lon: spot.lon + 0.0047, lat: spot.lat - 0.0025 };
    const i = (await desk.post('/api/v1/incidents', { ...raw, crs: 'gcj02', category })).json;
    expect(i.raw).toEqual({ lon: expect.closeTo(raw.lon, 9), lat: expect.closeTo(raw.lat, 9), crs: 'gcj02' });
    expect(Math.abs(i.lon - raw.lon)).toBeGreaterThan(0.001);
  });

  test('reckons its time of occurrence from the difference of the phone clock', async () => {
    const i = (await report({ occurred_at: '1999-12-31T23:00:00Z', sent_at: '2000-01-01T00:00:00Z' })).json;
    expect(Date.parse(i.received_at) - Date.parse(i.occurred_at)).toBe(3_600_000);
    expect(i.raw_occurred_at).toBe('1999-12-31T23:00:00Z');
    expectProblem(await report({ occurred_at: '1999-12-31T23:00:00Z' }), 400, 'occurred_at');
    expectProblem(await report({ occurred_at: '2999-01-01T00:00:00Z' }), 400, 'occurred_at');
  });

  test('without coordinates needs a place, and goes to the queue', async () => {
    expectProblem(await desk.post('/api/v1/incidents', { category }), 400, 'lon');
    const i = (await desk.post('/api/v1/incidents', { category, place: { address: '地下车库', building: '3', floor: '-2' } })).json;
    expect(i.lon).toBeNull();
    expect(i.grid).toBeNull();
    expect(i.place).toEqual({ address: '地下车库', building: '3', floor: '-2' });
    expectProblem(await desk.post('/api/v1/incidents', { category, place: { id: '999999999' } }), 400, 'place');
  });

  test('of an unknown category is refused, swapped coordinates are named as such', async () => {
    expectProblem(await report({ category: 'no-such' }), 400, 'category');
    const swapped = await report({ lon: spot.lat, lat: spot.lon });
    expectProblem(swapped, 400, 'lat');
    expect(swapped.json.detail).toMatch(/swapped/);
  });
});

describe('the list', () => {
  test('is walked page by page without a repeat or a gap', async () => {
    const all = await desk.all('/api/v1/incidents?limit=37');
    const ids = all.map((i) => Number(i.id));
    expect(ids.length).toBeGreaterThan(300);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort((a, b) => b - a)).toEqual(ids);
  });

  test('filters by grid, category, state and time', async () => {
    const i = (await report()).json;
    const by = (query: string) => desk.all(`/api/v1/incidents?limit=1000&${query}`);
    expect((await by(`grid=${i.grid.code}`)).every((x) => x.grid.code === i.grid.code)).toBe(true);
    expect((await by(`category=${category}`)).every((x) => x.category.code === category)).toBe(true);
    expect((await by('state=closed')).every((x) => x.state === 'closed')).toBe(true);
    expect((await by('state=open')).every((x) => x.open)).toBe(true);
    const since = await by(`since=${encodeURIComponent(i.received_at)}`);
    expect(since.map((x) => x.id)).toContain(i.id);
    expect((await by(`area=${i.area.code}`)).every((x) => x.area.code === i.area.code)).toBe(true);
    expectProblem(await desk.get('/api/v1/incidents?state=sleeping'), 400, 'state');
    expectProblem(await desk.get('/api/v1/incidents?area=000000000000'), 404, 'area');
    expectProblem(await desk.get('/api/v1/incidents?grid=nope'), 404, 'grid');
    expectProblem(await desk.get('/api/v1/staff?grid=nope'), 404, 'grid');
    expectProblem(await desk.get('/api/v1/incidents?category=nope'), 404, 'category');
  });

  test('as GeoJSON is made of points where they are', async () => {
    const page = await desk.get('/api/v1/incidents?format=geojson&limit=50');
    expect(page.headers.get('content-type')).toMatch(/^application\/geo\+json/);
    expect(page.json.type).toBe('FeatureCollection');
    const f = page.json.features.find((x: Json) => x.geometry);
    for (const x of page.json.features) expect(x.id).toBe(x.properties.id);
    expect(f.geometry.coordinates).toEqual([f.properties.lon, f.properties.lat]);
  });
});

describe('attributes', () => {
  const send = (of: string, attributes: Json) => report({ category: of, attributes });

  test('are those of the category', async () => {
    expect((await send('c101', { cover: '雨水' })).status).toBe(201);
    expect((await send('c102', { pole: 'A-12' })).status).toBe(201);
    expect((await send('c204', { size: 2.5 })).status).toBe(201);
    expect((await send('c204', { size: null })).status).toBe(201);
    expect((await send('c103', {})).status).toBe(201);
  });

  test('of another name, type or choice are refused by name', async () => {
    expectProblem(await send('c101', { depth: 3 }), 400, 'attributes.depth');
    expectProblem(await send('c101', { cover: '木' }), 400, 'attributes.cover');
    expectProblem(await send('c101', { cover: ['雨水'] }), 400, 'attributes.cover');
    expectProblem(await send('c102', { pole: 12 }), 400, 'attributes.pole');
    expectProblem(await send('c204', { size: '2' }), 400, 'attributes.size');
    expectProblem(await send('c103', { size: 2 }), 400, 'attributes.size');
  });
});

test('a place in words alone is told as such', async () => {
  const answer = await report({ lon: undefined, lat: undefined, place: { address: '中山路 12 号' } });
  expect(answer.status, answer.text).toBe(201);
  expect(answer.json.why).toMatch(/place in words and no position/);
  expect((await desk.read(`/api/v1/incidents/${answer.json.id}?lang=zh`)).why).toMatch(/没有坐标/);
});

test('one incident is not sent again while it is the same', async () => {
  const { id } = (await report()).json;
  const first = await desk.get(`/api/v1/incidents/${id}`);
  const again = await desk.get(`/api/v1/incidents/${id}`, { 'If-None-Match': first.headers.get('etag')! });
  expect(again.status).toBe(304);
  expect(again.text).toBe('');
  expect((await desk.get(`/api/v1/incidents/${id}?lang=zh`)).headers.get('etag')).not.toBe(first.headers.get('etag'));
});

test('the catalogue and the events of an incident go by pages', async () => {
  const all = (await desk.read('/api/v1/categories?limit=1000')).items;
  expect(await desk.all('/api/v1/categories?limit=7')).toEqual(all);
  const { id } = (await report()).json;
  expect(await desk.all(`/api/v1/incidents/${id}/events?limit=1`)).toHaveLength(1);
});

test('the counters move with a report', async () => {
  const before = await desk.read('/api/v1/overview');
  await report();
  const after = await desk.read('/api/v1/overview');
  expect(after.open).toBe(before.open + 1);
  expect(after.today).toBe(before.today + 1);
});
