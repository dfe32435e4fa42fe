// Files on incidents: sent in pieces, told from what they claim to be, shown to who may see, kept by their hash, and
// gone when the law says so.
import { appendFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, expectProblem, type Json } from '../support/client.ts';
import { attach, begin, photo, picture, piece, sha256 } from '../support/photo.ts';
import { scratch, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

let server: Server, centre: Client, department: Client, admin: Client, point: Json, category: string;
let n = 0;
const report = async (client: Client = centre, more: Json = {}): Promise<Json> => {
  const answer = await client.post('/api/v1/incidents', { ...point, category, description: '路面破损，王先生来电', client_id: `ev-${++n}`, ...more });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
};
const fileOf = (hash: string, db = server.db) => join(`${db}.files`, hash.slice(0, 2), hash.slice(2));
const check = (db = server.db) => wangge(['check', '--db', db, '--rebuild']);

beforeAll(async () => {
  server = await Server.start();
  [centre, department, admin] = await Promise.all((['dispatcher', 'department', 'admin'] as const).map((name) => server.as(name)));
  const grid = (await centre.read('/api/v1/grids?limit=1')).items[0];
  point = { lon: (grid.bbox[0] + grid.bbox[2]) / 2, lat: (grid.bbox[1] + grid.bbox[3]) / 2 };
  category = (await centre.read('/api/v1/categories')).items.find((c: Json) => c.class === 'ordinary' && !c.retired).code;
});
afterAll(() => server.stopWhole());

describe('an upload', () => {
  test('goes on where it ended, also after the server was killed, and each piece is acknowledged', async () => {
    const own = await Server.start();
    const client = await own.as('dispatcher');
    const bytes = photo({ lon: 120, lat: 30, time: '2026:11:24 10:00:00' }, 'resumed');
    const begun = await begin(client, 'resume', bytes);
    expect([begun.status, begun.json.offset, begun.json.complete]).toEqual([201, 0, false]);
    expect((await piece(client, 'resume', 0, bytes.subarray(0, 300))).json.offset).toBe(300);
    expectProblem(await piece(client, 'resume', 500, bytes.subarray(500)), 409, 'offset');
    expect((await piece(client, 'resume', 0, bytes.subarray(0, 300))).json.offset).toBe(300); // an answer that was lost
    await own.kill();
    const again = await Server.start(own.db);
    const back = await again.as('dispatcher');
    const found = await begin(back, 'resume', bytes);
    expect([found.status, found.json.offset]).toEqual([200, 300]);
    const last = await piece(back, 'resume', 300, bytes.subarray(300));
    expect([last.json.offset, last.json.complete]).toEqual([bytes.length, true]);
    expect((await begin(back, 'resume', bytes)).json.complete).toBe(true);
    await again.stopWhole();
  });

  test('is its sender’s alone', async () => {
    expect((await begin(centre, 'mine', picture)).status).toBe(201);
    expectProblem(await department.get('/api/v1/uploads/mine'), 404, 'upload');
    expectProblem(await piece(department, 'mine', 0, picture), 404, 'upload');
    expectProblem(await begin(centre, 'mine', picture, { name: 'other.jpg' }), 422, 'id');
  });

  test('that lies about its type or its hash is refused, says so, and leaves nothing', async () => {
    await begin(centre, 'liar', picture, { type: 'application/pdf', name: 'a.pdf' });
    const lied = await piece(centre, 'liar', 0, picture);
    expectProblem(lied, 422, 'type');
    expect(lied.json.detail).toContain('image/jpeg');
    expect((await centre.get('/api/v1/uploads/liar')).status).toBe(404);
    const page = Buffer.from('<script>alert(1)</script>');
    await begin(centre, 'page', page, { type: 'text/plain', name: 'a.txt' });
    expectProblem(await piece(centre, 'page', 0, page), 422, 'type');
    await begin(centre, 'hash', picture, { hash: sha256(Buffer.from('x')) });
    expectProblem(await piece(centre, 'hash', 0, picture), 422, 'hash');
    expect(existsSync(fileOf(sha256(page)))).toBe(false);
  });

  test('is bounded, and each fault names its field', async () => {
    expectProblem(await begin(centre, 'big', picture, { size: 21 << 20 }), 413, 'size');
    expectProblem(await begin(centre, 'exe', picture, { type: 'application/x-msdownload' }), 400, 'type');
    expectProblem(await begin(centre, 'up', picture, { name: '../../etc/passwd' }), 400, 'name');
    expectProblem(await begin(centre, '../x', picture), 400, 'id');
    expectProblem(await begin(centre, 'nohash', picture, { hash: 'abc' }), 400, 'hash');
    expectProblem(await begin(centre, 'nothing', picture, { size: 0 }), 400, 'size');
    await begin(centre, 'over', picture);
    expectProblem(await piece(centre, 'over', 0, Buffer.concat([picture, picture])), 400, 'offset');
    expect((await piece(centre, 'over', 0, Buffer.alloc((1 << 20) + 1))).status).toBe(413);
  });

  test('many unfinished ones are too many', async () => {
    const client = await server.as('leader');
    const answers = [];
    for (let i = 0; i < 21; i++) answers.push((await begin(client, `open-${i}`, picture)).status);
    expect(answers.slice(0, 20).every((s) => s === 201)).toBe(true);
    expect(answers[20]).toBe(429);
  });
});

describe('a file on an incident', () => {
  test('is an event, told to all who watch, and says how far from the spot it was taken', async () => {
    const i = await report();
    const near = { lon: point.lon, lat: point.lat + 0.0003, time: '2026:11:24 10:00:00', zone: '+08:00' };
    const bytes = photo(near, 'event');
    const feed = await centre.feed();
    await feed.next('hello');
    const made = await attach(centre, i.id, bytes, { kind: 'after', note: '已修好' });
    expect(made.status, made.text).toBe(201);
    const told = await feed.next('incident');
    feed.close();
    expect([told.data.kind, told.data.incident.version]).toEqual(['incident.attached', i.version + 1]);
    expect(made.json).toMatchObject({ kind: 'after', type: 'image/jpeg', size: bytes.length, width: 96, height: 64, hash: `sha256:${sha256(bytes)}`, name: '现场.jpg', note: '已修好', erased: false, by: { name: 'dispatcher' } });
    expect(made.json.camera.at).toBe('2026-11-24T02:00:00Z');
    expect(made.json.camera.distance_m).toBe(33);
    expect(made.json.camera.before_report_s).toBe(Math.trunc((Date.parse(i.received_at) - Date.parse('2026-11-24T02:00:00Z')) / 1000));
    expect((await centre.read(`/api/v1/incidents/${i.id}/attachments`)).items).toEqual([made.json]);
    const event = (await centre.read(`/api/v1/incidents/${i.id}/events`)).items.at(-1);
    expect(event.body.file).toBe(`sha256:${sha256(bytes)}`);
    expect(JSON.stringify(event.body)).not.toContain('现场'); // names and places stand beside the chain
    expect(event.private.note).toBe('已修好');
    expect(existsSync(fileOf(sha256(bytes)))).toBe(true);
    expect((await check()).code).toBe(0);
  });

  test('comes back as it was sent; copies that go out hold no EXIF', async () => {
    const i = await report();
    const bytes = photo({ lon: 120, lat: 30, time: '2026:11:24 10:00:00' }, 'copies');
    const { id } = (await attach(centre, i.id, bytes)).json;
    const whole = await centre.get(`/api/v1/attachments/${id}`);
    expect(Buffer.compare(Buffer.from(whole.bytes), bytes)).toBe(0);
    expect(whole.headers.get('content-type')).toBe('image/jpeg');
    expect(whole.headers.get('content-security-policy')).toContain('sandbox');
    for (const size of ['thumb', 'public']) {
      const small = await centre.get(`/api/v1/attachments/${id}?size=${size}`);
      expect(small.status, small.text).toBe(200);
      expect(Buffer.from(small.bytes).subarray(0, 2).toString('hex')).toBe('ffd8');
      expect(Buffer.from(small.bytes).includes('Exif')).toBe(false);
      expect((await centre.get(`/api/v1/attachments/${id}?size=${size}`, { 'If-None-Match': small.headers.get('etag')! })).status).toBe(304);
    }
    const log = (await admin.read('/api/v1/access-log?what=read-file')).items;
    expect(log.some((l: Json) => l.detail === `/api/v1/attachments/${id}`)).toBe(true);
  });

  test('the same client_id again is the same file; with another body it is refused', async () => {
    const i = await report();
    const first = await attach(centre, i.id, photo({ lon: 1, lat: 1, time: '' }, 'again'), { client_id: 'once', upload: undefined });
    expect(first.status).toBe(400);
    await begin(centre, 'once-up', picture);
    await piece(centre, 'once-up', 0, picture);
    const body = { upload: 'once-up', kind: 'scene', client_id: 'once-2' };
    const one = await centre.post(`/api/v1/incidents/${i.id}/attachments`, body);
    const two = await centre.post(`/api/v1/incidents/${i.id}/attachments`, body);
    expect([one.status, two.status, two.json.id]).toEqual([201, 200, one.json.id]);
    expectProblem(await centre.post(`/api/v1/incidents/${i.id}/attachments`, { ...body, kind: 'after' }), 422, 'client_id');
    expectProblem(await centre.post(`/api/v1/incidents/${i.id}/attachments`, { ...body, kind: 'audio', client_id: 'o3' }), 422, 'kind');
    expectProblem(await centre.post(`/api/v1/incidents/${i.id}/attachments`, { ...body, upload: 'none', client_id: 'o4' }), 404, 'upload');
    await begin(centre, 'half', picture);
    expectProblem(await centre.post(`/api/v1/incidents/${i.id}/attachments`, { ...body, upload: 'half', client_id: 'o5' }), 422, 'upload');
    expect((await centre.read(`/api/v1/incidents/${i.id}/attachments`)).items).toHaveLength(1);
  });

  test('is put on by its reporter, the centre and the hands, read by who may see, and by no wall', async () => {
    const i = await report();
    const { id } = (await attach(centre, i.id, picture)).json;
    expectProblem(await attach(department, i.id, picture), 404);
    expectProblem(await department.get(`/api/v1/attachments/${id}`), 404);
    expectProblem(await department.get(`/api/v1/incidents/${i.id}/attachments`), 404);
    const own = await report(department);
    expect((await attach(department, own.id, picture, { kind: 'before' })).status).toBe(201);
    const planner = await server.as('planner'); // sees, and is no hand in it
    expectProblem(await attach(planner, i.id, picture), 403);
    expect((await planner.get(`/api/v1/attachments/${id}?size=thumb`)).status).toBe(200);
    const wall = await server.as('wall');
    expectProblem(await begin(wall, 'w', picture), 403);
    expectProblem(await wall.get(`/api/v1/incidents/${i.id}/attachments`), 403);
    expectProblem(await wall.get(`/api/v1/attachments/${id}?size=thumb`), 403);
  });
});

describe('the file store', () => {
  test('check names what is missing, changed or needed by nobody; backup and restore carry it', async () => {
    const own = await Server.start();
    const client = await own.as('dispatcher');
    const i = (await client.post('/api/v1/incidents', { ...point, category, client_id: 'x' })).json;
    const kept = photo({ lon: 120, lat: 30, time: '' }, 'kept'), hash = sha256(kept);
    expect((await attach(client, i.id, kept)).status).toBe(201);
    const out = join(scratch(), 'backup.db');
    expect((await wangge(['backup', '--db', own.db, out])).code).toBe(0);
    await own.stop();
    const file = fileOf(hash, own.db);
    renameSync(file, `${file}.away`);
    const missing = await check(own.db);
    expect(missing.code).toBe(1);
    expect(missing.out).toMatch(/is missing/);
    writeFileSync(file, 'x');
    const changed = await check(own.db);
    expect(changed.code).toBe(1);
    expect(changed.out).toMatch(/was changed/);
    rmSync(file);
    renameSync(`${file}.away`, file);
    const stray = fileOf('ab'.repeat(32), own.db);
    mkdirSync(join(`${own.db}.files`, 'ab'), { recursive: true });
    writeFileSync(stray, 'y');
    utimesSync(stray, 1e9, 1e9);
    const orphan = await check(own.db);
    expect(orphan.code).toBe(1);
    expect(orphan.out).toMatch(/no event names the file/);
    rmSync(stray);
    expect((await check(own.db)).code).toBe(0);

    expect((await check(out)).code).toBe(0);
    appendFileSync(fileOf(hash, out), 'z'); // a backup that is not whole is not restored
    expect((await wangge(['restore', out, '--db', own.db])).code).toBe(1);
    writeFileSync(fileOf(hash, out), kept);
    rmSync(file);
    const done = await wangge(['restore', out, '--db', own.db]);
    expect(done.code, done.err).toBe(0);
    expect(statSync(file).size).toBe(kept.length);
    expect((await check(own.db)).code).toBe(0);
    expect((await wangge(['backup', '--db', own.db, '-'])).code).toBe(1); // a stream has no room for files
  });
});

describe('erasure', () => {
  test('takes words and files away everywhere, names its basis, and the chain still holds', async () => {
    const i = await report();
    const bytes = photo({ lon: 120, lat: 30, time: '2026:11:24 10:00:00' }, 'erased');
    const { id } = (await attach(centre, i.id, bytes, { note: '王先生家门口' })).json;
    await centre.get(`/api/v1/attachments/${id}?size=thumb`);
    expectProblem(await centre.post(`/api/v1/incidents/${i.id}/erase`, { fields: ['description'], basis: 'x y' }), 403);
    expectProblem(await admin.post(`/api/v1/incidents/${i.id}/erase`, { fields: ['description'] }), 400, 'basis');
    expectProblem(await admin.post(`/api/v1/incidents/${i.id}/erase`, { basis: '个人信息保护法第四十七条' }), 400, 'fields');
    expectProblem(await admin.post(`/api/v1/incidents/${i.id}/erase`, { fields: ['nope'], basis: '个人信息保护法第四十七条' }), 404, 'fields');
    const feed = await centre.feed();
    await feed.next('hello');
    const done = await admin.post(`/api/v1/incidents/${i.id}/erase`, { fields: ['description'], attachments: [id], basis: '个人信息保护法第四十七条' });
    expect(done.status, done.text).toBe(200);
    expect(done.json).toEqual({ texts: 4, files: 1 });
    await feed.next('reset'); // what is kept of earlier messages may hold the words
    feed.close();
    expect((await centre.read(`/api/v1/incidents/${i.id}`)).description).toBe(null);
    expect((await centre.read('/api/v1/incidents?limit=1000')).items.find((x: Json) => x.id === i.id).description).toBe(null);
    expect((await centre.read(`/api/v1/incidents/${i.id}/attachments`)).items[0]).toMatchObject({ erased: true, name: null, note: null, camera: null });
    for (const size of ['', '?size=thumb', '?size=public']) expectProblem(await centre.get(`/api/v1/attachments/${id}${size}`), 404);
    expect(existsSync(fileOf(sha256(bytes)))).toBe(false);
    expect(readdirSync(join(`${server.db}.files`, 'small')).some((f) => f.startsWith(sha256(bytes)))).toBe(false);
    const checked = await check();
    expect(checked.code, checked.out).toBe(0);
    expect(checked.out).toMatch(/personal texts were erased/);
    expectProblem(await admin.post(`/api/v1/incidents/${i.id}/erase`, { fields: ['description'], basis: '再次' }), 404);
  });

  test('leaves a file that another incident needs, and works from the command', async () => {
    const [one, two] = [await report(), await report()];
    const bytes = photo({ lon: 120, lat: 30, time: '' }, 'shared');
    const a = (await attach(centre, one.id, bytes)).json, b = (await attach(centre, two.id, bytes)).json;
    expect((await admin.post(`/api/v1/incidents/${one.id}/erase`, { attachments: [a.id], basis: '本人申请' })).json.files).toBe(1);
    expect((await centre.get(`/api/v1/attachments/${b.id}`)).status).toBe(200);
    const run = await wangge(['erase', '--db', server.db, '--incident', two.number, '--fields', 'description', '--files', '--basis', '本人申请']);
    expect(run.code, run.err).toBe(0);
    expect(run.out).toContain('1 file');
    await expect.poll(async () => (await centre.read(`/api/v1/incidents/${two.id}`)).description).toBe(null);
    expect(existsSync(fileOf(sha256(bytes)))).toBe(false);
    expect((await wangge(['erase', '--db', server.db, '--incident', two.number, '--fields', 'description', '--basis', '本人申请'])).code).toBe(1);
    expect((await check()).code).toBe(0);
  });
});
