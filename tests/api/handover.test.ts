// A shift is handed over by one person and signed for by another; the last hours are played again from the log.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, expectProblem, type Json } from '../support/client.ts';
import { Server } from '../support/server.ts';

let server: Server, admin: Client, centre: Client, leader: Client, elsewhere: Client, root: string, point: Json, category: string;
let serial = 0;
const id = () => `hand-${++serial}`;
const give = (who: Client, more: Json = {}) => who.post('/api/v1/handovers', { area: root, client_id: id(), ...more });
async function report(more: Json = {}): Promise<Json> {
  const answer = await centre.post('/api/v1/incidents', { ...point, category, client_id: id(), ...more });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
}
async function act(i: Json, action: string, more: Json = {}): Promise<Json> {
  const answer = await centre.post(`/api/v1/incidents/${i.id}/actions`, { action, client_id: id(), version: i.version, ...more });
  expect(answer.status, `${action}: ${answer.text}`).toBe(200);
  return answer.json;
}
async function account(name: string, grant: Json): Promise<Client> {
  const made = await admin.post('/api/v1/accounts', { name, reason: '交接班' });
  const given = await admin.put(`/api/v1/accounts/${made.json.id}/grants`, { grants: [grant], reason: '交接班', version: made.json.version });
  expect(given.status, given.text).toBe(200);
  return Client.signIn(server.base, name, made.json.password);
}

beforeAll(async () => {
  server = await Server.start();
  [admin, centre, leader] = await Promise.all((['admin', 'dispatcher', 'leader'] as const).map((n) => server.as(n)));
  root = (await admin.read('/api/v1/me')).server.root.code;
  const grid = (await centre.read('/api/v1/grids?limit=1')).items[0];
  point = { lon: (grid.bbox[0] + grid.bbox[2]) / 2, lat: (grid.bbox[1] + grid.bbox[3]) / 2 };
  category = (await centre.read('/api/v1/categories?limit=1000')).items.find((c: Json) => c.class === 'ordinary' && !c.retired && !c.rules.gates?.length && !c.rules.at_once).code;
  const village = (await admin.all('/api/v1/areas?level=village')).find((a) => a.code !== grid.area.code);
  elsewhere = await account('邻村交接', { role: 'dispatcher', area: village.code });
});
afterAll(() => server.stopWhole());

describe('a handover', () => {
  test('says how things stood, and beside it how they stand now', async () => {
    const urgent = await act(await report(), 'urgent', { reason: '催办' });
    const answer = await give(centre, { note: '夜里有暴雨' });
    expect(answer.status, answer.text).toBe(201);
    const made = answer.json, overview = await leader.read('/api/v1/overview');
    expect(made).toMatchObject({ note: '夜里有暴雨', taken_by: null, taken_at: null, given_by: { name: 'dispatcher' }, area: { code: root } });
    expect(made.open).toBe(overview.open); // who sees less is told the number all the same
    expect(made.overdue).toBe(overview.overdue);
    expect(Object.values(made.by_state).reduce((a: number, b) => a + Number(b), 0)).toBe(made.open);
    const row = made.watched.find((x: Json) => x.id === urgent.id);
    expect(row).toMatchObject({ number: urgent.number, state: 'reported', why: ['urgent'], now: { state: 'reported', open: true } });
    const dues = made.watched.map((x: Json) => (x.due ? Date.parse(x.due) : Infinity));
    expect(dues).toEqual([...dues].sort((a, b) => a - b));
    for (const x of made.promised) expect(Date.parse(x.due)).toBeLessThanOrEqual(Date.parse(made.at) + 12 * 3600_000);

    await act(urgent, 'refuse', { reason: '误报' });
    const later = await leader.read(`/api/v1/handovers/${made.id}`);
    expect(later.watched.find((x: Json) => x.id === urgent.id)).toMatchObject({ state: 'reported', now: { state: 'refused', open: false } });
    expect(later.open).toBe(made.open); // as it was
  });

  test('is signed for once, by another person', async () => {
    const made = (await give(centre, { note: '三件待办' })).json;
    const sign = (who: Client, note?: string) => who.post(`/api/v1/handovers/${made.id}/sign`, note ? { note } : {});
    expectProblem(await sign(centre), 403);
    expectProblem(await sign(elsewhere), 404);
    const taken = await sign(leader, '已知悉');
    expect(taken.status, taken.text).toBe(200);
    expect(taken.json).toMatchObject({ taken_by: { name: 'leader' }, taken_note: '已知悉', note: '三件待办' });
    expect(taken.json.taken_at).toBeTruthy();
    expectProblem(await sign(admin), 409);
    expectProblem(await sign(leader), 409);
    const again = await admin.read(`/api/v1/handovers/${made.id}`);
    expect(again.taken_by.name).toBe('leader');
  });

  test('is for who directs there, and for nobody else', async () => {
    for (const name of ['worker', 'department', 'planner', 'auditor', 'wall'] as const) {
      const who = await server.as(name);
      expectProblem(await give(who), 403);
      expectProblem(await who.get('/api/v1/handovers'), 403);
    }
    expectProblem(await give(elsewhere), 403, 'area');
    const made = (await give(centre)).json;
    expectProblem(await elsewhere.get(`/api/v1/handovers/${made.id}`), 404);
    expect(await elsewhere.all('/api/v1/handovers')).toEqual([]);
    const list = await leader.all('/api/v1/handovers?limit=1');
    expect(list[0].id).toBe(made.id);
    expect(list.map((x) => Number(x.id))).toEqual(list.map((x) => Number(x.id)).sort((a, b) => b - a));
  });

  test('names only incidents that the reader may see', async () => {
    const sealed = (await centre.read('/api/v1/categories?limit=1000')).items.find((c: Json) => c.class === 'sealed' && !c.retired).code;
    const made = await leader.post('/api/v1/incidents', { ...point, category: sealed, client_id: id() });
    expect(made.status, made.text).toBe(201);
    const urgent = await leader.post(`/api/v1/incidents/${made.json.id}/actions`, { action: 'urgent', reason: '催办', client_id: id(), version: made.json.version });
    expect(urgent.status, urgent.text).toBe(200);
    const given = (await give(leader)).json;
    expect(given.watched.some((x: Json) => x.id === made.json.id)).toBe(true);
    const read = await centre.read(`/api/v1/handovers/${given.id}`);
    expect(read.watched.some((x: Json) => x.id === made.json.id)).toBe(false);
    expect(read.watched_count).toBe(given.watched_count);
  });

  test('is made once for one client_id, and refuses what is wrong', async () => {
    const body = { area: root, client_id: id(), note: 'x' };
    const first = await centre.post('/api/v1/handovers', body), second = await centre.post('/api/v1/handovers', body);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.json.id).toBe(first.json.id);
    expectProblem(await give(centre, { area: 'nowhere' }), 404, 'area');
    expectProblem(await give(centre, { note: 'x'.repeat(2001) }), 400, 'note');
    expectProblem(await give(centre, { client_id: '' }), 400, 'client_id');
    expectProblem(await give(centre, { what: 1 }), 400, 'what');
    expectProblem(await centre.get('/api/v1/handovers/999999'), 404);
  });
});

describe('the replay', () => {
  test('is the events, in their order, page by page', async () => {
    const since = (await centre.read('/api/v1/me')).server.time;
    let one = await report();
    const two = await report();
    one = await act(one, 'accept');
    await act(two, 'refuse', { reason: '误报' });
    const query = `since=${encodeURIComponent(since)}`;
    const played = await centre.all(`/api/v1/replay?limit=2&${query}`);
    const wanted: Json[] = [];
    for (const i of [one, two])
      for (const e of await centre.all(`/api/v1/incidents/${i.id}/events`)) wanted.push({ seq: e.seq, at: e.at, id: i.id, kind: e.kind });
    wanted.sort((a, b) => a.seq - b.seq);
    const mine = played.filter((x) => x.id === one.id || x.id === two.id);
    expect(mine.map(({ seq, at, id, kind }) => ({ seq, at, id, kind }))).toEqual(wanted);
    expect(mine.filter((x) => x.state).map((x) => [x.id, x.state])).toEqual([[one.id, 'reported'], [two.id, 'reported'], [one.id, 'accepted'], [two.id, 'refused']]);
    for (const x of mine) expect([x.lon, x.lat]).toEqual([one.lon, one.lat]);
    expect(played).toEqual(await centre.all(`/api/v1/replay?limit=1000&${query}`));
    const until = mine[1].at;
    expect((await centre.all(`/api/v1/replay?${query}&until=${encodeURIComponent(until)}`)).every((x) => x.at < until)).toBe(true);
  });

  test('holds to its span, and to rights', async () => {
    const i = await report();
    expect((await centre.all('/api/v1/replay?limit=1000')).some((x) => x.id === i.id)).toBe(true);
    expect((await (await server.as('wall')).all('/api/v1/replay?limit=1000')).some((x) => x.id === i.id)).toBe(true);
    expect((await elsewhere.all('/api/v1/replay?limit=1000')).some((x) => x.id === i.id)).toBe(false);
    expectProblem(await (await server.as('auditor')).get('/api/v1/replay'), 403);
    const at = (hours: number) => encodeURIComponent(new Date(Date.now() - hours * 3600_000).toISOString());
    expectProblem(await centre.get(`/api/v1/replay?since=${at(25)}&until=${at(0)}`), 400, 'since');
    expectProblem(await centre.get(`/api/v1/replay?since=${at(1)}&until=${at(2)}`), 400, 'until');
    expectProblem(await centre.get('/api/v1/replay?area=nowhere'), 404, 'area');
  });
});
