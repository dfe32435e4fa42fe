// The command centre's wall: its sizes, filters, search, alarm, tour, and what it is worth after a day.
import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import type { Client, Json } from '../support/client.ts';
import { scratch, Server } from '../support/server.ts';
import { drawn, fresh, live, mapReady, newContext, post, serve, signIn, someGrid } from './page.ts';

let server: Server, client: Client;
test.beforeAll(async () => {
  server = await serve();
  client = await server.as('dispatcher');
});
test.afterAll(() => server.stop());

const HD = { width: 1920, height: 1080 };
async function open(browser: any, viewport = HD, hash = '', more: Json = {}): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
  const context = await newContext(browser, { viewport, ...more });
  const { page, faults } = await fresh(context, server.base);
  await signIn(page, server.base, 'dispatcher', hash);
  await live(page);
  return { context, page, faults };
}
const points = (page: Page, selector: string) => page.locator(selector).first().evaluate((e) => parseFloat(getComputedStyle(e).fontSize));
const shown = async (page: Page, id: string) => Number((await page.locator(`[data-count=${id}]`).innerText()).replace(/\D/g, ''));
async function someCategory(fits: (c: Json) => boolean): Promise<Json> {
  const { items } = await client.read('/api/v1/categories?limit=1000');
  return items.find((c: Json) => c.class === 'ordinary' && !c.retired && fits(c));
}

for (const [width, height] of [[1920, 1080], [3840, 2160]] as const) {
  test(`at ${width} × ${height} it is dark, all of it is in sight, and it can be read from five metres`, async ({ browser }) => {
    const { context, page, faults } = await open(browser, { width, height });
    await mapReady(page);
    await expect(page.locator('[data-hours=today]')).toBeVisible();
    await expect(page.locator('[data-load]').first()).toBeVisible();
    const box = await page.evaluate(() => [document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth]);
    expect(Math.max(...box)).toBeLessThanOrEqual(0);
    expect(await page.evaluate(() => getComputedStyle(document.body).colorScheme || getComputedStyle(document.documentElement).colorScheme)).toContain('dark');
    // Of a screen's height: a counter's number a twentieth, a row's title a fiftieth.
    expect(await points(page, '[data-count=open]')).toBeGreaterThan(height / 20);
    for (const s of ['.row-title', '.load-name', '.counter-label']) expect(await points(page, s), s).toBeGreaterThan(height / 52);
    // What stands at the edges is whole: the last button of the bar, the chart.
    for (const s of ['.bar-right .icon-button >> nth=-1', '.hours-chart', '.load', '.legend-bar']) {
      const at = (await page.locator(s).boundingBox())!;
      expect(at.x >= 0 && at.y >= 0 && at.x + at.width <= width && at.y + at.height <= height, s).toBe(true);
    }
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`)).toEqual([]);
    await page.screenshot({ path: join(import.meta.dirname, 'results', `centre-${width}.png`) });
    // A click opens an incident; the figures make room for it.
    await page.locator('.row button').first().click();
    await expect(page.locator('[data-panel=incident] [data-why]')).toBeVisible();
    await page.screenshot({ path: join(import.meta.dirname, 'results', `centre-${width}-incident.png`) });
    expect(faults).toEqual([]);
    await context.close();
  });
}

test('the hours of the day are the server\'s, and a new report raises them', async ({ browser }) => {
  const { context, page } = await open(browser);
  const { lon, lat } = await someGrid(client, 4);
  const before = await client.read('/api/v1/intake');
  await expect(page.locator('[data-hours=today]')).toHaveText(String(before.today));
  await post(client, lon, lat);
  await expect(page.locator('[data-hours=today]')).toHaveText(String(before.today + 1));
  await context.close();
});

test('filters narrow the counters, the list and the map alike, stand in the address, and are taken off', async ({ browser }) => {
  const { lon, lat } = await someGrid(client, 6);
  const at = await client.read(`/api/v1/resolve?lon=${lon}&lat=${lat}`);
  const grids = (await client.read('/api/v1/grids?limit=1000')).items;
  let nth = 7;
  while (grids[nth].area.code === at.area.code) nth++;
  const other = await someGrid(client, nth); // in another community
  const wanted = await someCategory((c) => c.severity === 1);
  const mine = await post(client, lon, lat, { category: wanted.code });
  const elsewhere = await someCategory((c) => c.severity === 1 && c.code !== wanted.code);
  const foreign = await post(client, other.lon, other.lat, { category: elsewhere.code });
  const { context, page, faults } = await open(browser);
  await mapReady(page);
  await page.getByRole('button', { name: '筛选' }).click();
  await page.locator('[data-filter=category]').selectOption(wanted.code);
  await expect.poll(() => page.url()).toContain(`category=${wanted.code}`);
  await expect(page.locator(`[data-incident="${mine.id}"]`)).toBeVisible();
  await expect(page.locator(`[data-incident="${foreign.id}"]`)).toHaveCount(0);
  const narrowed = await client.read(`/api/v1/overview?category=${wanted.code}`);
  await expect.poll(() => shown(page, 'open')).toBe(narrowed.open);
  // On the map: as many, in points and clusters together, as the server counts.
  await mapReady(page);
  const onMap = async () => {
    const seen = new Map((await drawn(page, ['incident-point', 'incident-cluster'])).map((f) => [f.id, f]));
    return [...seen.values()].reduce((sum, f) => sum + Number(f.count ?? 1), 0);
  };
  await expect.poll(onMap).toBe(narrowed.open);
  // What comes in meanwhile is sorted out as well.
  const late = await post(client, lon, lat, { category: wanted.code });
  await expect(page.locator(`[data-incident="${late.id}"]`)).toBeVisible();
  const not = await post(client, lon, lat, { category: elsewhere.code });
  await post(client, lon, lat, { category: wanted.code }).then((one) => expect(page.locator(`[data-incident="${one.id}"]`)).toBeVisible());
  await expect(page.locator(`[data-incident="${not.id}"]`)).toHaveCount(0);
  // Another desk opens the address and sees the same.
  const second = await context.newPage();
  await second.goto(page.url());
  await expect(second.locator(`[data-incident="${mine.id}"]`)).toBeVisible();
  await expect(second.locator(`[data-incident="${not.id}"]`)).toHaveCount(0);
  await second.close();
  // By area: the community of the place, found in the tree below its township.
  await page.locator('[data-filter=category]').selectOption('');
  const areas = new Map<string, Json>((await client.read('/api/v1/areas?limit=1000')).items.map((a: Json) => [a.code, a]));
  const township = areas.get(mine.area.code)!.parent;
  await page.locator('[data-filter=area]').selectOption(township);
  await expect.poll(() => page.url()).toContain(`area=${township}`);
  await page.locator('[data-filter=area]').selectOption(mine.area.code);
  await expect.poll(() => page.url()).toContain(`area=${mine.area.code}`);
  const there = await client.read(`/api/v1/overview?area=${mine.area.code}`);
  await expect.poll(() => shown(page, 'open')).toBe(there.open);
  await expect(page.locator(`[data-incident="${not.id}"]`)).toBeVisible();
  await expect(page.locator(`[data-incident="${foreign.id}"]`)).toHaveCount(0);
  await page.getByRole('button', { name: '取消筛选' }).click();
  await expect.poll(() => page.url()).not.toContain('area=');
  await expect.poll(async () => shown(page, 'open')).toBe((await client.read('/api/v1/overview')).open);
  expect(faults).toEqual([]);
  await context.close();
});

test('a counter lists what it counts, however old, and the same press takes it back', async ({ browser }) => {
  const { context, page, faults } = await open(browser);
  for (const [id, state] of [['overdue', 'overdue'], ['unassigned', 'queue']] as const) {
    const counted = await shown(page, id);
    const wanted = (await client.all('/api/v1/incidents?state=open&limit=1000')).filter((i: Json) => (state === 'overdue' ? i.overdue : i.responsible === null && i.org === null));
    expect(wanted).toHaveLength(counted);
    await page.locator('button.counter', { has: page.locator(`[data-count=${id}]`) }).click();
    await expect(page.locator('#list > li')).toHaveCount(counted);
    await page.locator('button.counter', { has: page.locator(`[data-count=${id}]`) }).click();
    await expect.poll(() => page.locator('#list > li').count()).toBeGreaterThan(counted);
  }
  expect(faults).toEqual([]);
  await context.close();
});

test('search finds a grid, a number, an address, initials and coordinates in another datum, by keyboard alone', async ({ browser }) => {
  const { lon, lat, resolved } = await someGrid(client, 11);
  const made = await post(client, lon, lat, { crs: 'gcj02' });
  const { context, page, faults } = await open(browser);
  await mapReady(page);
  const box = page.getByRole('combobox', { name: '搜索' });
  const look = async (text: string): Promise<void> => {
    await page.keyboard.press('/');
    await expect(box).toBeFocused();
    await box.fill(text);
    await expect(page.locator('[role=option]').first()).toBeVisible();
  };
  await look(resolved.grid.code);
  await expect(page.locator('[role=option]').first()).toHaveAttribute('data-hit', 'grid');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-panel=place]')).toContainText(resolved.grid.code);
  await expect.poll(async () => (await drawn(page, ['grid-chosen'])).map((f) => f.code)).toContain(resolved.grid.code);
  await page.keyboard.press('Escape');
  await look(made.number);
  await expect(page.locator('[role=option]').first()).toHaveAttribute('data-hit', 'incident');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-panel=incident]')).toContainText(made.number);
  await page.keyboard.press('Escape');
  // The same place as a phone's map gives it: the answer is the place itself.
  await look(`gcj02 ${made.raw.lon}, ${made.raw.lat}`);
  await expect(page.locator('[role=option]').first()).toHaveAttribute('data-hit', 'coordinate');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-panel=place]')).toContainText(`${made.lon.toFixed(7)}, ${made.lat.toFixed(7)}`);
  await page.keyboard.press('Escape');
  // The same numbers bare, with the datum chosen beside them.
  await expect(page.getByRole('combobox', { name: '坐标所用坐标系' })).toHaveCount(0);
  await look(`${made.raw.lon}, ${made.raw.lat}`);
  const datum = page.getByRole('combobox', { name: '坐标所用坐标系' });
  await datum.selectOption('gcj02');
  await expect(page.locator('[role=option]').first()).toContainText(made.lon.toFixed(7));
  await datum.selectOption('');
  await expect(page.locator('[role=option]').first()).toContainText(made.raw.lon.toFixed(7));
  // A township by the first letters of its name.
  const areas = (await client.read('/api/v1/areas?limit=1000')).items.filter((a: Json) => a.depth === 1);
  const name = areas[0].name.zh as string;
  await look(name.slice(0, 2));
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[role=option][aria-selected=true]')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await box.fill('zzzzqqqq');
  await expect(page.locator('[data-hits=none]')).toBeVisible();
  expect(faults).toEqual([]);
  await context.close();
});

test('an urgent incident rings until it is acknowledged, and stops the tour', async ({ browser }) => {
  const urgent = await someCategory((c) => c.severity === 3);
  const { lon, lat } = await someGrid(client, 8);
  const { context, page, faults } = await open(browser);
  await mapReady(page);
  await page.getByRole('button', { name: '自动巡览' }).click();
  await expect.poll(() => page.locator('[data-tour]').getAttribute('data-tour')).not.toBe('');
  await expect.poll(() => page.url()).toContain('tour=1');
  const other = await context.newPage(); // the same desk, a second window
  await other.goto(page.url());
  await live(other);
  const made = await post(client, lon, lat, { category: urgent.code });
  const alarm = page.locator('[data-alarm]');
  await expect(alarm).toHaveAttribute('data-alarm', made.id);
  await expect(page.locator('[data-tour]')).toHaveCount(0);
  const rung = async () => Number(await alarm.getAttribute('data-rung'));
  await expect.poll(rung).toBeGreaterThan(0);
  const once = await rung();
  await expect.poll(rung).toBeGreaterThan(once); // again, until somebody says so
  await page.screenshot({ path: join(import.meta.dirname, 'results', 'centre-urgent.png') });
  await alarm.getByRole('button', { name: '查看' }).click();
  await expect(page.locator('[data-panel=incident]')).toContainText(made.number);
  await expect(alarm).toBeVisible(); // looking is not acknowledging
  await page.locator('[data-acknowledge]').click();
  await expect(alarm).toHaveCount(0);
  await expect(other.locator('[data-alarm]')).toHaveCount(0);
  // An ordinary one does not ring.
  const calm = await post(client, lon, lat, { category: (await someCategory((c) => c.severity === 1)).code });
  await expect(page.locator(`[data-incident="${calm.id}"]`)).toBeVisible();
  await expect(alarm).toHaveCount(0);
  expect(faults).toEqual([]);
  await context.close();
});

test('a hand on the map ends the tour; light, dark and the desk\'s layout are kept', async ({ browser }) => {
  const { context, page } = await open(browser);
  await mapReady(page);
  await page.getByRole('button', { name: '自动巡览' }).click();
  await expect(page.locator('[data-tour]')).toBeVisible();
  await page.mouse.move(900, 500);
  await page.mouse.wheel(0, 120);
  await expect(page.locator('[data-tour]')).toHaveCount(0);
  await page.getByRole('button', { name: '换成浅色' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.getByRole('button', { name: '桌面布局' }).click();
  await expect(page.locator('[role=tab]')).toHaveCount(2);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await expect(page.locator('[role=tab]')).toHaveCount(2);
  await context.close();
});

test('a language from right to left turns the page round and nothing falls off it', async ({ browser }) => {
  const context = await newContext(browser, { viewport: HD });
  await context.addInitScript(() => localStorage.setItem('wangge.lang', 'pseudo'));
  const { page } = await fresh(context, server.base);
  await page.goto(`${server.base}/?dir=rtl`);
  await page.locator('input[name=username]').fill('dispatcher');
  await page.locator('input[name=password]').fill('wangge-demo');
  await page.locator('button[type=submit]').click();
  await expect(page.locator('.wall')).toBeVisible();
  await mapReady(page);
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  const side = (await page.locator('.side').boundingBox())!, figures = (await page.locator('.figures').boundingBox())!;
  expect(side.x).toBeGreaterThan(figures.x);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.screenshot({ path: join(import.meta.dirname, 'results', 'centre-rtl.png') });
  await context.close();
});

test('a raster base map from elsewhere, by configuration, and nothing else from there', async ({ browser }) => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  const asked: string[] = [];
  const stub = createServer((q, r) => {
    asked.push(q.url!);
    r.writeHead(200, { 'Content-Type': 'image/png', 'Access-Control-Allow-Origin': '*' }).end(png);
  });
  await new Promise<void>((ok) => stub.listen(0, '127.0.0.1', ok));
  const origin = `http://127.0.0.1:${(stub.address() as any).port}`;
  const config = join(scratch(), 'config.json');
  const raster = { urls: [`${origin}/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=KEY`], attribution: '桩图', minzoom: 1, maxzoom: 18 };
  writeFileSync(config, JSON.stringify({ raster }));
  const own = await Server.start(undefined, ['--web', process.env.WG_WEB!, '--config', config]);
  try {
    const context = await newContext(browser);
    const { page, faults } = await fresh(context, own.base);
    await signIn(page, own.base, 'dispatcher');
    await mapReady(page);
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    expect(asked.every((url) => /^\/wmts\?TILEMATRIX=\d+&TILEROW=\d+&TILECOL=\d+&tk=KEY$/.test(url))).toBe(true);
    await expect(page.locator('.map-credit')).toHaveText('桩图');
    expect(faults.filter((f) => f !== `request to ${origin}`)).toEqual([]);
    await page.locator('.legend-head').click();
    await page.getByLabel('影像底图').uncheck();
    await expect(page.locator('.map-credit')).toHaveCount(0);
    await expect.poll(async () => (await drawn(page, ['landuse', 'water', 'road-minor', 'road-primary', 'building'])).length).toBeGreaterThan(0);
    await context.close();
  } finally {
    await own.stop();
    stub.close();
  }
});

// A district of this size reports some 500 times a day.
test('after more than a day\'s traffic the page is no heavier', async ({ browser }) => {
  test.setTimeout(180_000);
  const { lon, lat } = await someGrid(client, 12);
  const category = (await someCategory((c) => c.severity === 1)).code;
  const { context, page } = await open(browser);
  await mapReady(page);
  const cdp = await context.newCDPSession(page);
  const heap = async (): Promise<number> => {
    await cdp.send('HeapProfiler.collectGarbage');
    return ((await cdp.send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize;
  };
  const traffic = async (n: number): Promise<void> => {
    let last = '';
    for (let i = 0; i < n; i += 10) {
      const made = await Promise.all(Array.from({ length: 10 }, (_, k) => post(client, lon + (k - 5) * 1e-3, lat + ((i / 10) % 9) * 1e-3, { category })));
      last = made[9]!.id;
    }
    await expect(page.locator(`[data-incident="${last}"]`)).toBeAttached();
  };
  await traffic(300); // the list fills
  const before = await heap();
  await traffic(900);
  const after = await heap();
  console.log(`heap after 300 reports ${(before / 1e6).toFixed(1)} MB, after 900 more ${(after / 1e6).toFixed(1)} MB`);
  expect(after - before).toBeLessThan(4e6);
  expect(await page.locator('#list > li').count()).toBeLessThanOrEqual(200);
  await context.close();
});
