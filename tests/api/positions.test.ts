// Worker positions: batches by a device's own counter, the raw datum kept, seen on feed, list and tiles.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, type Json, expectProblem } from '../support/client.ts';
import { Server } from '../support/server.ts';

let server: Server;
let worker: Client;
let desk: Client;
let at: { lon: number; lat: number };
beforeAll(async () => {
  server = await Server.start();
  worker = await server.as('worker');
  desk = await server.as('dispatcher');
  const [x0, y0, x1, y1] = (await desk.read('/api/v1/grids?limit=1')).items[0].bbox;
  at = { lon: (x0 + x1) / 2, lat: (y0 + y1) / 2 };
});
afterAll(() => server.stop());

const fix = (counter: number, more: Json = {}) => ({ counter, ...at, fixed_at: new Date().toISOString(), ...more });
const send = (positions: Json[], device = 'phone-1') => worker.post('/api/v1/positions', { device, positions });

test('a batch moves the worker on the feed, the list and the tiles', async () => {
  const feed = await desk.feed();
  await feed.next('hello');
  const answer = await send([fix(1), fix(2, { lon: at.lon + 0.001, accuracy_m: 9 })]);
  expect(answer.json).toEqual({ taken: 2, repeated: 0, counter: 2 });
  const id = worker.account.staff.id;
  const moved = await feed.next('positions', (d) => d.workers.some((w: Json) => w.id === id));
  const seen = moved.data.workers.find((w: Json) => w.id === id);
  expect(seen.lon).toBeCloseTo(at.lon + 0.001, 6);
  expect(seen.accuracy_m).toBe(9);
  feed.close();
  const listed = (await desk.read('/api/v1/workers')).items.find((w: Json) => w.id === id);
  expect(listed.online).toBe(true);
  expect(listed.lon).toBeCloseTo(at.lon + 0.001, 6);
});

test('what was sent before is not taken again, and older news does not move the worker back', async () => {
  await send([fix(10)]);
  expect((await send([fix(10), fix(9)])).json).toEqual({ taken: 0, repeated: 2, counter: 10 });
  expect((await send([fix(12), fix(11), fix(13)])).json).toEqual({ taken: 2, repeated: 1, counter: 13 });
});

test('a fix that cannot be is refused by name, and none of its batch is taken', async () => {
  expectProblem(await send([fix(20), fix(21, { lat: 95 })]), 400, 'lat');
  expectProblem(await send([fix(20, { fixed_at: '1970-01-01T00:00:00Z' })]), 400, 'fixed_at');
  expectProblem(await send([fix(20, { fixed_at: '2999-01-01T00:00:00Z' })]), 400, 'fixed_at');
  expectProblem(await send([{ ...fix(20), counter: 0 }]), 400, 'counter');
  expectProblem(await send([fix(20)], 'no device!'), 400, 'device');
  expectProblem(await send(Array.from({ length: 1001 }, (_, k) => fix(20 + k))), 400, 'positions');
  expect((await send([fix(20)])).json.taken).toBe(1);
});

test('a fix in GCJ-02 stands where it was', async () => {
  await send([fix(2000, { crs: 'gcj02' })]);
  const listed = (await desk.read('/api/v1/workers')).items.find((w: Json) => w.id === worker.account.staff.id);
  expect(Math.abs(listed.lon - at.lon)).toBeGreaterThan(0.001);
});

test('an account without a worker has no position to send', async () => {
  expectProblem(await (await server.as('department')).post('/api/v1/positions', { device: 'x', positions: [] }), 403);
});
