// The working calendar: the holidays of a year, as the yearly notice has them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, expectProblem, type Json } from '../support/client.ts';
import { onlyFor, refusesNonsense } from '../support/hostile.ts';
import { Server } from '../support/server.ts';

let server: Server;
let admin: Client;
const reason = '按国务院办公厅放假通知';

beforeAll(async () => {
  server = await Server.start();
  admin = await server.as('admin');
});
afterAll(() => server.stopWhole());

const calendar = async (): Promise<Json> => (await admin.read('/api/v1/calendars')).items[0];
const year = async (n: number): Promise<Json> => (await calendar()).years.find((y: Json) => y.year === n);

test('is read by everyone, and a year is put in its place', async () => {
  const before = await (await server.as('worker')).read('/api/v1/calendars').then((x) => x.items[0]);
  expect(before).toMatchObject({ code: 'work', timezone: 'Asia/Shanghai', weekdays: [1, 2, 3, 4, 5], hours: [{ from: '08:30', to: '12:00' }, { from: '13:30', to: '17:00' }] });
  expect(before.years.map((y: Json) => y.year)).toEqual([2025, 2026]);
  const feed = await (await server.as('planner')).feed();
  await feed.next('hello');
  const made = await admin.put('/api/v1/calendars/work/2024', { holidays: ['2024-01-01', '2024-02-10/2024-02-17'], working: ['2024-02-04', '2024-02-29'], reason });
  expect(made.status, made.text).toBe(201);
  expect((await feed.next('settings')).data).toMatchObject({ kind: 'calendar.changed', subject: 'calendar/work/2024' });
  feed.close();
  const after = await calendar();
  expect(after.years).toEqual([made.json, ...before.years]);
  expect({ ...after, years: [] }).toEqual({ ...before, years: [] });
  const { holidays, working, version } = await year(2026);
  const changed = await admin.put('/api/v1/calendars/work/2026', { holidays: holidays.slice(1), working, version, reason });
  expect(changed.status, changed.text).toBe(200);
  expect(await year(2026)).toEqual(changed.json);
  expectProblem(await admin.put('/api/v1/calendars/work/2026', { holidays, working, version, reason }), 409, 'version');
});

test('refuses nonsense', async () => {
  const { version } = await year(2025);
  const edit = { method: 'PUT' as const, path: '/api/v1/calendars/work/2025', good: { holidays: ['2025-01-01'], working: [], version, reason }, seen: false };
  await onlyFor(server, edit, ['admin']);
  await refusesNonsense(admin, edit);
  const head = await admin.head();
  for (const day of ['2026-01-01', '2025-02-29', '2025-13-01', '2025-1-1', '2025-01-00', '2025-01-02/2025-01-01', '2025-01-01/2026-01-01', '2025-01-01/', '', ' 025-01-01', '2025-01-01x', 7, null, {}])
    expectProblem(await admin.put(edit.path, { ...edit.good, holidays: ['2025-05-01', day] }), 400, 'holidays.1');
  expectProblem(await admin.put(edit.path, { ...edit.good, holidays: ['2025-01-01', '2025-01-01'] }), 400, 'holidays.1');
  expectProblem(await admin.put(edit.path, { ...edit.good, working: ['2025-01-01'] }), 400, 'working.0');
  expectProblem(await admin.put(edit.path, { ...edit.good, holidays: 'none' }), 400, 'holidays');
  expectProblem(await admin.put(edit.path, { ...edit.good, working: undefined }), 400, 'working');
  expectProblem(await admin.put(edit.path, { ...edit.good, holidays: Array(101).fill('2025-01-01') }), 400, 'holidays');
  expectProblem(await admin.put('/api/v1/calendars/none/2025', edit.good), 404, 'code');
  for (const y of ['1989', '2200', '25', 'x', '+202', '02025']) expectProblem(await admin.put(`/api/v1/calendars/work/${y}`, edit.good), 400, 'year');
  expect(await admin.head()).toBe(head);
});
