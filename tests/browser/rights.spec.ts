// Each account sees its own, on the map as in the list.
import { expect, test } from '@playwright/test';
import type { Server } from '../support/server.ts';
import { drawn, fresh, live, mapReady, newContext, post, serve, signIn, someGrid, watchIncidents, seenAt } from './page.ts';

let server: Server;
test.beforeAll(async () => { server = await serve(); });
test.afterAll(() => server.stop());

test('a department sees what it is a party to, and nothing of the rest', async ({ browser }) => {
  const client = await server.as('dispatcher');
  const department = await server.as('department');
  const { lon, lat } = await someGrid(client, 6);
  const context = await newContext(browser);
  const theirs = await fresh(context, server.base);
  await signIn(theirs.page, server.base, 'department', `#map=15/${lat}/${lon}`);
  await live(theirs.page);
  await mapReady(theirs.page);
  const wall = await newContext(browser);
  const ours = await fresh(wall, server.base);
  await signIn(ours.page, server.base, 'dispatcher', `#map=15/${lat}/${lon}`);
  await live(ours.page);
  await mapReady(ours.page);
  await watchIncidents(ours.page);

  const foreign = await post(client, lon, lat);
  const own = await post(department, lon + 5e-4, lat);
  await seenAt(ours.page, foreign.id);
  await seenAt(ours.page, own.id);
  // Its own is the fence: once that is there, the other would be too.
  await expect(theirs.page.locator(`[data-incident="${own.id}"]`)).toBeVisible();
  await expect(theirs.page.locator(`[data-incident="${foreign.id}"]`)).toHaveCount(0);
  await expect.poll(async () => (await drawn(theirs.page, ['incident-mine'])).map((f) => f.id)).toContain(own.id);
  expect(await drawn(theirs.page, ['incident-point', 'incident-cluster'])).toEqual([]);

  const may = await department.all('/api/v1/incidents?limit=200');
  const shown = await theirs.page.locator('[data-incident]').evaluateAll((all) => all.map((e) => e.getAttribute('data-incident')));
  expect(shown.sort()).toEqual(may.slice(0, 200).map((i) => i.id).sort());

  await theirs.page.goto(`${server.base}/#incident=${foreign.id}`);
  await theirs.page.reload();
  await expect(theirs.page.getByRole('alert')).toContainText('无权查看');
  await expect(theirs.page.locator('[data-count=workers]')).toHaveCount(0);
  expect([...theirs.faults, ...ours.faults]).toEqual([]);
  await context.close();
  await wall.close();
});

test('an auditor sees the map and no incident', async ({ browser }) => {
  const context = await newContext(browser);
  const { page, faults } = await fresh(context, server.base);
  await signIn(page, server.base, 'auditor');
  await live(page);
  await mapReady(page);
  await expect(page.locator('.row')).toHaveCount(0);
  expect((await drawn(page, ['area-line-0', 'area-line-1'])).length).toBeGreaterThan(0);
  expect(await drawn(page, ['incident-point', 'incident-cluster', 'worker-point', 'worker-cluster'])).toEqual([]);
  await expect(page.getByRole('button', { name: '上报事件' })).toHaveCount(0);
  expect(faults).toEqual([]);
  await context.close();
});
