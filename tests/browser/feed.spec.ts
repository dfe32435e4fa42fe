// The wall stays true: through a frozen server, a killed one, several tabs, workers on the move.
import { expect, test, type BrowserContext } from '@playwright/test';
import { demoDatabase, type Server } from '../support/server.ts';
import { drawn, fresh, live, look, mapReady, newContext, post, serve, signIn, someGrid } from './page.ts';

let context: BrowserContext;
test.beforeEach(async ({ browser }) => { context = await newContext(browser); });
test.afterEach(() => context.close());

test('a frozen server is told within 5 s, with the age of what is seen, and heals', async () => {
  const server = await serve();
  const client = await server.as('dispatcher');
  const { lon, lat } = await someGrid(client);
  const { page, faults } = await fresh(context, server.base);
  await signIn(page, server.base, 'dispatcher');
  await live(page);
  await mapReady(page);
  const before = Date.now();
  process.kill(server.pid, 'SIGSTOP');
  try {
    await expect(page.locator('[data-stale]')).toBeVisible({ timeout: 10_000 });
    const took = Date.now() - before;
    console.log(`frozen: told after ${took} ms`);
    expect(took).toBeLessThan(5_000);
    await expect(page.locator('[data-stale]')).toContainText(/\d+ 秒/);
    await expect(page.locator('.live')).toHaveAttribute('data-line', 'lost');
  } finally {
    process.kill(server.pid, 'SIGCONT');
  }
  await live(page);
  await expect(page.locator('[data-stale]')).toHaveCount(0);
  const made = await post(client, lon, lat);
  await expect(page.locator(`[data-incident="${made.id}"]`)).toBeVisible();
  expect(faults).toEqual([]);
  await server.stop();
});

test('a killed server is told within 5 s; what was posted while the wall was blind is there after', async () => {
  const db = demoDatabase();
  let server = await serve(db);
  const { lon, lat } = await someGrid(await server.as('dispatcher'));
  const { page, faults } = await fresh(context, server.base);
  await signIn(page, server.base, 'dispatcher', `#map=15/${lat}/${lon}`);
  await live(page);
  await mapReady(page);
  const first = await post(await server.as('dispatcher'), lon, lat);
  await expect(page.locator(`[data-incident="${first.id}"]`)).toBeVisible();
  const before = Date.now();
  await server.kill();
  await expect(page.locator('[data-stale]')).toBeVisible({ timeout: 10_000 });
  const took = Date.now() - before;
  console.log(`killed: told after ${took} ms`);
  expect(took).toBeLessThan(5_000);

  // The wall must not reach the new server before others have reported to it.
  await page.route('**/api/v1/**', (route) => route.abort());
  server = await serve(db, server.port);
  const client = await server.as('dispatcher');
  const missed = [];
  for (let i = 0; i < 3; i++) missed.push(await post(client, lon + (i + 1) * 4e-4, lat));
  await page.unroute('**/api/v1/**');

  await live(page);
  await expect(page.locator('[data-stale]')).toHaveCount(0);
  for (const one of [first, ...missed]) await expect(page.locator(`[data-incident="${one.id}"]`)).toBeVisible();
  await expect.poll(async () => (await drawn(page, ['incident-point'])).map((f) => f.id)).toEqual(expect.arrayContaining(missed.map((i) => i.id)));
  const after = await post(client, lon, lat + 4e-4); // and goes on
  await expect(page.locator(`[data-incident="${after.id}"]`)).toBeVisible();
  expect(faults).toEqual([]);
  await server.stop();
});

test('two tabs share one stream; when the one that holds it closes, the other goes on without a gap', async () => {
  const server = await serve();
  const client = await server.as('dispatcher');
  const { lon, lat } = await someGrid(client);
  const streams: string[] = [];
  context.on('request', (r) => {
    if (r.url().includes('/api/v1/events')) streams.push(r.url());
  });
  const one = await fresh(context, server.base);
  await signIn(one.page, server.base, 'dispatcher');
  await live(one.page);
  const two = await fresh(context, server.base);
  await two.page.goto(server.base);
  await live(two.page);
  const a = await post(client, lon, lat);
  await expect(one.page.locator(`[data-incident="${a.id}"]`)).toBeVisible();
  await expect(two.page.locator(`[data-incident="${a.id}"]`)).toBeVisible();
  expect(streams).toHaveLength(1);
  await one.page.close();
  const b = await post(client, lon + 1e-3, lat);
  await expect(two.page.locator(`[data-incident="${b.id}"]`)).toBeVisible();
  await live(two.page);
  expect(streams).toHaveLength(2);
  expect(streams[1]).toMatch(/after=\d+/);
  expect([...one.faults, ...two.faults]).toEqual([]);
  await server.stop();
});

test('a worker who moves, moves on the map', async () => {
  const server = await serve();
  const dispatcher = await server.as('dispatcher');
  const worker = await server.as('worker');
  const { lon, lat } = await someGrid(dispatcher);
  const { page, faults } = await fresh(context, server.base);
  await signIn(page, server.base, 'dispatcher');
  await live(page);
  await mapReady(page);
  await look(page, lon, lat, 15);
  let counter = Date.now();
  const move = async (dx: number) => {
    const answer = await worker.post('/api/v1/positions', {
      device: 'browser-test',
      positions: [{ counter: ++counter, lon: lon + dx, lat, crs: 'wgs84', accuracy_m: 8, fixed_at: new Date().toISOString() }],
    });
    expect(answer.status, answer.text).toBe(200);
  };
  const where = () => page.evaluate((id) => {
    const map = (document.querySelector('#map') as any).map;
    const f = map.queryRenderedFeatures({ layers: ['worker-moved'] }).find((f: any) => String(f.id) === id);
    return f ? f.geometry.coordinates[0] : null;
  }, String(worker.account.staff.id));
  await move(0);
  await expect.poll(where).toBeCloseTo(lon, 4);
  await move(1e-3);
  await expect.poll(where).toBeCloseTo(lon + 1e-3, 4);
  expect(faults).toEqual([]);
  await server.stop();
});

test('a session that ends takes the wall back to the door and says so', async () => {
  const server = await serve();
  const { page } = await fresh(context, server.base);
  await signIn(page, server.base, 'dispatcher');
  await live(page);
  await context.clearCookies();
  const other: Server = server;
  const client = await other.as('dispatcher');
  const { lon, lat } = await someGrid(client);
  await post(client, lon, lat); // the counters are asked for, and refused
  await expect(page.locator('input[name=username]')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: '登录已过期' })).toBeVisible();
  await server.stop();
});
