// The whole life of an incident beyond the straight way: reviews, levels, returns and rulings, pauses, extensions,
// supervision, merging and splitting, many at once; what the desk is told of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, expectProblem, type Json } from '../support/client.ts';
import { Server } from '../support/server.ts';
import { unchanged } from '../support/unchanged.ts';

let server: Server, admin: Client, centre: Client, leader: Client, department: Client, town: Client, root: string, township: string;
let point: Json, category: string, orgs: string[];
let serial = 0;
const id = () => `life-${++serial}`;
const reason = '按规定办理';
const act = (client: Client, i: Json, action: string, more: Json = {}) =>
  client.post(`/api/v1/incidents/${i.id}/actions`, { action, client_id: id(), version: i.version, ...more });
async function done(client: Client, i: Json, action: string, more: Json = {}): Promise<Json> {
  const answer = await act(client, i, action, more);
  expect(answer.status, `${action}: ${answer.text}`).toBe(200);
  return answer.json;
}
async function report(more: Json = {}): Promise<Json> {
  const answer = await centre.post('/api/v1/incidents', { ...point, category, description: '沿街晾晒', client_id: id(), ...more });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
}
const walk = async (i: Json, steps: [Client, string, Json?][]) => {
  for (const [client, action, more] of steps) i = await done(client, i, action, more ?? {});
  return i;
};
const handed = async () => walk(await report(), [[centre, 'accept'], [centre, 'dispatch', { to_org: 'dept-urban' }]]);
const events = async (i: Json): Promise<Json[]> => (await centre.read(`/api/v1/incidents/${i.id}/events?limit=1000`)).items;
const work = (client: Client, i: Json) => client.read(`/api/v1/incidents/${i.id}/work`);
const inbox = async (client: Client, box: string): Promise<string[]> => (await client.all(`/api/v1/desk/${box}?limit=1000`)).map((x) => x.id);
async function setting(key: string, value: Json): Promise<void> {
  const now = (await admin.read('/api/v1/settings')).items.find((s: Json) => s.key === key);
  const answer = await admin.put(`/api/v1/settings/${key}`, { value, version: now.version, reason });
  expect(answer.status, answer.text).toBe(200);
}
async function account(name: string, grants: Json[]): Promise<Client> {
  const made = await admin.post('/api/v1/accounts', { name, reason });
  expect(made.status, made.text).toBe(201);
  const given = await admin.put(`/api/v1/accounts/${made.json.id}/grants`, { grants, reason, version: made.json.version });
  expect(given.status, given.text).toBe(200);
  return Client.signIn(server.base, name, made.json.password);
}

beforeAll(async () => {
  server = await Server.start();
  [admin, centre, leader, department] = await Promise.all((['admin', 'dispatcher', 'leader', 'department'] as const).map((n) => server.as(n)));
  root = (await admin.read('/api/v1/me')).server.root.code;
  township = (await admin.all('/api/v1/areas?level=township'))[0].code;
  orgs = (await admin.all('/api/v1/orgs?limit=1000')).map((o) => o.code);
  town = await account('镇中心', [{ role: 'dispatcher', area: township }]);
  const grids = await centre.all('/api/v1/grids?limit=1000');
  const posts = (await centre.all('/api/v1/staff?limit=1000')).flatMap((p) => p.posts.map((x: Json) => x.grid));
  const [w, s, e, n] = grids.find((g: Json) => posts.includes(g.code)).bbox;
  point = { lon: (w + e) / 2, lat: (s + n) / 2 };
  const all = (await centre.read('/api/v1/categories?limit=1000')).items.filter((c: Json) => c.class === 'ordinary' && !c.retired);
  category = all.find((c: Json) => !c.rules.done_photos && !c.rules.gates?.length && !c.rules.posts?.length && c.rules.limits.handle && c.severity < 3)?.code
    ?? all.find((c: Json) => !c.rules.gates?.length).code;
});
afterAll(() => server.stopWhole());

describe('levels', () => {
  test('what is escalated is the upper centre’s until it is handed down again', async () => {
    let i = await done(town, await report(), 'accept');
    i = await done(town, i, 'escalate', { reason: '超出本镇职权' });
    expect(i.centre.code).toBe(root);
    expectProblem(await act(town, i, 'dispatch', { to_org: 'dept-urban' }), 403, 'action');
    expect((await town.read(`/api/v1/incidents/${i.id}`)).id).toBe(i.id); // it still sees it
    expect(await inbox(centre, 'dispatch')).toContain(i.id);
    expect(await inbox(town, 'dispatch')).not.toContain(i.id);
    expectProblem(await act(centre, i, 'escalate', { reason }), 422, 'action'); // nobody is above
    expectProblem(await act(centre, i, 'hand-down', { to_area: root }), 400, 'to_area');
    i = await done(centre, i, 'hand-down', { to_area: township });
    i = await done(town, i, 'dispatch', { to_org: 'dept-urban' });
    expect(i.org).toBe('dept-urban');
  });

  test('after two returns the district rules, and that binds; it is a precedent', async () => {
    let i = await done(town, await report(), 'accept');
    for (let k = 0; k < 2; k++) {
      i = await done(town, i, 'dispatch', { to_org: 'dept-urban' });
      i = await done(department, i, 'return', { reason: '不属本单位职责', basis: 'grid' });
    }
    expect(i.returns).toBe(2);
    const proof = (await events(i)).at(-1)!.body.proof;
    expect(proof).toMatchObject({ grid: i.grid.code, plan_version: i.grid.plan_version, network: 'base' });
    const refused = await act(town, i, 'dispatch', { to_org: 'dept-urban' });
    expectProblem(refused, 403, 'action');
    expect(refused.json.type).toMatch(/upper-centre-rules/);
    i = await done(centre, i, 'dispatch', { to_org: 'dept-urban' });
    expect(i.ruled).toBe(true);
    const bound = await act(department, i, 'return', { reason: '仍不属本单位职责' });
    expectProblem(bound, 422, 'action');
    expect(bound.json.type).toMatch(/ruled/);
    const next = await done(town, await report(), 'accept');
    const told = (await work(town, next)).suggestions.find((s: Json) => s.org?.code === 'dept-urban');
    expect(told.sent).toBeGreaterThanOrEqual(3);
    expect(told.returned).toBeGreaterThanOrEqual(2);
    expect(told.why).toMatch(/ruled/);
  });
});

describe('a leader’s review', () => {
  test('stands before the dispatch where the setting asks for it, opens one step, or sends back', async () => {
    await setting('review_severity', 1);
    let i = await done(centre, await report(), 'accept');
    const refused = await act(centre, i, 'dispatch', { to_org: 'dept-urban' });
    expectProblem(refused, 422, 'action');
    expect(refused.json.type).toMatch(/needs-review/);
    i = await done(centre, i, 'send-review', { reason: '请领导审核' });
    expect(i.state).toBe('review');
    expect(i.step.clock).toBe('review');
    expect(await inbox(leader, 'review')).toContain(i.id);
    expect(await inbox(centre, 'review')).not.toContain(i.id);
    expectProblem(await act(centre, i, 'approve', { reason: '同意' }), 403, 'action');
    expectProblem(await act(leader, i, 'approve'), 400, 'reason'); // an opinion is required
    i = await done(leader, i, 'send-back', { reason: '请补充情况' });
    i = await walk(i, [[centre, 'send-review', { reason: '已补充' }], [leader, 'approve', { reason: '同意交办' }]]);
    expect(i).toMatchObject({ state: 'accepted', approved: true });
    i = await done(centre, i, 'dispatch', { to_org: 'dept-urban' });
    expect(i.approved).toBe(false);
    expectProblem(await act(leader, i, 'instruct', {}), 400, 'reason');
    i = await done(leader, i, 'instruct', { reason: '务必当日办结' });
    expect((await events(i)).at(-1)!.private.reason).toBe('务必当日办结');
    await setting('review_severity', 0);
  });

  test('comes afterwards where it is urgent', async () => {
    await setting('review_severity', 1);
    let i = await walk(await report(), [[centre, 'accept'], [centre, 'urgent', { reason: '危及安全' }], [centre, 'dispatch', { to_org: 'dept-urban' }]]);
    expect(i).toMatchObject({ state: 'dispatched', urgent: true, review_owed: true });
    expect(await inbox(leader, 'review')).toContain(i.id);
    i = await done(leader, i, 'approve', { reason: '补审同意' });
    expect(i).toMatchObject({ state: 'dispatched', review_owed: false });
    await setting('review_severity', 0);
  });
});

describe('an approval', () => {
  const closing = '结案须审';
  const handled = (i: Json) => walk(i, [[centre, 'dispatch', { to_org: 'dept-urban' }], [department, 'claim'], [department, 'done'], [centre, 'check']]);
  const agree = (i: Json) => walk(i, [[centre, 'send-review', { reason: '请领导审核' }], [leader, 'approve', { reason: '同意' }]]);
  beforeAll(async () => {
    const made = await admin.put(`/api/v1/categories/${encodeURIComponent(closing)}`, { name: { zh: closing }, group: 'c1', reason, rules: { gates: ['close'] } });
    expect(made.status, made.text).toBe(201);
  });

  test('is for the next step: not for closing, where it was for handing out, nor for work that was done again', async () => {
    let i = await handled(await agree(await done(centre, await report({ category: closing }), 'accept')));
    expectProblem(await act(centre, i, 'close'), 422, 'action');
    i = await walk(await agree(i), [[centre, 'rework', { reason: '不合格' }], [department, 'done'], [centre, 'check']]);
    expectProblem(await act(centre, i, 'close'), 422, 'action');
    expect((await done(centre, await agree(i), 'close')).state).toBe('closed');
  });

  test('that is owed is given before the end', async () => {
    await setting('review_severity', 1);
    let i = await walk(await report(), [[centre, 'accept'], [centre, 'urgent', { reason: '危及安全' }]]);
    i = await handled(i);
    expect(i.review_owed).toBe(true);
    expectProblem(await act(centre, i, 'close'), 422, 'action');
    i = await done(leader, i, 'approve', { reason: '补审同意' });
    expect((await done(centre, i, 'close')).state).toBe('closed');
    await setting('review_severity', 0);
    i = await handled(await walk(await report({ category: closing }), [[centre, 'accept'], [centre, 'urgent', { reason: '危及安全' }]]));
    expectProblem(await act(centre, i, 'close'), 422, 'action'); // after the end there is no afterwards
  });
});

describe('an answer that was lost', () => {
  test('comes again, also to who has given it away by then', async () => {
    const i = await handed(), back = { action: 'return', client_id: id(), version: i.version, reason: '不属本单位职责' };
    const path = `/api/v1/incidents/${i.id}/actions`;
    expect((await department.post(path, back)).status).toBe(200);
    const again = await department.post(path, back);
    expect(again.status, again.text).toBe(200);
    expect(again.json).toMatchObject({ state: 'returned', returns: 1 });
    const mine = await done(town, await report(), 'accept');
    const up = { action: 'escalate', client_id: id(), version: mine.version, reason: '超出本镇职权' };
    for (let k = 0; k < 2; k++) expect((await town.post(`/api/v1/incidents/${mine.id}/actions`, up)).status).toBe(200);
    expectProblem(await department.post(path, { ...back, client_id: id() }), 403, 'action');
  });
});

describe('hands', () => {
  test('who had it works along with the next where the centre says so; what it asked for goes with it', async () => {
    let i = await done(department, await handed(), 'ask-extension', { days: 3, reason: '等材料' });
    const other = orgs.find((o) => o !== 'dept-urban')!;
    i = await done(centre, i, 'transfer', { to_org: other, orgs: ['dept-urban'], reason: '主办单位调整' });
    expect(i.days_asked).toBe(0);
    const parties = (await work(centre, i)).parties.map((p: Json) => [p.org.code, p.how]);
    expect(new Map(parties)).toEqual(new Map([[other, 'handed'], ['dept-urban', 'co']]));
  });

  test('what goes on after its end is with the centre again', async () => {
    let i = await walk(await handed(), [[department, 'claim'], [department, 'done'], [centre, 'check'], [centre, 'close']]);
    i = await done(centre, i, 'reopen', { reason: '问题复发' });
    expect(i).toMatchObject({ state: 'accepted', org: null, closed_at: null });
    expect((await work(centre, i)).parties).toMatchObject([{ org: { code: 'dept-urban' }, how: 'former' }]);
  });

  test('who had it before and who is told sees it and works on it no more; who works along does', async () => {
    const other = orgs.find((o) => o.startsWith('dept-') && o !== 'dept-urban')!, third = orgs.find((o) => o.startsWith('dept-') && o !== 'dept-urban' && o !== other)!;
    const [a, b] = await Promise.all([account('部门甲', [{ role: 'department', area: root, org: other }]), account('部门乙', [{ role: 'department', area: root, org: third }])]);
    let i = await handed();
    expectProblem(await a.get(`/api/v1/incidents/${i.id}`), 404);
    i = await done(centre, i, 'copy', { orgs: [other] });
    expect((await a.read(`/api/v1/incidents/${i.id}`)).id).toBe(i.id);
    expectProblem(await act(a, i, 'claim'), 403, 'action');
    i = await done(a, i, 'note', { reason: '已知悉' }); // whoever has a part in it may say something
    i = await done(centre, i, 'co-handle', { orgs: [third] });
    i = await done(b, i, 'claim');
    i = await done(centre, i, 'transfer', { to_org: other, reason: '现场查明属其职责' });
    expect(i).toMatchObject({ state: 'dispatched', org: other });
    expectProblem(await act(department, i, 'claim'), 403, 'action');
    expect((await department.read(`/api/v1/incidents/${i.id}`)).id).toBe(i.id);
    const parties = Object.fromEntries((await work(centre, i)).parties.map((p: Json) => [p.org.code, p.how]));
    expect(parties).toEqual({ 'dept-urban': 'former', [other]: 'handed', [third]: 'co' });
    const holds = (await work(centre, i)).holds;
    expect(holds.filter((h: Json) => h.org?.code === 'dept-urban').length).toBeGreaterThan(0);
    expect(holds.at(-1)).toMatchObject({ org: { code: other }, until: null });
  });

  test('to a person, to nobody, to both', async () => {
    const staff = (await centre.all('/api/v1/staff?limit=1000')).find((p) => p.posts.length)!;
    let i = await done(centre, await report(), 'accept');
    expectProblem(await act(centre, i, 'dispatch', { to_org: 'dept-urban', to_staff: staff.id }), 400, 'to_staff');
    expectProblem(await act(centre, i, 'dispatch', { to_staff: '999999' }), 400, 'to_staff');
    i = await done(centre, i, 'dispatch', { to_staff: staff.id });
    expect(i.responsible.id).toBe(staff.id);
    const placeless = await centre.post('/api/v1/incidents', { category, client_id: id(), place: { address: '某处' } });
    expectProblem(await act(centre, await done(centre, placeless.json, 'accept'), 'dispatch'), 422, 'to_org');
  });
});

describe('time', () => {
  test('suspending stops the clocks; going on gives back what was left', async () => {
    let i = await handed();
    const before = i.step.due;
    expect(before).toBeTruthy();
    i = await done(centre, i, 'suspend', { reason: '等待材料' });
    expect(i).toMatchObject({ suspended: true, step: { due: null } });
    expectProblem(await act(department, i, 'claim'), 422, 'action');
    expect(await inbox(centre, 'suspended')).toContain(i.id);
    i = await done(centre, i, 'resume');
    expect(Date.parse(i.step.due)).toBeGreaterThanOrEqual(Date.parse(before));
    expect(Date.parse(i.step.due) - Date.parse(before)).toBeLessThan(3_600_000);
    expectProblem(await act(centre, i, 'suspend', { reason, until: '2020-01-01T00:00:00Z' }), 400, 'until');
  });

  test('an extension is asked for by the hands and granted for other days, or refused', async () => {
    let i = await walk(await handed(), [[department, 'claim'], [department, 'ask-extension', { days: 5, reason: '需采购配件' }]]);
    expect(await inbox(centre, 'extension')).toContain(i.id);
    expectProblem(await act(department, i, 'ask-extension', { days: 2, reason }), 422, 'action'); // one is asked for already
    expectProblem(await act(department, i, 'grant-extension', { days: 5 }), 403, 'action');
    const due = i.step.due;
    i = await done(centre, i, 'grant-extension', { days: 2 });
    expect(i).toMatchObject({ days_asked: 0, days_granted: 2 });
    if (due) expect(Date.parse(i.step.due) - Date.parse(due)).toBeGreaterThanOrEqual(2 * 86_400_000);
    i = await walk(i, [[department, 'ask-extension', { days: 3, reason }], [centre, 'refuse-extension', { reason: '不予同意' }]]);
    expect(i).toMatchObject({ days_asked: 0, days_granted: 2 });
  });

  test('supervision only becomes graver, takes off points, and ends by saying why', async () => {
    let i = await handed();
    i = await done(centre, i, 'supervise', { level: 'yellow', reason: '多次催办未果' });
    expect((await events(i)).at(-1)!.body).toMatchObject({ level: 'yellow', points: 1 });
    for (const level of ['ordinary', 'yellow']) expectProblem(await act(centre, i, 'supervise', { level, reason }), 422, 'level');
    i = await done(centre, i, 'supervise', { level: 'listed', reason: '挂牌督办' });
    expect(await inbox(centre, 'supervised')).toContain(i.id);
    expectProblem(await act(centre, i, 'supervise', { level: 'red', reason }), 422, 'action');
    i = await done(centre, i, 'unsupervise', { reason: '已整改' });
    expect(i.supervised).toBe('none');
  });
});

describe('several incidents', () => {
  test('what is merged ends with the other, in its words, and whoever reported it hears', async () => {
    const feed = await centre.feed();
    const a = await report(), b = await report({ description: '同一处' });
    expect((await work(centre, b)).near.map((n: Json) => n.incident.id)).toContain(a.id);
    const merged = await done(centre, b, 'merge', { into: a.id, reason: '同一事件' });
    expect(merged).toMatchObject({ state: 'merged', open: false, merged_into: a.id });
    expectProblem(await act(centre, await report(), 'merge', { into: b.id }), 422, 'into'); // into one that is merged
    expectProblem(await act(centre, a, 'merge', { into: a.id }), 400, 'into');
    await walk(a, [[centre, 'accept'], [centre, 'dispatch', { to_org: 'dept-urban' }], [department, 'claim'], [department, 'done'], [centre, 'check'], [centre, 'close', { reason: '均已清理' }]]);
    expect((await centre.read(`/api/v1/incidents/${b.id}`)).state).toBe('closed');
    const last = (await events(b)).at(-1)!;
    expect(last).toMatchObject({ kind: 'incident.closed', private: { reason: '均已清理' } });
    expect(String(last.body.with)).toBe(a.id);
    await feed.next('incident', (m) => m.incident.id === b.id && m.incident.state === 'closed');
    feed.close();
  });

  test('a hundred reports of one thing end with it', async () => {
    const into = await report(), others: Json[] = [];
    for (let k = 0; k < 100; k++) others.push(await report());
    const merged = await centre.post('/api/v1/actions', { mode: 'all', items: others.map((o) => ({ id: o.id, action: 'merge', client_id: id(), version: o.version, into: into.id })) });
    expect(merged.status, merged.text).toBe(200);
    for (let k = 0; k < 150; k++) await done(centre, await centre.read(`/api/v1/incidents/${into.id}`), 'link', { into: (await report()).id });
    await done(centre, await centre.read(`/api/v1/incidents/${into.id}`), 'refuse', { reason: '误报' });
    for (const o of others) expect((await centre.read(`/api/v1/incidents/${o.id}`)).state).toBe('refused');
  }, 60_000);

  test('one visit becomes several matters, each with a life of its own', async () => {
    let i = await done(centre, await report(), 'accept');
    expectProblem(await act(centre, i, 'split', { parts: [{ category: 'no-such', description: '甲' }] }), 400, 'parts.0.category');
    i = await done(centre, i, 'split', { parts: [{ category, description: '甲' }, { category, description: '乙' }] });
    const parts = (await work(centre, i)).relatives;
    expect(parts.map((p: Json) => p.kind)).toEqual(['part', 'part']);
    const part = await centre.read(`/api/v1/incidents/${parts[1].id}`);
    expect(part).toMatchObject({ parent: i.id, state: 'reported', description: '乙', source: 'split', grid: { code: i.grid.code } });
  });

  test('are linked both ways', async () => {
    const a = await report(), b = await report();
    await done(centre, a, 'link', { into: b.id });
    for (const [x, y] of [[a, b], [b, a]]) expect((await work(centre, x)).relatives).toMatchObject([{ id: y.id, kind: 'linked' }]);
    expectProblem(await act(department, a, 'link', { into: b.id }), 404);
  });
});

describe('many at once', () => {
  const many = (client: Client, mode: string, items: Json[]) => client.post('/api/v1/actions', { mode, items });
  test('one new incident through three steps by one command, an event each', async () => {
    const i = await report(), [a, b, c] = [id(), id(), id()];
    const answer = await many(centre, 'all', [
      { id: i.id, action: 'accept', client_id: a, version: i.version },
      { id: i.id, action: 'file', client_id: b, after: a },
      { id: i.id, action: 'dispatch', client_id: c, after: b, to_org: 'dept-urban' },
    ]);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.items.at(-1).incident).toMatchObject({ state: 'dispatched', org: 'dept-urban' });
    expect((await events(i)).map((e) => e.kind)).toEqual(['incident.reported', 'incident.accepted', 'incident.filed', 'incident.dispatched']);
  });
  test('all or none, or each by itself', async () => {
    const list = [await report(), await report(), await report()];
    const stale = list.map((i, k) => ({ id: i.id, action: 'accept', client_id: id(), version: k === 1 ? 99 : 1 }));
    await unchanged(admin, async () => {
      const refused = await many(centre, 'all', stale);
      expectProblem(refused, 409, 'items.1.version');
    });
    const each = await many(centre, 'each', stale.map((x) => ({ ...x, client_id: id() })));
    expect(each.json.items.map((x: Json) => x.status)).toEqual([200, 409, 200]);
    expect(each.json.items[1]).toMatchObject({ code: 'stale-version', incident: null });
    expectProblem(await many(centre, 'each', Array.from({ length: 501 }, () => stale[0])), 400, 'items');
    expectProblem(await many(centre, 'some', []), 400, 'mode');
  });
});

test('the desk counts what it lists, by whose turn it is', async () => {
  const i = await handed();
  for (const client of [centre, department, leader]) {
    const boxes = (await client.read('/api/v1/desk')).inboxes;
    for (const box of boxes) expect((await inbox(client, box.code)).length, box.code).toBe(box.count);
  }
  expect(await inbox(department, 'claim')).toContain(i.id);
  expect((await department.read('/api/v1/desk')).inboxes.find((b: Json) => b.code === 'accept').count).toBe(0);
  const due = (await centre.all('/api/v1/desk/all?limit=7')).map((x) => (x.step.due ? Date.parse(x.step.due) : Infinity));
  expect(due).toEqual([...due].sort((a, b) => a - b));
  expect((await work(department, i)).actions.map((a: Json) => a.action).sort()).toEqual(['ask-extension', 'claim', 'note', 'return']);
  expectProblem(await centre.get('/api/v1/desk/no-such'), 404, 'inbox');
});
