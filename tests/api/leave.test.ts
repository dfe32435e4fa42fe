// Leave and covers: who is away does not answer, the next does, and the sentence says so.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, expectProblem, type Json } from '../support/client.ts';
import { onlyFor, refusesNonsense } from '../support/hostile.ts';
import { Server } from '../support/server.ts';

let server: Server;
let admin: Client;
const reason = '休假登记';
const from = '2026-01-01T00:00:00Z';
let place: { lon: number; lat: number; grid: string };
let first: Json; // who answers there
let count = 0;

const asks = () => admin.read(`/api/v1/resolve?lon=${place.lon}&lat=${place.lat}`);
const added = async (path: string, body: Json): Promise<Json> => {
  const answer = await admin.post(`/api/v1/${path}`, { reason, ...body });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
};
const ended = async (path: string, x: Json) => {
  const answer = await admin.delete(`/api/v1/${path}/${x.id}`, { reason, version: x.version });
  expect(answer.status, answer.text).toBe(204);
};
const person = (name: string) => added('staff', { code: `leave-${++count}`, name });

beforeAll(async () => {
  server = await Server.start();
  admin = await server.as('admin');
  const grid = (await admin.read('/api/v1/grids?limit=1')).items[0];
  place = { lon: (grid.bbox[0] + grid.bbox[2]) / 2, lat: (grid.bbox[1] + grid.bbox[3]) / 2, grid: '' };
  place.grid = (await asks()).grid.code;
  // one on duty day and night, and nobody else: what follows does not depend on the hour
  for (const p of (await admin.all(`/api/v1/staff?grid=${place.grid}&limit=1000`)) as Json[]) {
    const posts = p.posts.filter((x: Json) => x.grid !== place.grid);
    const answer = await admin.put(`/api/v1/staff/${p.id}/posts`, { posts, reason, version: p.version, confirm: true });
    expect(answer.status, answer.text).toBe(200);
  }
  first = await person('甲');
  await admin.put(`/api/v1/staff/${first.id}/posts`, { posts: [{ post: 'manager', grid: place.grid }], reason, version: first.version, confirm: true });
});
afterAll(() => server.stopWhole());

describe('leave', () => {
  test('takes the grid to the queue, the stand-in, the second post or the cover, and back', async () => {
    expect((await asks()).responsible).toMatchObject({ id: first.id });
    const leave = await added('leaves', { staff: first.id, from, kind: 'sick' });
    expect(leave).toMatchObject({ staff: { id: first.id, name: '甲' }, kind: 'sick', until: null });
    let now = await asks();
    expect(now.responsible).toBeNull();
    expect(now.why).toMatch(/on leave/);
    expect((await admin.read(`/api/v1/grids/${place.grid}`)).posts[0].on_duty).toBe(false);

    const helper = await person('乙');
    const cover = await added('covers', { staff: helper.id, grid: place.grid, from, until: '2036-01-01T00:00:00Z' });
    now = await asks();
    expect(now.responsible).toMatchObject({ id: helper.id, name: '乙' });
    expect(now.why).toMatch(/乙 covers it/);

    const second = await person('丙');
    await admin.put(`/api/v1/staff/${second.id}/posts`, { posts: [{ post: 'officer', grid: place.grid }], reason, version: second.version });
    now = await asks();
    expect(now.responsible).toMatchObject({ id: second.id });
    expect(now.why).toMatch(/甲 is on leave, and 丙/);

    const standIn = await added('stand-ins', { staff: first.id, by: helper.id });
    expect((await asks()).why).toMatch(/乙 stands in for 甲/);
    await ended('stand-ins', standIn);
    await ended('covers', cover);
    await ended('leaves', leave);
    expect((await asks()).responsible).toMatchObject({ id: first.id });
    for (const path of ['leaves', 'covers']) expect(await admin.all(`/api/v1/${path}`)).toEqual([]);
  });

  test('counts from its first to before its last moment', async () => {
    const leave = await added('leaves', { staff: first.id, from: '2030-05-01T00:00:00Z', until: '2030-05-02T00:00:00Z' });
    const at = async (t: string) => (await admin.read(`/api/v1/resolve?lon=${place.lon}&lat=${place.lat}&at=${t}`)).why;
    expect(await at('2030-05-01T00:00:00Z')).toMatch(/leave/);
    expect(await at('2030-05-01T23:59:59Z')).toMatch(/leave/);
    for (const t of ['2030-04-30T23:59:59Z', '2030-05-02T00:00:00Z']) expect(await at(t)).not.toMatch(/leave/);
    expectProblem(await admin.post('/api/v1/leaves', { staff: first.id, from: '2030-05-01T12:00:00Z', reason }), 409, 'from');
    expect((await admin.all(`/api/v1/leaves?staff=${first.id}`)).length).toBe(1);
    expectProblem(await admin.delete(`/api/v1/leaves/${leave.id}`, { reason, version: '0'.repeat(16) }), 409, 'version');
    await ended('leaves', leave);
    expectProblem(await admin.delete(`/api/v1/leaves/${leave.id}`, { reason, version: leave.version }), 404);
  });

  test('is for administrators, and refuses nonsense', async () => {
    const leave = { method: 'POST' as const, path: '/api/v1/leaves', good: { staff: first.id, from, until: '2026-01-02T00:00:00Z', reason }, seen: false };
    const cover = { method: 'POST' as const, path: '/api/v1/covers', good: { staff: first.id, grid: place.grid, from, until: '2026-01-02T00:00:00Z', reason }, seen: false };
    await onlyFor(server, { ...leave, good: {} }, ['admin']);
    await onlyFor(server, { ...cover, good: {} }, ['admin']);
    await refusesNonsense(admin, leave);
    await refusesNonsense(admin, cover);
    for (const x of [leave, cover]) {
      expectProblem(await admin.post(x.path, { ...x.good, staff: '999999' }), 404, 'staff');
      expectProblem(await admin.post(x.path, { ...x.good, staff: 'x' }), 400, 'staff');
      expectProblem(await admin.post(x.path, { ...x.good, until: from }), 400, 'until');
      expectProblem(await admin.post(x.path, { ...x.good, from: 'noon' }), 400, 'from');
    }
    expectProblem(await admin.post(leave.path, { ...leave.good, kind: 'holiday' }), 400, 'kind');
    expectProblem(await admin.post(cover.path, { ...cover.good, grid: 'none' }), 404, 'grid');
    expectProblem(await admin.post(cover.path, { ...cover.good, network: 'none' }), 404, 'grid');
    expectProblem(await admin.post(cover.path, { ...cover.good, until: undefined }), 400, 'until');
    for (const path of ['leaves', 'covers']) expect((await (await server.as('wall')).get(`/api/v1/${path}`)).status).toBe(403);
  });
});
