// The administrators' page: what each role finds there, and every kind of edit, seen in force.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { demoPassword, scratch, type DemoName, type Server } from '../support/server.ts';
import { drawn, fresh, live, mapReady, newContext, post, serve, someGrid } from './page.ts';

let server: Server;
test.beforeAll(async () => { server = await serve(); });
test.afterAll(() => server.stop());

async function open(browser: Browser, name: DemoName, section = '', more = {}): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
  const context = await newContext(browser, more);
  const { page, faults } = await fresh(context, server.base);
  await page.goto(`${server.base}/admin${section}`);
  await page.locator('input[name=username]').fill(name);
  await page.locator('input[name=password]').fill(demoPassword);
  await page.locator('button[type=submit]').click();
  await expect(page.locator('.admin')).toBeVisible();
  return { context, page, faults };
}
const parts = (page: Page) => page.locator('.admin-nav a').allInnerTexts();
const row = (page: Page, text: string) => page.locator('tbody tr', { hasText: text });
async function save(page: Page, reason = '测试修改'): Promise<void> {
  await page.locator('.editor input[name=reason]:visible').fill(reason);
  await page.locator('.editor button[type=submit]:visible').click();
}

const FINDS: Record<DemoName, string[]> = {
  admin: ['账号与授权', '人员与岗位', '代岗', '休假', '临时兼管', '事项目录', '组织机构', '区划', '工作日历', '大屏设备', '消息推送', '未送达消息', '设置', '访问日志'],
  security: ['账号与授权', '大屏设备', '消息推送', '未送达消息', '设置', '访问日志'],
  auditor: ['账号与授权', '设置', '访问日志'],
  planner: [], dispatcher: [], leader: [], department: [], worker: [],
};
for (const [name, finds] of Object.entries(FINDS) as [DemoName, string[]][]) {
  test(`${name} finds ${finds.length ? finds.join(', ') : 'that this page is not for it'}`, async ({ browser }) => {
    const { context, page, faults } = await open(browser, name);
    if (finds.length === 0) await expect(page.locator('main')).toContainText('没有管理权限');
    else {
      expect(await parts(page)).toEqual(finds);
      for (const part of finds) {
        await page.locator('.admin-nav a', { hasText: part }).click();
        await expect(page.locator('.admin-head')).toHaveText(part);
        await expect(page.locator('.table-box .empty[role=status]')).toHaveCount(0); // read
        await expect(page.locator('.section-list > .problem')).toHaveCount(0);
      }
    }
    if (name === 'auditor') {
      await page.goto(`${server.base}/admin#accounts`);
      await page.locator('tbody tr').first().click();
      await expect(page.locator('.editor')).toContainText('您只能查看');
      await expect(page.locator('.editor button[type=submit]')).toHaveCount(0);
    }
    expect(faults).toEqual([]);
    await context.close();
  });
}

test('an account is added, given its rights, used, disabled; each with a reason that the log keeps', async ({ browser }) => {
  const { context, page, faults } = await open(browser, 'admin', '#accounts');
  await page.locator('[data-create]').click();
  await page.locator('.editor input[name=name]').fill('wang.centre');
  await page.locator('.editor button[type=submit]').click();
  await expect(page.locator('.editor')).toContainText('请写明修改原因');
  await save(page, '新到岗的值班员');
  const password = await page.locator('[data-once]').innerText();
  expect(password.length).toBeGreaterThanOrEqual(8);
  await page.getByRole('button', { name: '完成' }).click();
  await page.getByRole('searchbox', { name: '搜索' }).fill('wang.c');
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await expect(row(page, 'wang.centre')).toContainText('尚未授权');
  await row(page, 'wang.centre').click();
  await page.locator('[data-add-grant]').click();
  await page.locator('[data-grant="0"] input[name=area]').fill('no-such-area');
  await save(page);
  await expect(page.locator('[data-grant="0"] .bad')).toBeVisible(); // the server's word, at its field
  await page.locator('[data-grant="0"] input[name=area]').fill('990101');
  await save(page, '负责全区值班');
  await expect(row(page, 'wang.centre')).toContainText('指挥中心');
  const other = await newContext(browser);
  const { page: desk } = await fresh(other, server.base);
  await desk.goto(server.base);
  await desk.locator('input[name=username]').fill('wang.centre');
  await desk.locator('input[name=password]').fill(password);
  await desk.locator('button[type=submit]').click();
  await expect(desk.locator('.wall')).toBeVisible();
  await live(desk);
  await row(page, 'wang.centre').click();
  await page.locator('[data-doing=state]').click();
  await page.locator('input[name=disabled]').check();
  await save(page, '已调离');
  await expect(row(page, 'wang.centre')).toContainText('已停用');
  await expect(desk.locator('input[name=username]')).toBeVisible(); // put out, at once
  await other.close();
  expect(faults).toEqual([]);
  await context.close();
});

test('a section goes out as a table, is changed and comes back, row by row', async ({ browser }) => {
  const { context, page, faults } = await open(browser, 'admin', '#orgs');
  await expect(page.locator('tbody tr').first()).toBeVisible();
  const waiting = page.waitForEvent('download');
  await page.locator('[data-export]').click();
  const file = join(scratch(), 'orgs.csv');
  await (await waiting).saveAs(file);
  const text = readFileSync(file, 'utf8');
  const lines = text.trim().split(/\r?\n/);
  expect(lines[0]!.replace('\ufeff', '')).toBe('code,name_zh,name_en,area,calendar');
  expect(lines.length - 1).toBe((await (await server.as('admin')).read('/api/v1/orgs?limit=1000')).items.length);
  await page.locator('[data-import]').click();
  await page.locator('input[type=file]').setInputFiles(file);
  await expect(page.locator('[data-plan]')).toHaveText('新增 0，更改 0。');
  const changed = join(scratch(), 'changed.csv');
  writeFileSync(changed, `${text.trim()}\r\nnew-1,新设单位,New unit,990101,\r\nnew-2,不在任何地方,,no-such-area,\r\n`);
  await page.locator('input[type=file]').setInputFiles(changed);
  await expect(page.locator('[data-plan]')).toHaveText('新增 2，更改 0。');
  await save(page, '机构改革');
  await expect(page.locator('[data-result]')).toHaveText('完成 1 行，未成功 1 行。');
  await expect(page.locator('.editor .late')).toContainText('no-such-area');
  await page.getByRole('button', { name: '完成' }).click();
  await expect(row(page, '新设单位')).toBeVisible();
  await expect(row(page, '不在任何地方')).toHaveCount(0);
  writeFileSync(changed, 'code,colour\nx,red\n');
  await page.locator('[data-import]').click();
  await page.locator('input[type=file]').setInputFiles(changed);
  await expect(page.locator('.editor [role=alert]')).toContainText('colour');
  expect(faults).toEqual([]);
  await context.close();
});

test('two people change one thing: the second is told, and nothing of the first is lost', async ({ browser }) => {
  const a = await open(browser, 'admin', '#orgs'), b = await open(browser, 'admin', '#orgs');
  const name = async (page: Page) => page.locator('.editor input[name=name_zh]');
  for (const { page } of [a, b]) await page.locator('tbody tr').first().click();
  await (await name(a.page)).fill('一号单位');
  await save(a.page);
  await expect(row(a.page, '一号单位')).toBeVisible();
  await (await name(b.page)).fill('二号单位');
  await save(b.page);
  await expect(b.page.locator('.editor [role=alert]')).toBeVisible();
  await b.page.reload();
  await expect(row(b.page, '一号单位')).toBeVisible();
  await expect(row(b.page, '二号单位')).toHaveCount(0);
  await a.context.close();
  await b.context.close();
});

test('a category is changed and the report form has it at once; the table goes out and comes back', async ({ browser }) => {
  const { context, page, faults } = await open(browser, 'admin', '#categories');
  await page.getByRole('searchbox', { name: '搜索' }).fill('c102');
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await page.locator('tbody tr').click();
  await page.locator('.editor input[name=name_zh]').first().fill('路灯熄灭');
  await expect(page.locator('[data-rules-version]')).toHaveText('第 1 版');
  await page.locator('.editor select[name=unit_accept]').selectOption('minutes');
  await page.locator('.editor input[name=limit_accept]').fill('90');
  await save(page, '名称与市里一致');
  await expect(row(page, '路灯熄灭')).toContainText('90 分钟');
  const seen = (await (await server.as('dispatcher')).read('/api/v1/categories')).items.find((c: any) => c.code === 'c102');
  expect(seen.name.zh).toBe('路灯熄灭');
  const waiting = page.waitForEvent('download');
  await page.getByRole('link', { name: '导出' }).click();
  const file = join(scratch(), 'categories.csv');
  await (await waiting).saveAs(file);
  await page.locator('[data-import]').click();
  await page.locator('input[type=file]').setInputFiles(file);
  await expect(page.locator('[data-plan]')).toContainText('新增 0，更改 0');
  const changed = join(scratch(), 'changed.csv');
  writeFileSync(changed, readFileSync(file, 'utf8').replace('路灯熄灭', '路灯不亮'));
  await page.locator('input[type=file]').setInputFiles(changed);
  await expect(page.locator('[data-plan]')).toContainText('更改 1');
  await expect(page.locator('[data-change=name] del')).toHaveText('路灯熄灭 / Street lamp out');
  await expect(page.locator('[data-change=name] ins')).toHaveText('路灯不亮 / Street lamp out');
  await save(page, '改回');
  await expect(row(page, '路灯不亮')).toBeVisible();
  expect(faults).toEqual([]);
  await context.close();
});

test('the rules of a category are set clock by clock, and seen again with their version', async ({ browser }) => {
  const { context, page, faults } = await open(browser, 'admin', '#categories/c107');
  const clock = (name: string) => page.locator(`[data-clock=${name}]`);
  await expect(page.locator('input[name=limit_whole]')).toHaveValue('7');
  await expect(page.locator('select[name=unit_whole]')).toHaveValue('work_days');
  await page.locator('input[name=limit_whole]').fill('0'); // refused by the server, beside its field
  await save(page, '试一下');
  await expect(clock('whole').locator('.bad')).toBeVisible();
  await page.locator('input[name=limit_whole]').fill('6');
  await clock('check').locator('summary').click();
  await page.locator('select[name=unit_check_3]').selectOption('work_hours');
  await page.locator('input[name=limit_check_3]').fill('4');
  await expect(clock('check').locator('summary')).toHaveText('紧急件 4 工时');
  await page.locator('select[name=unit_dispatch]').selectOption('none');
  await page.locator('input[name=gate_close]').check();
  await page.locator('input[name=post_officer]').check();
  await page.locator('input[name=done_photos]').fill('2');
  await page.locator('[data-temporary]').click();
  await page.getByLabel('截止日期').fill('2099-12-31');
  await page.getByLabel('同意的依据').fill('区委政法委会议同意');
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator('.rules h3').evaluate((e) => e.scrollIntoView());
    await page.screenshot({ path: join(import.meta.dirname, 'results', `admin-rules-${colorScheme}.png`) });
  }
  await save(page, '按新的办理规定');
  await expect(row(page, '健身器材损坏')).toContainText('6 个工作日');
  await row(page, '健身器材损坏').click();
  await expect(page.locator('[data-rules-version]')).toHaveText('第 2 版');
  await expect(page.locator('input[name=gate_close]')).toBeChecked();
  await expect(clock('check').locator('summary')).toHaveText('紧急件 4 工时');
  await page.locator('.history summary').click();
  const second = page.locator('[data-version="2"]');
  await expect(second.locator('[data-change="rules.limits.whole"] del')).toHaveText('7 个工作日');
  await expect(second.locator('[data-change="rules.limits.whole"] ins')).toHaveText('6 个工作日');
  await expect(second.locator('[data-change="rules.gates"]')).toContainText('结案前');
  await expect(page.locator('[data-version="1"]')).toContainText('最初的规则');
  await page.locator('.rules h3').evaluate((e) => e.scrollIntoView());
  await page.screenshot({ path: join(import.meta.dirname, 'results', 'admin-rules-history.png') });
  const client = await server.as('dispatcher');
  const [now, was] = (await client.read('/api/v1/categories/c107/rules')).items;
  expect(was).toMatchObject({ version: 1, limits: { whole: { n: 7, unit: 'work_days' } } });
  expect(now).toMatchObject({ version: 2, done_photos: 2, gates: ['close'], posts: ['manager', 'officer', 'lead', 'cadre'], temporary: [{ post: 'officer', until: '2099-12-31', consent: '区委政法委会议同意' }] });
  expect(now.limits).toMatchObject({ whole: { n: 6, unit: 'work_days' }, check: { n: 2, unit: 'work_days', by_severity: { 3: { n: 4, unit: 'work_hours' } } } });
  expect(now.limits.dispatch).toEqual({ unit: 'none', by_severity: { 3: { n: 15, unit: 'minutes' } } });
  expect(faults.filter((f) => !f.includes('400'))).toEqual([]);
  await context.close();
});

for (const scheme of ['light', 'dark'] as const) {
  test(`an import shows what each value was and becomes: ${scheme}`, async ({ browser }) => {
    const { context, page } = await open(browser, 'admin', '#categories/import', { colorScheme: scheme });
    const client = await server.as('admin');
    const csv = (await client.get('/api/v1/categories?format=csv')).text;
    const file = join(scratch(), 'rules.csv');
    const edited = csv.split('\r\n').map((line: string) => (line.startsWith('e101,') ? line.replace('4 work_hours', '3 work_hours').replace('manager; officer; lead; cadre', 'manager') : line)).join('\r\n');
    writeFileSync(file, edited);
    await page.locator('input[type=file]').setInputFiles(file);
    await expect(page.locator('[data-plan]')).toContainText('更改 1');
    await expect(page.locator('[data-change="rules.posts"] del')).toHaveText('网格管理员；网格信息员；网格长；村（社区）干部');
    await expect(page.locator('[data-change="rules.posts"] ins')).toHaveText('网格管理员');
    await expect(page.locator('[data-change="rules.limits.handle"]')).toContainText('处置时限');
    await expect(page.locator('[data-change="rules.limits.handle"] ins')).toHaveText('3 工时');
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 140)).join(' | ')}`)).toEqual([]);
    await page.screenshot({ path: join(import.meta.dirname, 'results', `admin-import-${scheme}.png`) });
    await context.close();
  });
}

test('a grid does not lose its last manager unnoticed', async ({ browser }) => {
  const client = await server.as('admin');
  const { resolved } = await someGrid(client, 30);
  const { items } = await client.read(`/api/v1/staff?grid=${resolved.grid.code}&limit=50`);
  const managers = items.filter((p: any) => p.posts.some((x: any) => x.grid === resolved.grid.code && x.post === 'manager'));
  expect(managers).toHaveLength(1);
  const { context, page } = await open(browser, 'admin', '#staff');
  await page.getByRole('searchbox', { name: '搜索' }).fill(managers[0].code);
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await page.locator('tbody tr').click();
  await page.locator('[data-doing=posts]').click();
  const posts = managers[0].posts;
  for (let i = posts.length - 1; i >= 0; i--) if (posts[i].grid === resolved.grid.code) await page.locator('[data-drop-post]').nth(i).click();
  await save(page, '调整岗位');
  await expect(page.locator('[data-orphans]')).toContainText('没有管理员的网格');
  await expect(page.locator('[data-orphans]')).toContainText(resolved.grid.code);
  await page.screenshot({ path: join(import.meta.dirname, 'results', 'admin-orphan.png') });
  const still = (await client.read(`/api/v1/staff?grid=${resolved.grid.code}`)).items.map((p: any) => p.id);
  expect(still).toContain(managers[0].id); // nothing happened yet
  await page.locator('[data-confirm]').click();
  await expect.poll(async () => (await client.read(`/api/v1/staff?grid=${resolved.grid.code}`)).items.map((p: any) => p.id)).not.toContain(managers[0].id);
  await context.close();
});

test('a holiday and the weekend worked for it are set by a click each', async ({ browser }) => {
  const { context, page } = await open(browser, 'admin', '#calendar');
  await row(page, '2026').click();
  const day = (date: string) => page.locator(`[data-day="${date}"]`);
  await expect(day('2026-06-15')).toHaveAttribute('data-kind', 'work'); // a Monday
  await day('2026-06-15').click();
  await expect(day('2026-06-15')).toHaveAttribute('data-kind', 'holiday');
  await expect(day('2026-06-13')).toHaveAttribute('data-kind', 'rest'); // a Saturday
  await day('2026-06-13').click();
  await day('2026-06-13').click();
  await expect(day('2026-06-13')).toHaveAttribute('data-kind', 'working');
  await save(page, '县庆放假');
  await expect(page.locator('.editor')).toHaveCount(0);
  const year = (await (await server.as('admin')).read('/api/v1/calendars')).items[0].years.find((y: any) => y.year === 2026);
  expect(year.working).toContain('2026-06-13');
  expect(year.holidays.join(' ')).toContain('2026-06-15');
  await context.close();
});

test('the hours of a week are seen and changed, for another calendar than the district\'s', async ({ browser }) => {
  const { context, page, faults } = await open(browser, 'admin', '#calendar');
  await page.locator('[data-new-calendar]').click();
  await page.getByLabel('编码').fill('night');
  await page.locator('input[name=name_zh]').fill('夜班日历');
  await page.locator('.grant [data-span=from]').first().fill('20:00');
  await expect(page.getByRole('button', { name: '保存' })).toBeDisabled(); // 20:00 to 12:00
  await page.locator('.grant [data-span=to]').first().fill('24:00');
  await page.locator('.grant [aria-label="删除此时段"]').nth(1).click();
  await page.getByLabel('周六安排').selectOption('own');
  await page.locator('[data-weekday="6"] [data-span=from]').fill('10:00');
  await page.locator('[data-weekday="6"] [data-span=to]').fill('12:00');
  await page.getByLabel('周一安排').selectOption('off');
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(import.meta.dirname, 'results', `admin-calendar-hours-${colorScheme}.png`) });
  }
  await save(page, '增设夜班');
  await expect(page.locator('select[name=calendar]')).toHaveValue('night');
  const made = (await (await server.as('admin')).read('/api/v1/calendars')).items.find((c: any) => c.code === 'night');
  expect(made).toMatchObject({ name: { zh: '夜班日历' }, weekdays: [2, 3, 4, 5, 6], hours: [{ from: '20:00', to: '24:00' }], other_hours: [{ weekday: 6, hours: [{ from: '10:00', to: '12:00' }] }], years: [] });
  await page.locator('a[href="#orgs"]').click();
  await page.locator('tbody tr').first().click();
  await page.locator('.editor select[name=calendar]').selectOption('night');
  await save(page, '夜间值守');
  await expect(page.locator('tbody tr').first()).toContainText('夜班日历');
  expect(faults).toEqual([]);
  await context.close();
});

for (const scheme of ['light', 'dark'] as const) {
  test(`a file of holidays is seen before it is taken: ${scheme}`, async ({ browser }) => {
    const { context, page } = await open(browser, 'admin', '#calendar', { colorScheme: scheme });
    await expect(row(page, '2027')).toContainText('暂定');
    await row(page, '2027').click();
    await expect(page.locator('[data-provisional-note]')).toBeVisible();
    await expect(page.locator('[data-day="2027-02-06"]')).toHaveAttribute('title', '春节');
    await page.screenshot({ path: join(import.meta.dirname, 'results', `admin-calendar-year-${scheme}.png`) });
    await page.locator('[data-file]').click();
    const file = join(scratch(), 'holidays.csv');
    writeFileSync(file, `日期,类型,名称\n${['02-05', '02-06', '02-07', '02-08', '02-09', '02-10', '02-11'].map((d) => `2027-${d},放假,春节\n`).join('')}2027-02-20,上班,春节\n`);
    await page.locator('.editor input[type=file]').setInputFiles(file);
    await expect(page.locator('[data-plan=changed]')).toContainText('放假 7 天（原 13 天），调休上班 1 天（原 0 天）');
    await expect(page.locator('[data-plan] [data-day="2027-02-20"]')).toHaveAttribute('data-kind', 'working');
    await expect(page.locator('[data-plan] .day-other')).toHaveCount(13); // 3 more days off, 1 more worked, 9 no more
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 140)).join(' | ')}`)).toEqual([]);
    await page.screenshot({ path: join(import.meta.dirname, 'results', `admin-calendar-file-${scheme}.png`) });
    const years = async () => (await (await server.as('admin')).read('/api/v1/calendars')).items[0].years;
    expect((await years()).find((y: any) => y.year === 2027).working).toEqual([]); // nothing happened yet
    if (scheme === 'light') {
      await context.close();
      return;
    }
    await save(page, '按正式放假通知');
    await expect(row(page, '2027')).not.toContainText('暂定');
    expect((await years()).find((y: any) => y.year === 2027)).toMatchObject({ holidays: ['2027-02-05/2027-02-11'], working: ['2027-02-20'], provisional: false });
    await context.close();
  });
}

test('leave and a temporary cover are registered, told apart by their time, and taken back', async ({ browser }) => {
  const { context, page, faults } = await open(browser, 'admin', '#leaves');
  const client = await server.as('admin');
  const [person, other] = ((await client.read('/api/v1/staff?limit=1000')).items as any[]).filter((p) => p.posts.length > 0);
  const day = (n: number): string => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
  const add = async (kind: string, from: string, until: string) => {
    await page.locator('[data-create]').click();
    await page.locator('.editor input[name=staff]').fill(person.id);
    await expect(page.locator('.editor')).toContainText(person.name);
    await page.locator('.editor select[name=kind]').selectOption(kind);
    await page.locator('.editor input[name=from]').fill(`${from}T08:00`);
    if (until) await page.locator('.editor input[name=until]').fill(`${until}T08:00`);
    await save(page, '本人申请');
  };
  await add('sick', day(-30), day(-28));
  await expect(row(page, '病假')).toContainText('已结束');
  await add('annual', day(-2), '');
  await expect(row(page, '年休')).toContainText('进行中');
  await page.locator('[data-create]').click();
  await page.screenshot({ path: join(import.meta.dirname, 'results', 'admin-leave-new.png') });
  await page.locator('.editor input[name=staff]').fill(person.id);
  await page.locator('.editor input[name=from]').fill(`${day(3)}T08:00`);
  await page.locator('.editor input[name=until]').fill(`${day(2)}T08:00`);
  await save(page, '写错了');
  await expect(page.locator('.editor .bad')).toBeVisible(); // the server's word, at its field
  await page.goto(`${server.base}/admin#leaves`);
  await expect(page.locator('tbody tr')).toHaveCount(2);
  await expect(page.locator('tbody tr').first()).toContainText('年休'); // the latest start in front
  await row(page, '年休').click();
  await save(page, '提前返岗');
  await expect(row(page, '年休')).toHaveCount(0);
  expect((await client.read('/api/v1/leaves')).items.map((x: any) => x.kind)).toEqual(['sick']);

  await page.locator('.admin-nav a', { hasText: '临时兼管' }).click();
  await page.locator('[data-create]').click();
  await page.locator('.editor input[name=staff]').fill(person.id);
  await page.locator('.editor input[name=grid]').fill(other.posts[0].grid);
  await page.locator('.editor input[name=from]').fill(`${day(2)}T08:00`);
  await page.locator('.editor input[name=until]').fill(`${day(4)}T08:00`);
  await save(page, '人手不足');
  await expect(row(page, other.posts[0].grid)).toContainText('未开始');
  await row(page, other.posts[0].grid).click();
  await page.screenshot({ path: join(import.meta.dirname, 'results', 'admin-cover.png') });
  await save(page, '已不需要');
  await expect(row(page, other.posts[0].grid)).toHaveCount(0);
  expect((await client.read('/api/v1/covers')).items).toEqual([]);
  expect(faults).toEqual([]);
  await context.close();
});

test('a setting holds at once', async ({ browser }) => {
  const { context, page } = await open(browser, 'admin', '#settings');
  await row(page, 'timezone').click();
  await page.locator('.editor select[name=value]').selectOption('Asia/Urumqi');
  await save(page, '测试');
  await expect(row(page, 'timezone')).toContainText('Asia/Urumqi');
  expect((await (await server.as('dispatcher')).read('/api/v1/me')).server.timezone).toBe('Asia/Urumqi');
  await row(page, 'timezone').click();
  await page.locator('.editor select[name=value]').selectOption('Asia/Shanghai');
  await save(page, '改回');
  await expect(row(page, 'timezone')).toContainText('Asia/Shanghai');
  await context.close();
});

test('a wall signs on once with its code, shows no name, and goes off when it is revoked', async ({ browser }) => {
  const { context, page, faults } = await open(browser, 'admin', '#devices');
  await page.locator('[data-create]').click();
  await page.locator('.editor input[name=name]').fill('指挥大厅东墙');
  await page.locator('.editor input[name=area]').fill('990101');
  await page.locator('.editor .primary').click();
  const code = await page.locator('[data-once]').innerText();
  const client = await server.as('dispatcher');
  const { lon, lat } = await someGrid(client, 14);
  const made = await post(client, lon, lat, { description: '张三家门口的水管裂了，电话13900000000' });
  const screen = await newContext(browser, { viewport: { width: 1920, height: 1080 } });
  const { page: wall, faults: wallFaults } = await fresh(screen, server.base);
  await wall.goto(server.base);
  await wall.getByRole('button', { name: '大屏登录' }).click();
  await wall.locator('input[name=code]').fill('WRONG234');
  await wall.locator('button[type=submit]').click();
  await expect(wall.getByRole('alert')).toBeVisible();
  await wall.locator('input[name=code]').fill(code.toLowerCase());
  await wall.locator('button[type=submit]').click();
  await expect(wall.locator('.wall-big')).toBeVisible();
  await live(wall);
  await mapReady(wall);
  await expect(wall.getByRole('button', { name: '上报事件' })).toHaveCount(0);
  await wall.locator(`[data-incident="${made.id}"]`).click();
  await expect(wall.locator('[data-panel=incident]')).toContainText('大屏上不显示描述');
  const text = await wall.locator('body').innerText();
  for (const secret of ['张三', '13900000000', made.responsible?.name].filter(Boolean)) expect(text).not.toContain(secret);
  for (const f of await drawn(wall, ['worker-point', 'worker-moved'])) expect(f.name ?? '').toBe('');
  await wall.screenshot({ path: join(import.meta.dirname, 'results', 'wall-device.png') });
  const spent = await newContext(browser);
  const { page: again } = await fresh(spent, server.base);
  await again.goto(server.base);
  await again.getByRole('button', { name: '大屏登录' }).click();
  await again.locator('input[name=code]').fill(code);
  await again.locator('button[type=submit]').click();
  await expect(again.getByRole('alert')).toBeVisible(); // once
  await spent.close();
  await wall.reload();
  await expect(wall.locator('.wall-big')).toBeVisible(); // stays on
  await live(wall);
  await page.getByRole('button', { name: '完成' }).click();
  await expect(row(page, '指挥大厅东墙')).toContainText('已登录');
  await row(page, '指挥大厅东墙').click();
  await page.getByRole('button', { name: '吊销……' }).click();
  await page.locator('[data-confirm]').click();
  await expect(row(page, '指挥大厅东墙')).toContainText('已吊销');
  await expect(wall.locator('input[name=username]')).toBeVisible();
  expect(faults).toEqual([]);
  expect(wallFaults).toEqual([]);
  await screen.close();
  await context.close();
});

test('the access log is searched by what was done and who was refused', async ({ browser }) => {
  const nobody = server.nobody();
  await nobody.post('/api/v1/login', { name: 'stranger', password: 'guess' });
  const { context, page } = await open(browser, 'auditor', '#log');
  await expect(row(page, 'auditor').first()).toContainText('登录');
  await page.getByLabel('结果').selectOption('1');
  await expect(row(page, 'stranger').first()).toContainText('被拒绝');
  await expect(row(page, 'auditor')).toHaveCount(0);
  await page.getByRole('searchbox', { name: '搜索' }).fill('no such thing');
  await expect(page.locator('.table-box .empty')).toContainText('没有符合的内容');
  await context.close();
});

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious in any part: ${scheme}`, async ({ browser }) => {
    const { context, page } = await open(browser, 'admin', '', { colorScheme: scheme });
    for (const part of ['accounts', 'staff', 'stand-ins', 'leaves', 'covers', 'categories', 'orgs', 'areas', 'calendar', 'devices', 'settings', 'log']) {
      await page.goto(`${server.base}/admin#${part}`);
      await expect(page.locator('.table-box .empty[role=status]')).toHaveCount(0);
      if (await page.locator('.row-opens').count()) await page.locator('.row-opens').first().click();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${part}: ${v.id}: ${v.nodes.map((n) => n.html.slice(0, 140)).join(' | ')}`)).toEqual([]);
      await page.screenshot({ path: join(import.meta.dirname, 'results', `admin-${part}-${scheme}.png`) });
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await context.close();
  });
}
