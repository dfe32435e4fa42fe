// Reports by hour, today and on the same weekday before: what each account could count itself from its lists.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, type Json, expectProblem } from '../support/client.ts';
import { scratch, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

// The district lies where it is noon now, so that the day does not turn within the test: a zone without summer time.
const HOUR = 3_600_000, DAY = 24 * HOUR, AHEAD = 12 - new Date().getUTCHours(), ZONE = AHEAD * HOUR;
const NAME = AHEAD === 0 ? 'Etc/GMT' : `Etc/GMT${AHEAD > 0 ? '-' : '+'}${Math.abs(AHEAD)}`; // named the other way round

let server: Server;
let desk: Client;
let grids: Json[];
let ordinary: string, sealed: string;
const middle = (g: Json) => ({ lon: (g.bbox[0] + g.bbox[2]) / 2, lat: (g.bbox[1] + g.bbox[3]) / 2 });
const dayStart = (at: number) => Math.floor((at + ZONE) / DAY) * DAY - ZONE;

// A server that has been in that zone from its start.
async function atNoon(db?: string, token?: string): Promise<Server> {
  const before = await Server.start(db);
  const admin = token ? new Client(before.base, token) : await before.as('admin');
  const zone = (await admin.read('/api/v1/settings')).items.find((one: Json) => one.key === 'timezone');
  const put = await admin.put('/api/v1/settings/timezone', { value: NAME, version: zone.version, reason: '测试' });
  expect(put.status, put.text).toBe(200);
  await before.stop();
  return Server.start(before.db);
}

beforeAll(async () => {
  server = await atNoon();
  desk = await server.as('dispatcher');
  grids = (await desk.read('/api/v1/grids?limit=40')).items;
  const items: Json[] = (await desk.read('/api/v1/categories')).items;
  ordinary = items.find((c) => c.class === 'ordinary').code;
  sealed = items.find((c) => c.class === 'sealed').code;
  const rows = ['lon,lat,occurred_at,category'];
  for (let week = 0; week <= 5; week++)
    for (let k = 0; k < 30; k++) {
      const at = new Date(dayStart(Date.now()) - week * 7 * DAY + ((k * 7) % 24) * HOUR + k * 60_000);
      if (at.getTime() > Date.now()) continue;
      const { lon, lat } = middle(grids[(k + week) % grids.length]);
      rows.push(`${lon},${lat},${at.toISOString()},${k % 6 ? ordinary : sealed}`);
    }
  // The ends of the day belong to it, and nothing beyond.
  const edge = dayStart(Date.now()) - 7 * DAY;
  for (const at of [edge - 1000, edge, edge + DAY - 1000, edge + DAY]) rows.push(`${middle(grids[0]).lon},${middle(grids[0]).lat},${new Date(at).toISOString()},${ordinary}`);
  const file = join(scratch(), 'past.csv');
  writeFileSync(file, `${rows.join('\n')}\n`);
  const ran = await wangge(['import', 'incidents', file, '--db', server.db]);
  expect(ran.code, ran.err).toBe(0);
  for (let k = 0; k < 3; k++) expect((await desk.post('/api/v1/incidents', { ...middle(grids[k]), category: ordinary })).status).toBe(201);
  expect((await desk.post('/api/v1/incidents', { ...middle(grids[0]), category: sealed })).status).toBe(201);
});
afterAll(() => server.stop());

async function expected(who: Client, area?: string) {
  const all = (await who.all(`/api/v1/incidents?limit=1000${area ? `&area=${area}` : ''}`)).map((i) => Date.parse(i.received_at));
  const start = dayStart(Date.now());
  const count = (from: number) => Array.from({ length: 24 }, (_, h) => all.filter((at) => at >= from + h * HOUR && at < from + (h + 1) * HOUR).length);
  const past = [1, 2, 3, 4].map((w) => count(start - w * 7 * DAY));
  return { today: count(start), usual: Array.from({ length: 24 }, (_, h) => past.reduce((sum, day) => sum + day[h]!, 0) / 4) };
}

test('is what the lists of each account hold, in its area and by class', async () => {
  const area = grids[0].area.code;
  let most = 0;
  for (const name of ['dispatcher', 'leader', 'planner', 'department', 'worker'] as const) {
    const who = await server.as(name);
    for (const within of [undefined, area]) {
      const got = await who.read(`/api/v1/intake${within ? `?area=${within}` : ''}`);
      const want = await expected(who, within);
      const hour = new Date(Date.now() + ZONE).getUTCHours();
      expect(got.weeks, name).toBe(4);
      expect(got.timezone).toBe(NAME);
      expect(got.date).toBe(new Date(Date.now() + ZONE).toISOString().slice(0, 10));
      expect(got.hours.map((h: Json) => h.hour)).toEqual(Array.from({ length: 24 }, (_, h) => h));
      for (const h of got.hours as Json[]) {
        if (h.hour < hour) expect(h.today, `${name} ${within} ${h.hour}`).toBe(want.today[h.hour]);
        if (h.hour > hour) expect(h.today, `${name} ${within} ${h.hour}`).toBeNull();
        expect(h.usual, `${name} ${within} ${h.hour}`).toBeCloseTo(want.usual[h.hour]!, 2);
      }
      expect(got.today).toBe(want.today.reduce((a, b) => a + b));
      const whole = want.usual.slice(0, hour).reduce((a, b) => a + b, 0);
      expect(got.usual_until_now).toBeGreaterThanOrEqual(whole - 0.01);
      expect(got.usual_until_now).toBeLessThanOrEqual(whole + want.usual[hour]! + 0.01);
      most = Math.max(most, got.today);
    }
  }
  expect(most).toBeGreaterThan(3);
});

test('the day is the same as the counters know it, and grows with a report', async () => {
  const before = await desk.read('/api/v1/intake');
  expect(before.today).toBe((await desk.read('/api/v1/overview')).today);
  await desk.post('/api/v1/incidents', { ...middle(grids[1]), category: ordinary });
  const after = await desk.read('/api/v1/intake');
  expect(after.today).toBe(before.today + 1);
  expect(after.hours.map((h: Json) => h.usual)).toEqual(before.hours.map((h: Json) => h.usual));
});

test('of a sealed matter an account that may not see it counts nothing', async () => {
  const planner = await server.as('planner');
  const before = await planner.read('/api/v1/intake');
  await desk.post('/api/v1/incidents', { ...middle(grids[1]), category: sealed });
  const { today } = await planner.read('/api/v1/intake');
  expect(today).toBe(before.today);
});

test('takes an area that there is, and the right to see incidents', async () => {
  expectProblem(await desk.get('/api/v1/intake?area=nowhere'), 404, 'area');
  expectProblem(await desk.get('/api/v1/intake?area=a%2Fb'), 400, 'area');
  expectProblem(await (await server.as('auditor')).get('/api/v1/intake'), 403);
  expectProblem(await server.nobody().get('/api/v1/intake'), 401);
});

test('without a history nothing is usual; with a short one, only its days count', async () => {
  const db = join(scratch(), 'young.db');
  expect((await wangge(['init', '--db', db])).code).toBe(0);
  const token = (await wangge(['token', 'admin', '--db', db])).out.trim().split(/\s+/).pop()!;
  const young = await atNoon(db, token);
  try {
    const admin = new Client(young.base, token);
    const fresh = await admin.read('/api/v1/intake');
    expect(fresh.weeks).toBe(0);
    expect(fresh.hours.every((h: Json) => h.usual === 0)).toBe(true);
    expect(fresh.usual_until_now).toBe(0);
    const at = (days: number) => new Date(dayStart(Date.now()) - days * DAY + 5 * HOUR).toISOString();
    const file = join(scratch(), 'few.csv');
    writeFileSync(file, ['lon,lat,occurred_at,category', ...[15, 14, 14, 7].map((d) => `120,30,${at(d)},${ordinary}`)].join('\n') + '\n');
    const ran = await wangge(['import', 'incidents', file, '--db', db]);
    expect(ran.code, ran.err).toBe(0);
    const some = await admin.read('/api/v1/intake');
    expect(some.weeks).toBe(2);
    expect(some.hours[5].usual).toBe(1.5);
    expect(some.hours[4].usual).toBe(0);
  } finally {
    await young.stop();
  }
});
