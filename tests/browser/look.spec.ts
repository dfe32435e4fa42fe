// How it looks and reads: pictures to look at (tests/browser/results), axe, weight.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import type { Server } from '../support/server.ts';
import { fresh, live, look, mapReady, newContext, post, serve, signIn, someGrid } from './page.ts';

let server: Server;
test.beforeAll(async () => { server = await serve(); });
test.afterAll(() => server.stop());

async function sound(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const bad = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
  expect(bad.map((v) => `${what}: ${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`)).toEqual([]);
}
const picture = (page: Page, name: string) => page.screenshot({ path: join(import.meta.dirname, 'results', `${name}.png`) });

for (const [scheme, width, height] of [['light', 1440, 900], ['dark', 1440, 900], ['light', 390, 844]] as const) {
  const name = `${scheme}-${width}`;
  test(`axe finds nothing serious and the pictures are taken: ${name}`, async ({ browser }) => {
    const client = await server.as('dispatcher');
    const { lon, lat } = await someGrid(client, 5);
    const made = await post(client, lon, lat, { crs: 'gcj02', accuracy_m: 25, description: '三楼厨房冒烟，居民已疏散，消防车已到路口' });
    const context = await newContext(browser, { viewport: { width, height }, colorScheme: scheme });
    const { page, faults } = await fresh(context, server.base);
    await page.goto(server.base);
    await expect(page.locator('input[name=username]')).toBeVisible();
    await sound(page, 'door');
    await picture(page, `door-${name}`);
    await signIn(page, server.base, 'dispatcher');
    await live(page);
    await mapReady(page);
    await sound(page, 'wall');
    await picture(page, `wall-${name}`);
    // Nothing is wider than the screen.
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.locator('#tab-areas').click();
    await page.locator('.legend-head').click();
    await sound(page, 'areas');
    await picture(page, `areas-${name}`);
    await page.locator('.legend-head').click();
    await page.locator('#tab-stream').click();
    await look(page, made.lon, made.lat, 14.6);
    await page.locator(`[data-incident="${made.id}"]`).click();
    await expect(page.locator('[data-panel=incident] [data-event]')).toBeVisible();
    await mapReady(page);
    await sound(page, 'incident');
    await picture(page, `incident-${name}`);
    await page.keyboard.press('Escape');
    await expect(page.locator('.panel')).toHaveCount(0);
    await page.locator('.skip').nth(1).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await expect(page.locator('[data-panel=place] .button.wide')).toBeVisible();
    await page.locator('[data-panel=place] .button.wide').click();
    await expect(page.locator('[data-panel=report] [data-why]')).toBeVisible();
    await sound(page, 'report');
    await picture(page, `report-${name}`);
    await page.keyboard.press('Escape');
    process.kill(server.pid, 'SIGSTOP');
    try {
      await expect(page.locator('[data-stale]')).toBeVisible();
      await sound(page, 'stale');
      await picture(page, `stale-${name}`);
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    expect(faults).toEqual([]);
    await context.close();
  });
}

test('the page is light, and the door opens without the map', async ({ browser }) => {
  const folder = join(process.env.WG_WEB!, 'assets');
  const size = (name: string) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length;
  const files = readdirSync(folder).filter((f) => /\.(js|css)$/.test(f) && !f.startsWith('400-') && !/^(admin|desk|form)/.test(f)); // what the wall loads
  const map = files.filter((f) => /^(view|maplibre)/.test(f) && f.endsWith('.js')).reduce((sum, f) => sum + size(f), 0);
  const all = files.reduce((sum, f) => sum + size(f), 0);
  console.log(`gzip: map ${(map / 1000).toFixed(0)} kB, page in all ${(all / 1000).toFixed(0)} kB`);
  expect(map).toBeLessThan(450 * 1024);
  expect(all).toBeLessThan(530 * 1024); // with the words of all pages, in both languages
  const context = await newContext(browser);
  const { page } = await fresh(context, server.base);
  const asked: string[] = [];
  page.on('request', (r) => asked.push(new URL(r.url()).pathname));
  await page.goto(server.base);
  await expect(page.locator('input[name=username]')).toBeVisible();
  expect(asked.filter((p) => /view|maplibre|woff/.test(p))).toEqual([]);
  await context.close();
});
