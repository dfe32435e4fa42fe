// Hostile input at every endpoint, found from /api/openapi.json: 4xx with the field named where one is at fault,
// never 5xx, never a changed row. What must be refused in one resource's own words stands below the general part.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, raw, type Answer, type Client, type Json } from '../support/client.ts';
import { Server } from '../support/server.ts';
import { unchanged } from '../support/unchanged.ts';
import { wangge } from '../support/wangge.ts';

interface Operation {
  method: string;
  path: string; // "/api/v1/incidents/{id}"
  query: { name: string; required: boolean }[];
  body: { members: string[]; required: string[]; right: Json; types: Record<string, string[]> } | null; // right: required members of the right type; null: no JSON body
}

let server: Server;
let admin: Client;
let dispatcher: Client;
let worker: Client;
let operations: Operation[];
let valid: Json; // a report that would be taken

beforeAll(async () => {
  server = await Server.start();
  admin = await server.as('admin');
  dispatcher = await server.as('dispatcher');
  worker = await server.as('worker');
  operations = readOperations(await admin.read('/api/openapi.json'));
  const grid = (await dispatcher.read('/api/v1/grids?limit=1')).items[0];
  const category = (await dispatcher.read('/api/v1/categories')).items.find((c: Json) => !c.retired && c.class === 'ordinary');
  valid = {
    lon: (grid.bbox[0] + grid.bbox[2]) / 2,
    lat: (grid.bbox[1] + grid.bbox[3]) / 2,
    crs: 'wgs84',
    category: category.code,
    description: 'hostile input',
  };
});
afterAll(() => server.stop());

function readOperations(document: Json): Operation[] {
  const found: Operation[] = [];
  for (const [path, methods] of Object.entries<Json>(document.paths))
    for (const [method, op] of Object.entries<Json>(methods)) {
      const schema = op.requestBody?.content?.['application/json']?.schema;
      found.push({
        method: method.toUpperCase(),
        path,
        query: (op.parameters ?? []).filter((p: Json) => p.in === 'query').map((p: Json) => ({ name: p.name, required: !!p.required })),
        body: schema ? { members: Object.keys(schema.properties ?? {}), required: schema.required ?? [], right: sample(document, schema), types: typesOf(document, schema) } : null,
      });
    }
  return found;
}

// Something of the schema's type, with what it requires and no more.
function sample(document: Json, schema: Json): any {
  if (schema.$ref) return sample(document, document.components.schemas[schema.$ref.split('/').pop()]);
  const one = (schema.anyOf ?? schema.oneOf)?.find((s: Json) => s.type !== 'null');
  if (one) return sample(document, one);
  if (schema.enum) return schema.enum[0];
  const type = [schema.type].flat()[0];
  if (type === 'array') return [];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return false;
  if (type === 'string') return schema.format === 'date-time' ? '2026-01-01T00:00:00Z' : '11';
  if (schema.additionalProperties) return { zh: 'x' };
  return Object.fromEntries((schema.required ?? []).map((name: string) => [name, sample(document, schema.properties[name])]));
}

const JSON_TYPE = (value: any) => (Array.isArray(value) ? 'array' : typeof value);
function typesOf(document: Json, schema: Json): Record<string, string[]> {
  const of = (s: Json): string[] =>
    s.$ref ? of(document.components.schemas[s.$ref.split('/').pop()]) : s.anyOf ? s.anyOf.flatMap(of) : [s.type].flat();
  return Object.fromEntries(Object.entries<Json>(schema.properties ?? {}).map(([name, s]) => [name, of(s)]));
}

const isStream = (op: Operation) => op.path === '/api/v1/events';
const isPage = (op: Operation) => !/^\/(api|tiles|healthz|readyz|metrics)/.test(op.path);
// Where only some names are any: one of them, so that it is the body that is refused.
const THERE: Record<string, string> = { '/api/v1/settings/{key}': '/api/v1/settings/tolerance_m', '/api/v1/calendars/{code}/{year}': '/api/v1/calendars/work/2026' };
const fill = (path: string, value: string) => (value === '1' && THERE[path]) || path.replace(/\{[^}]*\}/g, value);
const deep = (n: number) => '[' .repeat(n) + ']'.repeat(n);

// Who may send this at all.
const sender = (op: Operation) => (op.path === '/api/v1/positions' ? worker : admin);
const matches = (pattern: string, path: string) => new RegExp(`^${pattern.replace(/[.]/g, '\\.').replace(/\{[^}]*\}/g, '[^/]+')}$`).test(path);
// What a body needs besides the member that is wrong.
const RIGHT: Record<string, Json> = {
  '/api/v1/password': { old: 'x', new: 'long enough' },
  '/api/v1/positions': { device: 'd', positions: [] },
  '/api/v1/categories/import': { reason: '11' },
  '/api/v1/calendars/{code}': { reason: '11', name: { zh: 'x' }, timezone: 'Asia/Shanghai', weekdays: [1], hours: [] },
  '/api/v1/calendars/{code}/import': { reason: '11', text: 'date\n2027-01-01\n' },
};

function expectRefused(answer: Answer, where: string): void {
  expect(answer.status, `${where}: ${answer.text.slice(0, 200)}`).toBeGreaterThanOrEqual(400);
  expect(answer.status, `${where}: ${answer.text.slice(0, 200)}`).toBeLessThan(500);
  expectProblem(answer, answer.status);
}

describe('every endpoint', () => {
  test('is in the document, with a summary', () => {
    expect(operations.map((op) => `${op.method} ${op.path}`)).toEqual(
      expect.arrayContaining(['POST /api/v1/login', 'GET /api/v1/resolve', 'POST /api/v1/incidents', 'POST /api/v1/positions', 'GET /api/v1/events']),
    );
  });

  test('needs an account, but for log-in, health and the pages', async () => {
    for (const op of operations) {
      const answer = await server.nobody().send(op.method, fill(op.path, '1'), op.method === 'GET' ? undefined : '{}');
      if (isPage(op) || ['/api/v1/login', '/api/v1/devices/sign-on', '/healthz', '/readyz', '/api/openapi.json'].includes(op.path))
        expect(answer.status, `${op.method} ${op.path}`).not.toBe(401);
      else expectProblem(answer, 401);
    }
  });

  test('refuses a body that is no JSON object of its own members', async () => {
    const bodies: [string, string | Uint8Array][] = [
      ['nothing', ''],
      ['null', 'null'],
      ['an array', '[]'],
      ['a number', '1'],
      ['a string', '"x"'],
      ['broken', '{"a":'],
      ['a trailing comma', '{"a":1,}'],
      ['a comment', '{/* */}'],
      ['two values', '{}{}'],
      ['NaN', '{"lon":NaN}'],
      ['Infinity', '{"lon":-Infinity}'],
      ['1e400', '{"lon":1e400}'],
      ['a huge whole number', `{"lon":${'9'.repeat(400)}}`],
      ['1000 levels', `{"a":${deep(1000)}}`],
      ['33 levels', `{"attributes":${'{"a":'.repeat(33)}1${'}'.repeat(33)}}`],
      ['a stranger', '{"no_such_member_here":1}'],
      ['a NUL', '{"description":"a\\u0000b"}'],
      ['a raw NUL', new Uint8Array([0x7b, 0x22, 0x61, 0x00, 0x22, 0x3a, 0x31, 0x7d])],
      ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
      ['half a surrogate', '{"description":"\\ud800"}'],
      ['a byte order mark', new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])],
      ['a string of 1 MB', JSON.stringify({ description: 'x'.repeat(1 << 20) })],
      ['a name of 1 MB', JSON.stringify({ ['x'.repeat(1 << 20)]: 1 })],
    ];
    await unchanged(admin, async () => {
      for (const op of operations.filter((o) => o.body && o.path !== '/api/v1/login'))
        for (const [what, body] of bodies) {
          for (const client of [worker, dispatcher]) {
            const answer = await client.send(op.method, fill(op.path, '1'), body as BodyInit, { 'Content-Type': 'application/json' });
            expectRefused(answer, `${op.method} ${op.path} with ${what}`);
          }
        }
    });
  });

  test('names a member given twice, and one that it does not know', async () => {
    for (const op of operations.filter((o) => o.body)) {
      const client = sender(op);
      const member = op.body!.members[0];
      const twice = await client.send(op.method, fill(op.path, '1'), `{"${member}":1,"${member}":2}`, { 'Content-Type': 'application/json' });
      expectRefused(twice, `${op.path} twice`);
      const stranger = await client.send(op.method, fill(op.path, '1'), '{"quite_unknown":1}', { 'Content-Type': 'application/json' });
      expectProblem(stranger, 400, 'quite_unknown');
    }
  });

  test('names the required member that is missing', async () => {
    for (const op of operations.filter((o) => o.body && o.body.required.length > 0 && o.path !== '/api/v1/incidents')) {
      const answer = await sender(op).send(op.method, fill(op.path, '1'), '{}', { 'Content-Type': 'application/json' });
      expectProblem(answer, 400);
      expect(op.body!.required, `${op.method} ${op.path}: ${answer.text}`).toContain(answer.json.field);
    }
  });

  test('refuses every member of a wrong type, naming it', async () => {
    const wrong: Json[] = [[], {}, true, 'x'.repeat(20_000), 1e308, -1e308];
    await unchanged(admin, async () => {
      for (const op of operations.filter((o) => o.body && o.path !== '/api/v1/login'))
        for (const member of op.body!.members)
          for (const value of wrong) {
            const body: Json = structuredClone(RIGHT[op.path] ?? op.body!.right);
            if (op.path === '/api/v1/incidents') Object.assign(body, valid);
            const types = op.body!.types[member]!;
            if (types.includes(JSON_TYPE(value)) && typeof value !== 'string' && typeof value !== 'number') continue; // the right type after all
            if (op.body!.members.includes('version') && /\{|settings/.test(op.path)) body.version = op.body!.types.version!.includes('integer') ? 1 : '0';
            body[member] = value;
            const answer = await sender(op).send(op.method, fill(op.path, '1'), JSON.stringify(body), { 'Content-Type': 'application/json' });
            expectRefused(answer, `${op.path} ${member}=${JSON.stringify(value).slice(0, 20)}`);
            if (answer.status === 413) continue; // too long to be read at all
            expect(answer.json.field, `${op.path} ${member}=${JSON.stringify(value).slice(0, 20)}: ${answer.text}`).toMatch(new RegExp(`^(${member}|${member === 'lon' || member === 'lat' ? 'lon|lat' : member})`));
          }
    });
  });

  test('names a query parameter that it does not know', async () => {
    for (const op of operations.filter((o) => o.method === 'GET' && /^\/(api\/v1|tiles)/.test(o.path) && !o.path.includes('{'))) {
      const needed = op.query.filter((p) => p.required).map((p) => `${p.name}=1&`).join('');
      expectProblem(await admin.get(`${op.path}?${needed}quite_unknown=1`), 400, 'quite_unknown');
    }
  });

  test('takes any garbage in its query parameters without falling', async () => {
    const garbage = ['', '%00', '%ff%fe', '%F0%9F%98%80', '-1', '0', '1e400', 'NaN', '9'.repeat(400), 'x'.repeat(4000), "'%20OR%201=1--", '%2e%2e%2f', '[]', '{"a":1}', '%0d%0aX-Evil:%20yes'];
    await unchanged(admin, async () => {
      for (const op of operations.filter((o) => o.method === 'GET' && !isStream(o) && !isPage(o)))
        for (const { name } of op.query)
          for (const value of garbage) {
            const answer = await admin.get(`${fill(op.path, '1')}?${name}=${value}`);
            expect(answer.status, `${op.path}?${name}=${value.slice(0, 40)}: ${answer.text.slice(0, 200)}`).toBeLessThan(500);
            expect(answer.headers.get('x-evil')).toBeNull();
          }
    });
  });

  test('takes any trick in its path without falling', async () => {
    const tricks = ['..', '%2e%2e', '..%2f..%2f..%2fetc%2fpasswd', '%2fetc%2fpasswd', '%00', '%ff', '%', '%zz', '-1', '0', '9'.repeat(30), '9223372036854775808', 'x'.repeat(1500), '%E7%BD%91', 'null', "1'--", '%5c..%5c..', '1%0d%0aX-Evil:%20yes', ';/..;', '%252e%252e%252f'];
    await unchanged(admin, async () => {
      for (const op of operations.filter((o) => o.path.includes('{')))
        for (const trick of tricks) {
          const where = `${op.method} ${op.path} with ${trick.slice(0, 40)}`;
          const answer = await raw(server.port, `${op.method} ${fill(op.path, trick)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${admin.token}\r\nConnection: close\r\n\r\n`, { keepOpen: true });
          expect(answer.status, where).toBeGreaterThanOrEqual(400); // a client library would mend the path first
          expect(answer.status, where).toBeLessThan(500);
          expect(answer.body, where).not.toContain('root:');
          expect(answer.head, where).not.toMatch(/x-evil/i);
        }
    });
  });

  test('refuses the methods that it does not have', async () => {
    await unchanged(admin, async () => {
      for (const op of operations.filter((o) => !isPage(o)))
        for (const method of ['PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
          if (operations.some((o) => o.method === method && matches(o.path, fill(op.path, '1')))) continue;
          const answer = await admin.send(method, fill(op.path, '1'));
          expectRefused(answer, `${method} ${op.path}`);
          expect([404, 405]).toContain(answer.status);
        }
    });
  });

  test('answers to any role, never with 5xx, and never lets one in without the right', async () => {
    const session = await admin.read('/api/v1/me');
    expect(session.account.may).toContain('admin');
    for (const name of ['security', 'auditor', 'planner', 'leader', 'department', 'worker'] as const) {
      const client = await server.as(name);
      const may: string[] = (await client.read('/api/v1/me')).account.may;
      const needs: [string, string][] = [
        ['/api/v1/resolve?lon=1&lat=1', 'see-map'],
        ['/api/v1/incidents', 'see-incident'],
        ['/api/v1/overview', 'see-incident'],
        ['/api/v1/intake', 'see-incident'],
        ['/api/v1/search?q=x', 'see-map'],
        ['/api/v1/areas', 'see-map'],
        ['/api/v1/grids', 'see-map'],
        ['/api/v1/staff', 'see-staff'],
        ['/api/v1/workers', 'see-workers'],
        ['/tiles/grids.json', 'see-map'],
        ['/metrics', 'audit'],
      ];
      for (const [path, verb] of needs) {
        const answer = await client.get(path);
        if (may.includes(verb)) expect(answer.status, `${name} ${path}: ${answer.text.slice(0, 200)}`).toBe(200);
        else expectProblem(answer, 403);
      }
      if (!may.includes('report')) expectProblem(await client.post('/api/v1/incidents', valid), 403);
      if (!may.includes('send-position')) expectProblem(await client.post('/api/v1/positions', { device: 'x', positions: [] }), 403);
    }
  });
});

describe('a report', () => {
  const now = () => new Date().toISOString();
  const hours = (h: number) => new Date(Date.now() + h * 3_600_000).toISOString();
  // what is wrong, the report around it, the field that the answer names
  const wrong: [string, () => Json, string | RegExp][] = [
    ['no position', () => ({ category: valid.category }), 'lon'],
    ['half a position', () => ({ lon: valid.lon, category: valid.category }), 'lat'],
    ['the position as text', () => ({ ...valid, lon: '120.1' }), 'lon'],
    ['longitude out of the world', () => ({ ...valid, lon: 181 }), 'lon'],
    ['latitude out of the world', () => ({ ...valid, lat: -90.5 }), 'lat'],
    ['longitude and latitude swapped', () => ({ ...valid, lon: valid.lat, lat: valid.lon }), 'lat'],
    ['a datum that is none', () => ({ ...valid, crs: 'mars' }), 'crs'],
    ['a datum with a file in it', () => ({ ...valid, crs: '+init=/etc/passwd' }), 'crs'],
    ['an EPSG number that is none', () => ({ ...valid, crs: 'EPSG:999999' }), 'crs'],
    ['a negative accuracy', () => ({ ...valid, accuracy_m: -1 }), 'accuracy_m'],
    ['no category', () => ({ ...valid, category: undefined }), 'category'],
    ['an unknown category', () => ({ ...valid, category: 'no-such-thing' }), 'category'],
    ['a category with a NUL', () => ({ ...valid, category: 'a\u0000b' }), /.*/],
    ['a time that is none', () => ({ ...valid, occurred_at: 'yesterday' }), 'occurred_at'],
    ['a time without a zone', () => ({ ...valid, occurred_at: '2026-11-24T08:30:00' }), 'occurred_at'],
    ['the 30th of February', () => ({ ...valid, occurred_at: '2026-02-30T08:30:00Z' }), 'occurred_at'],
    ['a time to come', () => ({ ...valid, occurred_at: hours(2) }), 'occurred_at'],
    ['a time two years ago', () => ({ ...valid, occurred_at: hours(-2 * 365 * 24) }), 'occurred_at'],
    ['an occurrence after its sending', () => ({ ...valid, occurred_at: hours(0), sent_at: hours(-3) }), 'occurred_at'],
    ['a description that is too long', () => ({ ...valid, description: '长'.repeat(10_000) }), 'description'],
    ['a client_id that is too long', () => ({ ...valid, client_id: 'x'.repeat(65) }), 'client_id'],
    ['a network that is none', () => ({ ...valid, network: 'no-such-network' }), 'network'],
    ['an empty place', () => ({ category: valid.category, place: {} }), 'place'],
    ['a stranger in the place', () => ({ category: valid.category, place: { address: 'x', planet: 'y' } }), 'planet'],
    ['attributes that are a list', () => ({ ...valid, attributes: [1] }), 'attributes'],
  ];
  test.each(wrong)('with %s is refused, and the field named', async (_, make, field) => {
    await unchanged(admin, async () => {
      const answer = await dispatcher.post('/api/v1/incidents', make());
      expectRefused(answer, 'a report');
      if (typeof field === 'string') expect(answer.json.field, answer.text).toBe(field);
    });
  });

  test('with swapped coordinates is told so', async () => {
    const answer = await dispatcher.post('/api/v1/incidents', { ...valid, lon: valid.lat, lat: valid.lon });
    expect(answer.json.detail).toMatch(/swap/i);
  });

  test('with the same client_id and another body is 422, with the same body the same incident', async () => {
    const body = { ...valid, client_id: `twice-${now()}` };
    const first = await dispatcher.post('/api/v1/incidents', body);
    expect(first.status, first.text).toBe(201);
    await unchanged(admin, async () => {
      const again = await dispatcher.post('/api/v1/incidents', body);
      expect(again.status).toBe(200);
      expect(again.json.id).toBe(first.json.id);
      expectProblem(await dispatcher.post('/api/v1/incidents', { ...body, description: 'another' }), 422, 'client_id');
    });
  });

  test('with a body over the limit is 413 before it is in, chunked or not', async () => {
    await unchanged(admin, async () => {
      const big = new Uint8Array(8 << 20).fill(0x20);
      const answer = await dispatcher.post('/api/v1/incidents', big).catch(() => null); // or the connection is cut
      if (answer) expectProblem(answer, 413);
    });
  });
});

describe('positions', () => {
  const at = () => new Date().toISOString();
  const one = () => ({ counter: 1, lon: valid.lon, lat: valid.lat, crs: 'wgs84', accuracy_m: 5, fixed_at: at() });
  const wrong: [string, () => Json][] = [
    ['no device', () => ({ positions: [one()] })],
    ['a device of a wrong form', () => ({ device: 'a b/../c', positions: [one()] })],
    ['a position without a counter', () => ({ device: 'd1', positions: [{ ...one(), counter: undefined }] })],
    ['a counter that is no whole number', () => ({ device: 'd1', positions: [{ ...one(), counter: 1.5 }] })],
    ['a negative counter', () => ({ device: 'd1', positions: [{ ...one(), counter: -1 }] })],
    ['a position out of the world', () => ({ device: 'd1', positions: [{ ...one(), lat: 91 }] })],
    ['swapped coordinates', () => ({ device: 'd1', positions: [{ ...one(), lon: valid.lat, lat: valid.lon }] })],
    ['a datum that is none', () => ({ device: 'd1', positions: [{ ...one(), crs: 'mars' }] })],
    ['a time that is none', () => ({ device: 'd1', positions: [{ ...one(), fixed_at: 'now' }] })],
    ['a stranger', () => ({ device: 'd1', positions: [{ ...one(), altitude_of_the_moon: 1 }] })],
    ['a right one before a wrong one', () => ({ device: 'd1', positions: [one(), { ...one(), counter: 2, lat: 'x' }] })],
    ['too many', () => ({ device: 'd1', positions: Array.from({ length: 1001 }, (_, i) => ({ ...one(), counter: i + 1 })) })],
  ];
  test.each(wrong)('with %s are refused whole', async (_, make) => {
    await unchanged(admin, async () => {
      const answer = await worker.post('/api/v1/positions', make());
      expectRefused(answer, 'positions');
      expect(answer.json.field, answer.text).toBeTruthy();
    });
  });
});

describe('resolve', () => {
  test.each([
    ['lat=1', 'lon'],
    ['lon=1', 'lat'],
    ['lon=&lat=1', 'lon'],
    ['lon=1&lat=x', 'lat'],
    ['lon=NaN&lat=1', 'lon'],
    ['lon=1e400&lat=1', 'lon'],
    ['lon=0x10&lat=1', 'lon'],
    ['lon=200&lat=1', 'lon'],
    ['lon=1&lat=1&crs=mars', 'crs'],
    ['lon=1&lat=1&accuracy=-1', 'accuracy'],
    ['lon=1&lat=1&accuracy=x', 'accuracy'],
    ['lon=1&lat=1&accuracy=5&accuracy_level=1', 'accuracy_level'],
    ['lon=1&lat=1&at=tomorrow', 'at'],
    ['lon=1&lat=1&tolerance=-1', 'tolerance'],
    ['lon=1&lon=2&lat=1', 'lon'],
  ])('?%s names %s', async (query, field) => {
    expectProblem(await dispatcher.get(`/api/v1/resolve?${query}`), 400, field);
  });

  test('of an unknown network is 404 and names it', async () => {
    expectProblem(await dispatcher.get('/api/v1/resolve?lon=1&lat=1&network=nothing'), 404, 'network');
  });

  test.each([
    ['nothing', ''],
    ['no column of a position', 'a,b\n1,2\n'],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00, 0xd8, 0x00])],
    ['a quote that never ends', '"lon,lat\n1,2'],
    ['5000 columns', `${Array.from({ length: 5000 }, (_, i) => `c${i}`).join(',')}\n`],
  ])('of a CSV with %s is refused', async (_, body) => {
    const answer = await dispatcher.send('POST', '/api/v1/resolve', body as BodyInit, { 'Content-Type': 'text/csv' });
    expectRefused(answer, 'a CSV');
  });

  test('of a CSV over 64 MiB names the command that takes it', async () => {
    const head = 'POST /api/v1/resolve HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 67108865\r\nAccept-Language: LANG\r\n';
    for (const lang of ['en', 'zh']) {
      const answer = await raw(server.port, `${head.replace('LANG', lang)}Authorization: Bearer ${dispatcher.token}\r\n\r\n`, { keepOpen: true });
      expect(answer.status).toBe(413);
      expect(JSON.parse(answer.body).detail).toContain('wangge resolve');
    }
  });

  test('of a CSV answers each row, also those that have no position', async () => {
    const answer = await dispatcher.send('POST', '/api/v1/resolve', `id,lon,lat\n1,${valid.lon},${valid.lat}\n2,x,y\n3,1e400,5\n`, { 'Content-Type': 'text/csv' });
    expect(answer.status, answer.text).toBe(200);
    const rows = answer.text.trim().split(/\r?\n/);
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatch(/,(inside|boundary)$/);
    expect(rows[2]).toMatch(/,,,,,$/);
    expect(rows[3]).toMatch(/,,,,,$/);
    const command = await wangge(['resolve', '--db', server.db], `id,lon,lat\n1,${valid.lon},${valid.lat}\n2,x,y\n3,1e400,5\n`);
    expect(command.out.trim().split(/\r?\n/)).toEqual((await dispatcher.send('POST', '/api/v1/resolve?lang=en', `id,lon,lat\n1,${valid.lon},${valid.lat}\n2,x,y\n3,1e400,5\n`)).text.trim().split(/\r?\n/));
  });
});

describe('lists and tiles', () => {
  test.each([
    ['/api/v1/incidents?limit=0', 'limit'],
    ['/api/v1/incidents?limit=1001', 'limit'],
    ['/api/v1/incidents?limit=ten', 'limit'],
    ['/api/v1/incidents?state=sleeping', 'state'],
    ['/api/v1/incidents?since=monday', 'since'],
    ['/api/v1/incidents?after=garbage!', 'after'],
    ['/api/v1/incidents?format=xml', 'format'],
    ['/api/v1/grids?limit=-5', 'limit'],
    ['/api/v1/grids?format=xml', 'format'],
    ['/api/v1/areas?limit=1e3', 'limit'],
    ['/api/v1/staff?limit=99999', 'limit'],
  ])('%s names %s', async (path, field) => {
    const answer = await admin.get(path);
    expectRefused(answer, path);
    expect(answer.json.field, answer.text).toBe(field);
  });

  test.each(['/tiles/grids/0/0/1.mvt', '/tiles/grids/-1/0/0.mvt', '/tiles/grids/99/0/0.mvt', '/tiles/grids/2/4/0.mvt', '/tiles/grids/1/0/0.png', '/tiles/grids/1/0/0', '/tiles/nothing/1/0/0.mvt', '/tiles/grids,nothing/1/0/0.mvt', '/tiles/grids,grids/1/0/0.mvt', '/tiles/,/1/0/0.mvt', '/tiles/grids/1e0/0/0.mvt', '/tiles/grids/99999999999/0/0.mvt', '/tiles/nothing.json', '/tiles/grids.xml'])(
    '%s is refused',
    async (path) => {
      const answer = await admin.get(path);
      expectRefused(answer, path);
      expect([400, 404]).toContain(answer.status);
    },
  );

  test('an id of another area is as unknown as one that is none', async () => {
    const unknown = await worker.get('/api/v1/incidents/999999999');
    expectProblem(unknown, 404);
    const mine = new Set((await worker.all('/api/v1/incidents?limit=1000')).map((i) => i.id));
    const other = (await admin.all('/api/v1/incidents?limit=1000')).find((i) => !mine.has(i.id));
    expect(other).toBeDefined();
    const hidden = await worker.get(`/api/v1/incidents/${other.id}`);
    expectProblem(hidden, 404);
    expect({ ...hidden.json, detail: hidden.json.detail.replace(other.id, '999999999') }).toEqual(unknown.json);
    expectProblem(await worker.get(`/api/v1/incidents/${other.id}/events`), 404);
  });
});
