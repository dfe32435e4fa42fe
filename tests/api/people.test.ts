// Staff, posts with their shifts, and live positions: lists that are walked page by page.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, type Json, expectProblem } from '../support/client.ts';
import { scratch, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

let server: Server;
let desk: Client;
beforeAll(async () => {
  server = await Server.start();
  desk = await server.as('dispatcher');
});
afterAll(() => server.stop());

test('the list of staff is walked without a repeat or a gap, and bounded by area and grid', async () => {
  const all = await desk.all('/api/v1/staff?limit=7');
  const ids = all.map((p) => Number(p.id));
  expect(ids.length).toBeGreaterThan(20);
  expect([...new Set(ids)].sort((a, b) => a - b)).toEqual(ids);
  const grid = (await desk.read('/api/v1/grids?limit=1')).items[0];
  const serving = await desk.all(`/api/v1/staff?grid=${grid.code}`);
  expect(serving.map((p) => p.id)).toEqual(all.filter((p) => p.posts.some((x: Json) => x.grid === grid.code)).map((p) => p.id));
  const grids = new Set((await desk.all(`/api/v1/grids?area=${grid.area.code}&limit=1000`)).map((g) => g.code));
  const here = await desk.all(`/api/v1/staff?area=${grid.area.code}&limit=3`);
  expect(here.map((p) => p.id)).toEqual(all.filter((p) => p.posts.some((x: Json) => grids.has(x.grid))).map((p) => p.id));
});

test('a grid tells who serves it, when, and whether now', async () => {
  const grid = (await desk.read('/api/v1/grids?limit=1')).items[0].code;
  const file = join(scratch(), 'staff.csv');
  writeFileSync(file, `code,name,phone,post,grid,shifts\nn1,夜班员,19900000088,officer,${grid},Mon-Fri 20:00-06:00\n`);
  expect((await wangge(['import', 'staff', file, '--db', server.db])).code).toBe(0);
  const one = await desk.read(`/api/v1/grids/${grid}`);
  const night = one.posts.find((p: Json) => p.name === '夜班员');
  expect(night.shifts).toEqual([{ days: [1, 2, 3, 4, 5], from: '20:00', to: '06:00' }]);
  expect(typeof night.on_duty).toBe('boolean');
  expect(night.phone).toBe('19900000088');
  const open = (await desk.all(`/api/v1/incidents?grid=${grid}&state=open&limit=1000`)).length;
  expect(one.open).toBe(open);
});

test('positions are listed page by page, and name who moved', async () => {
  const all = await desk.all('/api/v1/workers?limit=1000');
  expect((await desk.all('/api/v1/workers?limit=1')).map((w) => w.id)).toEqual(all.map((w) => w.id));
  expectProblem(await desk.get('/api/v1/workers?limit=0'), 400, 'limit');
  expectProblem(await desk.get('/api/v1/workers?after=x'), 400, 'after');
});

test('a worker who is renamed is renamed on the map', async () => {
  const worker = await server.as('worker');
  const [x0, y0, x1, y1] = (await desk.read('/api/v1/grids?limit=1')).items[0].bbox;
  const at = { lon: (x0 + x1) / 2, lat: (y0 + y1) / 2 };
  await worker.post('/api/v1/positions', { device: 'p', positions: [{ counter: 1, ...at, fixed_at: new Date().toISOString() }] });
  const z = 14;
  const x = Math.floor(((at.lon + 180) / 360) * 2 ** z);
  const y = Math.floor(((1 - Math.asinh(Math.tan((at.lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z);
  const tile = `/tiles/workers/${z}/${x}/${y}.mvt`;
  const me = (await desk.all('/api/v1/staff?limit=1000')).find((p) => p.id === worker.account.staff.id);
  expect((await desk.get(tile)).text).toContain(me.name);
  const file = join(scratch(), 'staff.csv');
  const rows = me.posts.map((p: Json) => `${me.code},改名后的人,${me.phone},${p.post},${p.grid}`);
  writeFileSync(file, ['code,name,phone,post,grid', ...rows, ''].join('\n'));
  const run = await wangge(['import', 'staff', file, '--db', server.db]);
  expect(run.code, run.err).toBe(0);
  expect((await desk.get(tile)).text).toContain('改名后的人');
});
