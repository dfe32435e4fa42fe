// People, posts with shifts, stand-ins: kept with a reason; a grid's last manager does not leave unnoticed.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, expectProblem, type Json } from '../support/client.ts';
import { onlyFor, refusesNonsense } from '../support/hostile.ts';
import { Server } from '../support/server.ts';

let server: Server;
let admin: Client;
const reason = '人员调整';

beforeAll(async () => {
  server = await Server.start();
  admin = await server.as('admin');
});
afterAll(() => server.stopWhole());

const staff = () => admin.all('/api/v1/staff?limit=1000');
const person = async (id: string): Promise<Json> => (await staff()).find((p) => p.id === id);
let count = 0;
const made = async (): Promise<Json> => {
  const answer = await admin.post('/api/v1/staff', { code: `new-${++count}`, name: `新人${count}`, phone: '19900000001', org: 'centre', reason });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
};
const asSent = (posts: Json[]) => posts.map(({ post, network, grid, shifts }) => ({ post, network, grid, shifts }));
const openOf = async (id: string, grid?: string) => (await admin.all('/api/v1/incidents?state=open&limit=1000')).filter((i) => i.responsible?.id === id && (!grid || i.grid?.code === grid));

describe('a person', () => {
  test('is added, searched and changed, and answers under the new name at once', async () => {
    const p = await made();
    expect(p).toMatchObject({ name: '新人1', phone: '19900000001', org: 'centre', full_time: true, posts: [] });
    expect((await admin.all('/api/v1/staff?q=新人')).map((x) => x.id)).toEqual([p.id]);
    expect((await admin.all('/api/v1/staff?q=NEW-1')).map((x) => x.id)).toEqual([p.id]);
    const answer = await admin.put(`/api/v1/staff/${p.id}`, { name: '改名', phone: '', full_time: false, reason, version: p.version });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toMatchObject({ id: p.id, code: p.code, name: '改名', phone: '', org: null, full_time: false });
    expect(await person(p.id)).toEqual(answer.json);
    expectProblem(await admin.put(`/api/v1/staff/${p.id}`, { name: '旧版本', reason, version: p.version }), 409, 'version');
    expectProblem(await admin.post('/api/v1/staff', { code: p.code, name: '同码', reason }), 409, 'code');
  });

  test('refuses nonsense', async () => {
    const p = await made();
    const good = { name: '好', phone: '1', org: 'centre', full_time: true, reason, version: p.version };
    const edit = { method: 'PUT' as const, path: `/api/v1/staff/${p.id}`, good, seen: true };
    await onlyFor(server, edit, ['admin']);
    await onlyFor(server, { method: 'POST', path: '/api/v1/staff', good: {}, seen: false }, ['admin']);
    await refusesNonsense(admin, edit);
    for (const name of ['', ' x', 'x\n', 'x'.repeat(201), 7, undefined]) expectProblem(await admin.put(edit.path, { ...good, name }), 400, 'name');
    for (const phone of ['x'.repeat(65), 'a\u0000b', '1 ', 7]) expectProblem(await admin.put(edit.path, { ...good, phone }), 400);
    for (const full_time of ['yes', 1]) expectProblem(await admin.put(edit.path, { ...good, full_time }), 400, 'full_time');
    expectProblem(await admin.put(edit.path, { ...good, org: 'none' }), 404, 'org');
    expectProblem(await admin.put(edit.path, { ...good, org: 7 }), 400, 'org');
    expectProblem(await admin.put('/api/v1/staff/999999', good), 404, 'id');
    expectProblem(await admin.put('/api/v1/staff/x', good), 400, 'id');
    for (const code of ['', 'a,b', 'x'.repeat(65), 7]) expectProblem(await admin.post('/api/v1/staff', { code, name: 'x', reason }), 400, 'code');
    expect(await person(p.id)).toEqual(p);
  });
});

describe('posts', () => {
  test('come with shifts, and count at the very next report', async () => {
    const grid = (await admin.read('/api/v1/grids?limit=1')).items[0];
    const at = { lon: (grid.bbox[0] + grid.bbox[2]) / 2, lat: (grid.bbox[1] + grid.bbox[3]) / 2 };
    const { grid: owner } = await admin.read(`/api/v1/resolve?lon=${at.lon}&lat=${at.lat}`);
    const p = await made();
    const shifts = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }];
    const answer = await admin.put(`/api/v1/staff/${p.id}/posts`, { posts: [{ post: 'manager', grid: owner.code, shifts }, { post: 'police', network: 'base', grid: owner.code }], reason, version: p.version });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.posts).toEqual([{ post: 'manager', network: 'base', grid: owner.code, shifts }, { post: 'police', network: 'base', grid: owner.code, shifts: [] }]);
    const detail = await admin.read(`/api/v1/grids/${owner.code}`);
    expect(detail.posts.filter((x: Json) => x.id === p.id).map((x: Json) => x.post)).toEqual(['manager', 'police']);
    // all others of this grid away: the new manager is the one
    for (const other of detail.posts.filter((x: Json) => x.id !== p.id)) {
      const q = await person(other.id);
      const left = asSent(q.posts).filter((x) => x.grid !== owner.code);
      expect((await admin.put(`/api/v1/staff/${q.id}/posts`, { posts: left, reason, version: q.version, confirm: true })).status).toBe(200);
    }
    const category = (await admin.read('/api/v1/categories')).items[0].code;
    expect((await admin.post('/api/v1/incidents', { ...at, category })).json.responsible.id).toBe(p.id);
  });

  test('what was read may be sent again and changes nothing', async () => {
    for (const p of (await staff()).slice(0, 10)) {
      const answer = await admin.put(`/api/v1/staff/${p.id}/posts`, { posts: asSent(p.posts), reason, version: p.version });
      expect(answer.status, answer.text).toBe(200);
      expect(answer.json).toEqual(p);
    }
  });

  test('a grid’s last manager, and open incidents, are told before they are left', async () => {
    let p: Json, lone: string[];
    for (p of (await staff()).filter((x) => x.posts.some((y: Json) => y.post === 'manager'))) {
      lone = [];
      for (const { grid } of p.posts.filter((x: Json) => x.post === 'manager')) {
        const { posts } = await admin.read(`/api/v1/grids/${grid}`);
        if (!posts.some((x: Json) => x.post === 'manager' && x.id !== p.id)) lone.push(grid);
      }
      if (lone.length && (await openOf(p.id)).length) break;
    }
    const open = (await openOf(p!.id)).filter((i) => p!.posts.some((x: Json) => x.grid === i.grid?.code));
    expect(open.length).toBeGreaterThan(0);
    const edit = { posts: [], reason, version: p!.version };
    const answer = await admin.put(`/api/v1/staff/${p!.id}/posts`, edit);
    expectProblem(answer, 409, 'confirm');
    expect(answer.json.touches.grids_without_manager).toEqual({ count: lone!.length, first: expect.arrayContaining(lone!.slice(0, 1)) });
    expect(answer.json.touches.open_incidents.count).toBe(open.length);
    expect(await person(p!.id)).toEqual(p);
    const gone = await admin.put(`/api/v1/staff/${p!.id}/posts`, { ...edit, confirm: true });
    expect(gone.json.posts, gone.text).toEqual([]);
    // taking them back needs no word
    expect((await admin.put(`/api/v1/staff/${p!.id}/posts`, { posts: asSent(p!.posts), reason, version: gone.json.version })).status).toBe(200);
  });

  test('refuse nonsense, naming which', async () => {
    const p = await made();
    const grid = (await admin.read('/api/v1/grids?limit=1')).items[0].code;
    const path = `/api/v1/staff/${p.id}/posts`;
    const good = { post: 'officer', grid, shifts: [{ days: [1], from: '08:00', to: '18:00' }] };
    const edit = { method: 'PUT' as const, path, good: { posts: [good], reason, version: p.version }, seen: true };
    await onlyFor(server, edit, ['admin']);
    await refusesNonsense(admin, edit);
    const shift = (s: Json) => ({ ...good, post: 'manager', shifts: [{ days: [1], from: '08:00', to: '18:00', ...s }] });
    const bad: [Json, number, string][] = [
      [{ ...good, post: 'king' }, 400, 'posts.1.post'], [{ ...good, post: 1 }, 400, 'posts.1.post'], [{ ...good, grid: 'none' }, 404, 'posts.1.grid'], [{ ...good, grid: 7 }, 400, 'posts.1.grid'],
      [{ ...good, grid: 'x'.repeat(65) }, 400, 'posts.1.grid'], [{ ...good, network: 'none' }, 404, 'posts.1.grid'], [{ ...good, stranger: 1 }, 400, 'posts.1.stranger'], ['x', 400, 'posts.1'], [null, 400, 'posts.1'],
      [{ ...good, shifts: {} }, 400, 'posts.1.shifts'], [{ ...good, shifts: Array(21).fill(good.shifts[0]) }, 400, 'posts.1.shifts'], [{ ...good, shifts: ['x'] }, 400, 'posts.1.shifts.0'],
      [shift({ days: [] }), 400, 'posts.1.shifts.0.days'], [shift({ days: [0] }), 400, 'posts.1.shifts.0.days'], [shift({ days: [8] }), 400, 'posts.1.shifts.0.days'], [shift({ days: [1, 1] }), 400, 'posts.1.shifts.0.days'],
      [shift({ days: [1.5] }), 400, 'posts.1.shifts.0.days'], [shift({ days: ['1'] }), 400, 'posts.1.shifts.0.days'], [shift({ days: 'Mon' }), 400, 'posts.1.shifts.0.days'],
      [shift({ from: '8:00' }), 400, 'posts.1.shifts.0.from'], [shift({ from: '24:00' }), 400, 'posts.1.shifts.0.from'], [shift({ to: '24:01' }), 400, 'posts.1.shifts.0.to'], [shift({ to: '08:60' }), 400, 'posts.1.shifts.0.to'],
      [shift({ to: 800 }), 400, 'posts.1.shifts.0.to'], [shift({ x: 1 }), 400, 'posts.1.shifts.0.x'], [good, 422, 'posts.1.grid'],
    ];
    for (const [post, status, field] of bad) expectProblem(await admin.put(path, { posts: [good, post], reason, version: p.version }), status, field);
    expectProblem(await admin.put(path, { posts: Array(65).fill(good), reason, version: p.version }), 400, 'posts');
    expectProblem(await admin.put(path, { reason, version: p.version }), 400, 'posts');
    expect((await person(p.id)).posts).toEqual([]);
  });
});

describe('a stand-in', () => {
  test('is arranged, listed and ended, and does the work meanwhile', async () => {
    const lead = (await staff()).find((p) => p.posts.some((x: Json) => x.post === 'manager'))!;
    const deputy = await made();
    const answer = await admin.post('/api/v1/stand-ins', { staff: lead.id, by: deputy.id, from: '2026-01-01T00:00:00Z', reason });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.json).toMatchObject({ staff: { id: lead.id }, by: { id: deputy.id, name: deputy.name }, from: '2026-01-01T00:00:00Z', until: null });
    expect((await admin.all(`/api/v1/stand-ins?staff=${deputy.id}`)).map((x) => x.id)).toEqual([answer.json.id]);
    const all = (await admin.all('/api/v1/stand-ins?limit=1')).map((x) => Number(x.id));
    expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
    expectProblem(await admin.post('/api/v1/stand-ins', { staff: lead.id, by: deputy.id, from: '2026-01-01T00:00:00Z', reason }), 409, 'from');
    const path = `/api/v1/stand-ins/${answer.json.id}`;
    expectProblem(await admin.delete(path, { reason, version: '0123456789abcdef' }), 409, 'version');
    expect((await admin.delete(path, { reason, version: answer.json.version })).status).toBe(204);
    expectProblem(await admin.delete(path, { reason, version: answer.json.version }), 404, 'id');
    expect(await admin.all(`/api/v1/stand-ins?staff=${deputy.id}`)).toEqual([]);
  });

  test('refuses nonsense', async () => {
    const [a, b] = [await made(), await made()];
    const path = '/api/v1/stand-ins';
    const good = { staff: a.id, by: b.id, reason };
    await onlyFor(server, { method: 'POST', path, good, seen: false }, ['admin']);
    await onlyFor(server, { method: 'DELETE', path: `${path}/1`, good: {}, seen: true }, ['admin']);
    for (const [members, status, field] of [
      [{ staff: 1 }, 400, 'staff'], [{ staff: 'x' }, 400, 'staff'], [{ staff: '999999' }, 404, 'staff'], [{ by: '999999' }, 404, 'by'], [{ by: a.id }, 400, 'by'], [{ by: undefined }, 400, 'by'],
      [{ from: 'now' }, 400, 'from'], [{ until: 1 }, 400, 'until'], [{ from: '2026-02-01T00:00:00Z', until: '2026-02-01T00:00:00Z' }, 400, 'until'], [{ stranger: 1 }, 400, 'stranger'], [{ reason: 'x' }, 400, 'reason'],
    ] as [Json, number, string][]) expectProblem(await admin.post(path, { ...good, ...members }), status, field);
    for (const name of ['security', 'auditor', 'department'] as const) expectProblem(await (await server.as(name)).get(path), 403);
    expectProblem(await admin.get(`${path}?staff=x`), 400, 'staff');
    expect((await admin.all(path)).some((x) => x.by.id === b.id)).toBe(false);
  });
});
