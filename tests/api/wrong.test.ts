// Three hundred wrong actions: by the wrong role, in another area, stale, out of turn, without what is due, by a hand that
// may not. All refused with the right code; nothing has changed.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, type Json } from '../support/client.ts';
import { Server } from '../support/server.ts';
import { unchanged } from '../support/unchanged.ts';

let server: Server, admin: Client, centre: Client, leader: Client, department: Client, stranger: Client, elsewhere: Client, planner: Client, auditor: Client, wall: Client;
let category: string, all: Json[];
let seed = 7, serial = 0;
const random = (): number => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8) / 2 ** 24;
const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)]!;
const id = () => `wrong-${++serial}`;
const reason = '按规定办理';
const act = (client: Client, i: Json, body: Json) => client.post(`/api/v1/incidents/${i.id}/actions`, { client_id: id(), version: i.version, ...body });
async function done(client: Client, i: Json, action: string, more: Json = {}): Promise<Json> {
  const answer = await act(client, i, { action, ...more });
  expect(answer.status, `${action}: ${answer.text}`).toBe(200);
  return answer.json;
}
async function account(name: string, grant: Json): Promise<Client> {
  const made = await admin.post('/api/v1/accounts', { name, reason });
  const given = await admin.put(`/api/v1/accounts/${made.json.id}/grants`, { grants: [grant], reason, version: made.json.version });
  expect(given.status, given.text).toBe(200);
  return Client.signIn(server.base, name, made.json.password);
}

const ways: [string, Json?][] = [['accept'], ['dispatch', { to_org: 'dept-urban' }], ['claim'], ['handle'], ['done'], ['check'], ['close'], ['evaluate', { score: 4 }]];
const by = (action: string): Client => (['claim', 'handle', 'done'].includes(action) ? department : action === 'check' ? leader : centre);
const incidents: Json[] = []; // one in each state on the way

beforeAll(async () => {
  server = await Server.start();
  [admin, centre, leader, department, planner, auditor, wall] = await Promise.all((['admin', 'dispatcher', 'leader', 'department', 'planner', 'auditor', 'wall'] as const).map((n) => server.as(n)));
  const root = (await admin.read('/api/v1/me')).server.root.code;
  const grids = await centre.all('/api/v1/grids?limit=1000'), [w, s, e, n] = grids[0].bbox;
  const villages = (await admin.all('/api/v1/areas?level=village')).map((a) => a.code).filter((c: string) => c !== grids[0].area.code);
  const orgs = (await admin.all('/api/v1/orgs?limit=1000')).map((o) => o.code).filter((o: string) => o.startsWith('dept-') && o !== 'dept-urban');
  stranger = await account('别的部门', { role: 'department', area: root, org: orgs[0] });
  elsewhere = await account('邻村值班', { role: 'dispatcher', area: villages[0] });
  category = (await centre.read('/api/v1/categories?limit=1000')).items.find((c: Json) => c.class === 'ordinary' && !c.retired && !c.rules.done_photos && !c.rules.gates?.length && !c.rules.at_once).code;
  const schemas = (await server.nobody().read('/api/openapi.json')).components.schemas;
  all = schemas.ActionName.enum;
  for (let k = 0; k <= ways.length; k++) {
    const answer = await centre.post('/api/v1/incidents', { lon: (w + e) / 2, lat: (s + n) / 2, category, client_id: id() });
    let i = answer.json;
    for (const [action, more] of ways.slice(0, k)) i = await done(by(action), i, action, more);
    incidents.push(i);
  }
});
afterAll(() => server.stopWhole());

/** A wrong action, and how it must be answered. */
type Wrong = { who: Client; i: Json; body: Json; status: number[]; type?: RegExp };
async function make(): Promise<Wrong> {
  const i = pick(incidents), action = pick(all) as string;
  const filled = { action, reason, ...(action === 'copy' || action === 'co-handle' ? { orgs: ['dept-urban'] } : {}) };
  const offers = async (who: Client): Promise<Json[]> => (await who.get(`/api/v1/incidents/${i.id}/work`)).json.actions ?? []; // none to who does not see it
  switch (Math.floor(random() * 9)) {
    case 0: return { who: stranger, i, body: filled, status: [404] }; // it does not even see it
    case 1: return { who: elsewhere, i, body: filled, status: [404] };
    case 2: return { who: pick([planner, wall, auditor]), i, body: filled, status: [403] };
    case 3: { // stale
      const offer = pick(await offers(centre));
      if (!offer) return make();
      return { who: centre, i, body: { action: offer.action, version: i.version + 1 + Math.floor(random() * 5), reason }, status: [409], type: /stale/ };
    }
    case 4: { // not offered to who may not, or not now
      const offered = (await offers(department)).map((o) => o.action);
      if (offered.includes(action)) return make();
      const seen = (await department.get(`/api/v1/incidents/${i.id}`)).status === 200;
      return { who: department, i, body: filled, status: seen ? [403, 422, 400] : [404] };
    }
    case 5: { // out of turn
      const offered = (await offers(centre)).map((o) => o.action);
      if (offered.includes(action) || ['approve', 'send-back', 'instruct'].includes(action)) return make();
      return { who: centre, i, body: filled, status: [422], type: /not-now|same-hand/ };
    }
    case 6: { // without what is due
      const offer = (await offers(centre)).find((o) => o.needs.length);
      if (!offer) return make();
      return { who: centre, i, body: { action: offer.action }, status: [400], type: /missing-field/ };
    }
    case 7: // words that are none
      return { who: centre, i, body: pick<Json>([{ action: 'explode' }, { action, version: 'x' }, { action, nonsense: 1 }, { action, client_id: '' }, { action, days: 0 }, { action, level: 'purple' }, { action, orgs: 'dept-urban' }, { action, into: '-3' }]), status: [400] };
    default: { // an organisation, person, incident that is none
      const open = incidents[1]!;
      return { who: centre, i: open, body: pick<Json>([{ action: 'dispatch', to_org: 'no-such' }, { action: 'dispatch', to_staff: '99999' }, { action: 'merge', into: '99999' }, { action: 'link', into: open.id }, { action: 'hand-down', to_area: '000000' }, { action: 'copy', orgs: ['no-such'] }]), status: [400], type: /unknown|invalid/ };
    }
  }
}

test('three hundred wrong actions are refused, and change nothing', { timeout: 120_000 }, async () => {
  const seen = new Map<number, number>();
  await unchanged(admin, async () => {
    for (let k = 0; k < 300; k++) {
      const wrong = await make();
      const answer = await act(wrong.who, wrong.i, wrong.body);
      const what = `${JSON.stringify(wrong.body)} on ${wrong.i.state}: ${answer.status} ${answer.text}`;
      expect(wrong.status, what).toContain(answer.status);
      if (wrong.type) expect(answer.json.type, what).toMatch(wrong.type);
      expect(answer.json.detail, what).toBeTruthy();
      seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
    }
  });
  for (const status of [400, 403, 404, 409, 422]) expect(seen.get(status) ?? 0, `${status}`).toBeGreaterThan(5);
  for (const i of incidents) expect((await admin.read(`/api/v1/incidents/${i.id}`)).version).toBe(i.version);
});
