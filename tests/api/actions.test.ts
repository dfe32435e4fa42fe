// A report worked to its end by the hands that may, seen by all who watch, and refused where it must be.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, type Client, type Json } from '../support/client.ts';
import { Feed } from '../support/feed.ts';
import { Server } from '../support/server.ts';
import { unchanged } from '../support/unchanged.ts';

let server: Server, centre: Client, leader: Client, department: Client, worker: Client, point: Json, category: string;
let serial = 0;
const id = () => `deed-${++serial}`;
const act = (client: Client, i: Json, action: string, more: Json = {}) =>
  client.post(`/api/v1/incidents/${i.id}/actions`, { action, client_id: id(), version: i.version, ...more });
async function done(client: Client, i: Json, action: string, more: Json = {}): Promise<Json> {
  const answer = await act(client, i, action, more);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}
async function report(client: Client = centre): Promise<Json> {
  const answer = await client.post('/api/v1/incidents', { ...point, category, description: '路面破损', client_id: id() });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
}

beforeAll(async () => {
  server = await Server.start();
  [centre, leader, department, worker] = await Promise.all((['dispatcher', 'leader', 'department', 'worker'] as const).map((n) => server.as(n)));
  const grids = (await centre.read('/api/v1/grids?limit=1000')).items;
  const own = (await centre.read('/api/v1/me')).account && (await worker.read('/api/v1/me')).account.staff;
  const mine = (await centre.read('/api/v1/staff?limit=1000')).items.find((p: Json) => p.id === own.id).posts[0].grid;
  const [w, s, e, n] = grids.find((g: Json) => g.code === mine).bbox;
  point = { lon: (w + e) / 2, lat: (s + n) / 2 };
  category = (await centre.read('/api/v1/categories')).items.find((c: Json) => c.class === 'ordinary' && !c.retired).code;
});
afterAll(() => server.stopWhole());

test('from the report to the end: every step an event with its hand, in the feed and on the clock', async () => {
  const feed = await Feed.open(server.base, leader.token!);
  let i = await report();
  const states: string[] = [i.state];
  for (const [client, action, more] of [
    [centre, 'accept'], [centre, 'file'], [centre, 'dispatch', { to_org: 'dept-urban' }], [department, 'claim'], [department, 'handle', { reason: '已派两名工人' }],
    [department, 'done'], [leader, 'check'], [centre, 'close'],
  ] as [Client, string, Json?][]) {
    i = await done(client, i, action, more ?? {});
    states.push(i.state);
  }
  expect(states).toEqual(['reported', 'accepted', 'filed', 'dispatched', 'claimed', 'handling', 'done', 'checked', 'closed']);
  expect(i.open).toBe(false);
  const events = (await centre.read(`/api/v1/incidents/${i.id}/events`)).items;
  expect(events.map((e: Json) => e.kind.split('.')[1])).toEqual(['reported', 'accepted', 'filed', 'dispatched', 'claimed', 'handling', 'done', 'checked', 'closed']);
  expect(events[5].actor.name).toBe('department');
  expect(events[5].private.reason).toBe('已派两名工人');
  expect(JSON.stringify(events[5].body)).not.toContain('已派'); // free words stand beside the chain
  expect(events[3].body.to_org).toBe('dept-urban');
  const told = await feed.next('incident', (m) => m.incident.id === i.id && m.incident.state === 'closed');
  expect(told.data.kind).toBe('incident.closed');
  feed.close();
  expect((await centre.read(`/api/v1/incidents?state=closed&limit=1`)).items[0].id).toBe(i.id);
});

describe('is refused, and changes nothing', () => {
  test('out of turn, saying what is possible', async () => {
    const i = await report();
    await unchanged(centre, async () => {
      const answer = await act(centre, i, 'close');
      expectProblem(answer, 422, 'action');
      expect(answer.json.detail).toMatch(/accept, refuse/);
    });
  });
  test('when somebody was there before', async () => {
    const i = await report();
    await done(centre, i, 'accept');
    expectProblem(await act(leader, i, 'refuse', { reason: '重复' }), 409, 'version');
  });
  test('without words where words are due', async () => {
    expectProblem(await act(centre, await report(), 'refuse'), 400, 'reason');
  });
  test('by who is no hand in it', async () => {
    const i = await report();
    expectProblem(await act(department, i, 'claim'), 404); // does not even see it
    const me = (await worker.read('/api/v1/me')).account.staff.id;
    if (i.responsible?.id === me) expectProblem(await act(worker, i, 'accept'), 403, 'action'); // its own grid, but the centre's step
    else expectProblem(await act(worker, i, 'accept'), 404); // off duty at this hour
    const planner = await server.as('planner');
    expectProblem(await act(planner, i, 'accept'), 403);
    const own = await report(worker); // having reported it is no hand in it
    if (own.responsible?.id !== me) expectProblem(await act(worker, { ...own, version: 1 }, 'claim'), 403, 'action');
  });
  test('to an organisation that is none, from a step that hands nothing over', async () => {
    const i = await done(centre, await report(), 'accept');
    expectProblem(await act(centre, i, 'dispatch', { to_org: 'no-such' }), 400, 'to_org');
    expectProblem(await act(centre, i, 'file', { to_org: 'dept-urban' }), 400, 'to_org');
  });
  test('checking by the one who handled it', async () => {
    let i = await report();
    for (const step of ['accept', 'dispatch', 'claim', 'done']) i = await done(centre, i, step);
    expectProblem(await act(centre, i, 'check'), 422, 'action');
    expect((await done(leader, i, 'check')).state).toBe('checked');
  });
});

test('a client_id sent again gives the same result, even if stale by then; with another body it is refused', async () => {
  const i = await report(), body = { action: 'accept', client_id: id(), version: i.version };
  const path = `/api/v1/incidents/${i.id}/actions`;
  const first = await centre.post(path, body);
  const moved = await done(centre, first.json, 'file');
  const again = await centre.post(path, body);
  expect(again.status).toBe(200);
  expect(again.json.version).toBe(moved.version); // nothing was done twice
  expectProblem(await centre.post(path, { ...body, action: 'refuse', reason: '重复' }), 422, 'client_id');
});

test('work done offline: each action names the one before it', async () => {
  let i = await done(centre, await done(centre, await report(), 'accept'), 'dispatch');
  const path = `/api/v1/incidents/${i.id}/actions`, [a, b] = [id(), id()];
  const first = await centre.post(path, { action: 'claim', client_id: a, version: i.version });
  expect(first.status, first.text).toBe(200);
  const second = await centre.post(path, { action: 'done', client_id: b, after: a });
  expect(second.status, second.text).toBe(200);
  expectProblem(await centre.post(path, { action: 'rework', client_id: id(), after: a, reason: '不合格' }), 409, 'after'); // b came after it
  expectProblem(await centre.post(path, { action: 'rework', client_id: id(), after: 'never', reason: '不合格' }), 409, 'after');
  i = second.json;
  expect(i.state).toBe('done');
});
