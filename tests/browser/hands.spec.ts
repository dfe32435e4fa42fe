// What a newcomer meets: incidents on top of each other, an empty district, a small screen, the reader's language.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { scratch, type Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';
import { drawn, fresh, live, look, mapReady, newContext, onPage, post, serve, signIn, someGrid } from './page.ts';

let server: Server;
test.beforeAll(async () => { server = await serve(); });
test.afterAll(() => server.stop());

test('incidents at one place are counted, and a click asks which is meant', async ({ browser }) => {
  const client = await server.as('dispatcher');
  const { lon, lat } = await someGrid(client, 11);
  const made = [await post(client, lon, lat), await post(client, lon, lat), await post(client, lon, lat)];
  const context = await newContext(browser);
  const { page, faults } = await fresh(context, server.base);
  await signIn(page, server.base, 'dispatcher');
  await live(page);
  await mapReady(page);
  await look(page, lon, lat, 17);
  await mapReady(page);
  await expect.poll(async () => (await drawn(page, ['incident-stack'])).map((f) => f.stack)).toContain(3);
  const at = await onPage(page, lon, lat);
  await page.mouse.click(at.x, at.y);
  await expect(page.locator('[data-panel=several] h2')).toHaveText('这里有 3 件事件');
  await page.screenshot({ path: join(import.meta.dirname, 'results', 'several.png') });
  const listed = await page.locator('[data-several]').evaluateAll((all) => all.map((e) => e.getAttribute('data-several')));
  expect(listed).toEqual(made.map((m) => m.id).reverse());
  await page.locator(`[data-several="${made[1]!.id}"]`).click();
  await expect(page.locator('[data-panel=incident] h2')).toContainText(made[1]!.number);
  expect(faults).toEqual([]);
  await context.close();
});

test('who may not see incidents is told so, rather than that there are none', async ({ browser }) => {
  const context = await newContext(browser);
  const { page } = await fresh(context, server.base);
  await signIn(page, server.base, 'security');
  await live(page);
  await expect(page.locator('.counters-none')).toContainText('无权查看事件');
  await expect(page.locator('.tab-panel')).toContainText('无权查看事件');
  await context.close();
});

test('on a phone the report finds the map free, and who is signed in is seen', async ({ browser }) => {
  const context = await newContext(browser, { viewport: { width: 390, height: 844 } });
  const { page } = await fresh(context, server.base);
  await signIn(page, server.base, 'dispatcher');
  await live(page);
  await mapReady(page);
  for (const id of ['open', 'today', 'overdue', 'unassigned', 'workers']) {
    const box = (await page.locator(`[data-count=${id}]`).boundingBox())!;
    expect(box.x + box.width, id).toBeLessThanOrEqual(390);
  }
  await expect(page.locator('.clock-time')).toBeVisible();
  await expect(page.locator('.who-name b')).toBeVisible();
  await page.locator('.legend-head').click();
  await expect(page.locator('.legend-body')).toBeVisible();
  await page.getByRole('button', { name: '上报事件' }).click();
  await expect(page.locator('.map-hint')).toBeVisible();
  await expect(page.locator('.legend-body')).toHaveCount(0);
  await page.screenshot({ path: join(import.meta.dirname, 'results', 'phone-report.png') });
  await context.close();
});

test('the page speaks the browser\'s language until the reader chooses', async ({ browser }) => {
  for (const [locale, button] of [['en-US', 'Sign in'], ['zh-TW', '登录'], ['fr-FR', '登录']] as const) {
    const context = await newContext(browser, { locale });
    const { page } = await fresh(context, server.base);
    await page.goto(server.base);
    await expect(page.locator('button[type=submit]'), locale).toHaveText(button);
    await context.close();
  }
});

test('an empty district says what to do, and fills by itself', async ({ browser }) => {
  const db = join(scratch(), 'empty.db');
  const made = await wangge(['init', '--db', db]);
  const password = /(?:password|密码)[^\n]*?[:：]\s*(\S+)/i.exec(made.out)![1]!;
  const own = await serve(db);
  const context = await newContext(browser);
  const { page, faults } = await fresh(context, own.base);
  await page.goto(own.base);
  await page.locator('input[name=username]').fill('admin');
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await live(page);
  await mapReady(page);
  await expect(page.locator('.map-empty')).toContainText('wangge import grids');
  await page.screenshot({ path: join(import.meta.dirname, 'results', 'empty.png') });
  const square = (code: string, x: number) => ({
    type: 'Feature', properties: { code, name: `第${code.at(-1)}网格` },
    geometry: { type: 'Polygon', coordinates: [[[x, 29], [x + 0.01, 29], [x + 0.01, 29.01], [x, 29.01], [x, 29]]] },
  });
  const file = join(scratch(), 'grids.geojson');
  writeFileSync(file, JSON.stringify({ type: 'FeatureCollection', features: [square('990101001001001', 119), square('990101001001002', 119.01)] }));
  const run = await wangge(['import', 'grids', file, '--db', db]);
  expect(run.code, run.err).toBe(0);
  await expect(page.locator('.map-empty')).toHaveCount(0);
  await mapReady(page);
  await expect.poll(async () => (await drawn(page, ['grid-line', 'grid-fill'])).map((f) => f.code)).toContain('990101001001002');
  expect(faults).toEqual([]);
  await context.close();
  await own.stop();
});
