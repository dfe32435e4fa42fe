// What leaves the house and proves itself there: daily heads, receipts, case files.
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createPublicKey, verify } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, expectProblem, type Json } from '../support/client.ts';
import { attach, photo } from '../support/photo.ts';
import { demoDatabase, scratch, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

const day = 86400_000;
const clock = (ms: number): string => {
  const file = join(scratch(), 'clock');
  const b = Buffer.alloc(8);
  b.writeBigInt64LE(BigInt(ms));
  writeFileSync(file, b);
  return file;
};
const move = (file: string, ms: number) => {
  const b = Buffer.alloc(8);
  b.writeBigInt64LE(BigInt(ms));
  writeFileSync(file, b);
};

let server: Server, centre: Client, department: Client, file: string, point: Json, category: string, n = 0;
const report = async (client: Client = centre, more: Json = {}): Promise<Json> => {
  const answer = await client.post('/api/v1/incidents', { ...point, category, description: '路面<b>破损</b>', client_id: `p-${++n}`, ...more });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
};
const textOf = (html: string) => /WG1\.[\w.-]+/.exec(html)![0];
const heads = () => (existsSync(`${server.db}.heads`) ? readdirSync(`${server.db}.heads`).map((f) => join(`${server.db}.heads`, f)) : []);

beforeAll(async () => {
  file = clock(0);
  server = await Server.start(demoDatabase(), ['--test-clock', file]);
  [centre, department] = await Promise.all((['dispatcher', 'department'] as const).map((name) => server.as(name)));
  const grid = (await centre.read('/api/v1/grids?limit=1')).items[0];
  point = { lon: (grid.bbox[0] + grid.bbox[2]) / 2, lat: (grid.bbox[1] + grid.bbox[3]) / 2 };
  category = (await centre.read('/api/v1/categories')).items.find((c: Json) => c.class === 'ordinary' && !c.retired).code;
});
afterAll(() => server.stop());

describe('a head', () => {
  test('is a signed line that anyone can verify, and check holds the log against it', async () => {
    await report();
    const out = join(scratch(), 'head.json');
    const made = await wangge(['head', '--db', server.db, '--out', out]);
    expect(made.code, made.err).toBe(0);
    const line = readFileSync(out, 'utf8');
    const { signature, ...rest } = JSON.parse(line);
    const key = createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(rest.key, 'hex')]), format: 'der', type: 'spki' });
    const signed = JSON.stringify(Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))));
    expect(verify(null, Buffer.from(signed), key, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(statSync(`${server.db}.key`).mode & 0o777).toBe(0o600);
    await report();
    const held = await wangge(['check', '--db', server.db, '--head', out]);
    expect(held.code, held.err).toBe(0);
    expect(held.out).toContain(`head of event ${rest.seq} holds`);

    const forged = join(scratch(), 'forged.json');
    writeFileSync(forged, line.replace(/"seq":\d+/, `"seq":${rest.seq - 1}`));
    const refused = await wangge(['check', '--db', server.db, '--head', forged]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('signature does not hold');
  });

  test('finds a log that was written anew as a whole', async () => {
    // two databases of one beginning: the head of one does not hold in the other
    const db = join(scratch(), 'one.db'), other = join(scratch(), 'two.db');
    expect((await wangge(['init', '--db', db])).code).toBe(0);
    copyFileSync(db, other);
    for (const [file, days] of [[db, '1'], [other, '2']] as const) expect((await wangge(['token', 'admin', '--db', file, '--days', days])).code).toBe(0);
    const out = join(scratch(), 'head.json');
    expect((await wangge(['head', '--db', db, '--out', out])).code).toBe(0);
    expect((await wangge(['check', '--db', db, '--head', out])).code).toBe(0);
    const found = await wangge(['check', '--db', other, '--head', out]);
    expect(found.code).toBe(1);
    expect(found.out).toContain('whole:'); // in itself it is whole
    expect(found.err).toMatch(/event \d+ has another hash than the head/);
  });
});

describe('a receipt', () => {
  test('is for its reporter and the centre', async () => {
    const i = await report();
    expect((await centre.get(`/api/v1/incidents/${i.id}/receipt`)).status).toBe(200);
    expectProblem(await (await server.as('planner')).get(`/api/v1/incidents/${i.id}/receipt`), 403);
    expectProblem(await department.get(`/api/v1/incidents/${i.id}/receipt`), 404);
    expectProblem(await (await server.as('wall')).get(`/api/v1/incidents/${i.id}/receipt`), 403);
  });
});

describe('a case file', () => {
  test('holds all of it, fetches nothing, is noted, and shows any change', async () => {
    const i = await report();
    await centre.post(`/api/v1/incidents/${i.id}/actions`, { action: 'accept', client_id: 'c1', version: i.version });
    await attach(centre, i.id, photo({ ...point, time: '2026:11:24 10:00:00' }, 'case'), { kind: 'after' });
    const page = await centre.get(`/api/v1/incidents/${i.id}/case-file?lang=en`);
    expect(page.status, page.text).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.text).toContain(i.number);
    expect(page.text).toContain('&lt;b&gt;破损');
    expect(page.text).not.toContain('<b>破损');
    expect(page.text).toContain('data:image/jpeg;base64,');
    expect(page.text).toContain('<svg class="map"');
    expect(page.text).not.toMatch(/(src|href)="(?!data:)/);
    for (const e of (await centre.read(`/api/v1/incidents/${i.id}/events`)).items) expect(page.text).toContain(`#${e.seq} ${e.hash}`);
    const log = (await (await server.as('admin')).read('/api/v1/access-log?what=case-file')).items;
    expect(log[0].detail).toContain(`/incidents/${i.id}/case-file`);

    const saved = join(scratch(), 'case.html'), head = join(scratch(), 'head.json');
    writeFileSync(saved, page.bytes);
    await wangge(['head', '--db', server.db, '--out', head]);
    const proved = await wangge(['receipt', '--file', saved, head]);
    expect(proved.code, proved.out).toBe(0);
    writeFileSync(saved, page.text.replace('破损', '完好'));
    const bent = await wangge(['receipt', '--file', saved, head]);
    expect([bent.code, bent.out]).toEqual([1, expect.stringContaining('NOT PROVED')]);
    expectProblem(await department.get(`/api/v1/incidents/${i.id}/case-file`), 404);
    expectProblem(await (await server.as('wall')).get(`/api/v1/incidents/${i.id}/case-file`), 403);
  });
});

// The last one: it moves the clock.
describe('the turn of a day', () => {
  test('makes a head; a receipt, signed at once, then proves that the log holds it, without the database', async () => {
    const i = await report(department);
    const early = textOf((await department.get(`/api/v1/incidents/${i.id}/receipt`)).text);
    const now = join(scratch(), 'now.json');
    await wangge(['head', '--db', server.db, '--out', now]);
    const first = await wangge(['receipt', '--check', early, now]);
    expect(first.code, first.out).toBe(0);
    expect(first.out).toContain(i.number);
    expect(first.out).toContain('signed only');

    for (let k = 0; k < 5; k++) await report();
    const before = heads().length;
    move(file, day);
    await expect.poll(() => heads().length, { timeout: 30_000 }).toBe(before + 1);
    const again = await Client.signIn(server.base, 'department', 'wangge-demo'); // log-ins of yesterday have ended
    const page = await again.get(`/api/v1/incidents/${i.id}/receipt`);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const text = textOf(page.text);
    const proved = await wangge(['receipt', '--check', text, ...heads()]);
    expect(proved.code, proved.out).toBe(0);
    expect(proved.out).toContain('PROVED');

    const parts = text.split('.');
    for (const k of [1, 2, 3, 4, 5]) {
      const bad = [...parts];
      bad[k] = /^\d+$/.test(bad[k]!) ? String(Number(bad[k]) + 1) : (bad[k]![0] === 'A' ? 'B' : 'A') + bad[k]!.slice(1);
      expect((await wangge(['receipt', '--check', bad.join('.'), ...heads()])).code, `part ${k}`).toBe(1);
    }
    const astray = [...parts];
    astray[9] = (astray[9]![0] === 'A' ? 'B' : 'A') + astray[9]!.slice(1);
    const lost = await wangge(['receipt', '--check', astray.join('.'), ...heads()]);
    expect([lost.code, /does not hold it/.test(lost.out)]).toEqual([1, true]);
    expect((await wangge(['receipt', '--check', 'WG1.x', now])).code).toBe(1);
  }, 60_000);
});
