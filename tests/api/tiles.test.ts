// Tiles over HTTP: what they say of themselves, that an edit is in the very next answer, that nothing else moves.
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Client, type Json, expectProblem } from '../support/client.ts';
import { Server } from '../support/server.ts';

let server: Server;
let desk: Client;
let root: Json;
let category: string;
beforeAll(async () => {
  server = await Server.start();
  desk = await server.as('dispatcher');
  root = (await desk.read('/api/v1/areas?limit=1')).items[0];
  category = (await desk.read('/api/v1/categories')).items.find((c: Json) => c.class === 'ordinary').code;
});
afterAll(() => server.stop());

const layer = (answer: Answer, name: string) => new VectorTile(new PbfReader(answer.bytes)).layers[name];

function tileAt(lon: number, lat: number, z: number): string {
  const x = Math.floor(((lon + 180) / 360) * 2 ** z);
  const y = Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z);
  return `${z}/${x}/${y}.mvt`;
}
const middle = () => ({ lon: (root.bbox[0] + root.bbox[2]) / 2, lat: (root.bbox[1] + root.bbox[3]) / 2 });

describe('a layer', () => {
  test('is described by TileJSON 3.0.0 and listed in the catalogue', async () => {
    const doc = await desk.read('/tiles/grids.json');
    expect(doc.tilejson).toBe('3.0.0');
    expect(doc.vector_layers[0].id).toBe('grids');
    expect(doc.vector_layers[0].fields.code).toBeDefined();
    for (let k = 0; k < 4; k++) expect(doc.bounds[k]).toBeCloseTo(root.bbox[k], 5);
    const catalogue = await desk.read('/tiles');
    expect(catalogue.layers.map((l: Json) => l.id)).toEqual(expect.arrayContaining(['areas', 'grids', 'incidents', 'workers', 'basemap']));
    const both = await desk.read('/tiles/areas,grids.json');
    expect(both.vector_layers.map((l: Json) => l.id)).toEqual(['areas', 'grids']);
  });

  test('holds every grid of the district over its tiles of one zoom', async () => {
    const z = 13;
    const codes = new Set<string>();
    const span = (k: number, lo: number, hi: number) => [0, 1].map((e) => Number(tileAt(...(k ? [root.bbox[0], e ? lo : hi] : [e ? hi : lo, root.bbox[1]]) as [number, number], z).split(/[/.]/)[k ? 2 : 1]));
    const [x0, x1] = span(0, root.bbox[0], root.bbox[2]);
    const [y0, y1] = span(1, root.bbox[1], root.bbox[3]);
    for (let x = x0; x <= x1; x++)
      for (let y = y0; y <= y1; y++) {
        const answer = await desk.get(`/tiles/grids/${z}/${x}/${y}.mvt`);
        if (answer.status === 204) continue;
        const grids = layer(answer, 'grids');
        for (let f = 0; f < grids.length; f++) codes.add(String(grids.feature(f).properties.code));
      }
    const listed = (await desk.all('/api/v1/grids?limit=1000')).map((g) => g.code);
    expect([...codes].sort()).toEqual(listed);
  });

  test('several in one tile are the same as each alone', async () => {
    const { lon, lat } = middle();
    const at = tileAt(lon, lat, 12);
    const both = await desk.get(`/tiles/areas,grids/${at}`);
    for (const name of ['areas', 'grids']) {
      const alone = layer(await desk.get(`/tiles/${name}/${at}`), name);
      expect(layer(both, name).length).toBe(alone.length);
    }
  });
});

describe('an answer', () => {
  test('is described with an ETag that is honoured', async () => {
    for (const url of ['/tiles', '/tiles/grids.json']) {
      const first = await desk.get(url);
      expect(first.headers.get('cache-control')).toBe('private, no-cache');
      for (const name of ['Cookie', 'Authorization', 'Accept-Encoding']) expect(first.headers.get('vary')).toContain(name);
      expect((await desk.get(url, { 'If-None-Match': first.headers.get('etag')! })).status).toBe(304);
    }
  });

  test('carries an ETag that is honoured, and asks to be asked again', async () => {
    const { lon, lat } = middle();
    const url = `/tiles/grids/${tileAt(lon, lat, 12)}`;
    const first = await desk.get(url);
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toBe('application/vnd.mapbox-vector-tile');
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(first.headers.get('vary')).toMatch(/Authorization/);
    const etag = first.headers.get('etag')!;
    expect(etag).toMatch(/^"[0-9a-f]+-(g|i)"$/);
    expect((await desk.get(url, { 'If-None-Match': etag })).status).toBe(304);
    const plain = await desk.get(url, { 'Accept-Encoding': 'identity' });
    expect(plain.headers.get('etag')).not.toBe(etag);
    expect(layer(plain, 'grids').length).toBe(layer(first, 'grids').length);
  });

  test('is 204 where there is nothing, 404 where there is no tile', async () => {
    expect((await desk.get('/tiles/grids/10/0/0.mvt')).status).toBe(204);
    for (const at of ['17/0/0.mvt', '3/8/0.mvt', '3/0/8.mvt', '-1/0/0.mvt', 'a/0/0.mvt', '3/0/0', '3/0/0.png'])
      expectProblem(await desk.get(`/tiles/grids/${at}`), 404);
    expectProblem(await desk.get('/tiles/nonsense/0/0/0.mvt'), 404);
    expectProblem(await desk.get('/tiles/grids,grids/0/0/0.mvt'), 400);
  });
});

describe('after a report', () => {
  test('every zoom has it in the very next answer; a tile elsewhere keeps its ETag', async () => {
    const grid = (await desk.read('/api/v1/grids?limit=1')).items[0];
    const at = { lon: (grid.bbox[0] + grid.bbox[2]) / 2, lat: (grid.bbox[1] + grid.bbox[3]) / 2 };
    const urls = Array.from({ length: 17 }, (_, z) => `/tiles/incidents/${tileAt(at.lon, at.lat, z)}`);
    const far = `/tiles/incidents/${tileAt(at.lon + 2, at.lat, 14)}`;
    const [x, y] = tileAt(at.lon, at.lat, 16).split(/[/.]/).slice(1, 3).map(Number);
    const beside = `/tiles/incidents/16/${x + 3}/${y}.mvt`; // no buffer reaches so far
    const before = new Map<string, string | null>();
    for (const url of [...urls, far, beside]) before.set(url, (await desk.get(url)).headers.get('etag'));
    for (let round = 0; round < 3; round++) {
      const made = (await desk.post('/api/v1/incidents', { ...at, category })).json;
      for (const url of urls) {
        const answer = await desk.get(url);
        expect(answer.headers.get('etag'), url).not.toBe(before.get(url));
        before.set(url, answer.headers.get('etag'));
      }
      const deep = layer(await desk.get(urls[16]), 'incidents');
      const ids = Array.from({ length: deep.length }, (_, f) => deep.feature(f).id);
      expect(ids).toContain(Number(made.id));
    }
    for (const url of [far, beside]) expect((await desk.get(url)).headers.get('etag')).toBe(before.get(url));
  });

  test('clusters at low zooms count what is there, by state', async () => {
    const tile = layer(await desk.get('/tiles/incidents/0/0/0.mvt'), 'incidents');
    let count = 0;
    for (let f = 0; f < tile.length; f++) {
      const { properties } = tile.feature(f);
      const states = Object.entries(properties).filter(([k]) => k.startsWith('n_')).reduce((sum, [, n]) => sum + Number(n), 0);
      expect(states).toBe(Number(properties.count ?? 0));
      count += Number(properties.count ?? 1);
    }
    const open = (await desk.all('/api/v1/incidents?state=open&limit=1000')).filter((i) => i.lon !== null);
    expect(count).toBe(open.length);
  });
});
