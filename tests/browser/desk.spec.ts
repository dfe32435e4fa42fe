// The desk as its people use it: a dispatcher by keys, a department, a leader with a phone, two at one incident.
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Browser, type BrowserContext, type Page } from '@playwright/test';
import type { Client, Json } from '../support/client.ts';
import { picture as jpeg } from '../support/photo.ts';
import { demoPassword, type DemoName, type Server } from '../support/server.ts';
import { fresh, live, mapReady, newContext, post, serve, signIn, someGrid, strangers } from './page.ts';

let server: Server, centre: Client, place: { lon: number; lat: number };
test.beforeAll(async () => {
  server = await serve();
  centre = await server.as('dispatcher');
  place = await someGrid(centre, 7);
});
test.afterAll(() => server.stop());

async function open(browser: Browser, name: DemoName, hash = '', more = {}): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
  const context = await newContext(browser, more);
  const { page, faults } = await fresh(context, server.base);
  await page.goto(`${server.base}/desk${hash}`);
  await page.locator('input[name=username]').fill(name);
  await page.locator('input[name=password]').fill(demoPassword);
  await page.locator('button[type=submit]').click();
  await expect(page.locator('.desk')).toBeVisible();
  await live(page);
  return { context, page, faults };
}
let serial = 0;
const report = (description: string, more: Json = {}) => post(centre, place.lon + (serial += 1) * 1e-6, place.lat, { description, ...more });
async function act(client: Client, i: Json, action: string, more: Json = {}): Promise<Json> {
  const answer = await client.post(`/api/v1/incidents/${i.id}/actions`, { action, client_id: `desk-${process.pid}-${(serial += 1)}`, version: i.version, ...more });
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}
const kinds = async (id: string): Promise<string[]> => (await centre.read(`/api/v1/incidents/${id}/events`)).items.map((e: Json) => e.kind);
const row = (page: Page, i: Json) => page.locator(`[data-incident="${i.id}"]`);
const picture = (page: Page, name: string) => page.screenshot({ path: join(import.meta.dirname, 'results', `${name}.png`) });
async function sound(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const bad = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
  expect(bad.map((v) => `${what}: ${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`)).toEqual([]);
}

test('a dispatcher sends a new incident on its way with three keys; each step leaves its event', async ({ browser }) => {
  const i = await report('路灯不亮，夜间通行困难');
  const { context, page, faults } = await open(browser, 'dispatcher', '#accept');
  await expect(row(page, i)).toBeVisible();
  await page.keyboard.press('j'); // the first of the list
  await page.keyboard.press('a'); // accept, file and dispatch
  await page.keyboard.press('Enter'); // to the suggested hand
  const first = page.locator('[data-state]');
  await expect(first).toHaveAttribute('data-state', 'dispatched');
  const id = (await page.evaluate(() => location.hash)).split('/')[1]!;
  expect(await kinds(id)).toEqual(['incident.reported', 'incident.accepted', 'incident.filed', 'incident.dispatched']);
  await expect(page.locator('.story li').first()).toContainText('交办');
  await expect(page.locator(`.desk-list [data-incident="${id}"]`)).toHaveCount(0); // it waits here no more
  expect(faults).toEqual([]);
  await context.close();
});

test('the list of what waits and its numbers follow the feed; what may not be done is not offered', async ({ browser }) => {
  const { context, page, faults } = await open(browser, 'dispatcher', '#accept');
  await expect(page.locator('[data-box=accept] .box-count')).toHaveText(/\d+/);
  const before = Number(await page.locator('[data-box=accept] .box-count').innerText());
  const i = await report('井盖松动，车辆经过有响声');
  await expect(page.locator('[data-box=accept] .box-count')).toHaveText(String(before + 1));
  await row(page, i).click();
  await expect(page.locator('[data-number]')).toHaveText(i.number);
  await expect(page.locator('.acts [data-action=accept]')).toBeVisible();
  await page.locator('[data-more]').click();
  await expect(page.locator('[data-action=close]')).toHaveCount(0);
  await act(centre, i, 'accept');
  await expect(page.locator('[data-state]')).toHaveAttribute('data-state', 'accepted');
  await expect(page.locator('[data-box=accept] .box-count')).toHaveText(String(before));
  expect(faults).toEqual([]);
  await context.close();
});

test('a department claims, and returns with its reason; who spent what stands there', async ({ browser }) => {
  let i = await report('店外经营占道');
  i = await act(centre, await act(centre, i, 'accept'), 'dispatch', { to_org: 'dept-urban' });
  const { context, page, faults } = await open(browser, 'department', '#claim');
  await row(page, i).click();
  await expect(page.locator('.acts [data-action=claim]')).toBeVisible();
  await page.keyboard.press('c');
  await page.locator('.act-form button[type=submit]').click();
  await expect(page.locator('[data-state]')).toHaveAttribute('data-state', 'claimed');
  await page.keyboard.press('b');
  await page.locator('.act-form button[type=submit]').click();
  await expect(page.locator('.act-form .bad')).toHaveText('请填写此项。'); // a return says why
  await page.locator('textarea[name=reason]').fill('该路段由交通部门养护，不属于本单位职责');
  await page.locator('[data-keep]').click(); // said often: kept for the next time
  await expect(page.locator('[data-phrase]', { hasText: '该路段由交通部门养护' })).toBeVisible();
  await page.locator('select[name=basis]').selectOption('law');
  await page.locator('textarea[name=reason]').press('Control+Enter');
  await expect.poll(async () => (await centre.read(`/api/v1/incidents/${i.id}`)).state).toBe('returned');
  const events = (await centre.read(`/api/v1/incidents/${i.id}/events`)).items;
  expect(events.at(-1).private.reason).toContain('交通部门');
  expect(events.at(-1).body.basis).toBe('law');
  const other = await open(browser, 'dispatcher', `#returned/${i.id}`);
  await expect(other.page.locator('.story li').first()).toContainText('该路段由交通部门养护');
  await expect(other.page.locator('[data-hold=claim]')).toContainText('执法局');
  await picture(other.page, 'desk-returned');
  expect([...faults, ...other.faults]).toEqual([]);
  await context.close();
  await other.context.close();
});

test('a department sends the photo of afterwards from the form in which it says done', async ({ browser }) => {
  const department = await server.as('department');
  let i = await act(centre, await act(centre, await report('护栏破损'), 'accept'), 'dispatch', { to_org: 'dept-urban' });
  i = await act(department, i, 'claim');
  const { context, page, faults } = await open(browser, 'department', `#handle/${i.id}`);
  await expect(page.locator('.acts [data-action=done]')).toBeVisible();
  await page.keyboard.press('e');
  await page.locator('textarea[name=reason]').fill('已更换护栏');
  await page.locator('.act-form input[type=file]').setInputFiles({ name: 'after.jpg', mimeType: 'image/jpeg', buffer: jpeg });
  await expect(page.locator('.act-form .photo-grid [data-attachment]')).toHaveCount(1);
  await expect.poll(async () => (await department.read(`/api/v1/incidents/${i.id}`)).version).toBeGreaterThan(i.version);
  await expect(page.locator('[data-changed]')).toHaveCount(0); // its own file is no change to be asked about
  await page.locator('.act-form button[type=submit]').click();
  await expect(page.locator('[data-state]')).toHaveAttribute('data-state', 'done');
  expect((await department.read(`/api/v1/incidents/${i.id}/attachments`)).items[0].kind).toBe('after');
  expect(faults).toEqual([]);
  await context.close();
});

test('two at one incident: what one does the other sees, and what the other had typed stays', async ({ browser }) => {
  const i = await report('垃圾桶满溢');
  const one = await open(browser, 'dispatcher', `#accept/${i.id}`), two = await open(browser, 'leader', `#accept/${i.id}`);
  await expect(one.page.locator('.acts [data-action=accept]')).toBeVisible();
  await expect(two.page.locator('.acts [data-action=accept]')).toBeVisible();
  await one.page.locator('[data-more]').click();
  await one.page.locator('.acts-menu [data-action=urgent]').click();
  await one.page.locator('textarea[name=reason]').fill('居民多次来电');
  await two.page.locator('.acts [data-action=accept]').click();
  await two.page.locator('.act-form button[type=submit]').click();
  await expect(two.page.locator('[data-state]')).toHaveAttribute('data-state', 'accepted');
  await expect(one.page.locator('[data-state]')).toHaveAttribute('data-state', 'accepted'); // no reload
  await expect(one.page.locator('[data-changed]')).toContainText('leader');
  await expect(one.page.locator('[data-changed]')).toContainText('受理');
  await expect(one.page.locator('textarea[name=reason]')).toHaveValue('居民多次来电');
  await one.page.locator('[data-goon]').click();
  await one.page.locator('.act-form button[type=submit]').click();
  await expect(two.page.locator('.story li').first()).toContainText('居民多次来电');
  expect((await centre.read(`/api/v1/incidents/${i.id}`)).urgent).toBe(true);
  expect([...one.faults, ...two.faults]).toEqual([]);
  await one.context.close();
  await two.context.close();
});

test('the suggested hand says why, and takes it at one press', async ({ browser }) => {
  const i = await act(centre, await report('路面塌陷'), 'accept');
  const { context, page, faults } = await open(browser, 'dispatcher', `#dispatch/${i.id}`);
  await expect(page.locator('.hint').first()).toContainText(/\S{6}/);
  await page.locator('[data-hint]').first().click();
  await expect(page.locator('[data-state]')).toHaveAttribute('data-state', 'dispatched');
  expect(await kinds(i.id)).toContain('incident.filed');
  expect(faults).toEqual([]);
  await context.close();
});

test('several at once: what all may take, and what became of each', async ({ browser }) => {
  const made = [await report('批量一'), await report('批量二'), await report('批量三')];
  const { context, page, faults } = await open(browser, 'dispatcher', '#accept');
  for (const i of made) await page.getByLabel(`选中 ${i.number}`).check();
  await expect(page.locator('.marked-n')).toHaveText('已选 3 件');
  await expect(page.locator('.bulk [data-action=accept]')).toBeVisible();
  await page.keyboard.press('A');
  await page.locator('.act-form button[type=submit]').click();
  await expect(page.locator('[data-results] [data-result=good]')).toHaveCount(3);
  await picture(page, 'desk-bulk');
  for (const i of made) expect((await centre.read(`/api/v1/incidents/${i.id}`)).state).toBe('accepted');
  expect(faults).toEqual([]);
  await context.close();
});

test('like ones nearby are merged at two presses', async ({ browser }) => {
  const [first, again] = [await report('下水道堵塞，污水外溢'), await report('污水流到路上')];
  const { context, page } = await open(browser, 'dispatcher', `#accept/${again.id}`);
  await page.locator(`[data-near="${first.id}"] [data-merge]`).click();
  await expect(page.locator('.picked')).toContainText(first.number);
  await page.locator('.act-form button[type=submit]').click();
  await expect(page.locator('[data-state]')).toHaveAttribute('data-state', 'merged');
  expect((await centre.read(`/api/v1/incidents/${again.id}`)).merged_into).toBe(first.id);
  await context.close();
});

test('a leader approves from the queue on a phone', async ({ browser }) => {
  const i = await act(centre, await act(centre, await report('涉及两个部门'), 'accept'), 'send-review', { reason: '请审核' });
  const { context, page, faults } = await open(browser, 'leader', '', { viewport: { width: 390, height: 844 } });
  await expect(page.locator('[data-box=review]')).toHaveAttribute('aria-current', 'true'); // what is a leader's own comes first
  await row(page, i).click();
  await expect(page.locator('.acts [data-action=approve]')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await picture(page, 'desk-390-leader');
  await sound(page, 'phone');
  await page.locator('.acts [data-action=approve]').click();
  await page.locator('textarea[name=reason]').fill('同意，由城管牵头');
  await page.locator('.act-form button[type=submit]').click();
  await expect(page.locator('[data-state]')).toHaveAttribute('data-state', 'accepted');
  expect((await centre.read(`/api/v1/incidents/${i.id}`)).approved).toBe(true);
  await page.locator('.inc-back').click();
  await expect(page.locator('.desk-list')).toBeVisible();
  await expect(row(page, i)).toHaveCount(0);
  expect(faults).toEqual([]);
  await context.close();
});

test('the hotline: a place by name, a category by name, and it waits to be accepted', async ({ browser }) => {
  const { context, page, faults } = await open(browser, 'dispatcher', '#accept');
  await mapReady(page);
  await page.locator('[data-hotline]').click();
  await page.locator('.hotline button[type=submit]').click();
  await expect(page.locator('.hotline .bad')).toBeVisible(); // a place is needed
  const grid = (await centre.read('/api/v1/grids?limit=1000')).items[3];
  await page.locator('input[name=caller]').fill('刘女士');
  await page.locator('input[name=phone]').fill('12900001234');
  await page.locator('input[name=lon]').fill(grid.code);
  await page.locator('[data-pick^="grid "]').first().click();
  await expect(page.locator('.hotline-owner')).toContainText(grid.code); // whose it will be, before it is sent
  const category = (await centre.read('/api/v1/categories')).items.find((c: Json) => c.class === 'ordinary' && !c.retired);
  await page.locator('input[name=category]').fill(category.name.zh);
  await page.locator(`[data-pick="${category.code}"]`).click();
  await page.locator('textarea[name=description]').fill('来电称楼下井盖缺失');
  await picture(page, 'desk-hotline');
  await sound(page, 'hotline');
  await page.locator('.hotline button[type=submit]').click();
  await expect(page.locator('.inc-words')).toHaveText('来电称楼下井盖缺失');
  await expect(page.locator('[data-caller]')).toContainText('刘女士');
  await expect(page.locator('[data-caller] a')).toHaveText('12900001234');
  const id = (await page.evaluate(() => location.hash)).split('/')[1]!;
  const made = await centre.read(`/api/v1/incidents/${id}`);
  expect([made.source, made.state, made.category.code]).toEqual(['hotline', 'reported', category.code]);
  expect(faults).toEqual([]);
  await context.close();
});

test('no line: the banner says so, what was read stays, and it comes back true', async ({ browser }) => {
  const i = await report('断线时仍可见');
  const { context, page } = await open(browser, 'dispatcher', `#accept/${i.id}`);
  await expect(page.locator('.acts [data-action=accept]')).toBeVisible();
  await context.setOffline(true);
  await page.locator('.acts [data-action=accept]').click();
  await page.locator('.act-form button[type=submit]').click();
  await expect(page.locator('.act-form .problem')).toBeVisible();
  await expect(page.locator('.inc-words')).toHaveText('断线时仍可见');
  await context.setOffline(false);
  await page.locator('.act-form button[type=submit]').click();
  await expect(page.locator('[data-state]')).toHaveAttribute('data-state', 'accepted');
  expect((await kinds(i.id)).filter((k) => k === 'incident.accepted')).toHaveLength(1);
  await context.close();
});

test('who may see no incidents is told so', async ({ browser }) => {
  const context = await newContext(browser);
  const { page } = await fresh(context, server.base);
  await page.goto(`${server.base}/desk`);
  await page.locator('input[name=username]').fill('security');
  await page.locator('input[name=password]').fill(demoPassword);
  await page.locator('button[type=submit]').click();
  await expect(page.locator('.desk main')).toContainText('无权查看事件');
  await context.close();
});

test('the wall counts what is supervised, and lists it at a press', async ({ browser }) => {
  const i = await act(await server.as('leader'), await report('久拖未决的积水'), 'supervise', { level: 'red', reason: '限期办结' });
  const context = await newContext(browser);
  const { page, faults } = await fresh(context, server.base);
  await signIn(page, server.base, 'dispatcher');
  await live(page);
  const { supervised } = await centre.read('/api/v1/overview');
  expect(supervised).toBeGreaterThan(0);
  await expect(page.locator('[data-count=supervised]')).toHaveText(String(supervised));
  await page.locator('[data-count=supervised]').click();
  await expect(page.locator('#list li')).toHaveCount(supervised);
  await expect(row(page, i)).toContainText('红牌督办');
  await page.locator('a[href="/desk"]').click(); // and from there to where it is worked on
  await expect(page.locator('.desk')).toBeVisible();
  expect(faults).toEqual([]);
  await context.close();
});

test('every word of the desk comes from the language files or from the server', async ({ browser }) => {
  const i = await report('路边堆放杂物');
  const { context, page } = await open(browser, 'dispatcher', `#accept/${i.id}`);
  await page.evaluate(() => localStorage.setItem('wangge.lang', 'pseudo'));
  await page.reload();
  await expect(page.locator('.acts [data-action=quick]')).toBeVisible();
  await expect(page.locator('.story li').first()).toBeVisible();
  expect(await strangers(page)).toEqual([]);
  await page.keyboard.press('a');
  await expect(page.locator('[data-form=quick]')).toBeVisible();
  expect(await strangers(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('x');
  await expect(page.locator('.bulk [data-action=accept]')).toBeVisible();
  expect(await strangers(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.locator('[data-hotline]').click();
  await expect(page.locator('.hotline')).toBeVisible();
  expect(await strangers(page)).toEqual([]);
  await context.close();
});

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious, and the pictures are taken: ${scheme}`, async ({ browser }) => {
    let i = await report('门前路面塌陷，约一米见方，已放警示桩');
    i = await act(await server.as('leader'), await act(centre, i, 'urgent', { reason: '群众多次来电' }), 'supervise', { level: 'yellow', reason: '久拖未决' });
    const { context, page, faults } = await open(browser, 'dispatcher', `#accept/${i.id}`, { colorScheme: scheme });
    await expect(page.locator('.acts [data-action=quick]')).toBeVisible();
    await mapReady(page);
    await sound(page, 'desk');
    await picture(page, `desk-${scheme}`);
    await page.keyboard.press('a');
    await expect(page.locator('[data-form=quick]')).toBeVisible();
    await sound(page, 'form');
    await picture(page, `desk-form-${scheme}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await expect(page.locator('.keys')).toBeVisible();
    await sound(page, 'keys');
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(faults).toEqual([]);
    await context.close();
  });
}
