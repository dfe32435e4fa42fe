// The tiles as a map reads them: @mapbox/vector-tile, the reader inside MapLibre, takes them from the running server.
import { VectorTile, type VectorTileFeature } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client, Json } from '../support/client.ts';
import { Server } from '../support/server.ts';

let server: Server, client: Client, grids: Json[], bounds: [number, number, number, number];
beforeAll(async () => {
  server = await Server.start();
  client = await server.as('dispatcher');
  grids = await client.all('/api/v1/grids?limit=1000');
  bounds = (await client.read('/tiles/grids.json')).bounds;
});
afterAll(() => server.stop());

const tileX = (lon: number, z: number) => Math.floor(((lon + 180) / 360) * 2 ** z);
const tileY = (lat: number, z: number) => Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z);
const path = (layer: string, z: number, lon: number, lat: number) => `/tiles/${layer}/${z}/${tileX(lon, z)}/${tileY(lat, z)}.mvt`;

async function read(url: string): Promise<{ tile: VectorTile; etag: string | null }> {
  const answer = await client.get(url);
  expect([200, 204], `${url}: ${answer.text.slice(0, 200)}`).toContain(answer.status);
  if (answer.status === 200) expect(answer.headers.get('content-type')).toBe('application/vnd.mapbox-vector-tile');
  return { tile: new VectorTile(new PbfReader(answer.bytes)), etag: answer.headers.get('etag') };
}
function features(tile: VectorTile, layer: string): VectorTileFeature[] {
  const l = tile.layers[layer];
  return l ? Array.from({ length: l.length }, (_, i) => l.feature(i)) : [];
}
// Every tile of a zoom that the district touches.
async function all(layer: string, z: number): Promise<{ x: number; y: number; features: VectorTileFeature[] }[]> {
  const [w, s, e, n] = bounds;
  const found = [];
  for (let x = tileX(w, z); x <= tileX(e, z); x++) {
    for (let y = tileY(n, z); y <= tileY(s, z); y++) {
      found.push({ x, y, features: features((await read(`/tiles/${layer}/${z}/${x}/${y}.mvt`)).tile, layer) });
    }
  }
  return found;
}
// Points of the tile itself, without the buffer: each point is in exactly one.
const within = (f: VectorTileFeature) => {
  const p = f.loadGeometry()[0][0];
  return p.x >= 0 && p.y >= 0 && p.x < f.extent && p.y < f.extent;
};

test('a layer says what it is: version 2, extent 4096, its name, the fields that TileJSON names', async () => {
  const tile = (await read(path('grids', 10, (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2))).tile;
  expect(Object.keys(tile.layers)).toEqual(['grids']);
  expect(tile.layers.grids.version).toBe(2);
  expect(tile.layers.grids.extent).toBe(4096);
  const { vector_layers } = await client.read('/tiles/grids.json');
  const fields = Object.keys(vector_layers[0].fields);
  for (const f of features(tile, 'grids')) for (const key of Object.keys(f.properties)) expect(fields).toContain(key);
});

test('at every zoom the grids are all there, each a polygon with its code, area and names', async () => {
  for (const z of [9, 11, 13]) {
    const seen = new Map<string, Json>();
    for (const t of await all('grids', z)) {
      for (const f of t.features) {
        expect(f.type, 'a polygon').toBe(3);
        for (const ring of f.loadGeometry()) {
          expect(ring.length).toBeGreaterThanOrEqual(4);
          expect(ring[0].equals(ring[ring.length - 1]), 'a closed ring').toBe(true);
        }
        seen.set(String(f.properties.code), f.properties);
      }
    }
    if (z >= 11) expect([...seen.keys()].sort(), `zoom ${z}`).toEqual(grids.map((g) => g.code).sort());
    for (const g of grids) {
      const p = seen.get(g.code);
      if (!p) continue; // too small to draw so far out
      expect(p.area).toBe(g.area.code);
      if (g.name.zh) expect(p.name_zh).toBe(g.name.zh);
    }
  }
});

test('neighbouring tiles agree: what a grid covers adds up to its own area', async () => {
  // Each tile's part without its buffer, in square metres on the sphere, summed over tiles.
  const sums = new Map<string, number>();
  const z = 13;
  for (const t of await all('grids', z)) {
    for (const f of t.features) {
      let units = 0;
      for (const ring of f.loadGeometry()) units += area(clip(ring.map((p) => [p.x, p.y] as Point), f.extent));
      const lat = (Math.atan(Math.sinh(Math.PI * (1 - (2 * (t.y + 0.5)) / 2 ** z))) * 180) / Math.PI;
      const metres = (40_075_016.686 * Math.cos((lat * Math.PI) / 180)) / 2 ** z / f.extent;
      const code = String(f.properties.code);
      sums.set(code, (sums.get(code) ?? 0) + units * metres * metres);
    }
  }
  for (const g of grids) expect(sums.get(g.code)! / g.area_m2, g.code).toBeCloseTo(1, 1);
});

test('open incidents are in the tiles by number, state and id; clusters count the same', async () => {
  const overview = await client.read('/api/v1/overview');
  const alone = (await all('incidents', 14)).flatMap((t) => t.features.filter(within));
  expect(alone.every((f) => f.type === 1 && f.properties.count === undefined)).toBe(true);
  const open = (await client.all('/api/v1/incidents?state=open&limit=1000')).filter((i) => i.lon !== null);
  const inside = open.filter((i) => i.lon >= bounds[0] && i.lon <= bounds[2] && i.lat >= bounds[1] && i.lat <= bounds[3]);
  expect(alone.map((f) => String(f.id)).sort()).toEqual(inside.map((i) => i.id).sort());
  expect(inside.length).toBeGreaterThan(0);
  const one = inside[0];
  const drawn = alone.find((f) => String(f.id) === one.id)!;
  expect(drawn.properties).toMatchObject({ number: one.number, state: one.state, severity: one.severity, category: one.category.code });
  expect(Boolean(drawn.properties.overdue)).toBe(one.overdue);
  const at = drawn.toGeoJSON(tileX(one.lon, 14), tileY(one.lat, 14), 14).geometry as Json;
  expect(at.coordinates[0]).toBeCloseTo(one.lon, 4);
  expect(at.coordinates[1]).toBeCloseTo(one.lat, 4);
  for (const z of [8, 11]) {
    let count = 0;
    for (const t of await all('incidents', z)) {
      for (const f of t.features.filter(within)) {
        const n = f.properties.count === undefined ? 1 : Number(f.properties.count);
        if (f.properties.count !== undefined) {
          const states = Object.entries(f.properties).filter(([k]) => k.startsWith('n_')).reduce((sum, [, v]) => sum + Number(v), 0);
          expect(states, 'the states of a cluster add up').toBe(n);
        }
        count += n;
      }
    }
    expect(count, `zoom ${z}`).toBe(inside.length);
  }
  expect(overview.open).toBe(open.length + (await client.all('/api/v1/incidents?state=open&limit=1000')).filter((i) => i.lon === null).length);
});

type Point = [number, number];
// The part of a ring inside the square 0…extent (Sutherland and Hodgman).
function clip(ring: Point[], extent: number): Point[] {
  let out = ring.slice(0, -1);
  for (const [axis, limit, sign] of [[0, 0, 1], [0, extent, -1], [1, 0, 1], [1, extent, -1]] as const) {
    const from = out;
    out = [];
    from.forEach((a, i) => {
      const b = from[(i + 1) % from.length];
      const [ia, ib] = [(a[axis] - limit) * sign >= 0, (b[axis] - limit) * sign >= 0];
      if (ia) out.push(a);
      if (ia !== ib) {
        const f = (limit - a[axis]) / (b[axis] - a[axis]);
        out.push([a[0] + (b[0] - a[0]) * f, a[1] + (b[1] - a[1]) * f]);
      }
    });
  }
  return out;
}
// Signed: holes run the other way and take away. A tile's y grows south, so a shell is positive.
function area(ring: Point[]): number {
  let sum = 0;
  ring.forEach(([x, y], i) => {
    const [u, v] = ring[(i + 1) % ring.length];
    sum += x * v - u * y;
  });
  return sum / 2;
}
