// The wall tells of grids without anybody and of what waits for the centre: each counter lists what it counts, the map
// hatches the grids, and both change by themselves.
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Json } from '../support/client.ts';
import type { Server } from '../support/server.ts';
import { fresh, live, look, mapReady, newContext, post, serve, signIn } from './page.ts';

let server: Server;
test.beforeAll(async () => { server = await serve(); });
test.afterAll(() => server.stop());

test('unmanned grids and the queue are counted, listed, hatched, and kept true', async ({ browser }) => {
  const admin = await server.as('admin');
  const grid = (await admin.read('/api/v1/grids?limit=1')).items[0] as Json;
  const at = { lon: (grid.bbox[0] + grid.bbox[2]) / 2, lat: (grid.bbox[1] + grid.bbox[3]) / 2 };
  const context = await newContext(browser, { viewport: { width: 1440, height: 900 } });
  const { page, faults } = await fresh(context, server.base);
  await signIn(page, server.base, 'admin');
  await live(page);
  await mapReady(page);
  const unmanned = page.locator('[data-count=unmanned]');
  const number = async (name: string) => Number((await page.locator(`[data-count=${name}]`).textContent())!.replace(/\D/g, ''));
  await expect(unmanned).toHaveText(/\d/);
  const before = await number('unmanned'), waited = await number('queue');

  for (const p of (await admin.all(`/api/v1/staff?grid=${grid.code}&limit=1000`)) as Json[]) {
    const posts = p.posts.filter((x: Json) => x.grid !== grid.code);
    expect((await admin.put(`/api/v1/staff/${p.id}/posts`, { posts, reason: '空岗', version: p.version, confirm: true })).status).toBe(200);
  }
  const duty = async () => (await admin.read('/api/v1/duty?limit=100000')) as Json;
  await expect.poll(async () => (await duty()).now.some((x: Json) => x.grid.code === grid.code)).toBe(true);
  const total = (await duty()).unmanned;
  expect(total).toBeGreaterThanOrEqual(before);
  await expect.poll(() => number('unmanned')).toBe(total); // nobody has asked for it
  await page.locator('button:has([data-count=unmanned])').click();
  await expect(page.locator('.panel [data-unmanned]')).toHaveCount((await duty()).now.length + (await duty()).soon.length);
  await page.locator(`.panel [data-unmanned="${grid.code}"]`).first().click();
  await look(page, at.lon, at.lat, 14);
  const hatched = () => page.evaluate((code) => {
    const map = (document.querySelector('#map') as unknown as { map: { queryRenderedFeatures(o: object): Json[] } }).map;
    return map.queryRenderedFeatures({ layers: ['grid-unmanned'] }).some((f) => f.id === code && f.state?.unmanned === true);
  }, grid.code);
  await expect.poll(hatched).toBe(true);
  await page.screenshot({ path: join(import.meta.dirname, 'results', 'duty-unmanned.png') });

  const made = await post(admin, at.lon, at.lat);
  await expect.poll(() => number('queue')).toBe(waited + 1);
  await page.locator('button:has([data-count=queue])').click();
  await expect(page.locator(`.panel [data-queued="${made.id}"]`)).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id)).toEqual([]);
  await page.screenshot({ path: join(import.meta.dirname, 'results', 'duty-queue.png') });
  await page.locator(`.panel [data-queued="${made.id}"]`).click();
  await expect(page.locator('.panel')).toContainText(made.number);
  expect(faults).toEqual([]);
  await context.close();
});
