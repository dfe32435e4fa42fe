// The bell of who is told, the counter of who was not reached, and the administrators' side of webhooks.
import { writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { demoDatabase, demoPassword, scratch, Server } from '../support/server.ts';
import type { Client, Json } from '../support/client.ts';
import { fresh, live, newContext, post, signIn, someGrid } from './page.ts';

let server: Server, centre: Client, http: HttpServer, status = 500;
const got: Json[] = [];
test.beforeAll(async () => {
  http = createServer((q, r) => {
    let text = '';
    q.on('data', (chunk) => (text += chunk));
    q.on('end', () => { got.push(JSON.parse(text)); r.writeHead(status).end(); });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const config = join(scratch(), 'config.json');
  writeFileSync(config, JSON.stringify({ notify_backoff_ms: 20, notify_tries: 2, webhook_private: true }));
  server = await Server.start(demoDatabase(), ['--web', process.env.WG_WEB!, '--config', config]);
  centre = await server.as('dispatcher');
});
test.afterAll(async () => {
  await server.stop();
  http.closeAllConnections();
  http.close();
});

let serial = 0;
async function act(client: Client, i: Json, action: string, more: Json = {}): Promise<Json> {
  const answer = await client.post(`/api/v1/incidents/${i.id}/actions`, { action, client_id: `bell-${++serial}`, version: i.version, ...more });
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}
async function dispatched(by: Client = centre): Promise<Json> {
  const { lon, lat } = await someGrid(centre);
  const i = await post(by, lon, lat);
  return act(centre, await act(centre, i, 'accept'), 'dispatch', { to_org: 'dept-urban' });
}
const shot = (page: Page, name: string) => page.screenshot({ path: `build/results/look/${name}.png` });
const axe = async (page: Page, within: string) => {
  const found = await new AxeBuilder({ page }).include(within).analyze();
  expect(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`)).toEqual([]);
};

test('the bell rings without a reload, its list opens the incident, and what was opened is read', async ({ browser }) => {
  const context = await newContext(browser);
  const { page, faults } = await fresh(context, server.base);
  await signIn(page, server.base, 'department');
  await live(page);
  await expect(page.locator('[data-bell="0"]')).toBeVisible();
  const department = await server.as('department');
  const first = await dispatched(department);
  await expect(page.locator('[data-bell="2"]')).toBeVisible(); // it was accepted, and handed over
  await dispatched();
  await expect(page.locator('[data-bell="3"]')).toBeVisible();
  await page.locator('[data-bell]').click();
  await expect(page.locator('.notice-list li')).toHaveCount(3);
  await expect(page.locator('.notice-list li').first()).toContainText('已交办给您');
  await axe(page, '.notices');
  await shot(page, 'bell');
  await page.locator('.notice-list li', { hasText: first.number }).first().locator('button').click();
  await expect(page.locator('.notices')).toHaveCount(0);
  await expect(page.locator('.panel')).toContainText(first.number);
  await expect(page.locator('[data-bell="2"]')).toBeVisible();
  await page.locator('[data-bell]').click();
  await page.locator('[data-read-all]').click();
  await expect(page.locator('[data-bell="0"]')).toBeVisible();
  await expect(page.locator('.notice-new')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(page.locator('.notices')).toHaveCount(0);
  expect(faults).toEqual([]);
  await context.close();
});

test('the centre is told in numbers, on a dark wall in English too', async ({ browser }) => {
  const department = await server.as('department');
  let i = await dispatched(await server.as('leader'));
  for (const action of ['claim', 'handle', 'done']) i = await act(department, i, action);
  const context = await newContext(browser, { colorScheme: 'dark', locale: 'en-GB' });
  const { page } = await fresh(context, server.base);
  await signIn(page, server.base, 'dispatcher');
  await page.locator('[data-bell]').click();
  await expect(page.locator('[data-notice-count="incident.done"]')).toContainText('1');
  await axe(page, '.notices');
  await shot(page, 'bell-centre-dark');
  await page.locator('[data-notice-count="incident.done"]').click();
  await expect(page.locator('.panel')).toContainText(i.number);
  await context.close();
});

test('whom nothing reached stands among the counters', async ({ browser }) => {
  const admin = await server.as('admin');
  const setting = (await admin.read('/api/v1/settings')).items.find((s: Json) => s.key === 'notify_unreached_minutes');
  await admin.put('/api/v1/settings/notify_unreached_minutes', { value: 0, version: setting.version, reason: '测试' });
  await dispatched();
  await expect.poll(async () => (await centre.read('/api/v1/overview')).unreached).toBeGreaterThan(0);
  const context = await newContext(browser);
  const { page } = await fresh(context, server.base);
  await signIn(page, server.base, 'wall');
  await expect(page.locator('[data-count="unreached"]')).toHaveText(/^[1-9]/);
  await expect(page.locator('[data-bell]')).toHaveCount(0); // a screen is told of nothing
  await shot(page, 'unreached');
  await context.close();
});

test('a webhook is added, its key seen once; what it refused is looked at and sent again', async ({ browser }) => {
  const context = await newContext(browser);
  const { page, faults } = await fresh(context, server.base);
  await page.goto(`${server.base}/admin#webhooks`);
  await page.locator('input[name=username]').fill('admin');
  await page.locator('input[name=password]').fill(demoPassword);
  await page.locator('button[type=submit]').click();
  await page.locator('[data-create]').click();
  await page.locator('.editor input[name=name]').fill('城管平台');
  await page.locator('.editor input[name=url]').fill('ftp://nowhere/');
  await page.locator('.editor input[name=area]').fill('990101');
  await page.locator('.editor input[name=reason]').fill('对接城管平台');
  await page.locator('.editor button[type=submit]').click();
  await expect(page.locator('.editor')).toContainText('http:// 或 https://'); // at its field
  await shot(page, 'webhook-new');
  await page.locator('.editor input[name=url]').fill(`http://127.0.0.1:${(http.address() as Json).port}/in`);
  await page.locator('.editor button[type=submit]').click();
  await expect(page.locator('[data-once]')).toHaveText(/^whsec_/);
  await shot(page, 'webhook-key');
  await page.locator('.editor .button', { hasText: '完成' }).click();
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await expect(page.locator('body')).not.toContainText('whsec_');
  const i = await dispatched();
  const admin = await server.as('admin');
  await expect.poll(async () => (await admin.read('/api/v1/dead-letters')).items.filter((l: Json) => l.incident === i.id).length).toBe(3);
  await page.locator('.admin-nav a', { hasText: '未送达消息' }).click();
  await expect(page.locator('tbody tr').first()).toContainText('answered 500');
  await page.locator('tbody tr').first().click();
  await expect(page.locator('.editor')).toContainText('incident.');
  await axe(page, '.editor');
  await shot(page, 'dead-letters');
  status = 200;
  got.length = 0;
  await page.locator('.editor input[name=all]').check();
  await page.locator('.editor input[name=reason]').fill('接口已恢复');
  await page.locator('.editor button[type=submit]').click();
  await expect.poll(() => got.filter((g) => g.incident.id === i.id).map((g) => g.kind)).toEqual(['incident.reported', 'incident.accepted', 'incident.dispatched']);
  await expect(page.locator('tbody tr')).toHaveCount(0);
  expect(faults).toEqual([]);
  await context.close();
});
