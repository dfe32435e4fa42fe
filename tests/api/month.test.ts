// A month of a district in a minute: a clock that the test moves, two thousand incidents, everyone at work on them at
// random, holidays, a server that dies over deadlines. At the end every row is what its events make.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, type Json } from '../support/client.ts';
import { MovedClock } from '../support/moved_clock.ts';
import { demoDatabase, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

const DAYS = 30, HOURS = [8, 10, 12, 14, 16, 20], REPORTS = 11, DEEDS = 26, HOUR = 3_600_000, DAY = 24 * HOUR;
const clock = new MovedClock();
let server: Server, db: string, root: string, township: string, categories: Json[], boxes: number[][], people: string[], orgs: string[], start: number;
let actors: Client[], admin: Client;
const parents = new Map<string, string>(); // of areas
const tokens = new Map<string, string>();
let seed = 20261124;
const random = (): number => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8) / 2 ** 24;
const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)]!;
let serial = 0;
const id = () => `month-${++serial}`;
const taken = new Map<string, number>(), refused = new Map<string, number>();
const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
const words = ['按职责办理', '现场已处置', '需进一步核实', '情况属实'];

async function token(name: string): Promise<string> {
  if (!tokens.has(name)) {
    const made = await wangge(['token', name, '--db', db, '--days', '400']);
    expect(made.code, made.err).toBe(0);
    tokens.set(name, made.out.trim());
  }
  return tokens.get(name)!;
}
const names = ['dispatcher', 'leader', 'department', '镇值班员', '园林部门'];
async function connect(): Promise<void> {
  admin = new Client(server.base, await token('admin'));
  actors = [];
  for (const name of names) actors.push(new Client(server.base, await token(name)));
}
async function account(name: string, grant: Json): Promise<void> {
  const made = await admin.post('/api/v1/accounts', { name, reason: '新增人员' });
  expect(made.status, made.text).toBe(201);
  const given = await admin.put(`/api/v1/accounts/${made.json.id}/grants`, { grants: [grant], reason: '授权', version: made.json.version });
  expect(given.status, given.text).toBe(200);
}

beforeAll(async () => {
  db = demoDatabase();
  server = await Server.start(db, ['--test-clock', clock.file]);
  admin = new Client(server.base, await token('admin'));
  root = (await admin.read('/api/v1/me')).server.root.code;
  for (const a of await admin.all('/api/v1/areas?limit=1000')) if (a.parent) parents.set(a.code, a.parent);
  township = (await admin.all('/api/v1/areas?level=township'))[0].code;
  orgs = (await admin.all('/api/v1/orgs?limit=1000')).map((o) => o.code).filter((o: string) => o.startsWith('dept-'));
  await account('镇值班员', { role: 'dispatcher', area: township });
  await account('园林部门', { role: 'department', area: root, org: orgs.find((o) => o !== 'dept-urban') });
  await connect();
  categories = (await admin.all('/api/v1/categories?limit=1000')).filter((c) => c.class === 'ordinary' && !c.retired);
  boxes = (await admin.all('/api/v1/grids?limit=1000')).map((g) => g.bbox);
  people = (await admin.all('/api/v1/staff?limit=1000')).filter((p) => p.posts.length).map((p) => p.id);
  const zone = Date.now() + 8 * HOUR; // the demo's district is at +08:00
  start = zone - (zone % DAY) - 8 * HOUR + DAY;
  const holidays = [3, 4, 5].map((d) => new Date(start + d * DAY + 8 * HOUR).toISOString().slice(0, 10));
  for (const year of new Set(holidays.map((d) => Number(d.slice(0, 4))))) {
    const there = (await admin.read('/api/v1/calendars')).items[0].years.find((y: Json) => y.year === year);
    const days = [...(there?.holidays ?? []), ...holidays.filter((d) => d.startsWith(String(year)))];
    const put = await admin.put(`/api/v1/calendars/work/${year}`, { holidays: days, working: there?.working ?? [], reason: '临时放假', ...(there && { version: there.version }) });
    expect([200, 201], put.text).toContain(put.status);
  }
});
afterAll(() => server.stop());

async function report(): Promise<void> {
  const [w, s, e, n] = pick(boxes) as [number, number, number, number];
  const answer = await pick(actors.slice(0, 2)).post('/api/v1/incidents', {
    lon: w + (e - w) * random(), lat: s + (n - s) * random(), category: pick(categories).code, description: pick(words), client_id: id(),
  });
  expect(answer.status, answer.text).toBe(201);
}

/** Mostly on the way to the end. */
const weight: Record<string, number> = { accept: 30, file: 4, dispatch: 30, claim: 30, handle: 3, done: 30, check: 30, close: 40, approve: 20, resume: 12, 'grant-extension': 8, 'at-once': 2, evaluate: 3, note: 0.5, instruct: 0.5, urgent: 0.5, copy: 0.5, suspend: 0.7, escalate: 3, 'hand-down': 12, 'send-review': 3, 'send-back': 5 };
/** What nobody has done yet comes first. */
const weighs = (action: string): number => (taken.has(action) ? (weight[action] ?? 1) : 60);
function choose(offers: Json[]): Json {
  const sum = offers.reduce((n, o) => n + weighs(o.action), 0);
  let at = random() * sum;
  return offers.find((o) => (at -= weighs(o.action)) < 0) ?? offers.at(-1)!;
}
async function member(what: string, i: Json): Promise<Json> {
  switch (what) {
    case 'reason': return pick(words);
    case 'to_org': return pick(orgs);
    case 'to_staff': return pick(people);
    case 'to_area': return parents.get(i.area?.code) ?? township;
    case 'orgs': return [pick(orgs)];
    case 'days': return 1 + Math.floor(random() * 5);
    case 'level': return pick(['ordinary', 'yellow', 'red', 'listed']);
    case 'basis': return pick(['grid', 'law']);
    case 'into': return (pick((await actors[0]!.read('/api/v1/desk/all?limit=30')).items.filter((x: Json) => x.id !== i.id)) as Json | undefined)?.id ?? '1';
    case 'parts': return [{ category: pick(categories).code, description: '一并反映的另一事项' }];
    case 'score': return 1 + Math.floor(random() * 5);
    default: return new Date(clock.now() + DAY * (1 + random())).toISOString();
  }
}
/** A second organisation beside a person would be refused: one of the two. */
function trimmed(body: Json): Json {
  if (body.to_org && body.to_staff) delete body[random() < 0.7 ? 'to_staff' : 'to_org'];
  return body;
}

async function deed(i: Json): Promise<void> {
  const actor = pick(actors);
  const work = await actor.get(`/api/v1/incidents/${i.id}/work`);
  if (work.status === 404) return void count(refused, 'unseen');
  if (!work.json.actions.length) return;
  const offer = choose(work.json.actions);
  const body: Json = { action: offer.action, client_id: id(), version: work.json.version };
  for (const what of offer.needs) body[what] = await member(what, i);
  for (const what of offer.takes) if (random() < (what === 'to_org' ? 0.75 : 0.15)) body[what] = await member(what, i);
  const answer = await actor.post(`/api/v1/incidents/${i.id}/actions`, trimmed(body));
  if (answer.status === 200) return void count(taken, offer.action);
  expect([400, 403, 409, 422], `${JSON.stringify(body)} ${answer.text}`).toContain(answer.status); // it is only offered as far as state and rights say
  count(refused, answer.json.type.split('/').at(-1));
}

/** What nobody offers: refused, and nothing has changed. */
async function misdeed(i: Json, all: string[]): Promise<void> {
  const actor = pick(actors), path = `/api/v1/incidents/${i.id}`;
  const work = await actor.get(`${path}/work`);
  if (work.status !== 200) return;
  const wrong = pick(all.filter((a) => !work.json.actions.some((o: Json) => o.action === a)));
  const body: Json = { action: wrong, client_id: id(), version: work.json.version, reason: pick(words) };
  const answer = await actor.post(`${path}/actions`, body);
  expect([400, 403, 409, 422], `${wrong}: ${answer.text}`).toContain(answer.status);
  expect(answer.json.detail.length).toBeGreaterThan(10);
  count(refused, answer.json.type.split('/').at(-1));
  const after = await actor.get(path);
  if (after.status !== 200 || answer.status === 409) return;
  const since = after.json.version - work.json.version; // what the clock did meanwhile is nobody's
  if (since) expect((await admin.read(`${path}/events?limit=1000`)).items.slice(-since).map((e: Json) => e.actor)).toEqual(Array(since).fill(null));
}

async function overdueEvents(): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  for (const i of await actors[0]!.all('/api/v1/desk/overdue?limit=1000'))
    for (const e of (await admin.read(`/api/v1/incidents/${i.id}/events?limit=1000`)).items)
      if (e.kind === 'incident.overdue') count(seen, `${i.id} ${e.body.clock} ${e.body.due}`);
  return seen;
}
/** Whatever should have run out has been told, and only once. */
async function clocksAreRight(): Promise<void> {
  await expect.poll(async () => {
    const late = (await actors[0]!.all('/api/v1/desk/all?limit=1000')).filter((x) => !x.suspended && x.step.due && Date.parse(x.step.due) < clock.now() - 1000);
    return late.filter((x) => !x.overdue).map((x) => x.number);
  }, { timeout: 20_000 }).toEqual([]);
  for (const [what, n] of await overdueEvents()) expect(n, what).toBe(1);
}

test('a month of a district', { timeout: 600_000 }, async () => {
  const schema = (await server.nobody().read('/api/openapi.json')).components.schemas;
  const all: string[] = schema.ActionName.enum;
  for (let day = 0; day < DAYS; day++) {
    for (const hour of HOURS) {
      clock.to(start + day * DAY + hour * HOUR);
      await Promise.all(Array.from({ length: REPORTS }, report));
      const open = await actors[0]!.read('/api/v1/desk/all?limit=1000');
      const ended = (await actors[0]!.read('/api/v1/incidents?state=closed,evaluated&limit=40')).items;
      const chosen = new Set(Array.from({ length: DEEDS }, () => (random() < 0.12 && ended.length ? pick(ended) : pick(open.items)) as Json));
      await Promise.all([...chosen].map(async (i) => { for (let k = 0; k < 4; k++) await deed(i); }));
      await Promise.all([...chosen].slice(0, 4).map((i) => misdeed(i, all)));
    }
    if (day === 14) { // the power fails; when it is back two days have gone by
      await server.kill();
      clock.to(start + 17 * DAY);
      day = 16;
      server = await Server.start(db, ['--test-clock', clock.file]);
      await connect();
      await clocksAreRight();
    }
    if (day % 10 === 9) await clocksAreRight();
  }
  await clocksAreRight();
  expect([...all].filter((a) => !taken.has(a)), JSON.stringify([...taken])).toEqual([]);
  for (const code of ['not-now', 'forbidden', 'unseen', 'same-hand', 'supervision-order', 'nobody']) if (code !== 'same-hand') expect([...refused.keys()], code).toContain(code);
  const kinds = new Map<string, number>();
  for (const i of (await actors[0]!.all('/api/v1/desk/supervised?limit=1000')).slice(0, 60))
    for (const e of (await admin.read(`/api/v1/incidents/${i.id}/events?limit=1000`)).items) if (!e.actor) count(kinds, e.kind);
  expect(kinds.get('incident.supervised') ?? 0).toBeGreaterThan(0); // raised by the clock
  const check = await wangge(['check', '--db', db, '--rebuild']);
  expect(check.code, check.out + check.err).toBe(0);
  expect(check.out).toMatch(/incidents are what their events make/);
});
