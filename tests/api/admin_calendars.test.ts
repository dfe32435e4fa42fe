// The working calendars: hours, the holidays of a year as the yearly notice has them, files, and what an edit leaves alone.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
  expect(before.years.map((y: Json) => y.year)).toEqual([2025, 2026, 2027]);
  expect(before.years.map((y: Json) => y.provisional)).toEqual([false, false, true]); // its notice is not out
  const feed = await (await server.as('planner')).feed();
  await feed.next('hello');
  const made = await admin.put('/api/v1/calendars/work/2024', { holidays: ['2024-01-01', '2024-02-10/2024-02-17'], working: ['2024-02-04', '2024-02-29'], reason });
  expect(made.status, made.text).toBe(201);
  expect((await feed.next('settings')).data).toMatchObject({ kind: 'calendar.changed', subject: 'calendar/work/2024' });
  feed.close();
  const after = await calendar();
  expect(after.years).toEqual([made.json, ...before.years]);
  expect(made.json).toMatchObject({ names: [], provisional: false });
  expect({ ...after, years: [] }).toEqual({ ...before, years: [] });
  const { holidays, working, version } = await year(2026);
  const names = [{ days: '2026-02-15/2026-02-23', name: '春节' }];
  const changed = await admin.put('/api/v1/calendars/work/2026', { holidays: holidays.slice(1), working, names, provisional: true, version, reason });
  expect(changed.json).toMatchObject({ names, provisional: true });
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
  for (const names of [[{ days: '2026-01-01', name: 'x' }], [{ days: '2025-01-01', name: '' }], [{ days: '2025-01-01' }], [{ days: '2025-01-01', name: 'x', more: 1 }], [7], [{ days: '2025-01-01', name: 'x'.repeat(121) }]])
    expectProblem(await admin.put(edit.path, { ...edit.good, names }), 400, 'names.0');
  expect(await admin.head()).toBe(head);
});

const night = { name: { zh: '夜班日历', en: 'Night shift' }, timezone: 'Asia/Shanghai', weekdays: [1, 2, 3, 4, 5, 6, 7], hours: [{ from: '00:00', to: '06:00' }, { from: '20:00', to: '24:00' }] };
const listed = async (code: string): Promise<Json> => (await admin.read('/api/v1/calendars')).items.find((c: Json) => c.code === code);

describe('more than one calendar', () => {
  test('is made, changed, and named by an organisation', async () => {
    const made = await admin.put('/api/v1/calendars/夜班', { ...night, reason });
    expect(made.status, made.text).toBe(201);
    expect(made.json).toMatchObject({ code: '夜班', ...night, other_hours: [], years: [] });
    expect((await admin.read('/api/v1/calendars')).items.map((c: Json) => c.code)).toEqual(['work', '夜班']);
    const other_hours = [{ weekday: 6, hours: [{ from: '10:00', to: '12:00' }] }];
    const changed = await admin.put('/api/v1/calendars/夜班', { ...night, other_hours, version: made.json.version, reason });
    expect(changed.status, changed.text).toBe(200);
    expect(await listed('夜班')).toEqual(changed.json);
    expect(changed.json.other_hours).toEqual(other_hours);
    expectProblem(await admin.put('/api/v1/calendars/夜班', { ...night, version: made.json.version, reason }), 409, 'version');
    expect((await admin.put('/api/v1/calendars/夜班/2027', { holidays: ['2027-02-06'], working: [], reason })).status).toBe(201);
    expect((await listed('夜班')).years).toHaveLength(1);
    expect((await listed('work')).years.find((y: Json) => y.year === 2027).holidays).toHaveLength(7);

    const { code, name, area, version } = (await admin.read('/api/v1/orgs?limit=1')).items[0];
    const org = { name, area: area?.code ?? null, version, reason };
    expectProblem(await admin.put(`/api/v1/orgs/${code}`, { ...org, calendar: 'nobody' }), 404, 'calendar');
    const put = await admin.put(`/api/v1/orgs/${code}`, { ...org, calendar: '夜班' });
    expect(put.json).toMatchObject({ calendar: '夜班', area });
    expect(await admin.read(`/api/v1/orgs/${code}`)).toEqual(put.json);
    expect((await admin.put(`/api/v1/orgs/${code}`, { ...org, version: put.json.version })).json.calendar).toBeNull();
  });

  test('the district\'s keeps its years when its hours change', async () => {
    const { years, version } = await calendar();
    const changed = await admin.put('/api/v1/calendars/work', { ...night, timezone: 'Asia/Urumqi', version, reason });
    expect(changed.json).toMatchObject({ ...night, timezone: 'Asia/Urumqi', years });
  });

  test('refuses nonsense', async () => {
    const edit = { method: 'PUT' as const, path: '/api/v1/calendars/other', good: { ...night, reason }, seen: false };
    await onlyFor(server, edit, ['admin']);
    await refusesNonsense(admin, edit);
    const head = await admin.head();
    const bad = async (more: Json, field: string) => expectProblem(await admin.put(edit.path, { ...edit.good, ...more }), 400, field);
    await bad({ name: {} }, 'name');
    await bad({ timezone: 'Asia/Nowhere' }, 'timezone');
    await bad({ timezone: undefined }, 'timezone');
    for (const day of [0, 8, 1.5, '1', null, 2]) await bad({ weekdays: [2, day] }, 'weekdays.1');
    for (const span of [{ from: '10:00', to: '09:00' }, { from: '10:00', to: '10:00' }, { from: '10:00', to: '24:01' }, { from: '8:00', to: '09:00' }, { from: '07:59', to: '09:00' }, { from: '09:60', to: '10:00' }, { from: '10:00' }, 7])
      await bad({ hours: [{ from: '06:00', to: '08:00' }, span] }, 'hours.1');
    await bad({ hours: Array.from({ length: 13 }, (_, k) => ({ from: `${10 + k}:00`, to: `${10 + k}:30` })) }, 'hours');
    for (const other of [{ weekday: 8, hours: [] }, { weekday: 1 }, 7, { weekday: 1, hours: [], more: 1 }]) await bad({ other_hours: [other] }, 'other_hours.0');
    await bad({ other_hours: [{ weekday: 1, hours: [] }, { weekday: 1, hours: [] }] }, 'other_hours.1');
    await bad({ other_hours: [{ weekday: 1, hours: [{ from: 'x', to: '09:00' }] }] }, 'other_hours.0.hours.0');
    expectProblem(await admin.put(`/api/v1/calendars/${'x'.repeat(65)}`, edit.good), 400, 'code');
    expectProblem(await admin.put('/api/v1/calendars/a%22b', edit.good), 400, 'code');
    expect(await admin.head()).toBe(head);
  });
});

describe('an import', () => {
  const path = '/api/v1/calendars/work/import';
  const csv = 'date,kind,name\n2028-01-01,holiday,元旦\n2028-01-02,holiday,元旦\n2028-01-08,working,\n2027-01-01,holiday,元旦\n';
  const ics = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//t//EN', 'BEGIN:VEVENT', 'UID:1', 'DTSTART;VALUE=DATE:20290213', 'DTEND;VALUE=DATE:20290217', 'SUMMARY:春节（休）', 'END:VEVENT', 'BEGIN:VEVENT', 'UID:2', 'DTSTART;VALUE=DATE:20290224', 'SUMMARY:春节（班）', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');

  test('is tried, then taken, whole years at once', async () => {
    const before = (await calendar()).years, head = await admin.head();
    const tried = await admin.post(`${path}?dry_run=1`, { text: csv });
    expect(tried.status, tried.text).toBe(200);
    expect(tried.json).toMatchObject({ dry_run: true, items: [{ year: 2027, what: 'changed', holidays: ['2027-01-01'] }, { year: 2028, what: 'new', before: null, holidays: ['2028-01-01/2028-01-02'], working: ['2028-01-08'], names: [{ days: '2028-01-01/2028-01-02', name: '元旦' }] }] });
    expect(tried.json.items[0].before).toEqual(before.find((y: Json) => y.year === 2027));
    expect(await admin.head()).toBe(head);
    const taken = await admin.post(path, { text: csv, version: tried.json.version, reason });
    expect(taken.status, taken.text).toBe(200);
    expect(taken.json.items).toEqual(tried.json.items);
    expect((await year(2028)).holidays).toEqual(['2028-01-01/2028-01-02']);
    expect((await year(2027)).provisional).toBe(false);
    expect((await year(2026)).version).toBe(before.find((y: Json) => y.year === 2026).version);
    expectProblem(await admin.post(path, { text: csv, version: tried.json.version, reason }), 409, 'version');
    expect((await admin.post(`${path}?dry_run=1`, { text: csv })).json.items.map((y: Json) => y.what)).toEqual(['same', 'same']);
    const only = await admin.post(path, { text: csv, year: 2028, provisional: true, reason });
    expect(only.json.items).toMatchObject([{ year: 2028, provisional: true, what: 'changed' }]);
    const feast = await admin.post(path, { text: ics, reason });
    expect(feast.json.items).toMatchObject([{ year: 2029, what: 'new', holidays: ['2029-02-13/2029-02-16'], working: ['2029-02-24'], names: [{ days: '2029-02-13/2029-02-16', name: '春节' }, { days: '2029-02-24', name: '春节' }] }]);
  });

  test('refuses nonsense', async () => {
    await onlyFor(server, { method: 'POST', path, good: { text: csv, reason }, seen: false }, ['admin']);
    const head = await admin.head();
    expectProblem(await admin.post(path, { text: csv }), 400, 'reason');
    expectProblem(await admin.post(path, { reason }), 400, 'text');
    expectProblem(await admin.post('/api/v1/calendars/nobody/import', { text: csv, reason }), 404, 'code');
    for (const [text, field] of [['date\n2027-02-30\n', 'text.rows.2'], ['x\n1\n', 'text.rows.1'], ['date,kind\n2027-01-01,holiday\n2027-01-01,working\n', 'text.rows.3'], ['', 'text'], ['BEGIN:VCALENDAR', 'text']] as const)
      expectProblem(await admin.post(path, { text, reason }), 400, field);
    const yearly = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20100501\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';
    expectProblem(await admin.post(path, { text: yearly, reason }), 422, 'year');
    expectProblem(await admin.post(path, { text: 'x'.repeat((1 << 20) + 1), reason }), 400, 'text');
    expect(await admin.head()).toBe(head);
  });
});

test('no edit of a calendar moves what has been', async () => {
  const events = async () => {
    const all: string[] = [];
    for (const i of (await admin.read('/api/v1/incidents?limit=60')).items) all.push((await admin.get(`/api/v1/incidents/${i.id}/events`)).text, JSON.stringify((await admin.read(`/api/v1/incidents/${i.id}`)).deadlines));
    return all;
  };
  const before = await events();
  expect(before.length).toBeGreaterThan(20);
  const { version } = await calendar();
  expect((await admin.put('/api/v1/calendars/work', { ...night, weekdays: [7], version, reason })).status).toBe(200);
  const old = await year(2026);
  expect((await admin.put('/api/v1/calendars/work/2026', { holidays: ['2026-01-01/2026-12-31'], working: [], version: old.version, reason })).status).toBe(200);
  expect((await admin.post('/api/v1/calendars/work/import', { text: 'date\n2026-05-01\n2025-05-01\n', reason })).status).toBe(200);
  expect(await events()).toEqual(before);
});
