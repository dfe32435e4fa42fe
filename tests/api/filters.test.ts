// Narrowed lists, tiles and counters say the same, show no more than the rights allow, and leave the unnarrowed alone.
import { join } from 'node:path';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type Json, expectProblem } from '../support/client.ts';
import { scratch, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

let server: Server;
let desk: Client;
let root: Json, area: Json, other: Json;
let grid: Json;
let categories: Json[];
const middle = (g: Json) => ({ lon: (g.bbox[0] + g.bbox[2]) / 2, lat: (g.bbox[1] + g.bbox[3]) / 2 });
const tileX = (lon: number, z: number) => Math.floor(((lon + 180) / 360) * 2 ** z);
const tileY = (lat: number, z: number) => Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z);
const query = (of: Record<string, string>) => new URLSearchParams(of).toString();

beforeAll(async () => {
  server = await Server.start();
  desk = await server.as('dispatcher');
  root = (await desk.read('/api/v1/areas?limit=1')).items[0];
  [area, other] = (await desk.all('/api/v1/areas?level=village&limit=1000')).filter((x) => x.grids > 1);
  grid = (await desk.all(`/api/v1/grids?area=${area.code}`))[0];
  categories = (await desk.read('/api/v1/categories?limit=1000')).items;
  const folder = scratch();
  const grids = join(folder, 'grids.geojson');
  expect((await wangge(['export', 'grids', grids, '--db', server.db])).code).toBe(0);
  const ran = await wangge(['import', 'grids', grids, '--db', server.db, '--network', 'safety']);
  expect(ran.code, ran.err).toBe(0);
  const ordinary = categories.filter((c) => c.class === 'ordinary');
  for (let k = 0; k < 12; k++) {
    const made = await desk.post('/api/v1/incidents', { ...middle(grid), category: ordinary[k % 3]!.code, ...(k % 2 ? { network: 'safety' } : {}) });
    expect(made.status, made.text).toBe(201);
  }
});
afterAll(() => server.stop());

// How many incidents the tiles of one zoom show, buffers left aside.
async function drawn(who: Client, z: number, narrowed: string, layers = 'incidents'): Promise<number> {
  const [w, s, e, n] = root.bbox;
  let count = 0;
  for (let x = tileX(w, z); x <= tileX(e, z); x++)
    for (let y = tileY(n, z); y <= tileY(s, z); y++) {
      const answer = await who.get(`/tiles/${layers}/${z}/${x}/${y}.mvt${narrowed ? `?${narrowed}` : ''}`);
      expect([200, 204], answer.text.slice(0, 200)).toContain(answer.status);
      const layer = answer.status === 200 ? new VectorTile(new PbfReader(answer.bytes)).layers.incidents : undefined;
      for (let k = 0; layer && k < layer.length; k++) {
        const f = layer.feature(k), p = f.loadGeometry()[0]![0]!;
        if (p.x >= 0 && p.y >= 0 && p.x < f.extent && p.y < f.extent) count += Number(f.properties.count ?? f.properties.stack ?? 1);
      }
    }
  return count;
}
const listed = async (who: Client, narrowed: string): Promise<number> =>
  (await who.all(`/api/v1/incidents?limit=1000${narrowed ? `&${narrowed}` : ''}`)).filter((i) => i.open && i.lon !== null).length;

describe('a list', () => {
  test('of one network', async () => {
    const all = await desk.all('/api/v1/incidents?limit=1000');
    for (const network of ['base', 'safety']) {
      const some = await desk.all(`/api/v1/incidents?limit=7&network=${network}`);
      expect(some.map((i) => i.id)).toEqual(all.filter((i) => i.network === network).map((i) => i.id));
      expect(some.length).toBeGreaterThan(0);
    }
    expectProblem(await desk.get('/api/v1/incidents?network=none'), 404, 'network');
    const page = await desk.read('/api/v1/incidents?network=safety&limit=2');
    expect(page.next).toContain('network=safety');
  });
});

describe('tiles of incidents', () => {
  const cases = (): Record<string, string>[] => [
    {}, { area: area.code }, { area: other.code }, { network: 'safety' }, { network: 'base' }, { category: categories.find((c) => c.class === 'ordinary').code },
    { state: 'reported' }, { state: 'open' }, { state: 'reported,handling' }, { since: new Date(Date.now() - 3_600_000).toISOString() }, { since: new Date(Date.now() - 20 * 86_400_000).toISOString() },
    { area: area.code, network: 'safety', state: 'open', category: categories.find((c) => c.class === 'ordinary').code },
  ];

  test('show at every zoom as many as the list has, narrowed alike', async () => {
    const seen = new Set<number>();
    for (const narrowed of cases()) {
      const want = await listed(desk, query(narrowed));
      for (const z of [6, 10]) expect(await drawn(desk, z, query(narrowed)), JSON.stringify(narrowed)).toBe(want);
      seen.add(want);
    }
    expect(seen.size).toBeGreaterThan(4); // they are not all alike
    expect(await drawn(desk, 9, query({ area: area.code }), 'areas,grids,incidents')).toBe(await listed(desk, query({ area: area.code })));
    expect(await drawn(desk, 9, query({ state: 'closed' }))).toBe(0); // the layer is of open ones
  });

  test('of another account stay within its rights', async () => {
    expect((await wangge(['user', 'add', 'there', '--db', server.db, '--role', 'dispatcher', '--area', other.code], 'a-password')).code).toBe(0);
    const there = await Client.signIn(server.base, 'there', 'a-password');
    expect(await drawn(there, 8, query({ area: area.code }))).toBe(0);
    expect(await drawn(there, 8, '')).toBe(await listed(there, ''));
    const planner = await server.as('planner');
    for (const narrowed of [{}, { area: area.code }]) expect(await drawn(planner, 8, query(narrowed))).toBe(await listed(planner, query(narrowed)));
  });

  test('carry an ETag of their own, and those not narrowed stay as they were', async () => {
    const { lon, lat } = middle(grid);
    const path = `/tiles/incidents/12/${tileX(lon, 12)}/${tileY(lat, 12)}.mvt`;
    const plain = await desk.get(path);
    const some = await desk.get(`${path}?network=safety`);
    expect(some.status).toBe(200);
    expect(some.headers.get('etag')).not.toBe(plain.headers.get('etag'));
    expect((await desk.get(`${path}?network=safety`, { 'If-None-Match': some.headers.get('etag')! })).status).toBe(304);
    const again = await desk.get(path);
    expect(again.headers.get('etag')).toBe(plain.headers.get('etag'));
    expect(again.bytes).toEqual(plain.bytes);
    const [one, two] = categories.filter((c) => c.class === 'ordinary');
    const of = async (c: string) => (await desk.get(`${path}?category=${c}`)).headers.get('etag');
    const [was1, was2] = [await of(one.code), await of(two.code)];
    expect((await desk.post('/api/v1/incidents', { ...middle(grid), category: one.code })).status).toBe(201);
    expect(await of(one.code)).not.toBe(was1); // in the very next answer
    expect(await of(two.code)).toBe(was2);
  });

  test('take what the list takes, and name what is wrong', async () => {
    const path = '/tiles/incidents/6/53/26.mvt';
    expectProblem(await desk.get(`${path}?area=nowhere`), 404, 'area');
    expectProblem(await desk.get(`${path}?network=nowhere`), 404, 'network');
    expectProblem(await desk.get(`${path}?category=nowhere`), 404, 'category');
    expectProblem(await desk.get(`${path}?state=nowhere`), 400, 'state');
    expectProblem(await desk.get(`${path}?since=yesterday`), 400, 'since');
    expectProblem(await desk.get(`${path}?grid=1`), 400, 'grid');
  });
});

describe('counters', () => {
  test('are narrowed by area, network and category', async () => {
    const category = categories.find((c) => c.class === 'ordinary').code;
    for (const narrowed of [{ network: 'safety' }, { category }, { area: area.code, network: 'safety', category }]) {
      const got = await desk.read(`/api/v1/overview?${query(narrowed)}`);
      const all = await desk.all(`/api/v1/incidents?limit=1000&state=open&${query(narrowed)}`);
      expect(got.open, JSON.stringify(narrowed)).toBe(all.length);
      expect(got.networks).toEqual(['base', 'safety']);
    }
    expectProblem(await desk.get('/api/v1/overview?category=nowhere'), 404, 'category');
  });

  test('do not tell what hidden matters are about', async () => {
    const planner = await server.as('planner');
    const hidden = categories.filter((c) => c.class === 'restricted');
    const before = await planner.read('/api/v1/overview');
    expect((await desk.post('/api/v1/incidents', { ...middle(grid), category: hidden[0]!.code })).status).toBe(201);
    for (const c of [...hidden, categories.find((x) => x.class === 'ordinary')]) {
      const got = await planner.read(`/api/v1/overview?category=${c.code}`);
      expect(got.restricted).toBe(before.restricted + 1);
    }
    expect((await planner.read(`/api/v1/overview?category=${hidden[0]!.code}`)).open).toBe(0);
  });
});
