// Grids that have nobody: said before it happens, told once when it does (also over a stop), and what becomes of
// matters whose worker has gone. The clock is moved, so that what is seen does not hang on the hour of the test.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, expectProblem, type Json } from '../support/client.ts';
import { Feed } from '../support/feed.ts';
import { demoDatabase, scratch, Server } from '../support/server.ts';

const clock = join(scratch(), 'clock');
const db = demoDatabase();
const reason = '排班';
const DAY = 86_400_000;
const morning = Math.ceil(Date.now() / DAY) * DAY + 2 * 3_600_000; // 10:00 in Shanghai
let server: Server;
let admin: Client;
let feed: Feed; // since the beginning
let a: { code: string; lon: number; lat: number }; // day shift only
let b: typeof a; // day and night shift
let count = 0;

const setClock = (at: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(Math.round(at - Date.now())));
  writeFileSync(clock, bytes);
};
const start = async () => {
  server = await Server.start(db, ['--test-clock', clock]);
  admin = await server.as('admin');
  feed = await Feed.open(server.base, admin.token!, 0);
};
const hour = (day: number, h: number) => morning + day * DAY + (h - 10) * 3_600_000; // Shanghai's
const evening = hour(0, 17) + 47 * 60_000; // an hour of its own: the demo's shifts end on the full hour
const duty = () => admin.read('/api/v1/duty?limit=100000');
const nowHas = async (code: string) => (await duty()).now.some((x: Json) => x.grid.code === code);
const until = (look: () => Promise<unknown>, want: unknown) => expect.poll(look, { timeout: 10_000, interval: 50 }).toEqual(want);
const person = async (name: string, posts: Json[]): Promise<Json> => {
  const made = (await admin.post('/api/v1/staff', { code: `duty-${++count}`, name, reason })).json;
  const answer = await admin.put(`/api/v1/staff/${made.id}/posts`, { posts, reason, version: made.version });
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};
const daily = (from: string, to: string) => [{ days: [1, 2, 3, 4, 5, 6, 7], from, to }];
// The grid's whole story, from the feed's beginning to the present.
const told = async (code?: string): Promise<string[]> =>
  feed.messages.filter((m) => m.event === 'duty' && (!code || m.data.subject === `grid/base/${code}`)).map((m) => m.data.kind);
const alone = async (codes: string[]) => {
  for (const p of (await admin.all('/api/v1/staff?limit=1000')) as Json[]) {
    const posts = p.posts.filter((x: Json) => !codes.includes(x.grid));
    if (posts.length === p.posts.length) continue;
    expect((await admin.put(`/api/v1/staff/${p.id}/posts`, { posts, reason, version: p.version, confirm: true })).status).toBe(200);
  }
};

beforeAll(async () => {
  setClock(hour(0, 10));
  await start();
  const places = [];
  for (const g of (await admin.read('/api/v1/grids?limit=60')).items as Json[]) {
    const at = { lon: (g.bbox[0] + g.bbox[2]) / 2, lat: (g.bbox[1] + g.bbox[3]) / 2 };
    if ((await admin.read(`/api/v1/resolve?lon=${at.lon}&lat=${at.lat}`)).grid?.code === g.code) places.push({ code: g.code, ...at });
  }
  [a, b] = places;
});
afterAll(() => server.stopWhole());

describe('a grid without anybody', () => {
  let day: Json;
  let night: Json;
  const report = async (at: typeof a): Promise<Json> => {
    const answer = await admin.post('/api/v1/incidents', { lon: at.lon, lat: at.lat, category: 'c101', client_id: `d-${++count}` });
    expect(answer.status, answer.text).toBe(201);
    return answer.json;
  };
  const held = async (i: Json) => (await admin.read(`/api/v1/incidents/${i.id}`)).responsible?.id ?? null;

  test('is listed, counted, and foretold', async () => {
    await alone([b.code]);
    await until(() => nowHas(b.code), true);
    await alone([a.code]); // by itself, so that the log names it: several at once are one event with a list
    await until(() => nowHas(a.code), true);
    await until(() => told(a.code), ['grid.unmanned']);
    night = await person('夜班', [{ post: 'officer', grid: b.code, shifts: daily('17:47', '08:07') }]);
    const before = (await admin.post('/api/v1/covers', { staff: night.id, grid: b.code, from: new Date(hour(0, 0)).toISOString(), until: new Date(hour(0, 11)).toISOString(), reason })).json;
    expect(before.grid).toBe(b.code);
    await until(() => nowHas(b.code), false); // by the cover
    day = await person('白班', [a, b].map((g) => ({ post: 'manager', grid: g.code, shifts: daily('08:07', '17:47') })));
    await until(async () => (await nowHas(a.code)) || (await nowHas(b.code)), false);
    const seen = await duty();
    const soon = seen.soon.find((x: Json) => x.grid.code === a.code);
    expect(Date.parse(soon.from)).toBe(evening);
    expect(seen.soon.some((x: Json) => x.grid.code === b.code)).toBe(false);
    expect((await admin.read('/api/v1/overview')).unmanned).toBe(seen.unmanned);
    expect(seen.now.length).toBe(seen.unmanned);
    await until(() => told(a.code), ['grid.unmanned', 'grid.manned']);
  });

  test('begins at the end of the shift: unclaimed matters go to who is on duty, or wait for the next day', async () => {
    const inA = await report(a);
    const inB = await report(b);
    const claimed = await report(b);
    expect([await held(inA), await held(inB)]).toEqual([day.id, day.id]);
    for (const action of ['accept', 'dispatch', 'claim']) {
      const version = (await admin.read(`/api/v1/incidents/${claimed.id}`)).version;
      expect((await admin.post(`/api/v1/incidents/${claimed.id}/actions`, { action, version, client_id: `d-${++count}` })).status).toBe(200);
    }
    setClock(evening + 1000);
    await until(() => nowHas(a.code), true);
    await until(() => held(inB), night.id);
    expect([await held(inA), await held(claimed)]).toEqual([day.id, day.id]);
    const events = (await admin.all(`/api/v1/incidents/${inB.id}/events`)) as Json[];
    const moved = events.filter((e) => e.kind === 'incident.reassigned');
    expect(moved.length).toBe(1);
    expect(moved[0].body).toMatchObject({ from_staff: Number(day.id), to_staff: Number(night.id), rule: 'next' });
    expect(moved[0].actor).toBeNull();
    const since = (await duty()).now.find((x: Json) => x.grid.code === a.code).since;
    expect(Date.parse(since)).toBeGreaterThanOrEqual(evening);
  });

  test('is told once though the server was down when it ended', async () => {
    await until(async () => (await told()).filter((kind) => kind === 'grid.unmanned').length, 3); // b, a, and the evening
    const all = await told();
    await server.stop();
    await start();
    await until(() => nowHas(a.code), true);
    await until(() => told(), all); // what was known stays known
    await server.stop();
    setClock(hour(1, 9));
    await start();
    await until(() => nowHas(a.code), false);
    const more = async () => (await told()).slice(all.length); // with what else has changed in the night, as one
    await until(async () => (await more()).filter((kind) => kind === 'grid.manned').length, 1);
    expect(new Set(await more()).size).toBe((await more()).length);
  });

  test('begins with a leave, which sends what is unclaimed to the centre', async () => {
    const i = await report(a);
    expect(await held(i)).toBe(day.id);
    const leave = await admin.post('/api/v1/leaves', { staff: day.id, kind: 'sick', from: new Date(hour(1, 0)).toISOString(), reason });
    expect(leave.status, leave.text).toBe(201);
    await until(() => nowHas(a.code), true);
    await until(() => held(i), null);
    const queue = (await admin.all('/api/v1/queue?limit=1000')) as Json[];
    expect(queue.find((x) => x.incident.id === i.id)?.reason).toBe('nobody');
  });

  test('is shown to whom the map is shown, there', async () => {
    const all = (await duty()).unmanned;
    const areas = (await admin.all('/api/v1/areas?limit=1000')).filter((x) => x.depth === 1);
    const parts = await Promise.all(areas.map(async (x) => (await admin.read(`/api/v1/duty?area=${x.code}`)).unmanned));
    expect(parts.reduce((s, n) => s + n, 0)).toBe(all);
    expect((await (await server.as('wall')).get('/api/v1/duty')).status).toBe(200);
    expectProblem(await admin.get('/api/v1/duty?area=none'), 404, 'area');
    expectProblem(await admin.get('/api/v1/duty?limit=0'), 400, 'limit');
    expectProblem(await server.nobody().get('/api/v1/duty'), 401);
  });
});
