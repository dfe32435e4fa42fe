// Who is told: in the app, by the command, by webhooks; over failures and restarts.
import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Client, expectProblem, type Json } from '../support/client.ts';
import { Feed } from '../support/feed.ts';
import { scratch, Server } from '../support/server.ts';

let serial = 0;
const id = () => `notice-${++serial}`;

// Asks again until it is so: what is told comes a moment after what happened.
async function until<T>(what: string, ask: () => Promise<T | undefined | false | null> | T | undefined | false | null, ms = 20_000): Promise<T> {
  return vi.waitUntil(ask, { timeout: ms, interval: 15 }).catch((error: unknown) => { throw new Error(`not within ${ms} ms: ${what}`, { cause: error }); }) as Promise<T>;
}

function config(more: Json = {}): string[] {
  const file = join(scratch(), 'config.json');
  writeFileSync(file, JSON.stringify({ notify_backoff_ms: 40, notify_tries: 4, webhook_private: true, ...more }));
  return ['--config', file];
}

async function act(client: Client, i: Json, action: string, more: Json = {}): Promise<Json> {
  const answer = await client.post(`/api/v1/incidents/${i.id}/actions`, { action, client_id: id(), version: i.version, ...more });
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}

class World {
  server!: Server;
  centre!: Client;
  leader!: Client;
  department!: Client;
  admin!: Client;
  point: Json;
  category = '';
  root = '';
  static async make(args: string[], db?: string): Promise<World> {
    const w = new World();
    w.server = await Server.start(db, args);
    await w.signIn();
    return w;
  }
  async signIn(): Promise<void> {
    [this.centre, this.leader, this.department, this.admin] = await Promise.all(
      (['dispatcher', 'leader', 'department', 'admin'] as const).map((n) => this.server.as(n)));
    const grid = (await this.centre.read('/api/v1/grids?limit=1')).items[0];
    const [west, south, east, north] = grid.bbox;
    this.point = { lon: (west + east) / 2, lat: (south + north) / 2 };
    this.category = (await this.centre.read('/api/v1/categories')).items.find((c: Json) => c.class === 'ordinary' && !c.retired).code;
    this.root = (await this.admin.read('/api/v1/me')).server.root.code;
  }
  async report(by: Client = this.centre): Promise<Json> {
    const answer = await by.post('/api/v1/incidents', { ...this.point, category: this.category, description: '王某来电，电话 13900000000', client_id: id() });
    expect(answer.status, answer.text).toBe(201);
    return answer.json;
  }
  async dispatched(by: Client = this.centre): Promise<Json> {
    return act(this.centre, await act(this.centre, await this.report(by), 'accept'), 'dispatch', { to_org: 'dept-urban' });
  }
  async hook(receiver: Receiver, more: Json = {}): Promise<Json> {
    const answer = await this.admin.post('/api/v1/webhooks', { reason: '测试对接', name: 'receiver', url: receiver.url, area: this.root, ...more });
    expect(answer.status, answer.text).toBe(201);
    return answer.json;
  }
  async drop(hook: Json): Promise<void> {
    expect((await this.admin.delete(`/api/v1/webhooks/${hook.id}`, { reason: '测试结束', version: hook.version })).status).toBe(204);
  }
}

interface Got { body: Json; text: string; signature: string; at: number }
// A program that is told. `answer` says how it answers each letter.
class Receiver {
  readonly got: Got[] = [];
  answer: (body: Json) => number = () => 200;
  headers: Record<string, string> = {};
  private constructor(private readonly http: HttpServer, readonly port: number) {}
  static async start(port = 0): Promise<Receiver> {
    let self: Receiver;
    const http = createServer((q: IncomingMessage, r) => {
      let text = '';
      q.on('data', (chunk) => (text += chunk));
      q.on('end', () => {
        const body = JSON.parse(text);
        self.got.push({ body, text, signature: String(q.headers['wangge-signature']), at: Date.now() });
        r.writeHead(self.answer(body), self.headers).end('thanks');
      });
    });
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
    self = new Receiver(http, (http.address() as Json).port);
    return self;
  }
  get url(): string { return `http://127.0.0.1:${this.port}/in?key=k`; }
  of(incident: Json): Got[] { return this.got.filter((g) => g.body.incident.id === incident.id); }
  taken(incident: Json): Got[] { return this.of(incident).filter((g) => this.answer(g.body) === 200); }
  stop(): Promise<void> {
    this.http.closeAllConnections();
    return new Promise((resolve) => this.http.close(() => resolve()));
  }
}

describe('in the app', () => {
  let w: World;
  beforeAll(async () => { w = await World.make(config()); });
  afterAll(() => w.server.stopWhole());
  const mine = (client: Client, i: Json, query = 'unread=1') => client.read(`/api/v1/notices?${query}`).then((a) => a.items.filter((n: Json) => n.incident.id === i.id));

  test('whom it was handed to is told, at once on the open page; who did it is not', async () => {
    const feed = await Feed.open(w.server.base, w.department.token!);
    const before = (await w.department.read('/api/v1/notices')).unread;
    const i = await w.dispatched();
    const told = await feed.next('notice', (m) => m.unread > before);
    expect(told.id).toBeNull();
    feed.close();
    const [n] = await until('the notice', async () => { const all = await mine(w.department, i); return all.length && all; });
    expect(n).toMatchObject({ kind: 'incident.dispatched', read: false, incident: { number: i.number, state: 'dispatched' } });
    expect(n.title.zh).toBe('已交办给您');
    expect(n.seq).toBe(i.seq);
    expect(await mine(w.centre, i)).toEqual([]);
    expect(JSON.stringify(n)).not.toContain('王某');
  });

  test('read is read, for this account alone', async () => {
    const i = await w.dispatched();
    const [n] = await until('the notice', async () => { const all = await mine(w.department, i); return all.length && all; });
    expectProblem(await w.department.post('/api/v1/notices/read', {}), 400, 'ids');
    expectProblem(await w.department.post('/api/v1/notices/read', { ids: ['x'] }), 400, 'ids');
    const unread = (await w.department.read('/api/v1/notices')).unread;
    expect((await w.leader.post('/api/v1/notices/read', { ids: [n.id] })).status).toBe(200); // somebody else's: nothing
    expect((await mine(w.department, i)).length).toBe(1);
    const answer = await w.department.post('/api/v1/notices/read', { ids: [n.id] });
    expect(answer.json.unread).toBe(unread - 1);
    expect(await mine(w.department, i)).toEqual([]);
    expect(await mine(w.department, i, 'unread=0')).toMatchObject([{ id: n.id, read: true }]);
    expect((await w.department.post('/api/v1/notices/read', { up_to: n.seq })).json.unread).toBe(0);
  });

  test('who reported it hears how it ends; the centre gets a number for each kind, not a line for each', async () => {
    const first = (await w.centre.read('/api/v1/notices')).counts.find((c: Json) => c.kind === 'incident.done')?.n ?? 0;
    let i = await w.dispatched(w.department);
    for (const [client, action] of [[w.department, 'claim'], [w.department, 'handle'], [w.department, 'done']] as [Client, string][]) i = await act(client, i, action);
    const counted = await until('the count', async () => (await w.centre.read('/api/v1/notices')).counts.find((c: Json) => c.kind === 'incident.done' && c.n > first));
    expect(counted).toMatchObject({ n: first + 1, incident: { id: i.id } });
    expect(await mine(w.centre, i, 'unread=0')).toEqual([]);
    i = await act(w.leader, i, 'check');
    i = await act(w.centre, i, 'close');
    const told = await until('the end', async () => (await mine(w.department, i)).find((n: Json) => n.kind === 'incident.closed'));
    expect(told.title.en).toBe('Closed');
    const answer = await w.centre.post('/api/v1/notices/read', { up_to: i.seq });
    expect(answer.json.unread).toBe(0);
    expect((await w.centre.read('/api/v1/notices')).counts).toEqual([]);
  });

  test('a screen is told of nothing', async () => {
    const wall = await w.server.as('wall');
    await w.dispatched();
    expect(await wall.read('/api/v1/notices')).toMatchObject({ items: [], counts: [], unread: 0 });
    expectProblem(await wall.get('/api/v1/unreached'), 403);
  });

  test('phrases: the usual ones until one has one\'s own', async () => {
    const usual = await w.leader.read('/api/v1/phrases?lang=zh');
    expect(usual.saved).toBe(false);
    expect(usual.items).toContainEqual({ text: '符合结案标准，予以结案。', action: 'close' });
    const items = [{ text: '请尽快', action: 'urgent' }, { text: '知悉', action: null }];
    const saved = await w.leader.put('/api/v1/phrases', { items });
    expect(saved.json).toEqual({ items, saved: true });
    expect(await w.leader.read('/api/v1/phrases')).toEqual({ items, saved: true });
    expect((await w.department.read('/api/v1/phrases')).saved).toBe(false);
    expectProblem(await w.leader.put('/api/v1/phrases', { items: [{ text: '', action: null }] }), 400, 'items[0]');
    expectProblem(await w.leader.put('/api/v1/phrases', { items: [items[1], { text: 'x', action: 'fly' }] }), 400, 'items[1]');
    expectProblem(await w.leader.put('/api/v1/phrases', { items: [{ text: '好'.repeat(501) }] }), 400, 'items[0]');
    expectProblem(await w.leader.put('/api/v1/phrases', { items: Array(101).fill(items[1]) }), 400, 'items');
    expect(await w.leader.read('/api/v1/phrases')).toEqual({ items, saved: true });
  });

  test('whom nothing has reached in time stands on the wall, until something does', async () => {
    const setting = (await w.admin.read('/api/v1/settings')).items.find((s: Json) => s.key === 'notify_unreached_minutes');
    expect(setting.value).toBe(30);
    const i = await w.dispatched();
    expect((await w.centre.read('/api/v1/overview')).unreached).toBe(0); // not yet too late
    expect((await w.admin.put('/api/v1/settings/notify_unreached_minutes', { value: 0, version: setting.version, reason: '测试' })).status).toBe(200);
    const of = () => w.centre.read('/api/v1/unreached').then((a) => a.items.filter((u: Json) => u.incident.id === i.id));
    const [u] = await until('somebody unreached', async () => { const all = await of(); return all.filter((u: Json) => u.account.name === 'department')[0] && all.filter((u: Json) => u.account.name === 'department'); });
    expect(u).toMatchObject({ kind: 'incident.dispatched' });
    // as many as there are people in the list (who answers for the grid may be one), department among them
    const people = async () => new Set((await w.centre.read('/api/v1/unreached?limit=1000')).items.map((u: Json) => u.account.id));
    const counted = (client: Client) => until('the counter', async () => (await client.read('/api/v1/overview')).unreached === (await people()).size);
    expect((await people()).has(u.account.id)).toBe(true);
    await counted(w.centre);
    await counted(await w.server.as('wall')); // a number, no name
    expectProblem(await w.department.get('/api/v1/unreached'), 403);
    await w.department.read('/api/v1/notices?unread=1'); // looks at the list
    await until('the department is off', async () => !(await people()).has(u.account.id));
    await counted(w.centre);
  });
});

describe('webhooks', () => {
  let w: World, receiver: Receiver;
  beforeAll(async () => {
    receiver = await Receiver.start();
    w = await World.make(config());
  });
  afterAll(async () => {
    await w.server.stopWhole();
    await receiver.stop();
  });

  test('each event once, signed, nameless', async () => {
    const hook = await w.hook(receiver, { kinds: ['incident.reported', 'incident.accepted'] });
    expect(hook.secret).toMatch(/^whsec_.{43}$/);
    const i = await act(w.centre, await w.report(), 'accept');
    await act(w.centre, i, 'dispatch', { to_org: 'dept-urban' }); // of a kind that was not asked for
    await until('two letters', () => receiver.of(i).length >= 2);
    const other = await w.report(); // what comes later shows that nothing came between
    await until('a third', () => receiver.of(other).length > 0);
    const got = receiver.of(i);
    expect(got.map((g) => g.body.kind)).toEqual(['incident.reported', 'incident.accepted']);
    expect(got[1].body.id).toBe(`${hook.id}-${i.seq}`);
    for (const g of got) {
      const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(g.signature)!;
      expect(v1).toBe(createHmac('sha256', hook.secret).update(`${t}.${g.text}`).digest('hex'));
      expect(Math.abs(Number(t) * 1000 - g.at)).toBeLessThan(10_000);
      expect(g.text).not.toMatch(/王某|13900000000/);
      expect(g.body.incident).toMatchObject({ number: i.number, description: null, reporter: null });
    }
    await w.drop(hook);
  });

  test('its key is shown once, and another makes the first one void', async () => {
    const hook = await w.hook(receiver);
    const listed = (await w.admin.read('/api/v1/webhooks')).items.find((h: Json) => h.id === hook.id);
    expect(listed.secret).toBeUndefined();
    expect(JSON.stringify(listed)).not.toContain(hook.secret);
    const answer = await w.admin.post(`/api/v1/webhooks/${hook.id}/secret`, { reason: '定期更换', version: hook.version });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.secret).not.toBe(hook.secret);
    const i = await w.report();
    const [g] = await until('a letter', () => receiver.of(i).length > 0 && receiver.of(i));
    const t = /t=(\d+)/.exec(g.signature)![1];
    expect(g.signature).toContain(createHmac('sha256', answer.json.secret).update(`${t}.${g.text}`).digest('hex'));
    await w.drop(hook);
  });

  test('of one incident in order, also while an earlier letter fails; others do not wait', async () => {
    const hook = await w.hook(receiver);
    let i = await w.report();
    let refusals = 2;
    receiver.answer = (body) => (body.incident.id === i.id && body.kind === 'incident.reported' && refusals-- > 0 ? 500 : 200);
    await until('a first try', () => receiver.of(i).length > 0);
    i = await act(w.centre, i, 'accept');
    i = await act(w.centre, i, 'file');
    const other = await w.report();
    await until('the last', () => receiver.of(i).some((g) => g.body.kind === 'incident.filed'));
    await until('the other', () => receiver.of(other).length > 0);
    const kinds = receiver.of(i).map((g) => g.body.kind);
    expect(kinds.filter((k, n) => k !== kinds[n - 1])).toEqual(['incident.reported', 'incident.accepted', 'incident.filed']);
    expect(kinds.filter((k) => k === 'incident.reported').length).toBeGreaterThanOrEqual(2); // it was tried again
    expect(new Set(receiver.of(i).map((g) => g.body.id)).size).toBe(3); // by which a receiver knows the repetition
    receiver.answer = () => 200;
    await w.drop(hook);
  });

  test('what is refused for good is a dead letter, looked at and sent again', async () => {
    const hook = await w.hook(receiver, { name: '坏接口' });
    receiver.answer = () => 503;
    const i = await w.report();
    const dead = await until('a dead letter', async () => {
      const all = (await w.admin.read(`/api/v1/dead-letters?webhook=${hook.id}`)).items;
      return all.find((l: Json) => l.incident === i.id);
    });
    expect(dead).toMatchObject({ kind: 'incident.reported', tries: 4, error: 'answered 503', webhook: { name: '坏接口' }, account: null });
    const tries = receiver.of(i).length;
    expect(tries).toBe(4);
    const gaps = receiver.of(i).slice(1).map((g, n) => g.at - receiver.of(i)[n].at);
    expect(gaps[2]).toBeGreaterThan(gaps[0]); // each wait is twice the one before
    receiver.answer = () => 200;
    const later = await act(w.centre, i, 'accept'); // the dead one stands in nobody's way
    await until('the next', () => receiver.of(later).some((g) => g.body.kind === 'incident.accepted'));
    expectProblem(await w.centre.post('/api/v1/dead-letters/replay', { reason: '接口已修复', webhook: hook.id }), 403);
    expectProblem(await w.admin.post('/api/v1/dead-letters/replay', { reason: '接口已修复', webhook: '99999' }), 404);
    const answer = await w.admin.post('/api/v1/dead-letters/replay', { reason: '接口已修复', webhook: hook.id, ids: [dead.id] });
    expect(answer.json).toEqual({ replayed: 1 });
    await until('it again', () => receiver.of(i).filter((g) => g.body.kind === 'incident.reported').length > tries);
    await until('none is dead', async () => (await w.admin.read(`/api/v1/dead-letters?webhook=${hook.id}`)).items.length === 0);
    await w.drop(hook);
  });

  test('a redirect is not followed', async () => {
    const trap = await Receiver.start();
    receiver.answer = () => 302;
    receiver.headers = { Location: trap.url };
    const hook = await w.hook(receiver);
    const i = await w.report();
    const dead = await until('a dead letter', async () => (await w.admin.read(`/api/v1/dead-letters?webhook=${hook.id}`)).items.find((l: Json) => l.incident === i.id));
    expect(dead.error).toBe('answered 302');
    expect(trap.got).toEqual([]);
    receiver.answer = () => 200;
    receiver.headers = {};
    await w.drop(hook);
    await trap.stop();
  });

  test('one that is switched off keeps what it has', async () => {
    let hook = await w.hook(receiver);
    receiver.answer = () => 500;
    const i = await w.report();
    await until('a try', () => receiver.of(i).length > 0);
    const off = await w.admin.put(`/api/v1/webhooks/${hook.id}`, { reason: '停用', version: hook.version, name: hook.name, url: hook.url, area: w.root, enabled: false });
    expect(off.status, off.text).toBe(200);
    receiver.answer = () => 200;
    expectProblem(await w.admin.put(`/api/v1/webhooks/${hook.id}`, { reason: '启用', version: hook.version, name: hook.name, url: hook.url, area: w.root }), 409, 'version');
    const on = await w.admin.put(`/api/v1/webhooks/${hook.id}`, { reason: '启用', version: off.json.version, name: hook.name, url: hook.url, area: w.root });
    const dead = (await w.admin.read(`/api/v1/dead-letters?webhook=${hook.id}`)).items;
    if (dead.length) await w.admin.post('/api/v1/dead-letters/replay', { reason: '恢复', webhook: hook.id });
    await until('the letter', () => receiver.taken(i).length > 0);
    hook = on.json;
    await w.drop(hook);
  });

  test('only who gives rights keeps them, and bad ones are refused by name', async () => {
    const good = { reason: '测试对接', name: 'x', url: receiver.url, area: w.root };
    for (const who of [w.centre, w.leader, w.department]) {
      expectProblem(await who.get('/api/v1/webhooks'), 403);
      expectProblem(await who.post('/api/v1/webhooks', good), 403);
      expectProblem(await who.get('/api/v1/dead-letters'), 403);
    }
    for (const [field, value] of [['url', 'ftp://a/'], ['url', 'http://u:p@h/'], ['url', 'x'], ['name', ''], ['area', 'no,code'], ['kinds', ['account.changed']], ['kinds', [3]], ['reason', '']] as [string, Json][])
      expectProblem(await w.admin.post('/api/v1/webhooks', { ...good, [field]: value }), 400, field);
    expectProblem(await w.admin.post('/api/v1/webhooks', { ...good, area: '123456' }), 404, 'area');
    expect((await w.admin.read('/api/v1/webhooks')).items).toEqual([]);
  });
});

describe('over a restart and a fall', () => {
  test('nothing is lost, nothing told twice', async () => {
    const args = config({ notify_tries: 100 });
    const w = await World.make(args);
    const receiver = await Receiver.start();
    receiver.answer = () => 500;
    const hook = await w.hook(receiver);
    const all: Json[] = [];
    for (let k = 0; k < 5; k++) all.push(await w.dispatched());
    await until('some try', () => receiver.got.length > 0);
    await w.server.kill(); // in the middle: some letters are on their way, some events perhaps not looked at
    receiver.got.length = 0;
    receiver.answer = () => 200;
    w.server = await Server.start(w.server.db, args);
    await w.signIn();
    for (const i of all) await until('all of it', () => new Set(receiver.of(i).map((g) => g.body.id)).size === 3);
    for (const i of all) {
      const seqs = receiver.of(i).map((g) => g.body.seq);
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b)); // in order
      expect(receiver.of(i)[0].body.id.startsWith(`${hook.id}-`)).toBe(true);
    }
    const notices = await until('the notices', async () => {
      const items = (await w.department.read('/api/v1/notices')).items;
      return all.every((i) => items.some((n: Json) => n.incident.id === i.id)) && items;
    });
    for (const i of all) expect(notices.filter((n: Json) => n.incident.id === i.id && n.kind === 'incident.dispatched').length).toBe(1);
    await w.server.stopWhole();
    await receiver.stop();
  });

  test('private addresses are refused unless the configuration says otherwise', async () => {
    const receiver = await Receiver.start();
    const w = await World.make(config({ webhook_private: false, notify_tries: 1 }));
    const hook = await w.hook(receiver);
    const named = await w.hook(receiver, { url: `http://localhost:${receiver.port}/` });
    await w.report();
    for (const h of [hook, named])
      await until('a dead letter', async () => (await w.admin.read(`/api/v1/dead-letters?webhook=${h.id}`)).items.some((l: Json) => /private network/.test(l.error)));
    expect(receiver.got).toEqual([]);
    await w.server.stop();
    await receiver.stop();
  });
});

describe('the command', () => {
  test('gets whom to call and one line, is tried again, and counts as reached', async () => {
    const folder = scratch(), script = join(folder, 'sms.sh'), out = join(folder, 'sent');
    // Fails once, then takes what comes: as a gateway does that is just being started.
    writeFileSync(script, `#!/bin/sh\nread -r line\nif [ ! -e ${folder}/once ]; then : > ${folder}/once; exit 7; fi\nprintf '%s\\n' "$line" >> ${out}\n`);
    chmodSync(script, 0o755);
    const w = await World.make(config({ notify_command: [script], notify_tries: 20 }));
    const worker = await w.server.as('worker');
    const me = (await worker.read('/api/v1/me')).account.staff;
    const phone = (await w.admin.read('/api/v1/staff?limit=1000')).items.find((p: Json) => p.id === me.id).phone;
    expect(phone).toBeTruthy();
    const setting = (await w.admin.read('/api/v1/settings')).items.find((s: Json) => s.key === 'notify_unreached_minutes');
    await w.admin.put('/api/v1/settings/notify_unreached_minutes', { value: 0, version: setting.version, reason: '测试' });
    const i = await act(w.centre, await w.report(worker), 'accept'); // who reported it is told
    const line = await until('a call', () => existsSync(out) && readFileSync(out, 'utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l)).find((l) => l.number === i.number && l.kind === 'incident.accepted'));
    expect(line).toMatchObject({ to: { name: me.name, phone }, lang: 'zh' });
    expect(line.text).toContain(i.number);
    expect(line.text).toContain('已受理');
    expect(line.text).not.toContain('王某');
    expect(existsSync(join(folder, 'once'))).toBe(true);
    await until('reached', async () => (await w.centre.read('/api/v1/unreached')).items.every((u: Json) => u.incident.id !== i.id));
    await w.server.stopWhole();
  });

  test('that hangs is ended, and what it did not take is a dead letter', async () => {
    const script = join(scratch(), 'hang.sh');
    writeFileSync(script, '#!/bin/sh\nsleep 600\n');
    chmodSync(script, 0o755);
    const w = await World.make(config({ notify_command: [script], notify_tries: 1, notify_command_seconds: 1, notify_kinds: ['incident.accepted'] }));
    const worker = await w.server.as('worker');
    const i = await act(w.centre, await w.report(worker), 'accept');
    const dead = await until('a dead letter', async () => (await w.admin.read('/api/v1/dead-letters?webhook=command')).items.find((l: Json) => l.incident === i.id));
    expect(dead).toMatchObject({ error: 'took too long', webhook: null, account: { name: 'worker' } });
    expectProblem(await w.centre.post('/api/v1/dead-letters/replay', { reason: '再试', webhook: 'command' }), 403);
    await w.server.stop();
  });
});
