// The OpenAPI document drives a client: it is well formed, and live answers are what it says.
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type Json } from '../support/client.ts';
import { Server } from '../support/server.ts';

let server: Server;
let admin: Client;
let document: Json;
let ajv: Ajv2020;
let point: Json; // in a grid, with a category

beforeAll(async () => {
  server = await Server.start();
  admin = await server.as('admin');
  const answer = await server.nobody().get('/api/openapi.json'); // to be read before there is an account
  expect(answer.status).toBe(200);
  document = answer.json;
  ajv = new Ajv2020({ allErrors: true, strictTypes: false });
  (formats as unknown as (a: Ajv2020) => void)(ajv);
  ajv.addVocabulary(['openapi', 'info', 'components', 'paths']);
  const closed = structuredClone(document); // a member that the document does not tell of is a fault too
  for (const schema of Object.values<Json>(closed.components.schemas)) if (schema.properties) schema.additionalProperties = false;
  ajv.addSchema(closed, 'api');
  const grid = (await admin.read('/api/v1/grids?limit=1')).items[0];
  const category = (await admin.read('/api/v1/categories')).items.find((c: Json) => c.code === 'c101');
  point = { lon: (grid.bbox[0] + grid.bbox[2]) / 2, lat: (grid.bbox[1] + grid.bbox[3]) / 2, category: category.code };
});
afterAll(() => server.stop());

function expectSchema(ref: string, value: Json, where: string): void {
  const valid = ajv.getSchema(`api${ref}`)!;
  expect(valid, ref).toBeTypeOf('function');
  valid(value);
  expect(valid.errors ?? [], `${where} as ${ref}`).toEqual([]);
}

const each = (visit: (op: Json, path: string, method: string) => void) => {
  for (const [path, methods] of Object.entries<Json>(document.paths)) for (const [method, op] of Object.entries<Json>(methods)) visit(op, path, method);
};

describe('the document', () => {
  test('is OpenAPI 3.1 in shape', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info.title && document.info.version).toBeTruthy();
    const ids = new Set<string>();
    each((op, path, method) => {
      const where = `${method} ${path}`;
      expect(['get', 'post', 'put', 'patch', 'delete'], where).toContain(method);
      expect(ids.has(op.operationId), where).toBe(false);
      ids.add(op.operationId);
      const inPath = op.parameters.filter((p: Json) => p.in === 'path').map((p: Json) => p.name);
      expect(inPath, where).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]));
      for (const p of op.parameters) expect(p.schema.type, `${where} ${p.name}`).toBeTruthy();
      const codes = Object.keys(op.responses);
      expect(codes.some((c) => /^2\d\d$/.test(c)), where).toBe(true);
      for (const code of codes) expect(code, where).toMatch(/^([1-5]\d\d|default)$/);
      for (const r of Object.values<Json>(op.responses)) expect(r.description, where).toBeTruthy();
      if (op.security.length && op.responses['401'] === undefined) throw new Error(`${where}: no 401`);
      for (const member of Object.entries<Json>(op.requestBody?.content?.['application/json']?.schema.properties ?? {}))
        expect(Object.keys(member[1]).length, `${where} ${member[0]}`).toBeGreaterThan(0);
    });
  });

  test('has every schema that it refers to, each of them well formed', () => {
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)) expect(document.components.schemas, name).toHaveProperty(name!);
    for (const name of Object.keys(document.components.schemas)) expect(ajv.getSchema(`api#/components/schemas/${name}`), name).toBeTypeOf('function');
  });

  test('types what a client must know', () => {
    const tile = document.paths['/tiles/{layer}/{z}/{x}/{y}.mvt'].get;
    expect(Object.fromEntries(tile.parameters.filter((p: Json) => p.in === 'path').map((p: Json) => [p.name, p.schema.type]))).toEqual({ layer: 'string', z: 'integer', x: 'integer', y: 'integer' });
    expect(document.paths['/tiles/{layer}.json'].get.responses['200'].content['application/json'].schema.$ref).toMatch(/TileJson$/);
    expect(document.paths['/api/v1/resolve'].post.requestBody.content).toHaveProperty('text/csv');
    expect(document.paths['/api/v1/incidents'].post.requestBody.content['application/json'].schema.properties.lon.type).toBe('number');
    expect(document.components.schemas.State.enum).toContain('reported');
  });
});

describe('a live answer is what its schema says', () => {
  const paths = (): string[] => [
    '/api/v1/me', '/api/v1/devices', '/api/v1/access-log?limit=20', `/api/v1/resolve?lon=${point.lon}&lat=${point.lat}&accuracy=30`, '/api/v1/resolve?lon=0&lat=0', '/api/v1/incidents?limit=20',
    '/api/v1/incidents?limit=20&format=geojson', '/api/v1/overview', '/api/v1/intake', '/api/v1/search?q=%E7%BD%91%E6%A0%BC&limit=50', '/api/v1/search?q=990101&limit=50', '/api/v1/search?q=gcj02%20120.1,30.1', '/api/v1/areas', '/api/v1/areas?format=geojson', '/api/v1/grids?limit=20',
    '/api/v1/grids?limit=3&format=geojson', '/api/v1/staff?limit=20', '/api/v1/workers', '/api/v1/workers?format=geojson', '/api/v1/categories', '/api/v1/admission', '/tiles', '/tiles/grids.json',
    '/api/v1/accounts?limit=5', '/api/v1/orgs', '/api/v1/stand-ins', '/api/v1/settings', '/api/v1/calendars', '/api/v1/handovers', '/api/v1/replay',
    '/healthz', '/readyz',
  ];

  test('of every list and figure', async () => {
    for (const path of paths()) {
      const answer = await admin.get(path);
      expect(answer.status, path).toBe(200);
      const media = answer.headers.get('content-type')!.split(';')[0]!;
      const op = document.paths[path.split('?')[0]!.replace('grids.json', '{layer}.json')].get;
      expectSchema(op.responses['200'].content[media].schema.$ref, answer.json, path);
    }
  });

  test('of one incident, its events and one grid', async () => {
    const made = await (await server.as('dispatcher')).post('/api/v1/incidents', { ...point, description: 'x', client_id: 'schema-1' });
    expect(made.status, made.text).toBe(201);
    expectSchema('#/components/schemas/Incident', made.json, 'made');
    for (const { id } of (await admin.read('/api/v1/incidents?limit=5')).items) {
      expectSchema('#/components/schemas/Incident', await admin.read(`/api/v1/incidents/${id}`), id);
      expectSchema('#/components/schemas/IncidentEventList', await admin.read(`/api/v1/incidents/${id}/events`), id);
    }
    expectSchema('#/components/schemas/RulesList', await admin.read('/api/v1/categories/c102/rules'), 'rules');
    expectSchema('#/components/schemas/GridDetail', await admin.read(`/api/v1/grids/${made.json.grid.code}`), 'grid');
    const given = await admin.post('/api/v1/handovers', { area: made.json.area.code, client_id: 'schema-2' });
    expect(given.status, given.text).toBe(201);
    expectSchema('#/components/schemas/Handover', given.json, 'handover');
    expectSchema('#/components/schemas/HandoverList', await admin.read('/api/v1/handovers'), 'handovers');
  });

  test('of a wall device, and of what it sees', async () => {
    const root = (await admin.read('/api/v1/me')).server.root.code;
    const made = await admin.post('/api/v1/devices', { name: 'schema', area: root });
    expectSchema('#/components/schemas/DeviceCode', made.json, 'made');
    const session = await server.nobody().post('/api/v1/devices/sign-on', { code: made.json.code });
    expectSchema('#/components/schemas/Session', session.json, 'session');
    const wall = new Client(server.base, session.json.token);
    const { items } = await wall.read('/api/v1/incidents?limit=20');
    expectSchema('#/components/schemas/IncidentList', { items, next: null }, 'list');
    for (const { id } of items.slice(0, 5)) {
      expectSchema('#/components/schemas/Incident', await wall.read(`/api/v1/incidents/${id}`), id);
      expectSchema('#/components/schemas/IncidentEventList', await wall.read(`/api/v1/incidents/${id}/events`), id);
    }
    const owner = await wall.read(`/api/v1/resolve?lon=${point.lon}&lat=${point.lat}`);
    expectSchema('#/components/schemas/Owner', owner, 'owner');
    expectSchema('#/components/schemas/GridDetail', await wall.read(`/api/v1/grids/${owner.grid.code}`), 'grid');
    expectSchema('#/components/schemas/WorkerList', await wall.read('/api/v1/workers'), 'workers');
  });

  test('of a log-in and a refusal', async () => {
    const session = await server.nobody().post('/api/v1/login', { name: 'leader', password: 'wangge-demo' });
    expectSchema('#/components/schemas/Session', session.json, 'session');
    expectSchema('#/components/schemas/Problem', (await admin.get('/api/v1/incidents?state=nope')).json, 'problem');
  });
});
