// The command as a person meets it: exit codes, pipes, and what an account's commands change beside a server.
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../support/client.ts';
import { demoDatabase, scratch, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

async function fresh(): Promise<string> {
  const db = join(scratch(), 'new.db');
  expect((await wangge(['init', '--db', db])).code).toBe(0);
  return db;
}

describe('exit code 2: a value of the command line is wrong', () => {
  it.each([
    [['serve', '--listen', 'garbage'], 'ADDRESS:PORT'],
    [['serve', '--listen', '127.0.0.1:99999'], 'ADDRESS:PORT'],
    [['user', 'add', 'li', '--role', 'boss', '--area', '1'], 'no role "boss"'],
    [['user', 'add', 'li', '--role', 'leader', '--area', 'no,code'], '--area'],
    [['user', 'add', 'li', '--role', 'leader', '--area', '1', '--from', 'soon'], '--from'],
    [['import', 'grids', 'x', '--crs', 'mars'], '--crs'],
    [['import', 'grids', 'x', '--encoding', 'klingon'], 'klingon'],
    [['import', 'incidents', 'x', '--timezone', 'Mars/Base'], 'Mars/Base'],
    [['resolve', '--encoding', 'klingon'], 'klingon'],
    [['export', 'grids', 'x.geojson', '--network', 'no,code'], '--network'],
  ])('%j', async (args, word) => {
    const said = await wangge([...args, '--db', join(scratch(), 'none.db')], 'a-password');
    expect(said.err).toContain(word);
    expect(said.code).toBe(2);
  });

  it('a busy port is no fault of the command line', async () => {
    const db = await fresh();
    const busy = createServer();
    await new Promise<void>((done) => busy.listen(0, '127.0.0.1', done));
    const { port } = busy.address() as { port: number };
    const said = await wangge(['serve', '--db', db, '--listen', `127.0.0.1:${port}`]);
    busy.close();
    expect(said.err).toContain('in use');
    expect(said.code).toBe(1);
  });
});

describe('sentences', () => {
  it.each([
    [['import'], 2, 'grids, areas, staff, places, incidents, calendar, basemap'],
    [['import', 'foo', 'x'], 2, 'no "import foo"; there are: grids,'],
    [['user', 'foo'], 2, 'there are: add, password, list'],
    [['fly'], 2, 'no command "fly"'],
  ])('%j', async (args, code, words) => {
    const said = await wangge(args);
    expect(said.err).toContain(words);
    expect(said.code).toBe(code);
  });

  it('a network, a folder or a file that is not there is named', async () => {
    const db = demoDatabase();
    const resolve = await wangge(['resolve', '--network', 'nope', '--db', db], 'lon,lat\n1,1\n');
    expect(resolve).toMatchObject({ code: 1, err: expect.stringMatching(/nope is unknown; there are: .*base/) });
    const serve = await wangge(['serve', '--web', '/nonexistent', '--listen', '127.0.0.1:0', '--db', db]);
    expect(serve).toMatchObject({ code: 1, err: expect.stringContaining('/nonexistent is no folder') });
    for (const broken of ['{"type":"FeatureCollection","features":[', '{"type":"Feature', '{"a":1}']) {
      const read = await wangge(['import', 'grids', '-', '--db', db], broken);
      expect(read).toMatchObject({ code: 1, err: expect.stringMatching(/stdin\.geojson is no valid (GeoJ|J)SON/) });
    }
  });

  it('standard input bears no temporary name', async () => {
    const db = demoDatabase();
    const { out } = await wangge(['export', 'grids', '-', '--format', 'csv', '--db', db]);
    const said = await wangge(['import', 'grids', '-', '--dry-run', '--db', db], out);
    expect(said.out).not.toContain('wangge-');
    expect(said.out).toContain('stdin');
  });

  it('an incident whose state nobody knows is refused, not closed', async () => {
    const db = demoDatabase();
    const file = 'time,lon,lat,category,state\n2024-03-01 08:30,0,0,x,Closed\n2024-03-01 08:30,0,0,x,frozen\n2024-03-01 08:30,0,0,x,已结案\n';
    const said = await wangge(['import', 'incidents', '-', '--make-categories', '--dry-run', '--db', db], file);
    expect(said.code).toBe(1);
    expect(said.out).toContain('2 taken, 1 refused');
    expect(said.out).toContain('unknown state "frozen"');
  });
});

describe('user add', () => {
  const add = (db: string, area: string) =>
    wangge(['user', 'add', 'li', '--role', 'leader', '--area', area, '--db', db], 'a-password');

  it('takes no area that nobody imported, and says what is near', async () => {
    const db = demoDatabase();
    const said = await add(db, '990111');
    expect(said.code).toBe(1);
    expect(said.err).toContain('wangge import areas');
    expect(said.err).toMatch(/near it are .*9901/);
    expect((await add(db, '990101')).code).toBe(0); // nothing of the refused one stayed
  });

  it('makes the first area of an empty database, and no second', async () => {
    const db = await fresh();
    expect((await add(db, '330702')).out).toContain('made, without a name');
    expect((await add(db, '330703')).err).toContain('near it are 330702');
  });
});

describe('standard output and input', () => {
  it('what was exported comes back as it was', async () => {
    const db = demoDatabase();
    for (const format of ['geojson', 'gpkg']) {
      const file = join(scratch(), `grids.${format}`);
      expect((await wangge(['export', 'grids', file, '--db', db])).code).toBe(0);
      const { out } = await wangge(['import', 'grids', file, '--db', db, '--dry-run']);
      expect(out).toMatch(/0 grids added, 0 removed, 0 changed in shape/);
    }
  });

  it('export KIND - is GeoJSON, and nothing but the data', async () => {
    const db = demoDatabase();
    for (const kind of ['grids', 'areas', 'incidents', 'staff']) {
      const said = await wangge(['export', kind, '-', '--db', db]);
      expect(said.code).toBe(0);
      const data = JSON.parse(said.out);
      expect(said.err).toBe(`${data.features.length} rows\n`);
      expect(data.features.length).toBeGreaterThan(0);
    }
  });

  it('--format chooses another, and one that is no single file is refused', async () => {
    const db = demoDatabase();
    const as = (format: string, file = '-') => wangge(['export', 'grids', file, '--format', format, '--db', db]);
    expect((await as('gpkg')).bytes.subarray(0, 15).toString()).toBe('SQLite format 3');
    expect((await as('csv')).out).toMatch(/^\uFEFF?[^\n]*code,name/);
    for (const bad of ['shp', 'dwg']) expect(await as(bad)).toMatchObject({ code: 2, out: '' });
    expect((await as('csv', 'x.csv')).err).toContain('ending');
  });

  it('backup - | restore - gives the same district, and a broken backup changes nothing', async () => {
    const db = demoDatabase();
    const other = join(scratch(), 'other.db');
    const incidents = async (from: string) => (await wangge(['export', 'incidents', '-', '--format', 'csv', '--db', from])).out;
    const saved = await wangge(['backup', '-', '--db', db]);
    expect(saved, saved.err).toMatchObject({ code: 0 });
    const restored = await wangge(['restore', '-', '--db', other], saved.bytes);
    expect(restored, restored.err).toMatchObject({ code: 0 });
    expect((await wangge(['check', '--db', other])).out).toContain('whole');
    const before = await incidents(other);
    expect(before).toBe(await incidents(db));
    for (const broken of [saved.bytes.subarray(0, saved.bytes.length / 2), ''])
      expect(await wangge(['restore', '-', '--db', other], broken)).toMatchObject({ code: 1 });
    expect(await incidents(other)).toBe(before);
    expect(readdirSync(dirname(other)).filter((name) => name.startsWith('wangge-'))).toEqual([]);
  });
});

describe('accounts beside a running server', () => {
  let server: Server;
  const name = 'li.commands';
  const command = (args: string[], input?: string) => wangge([...args, '--db', server.db], input);
  const alive = async (token: string) =>
    (await fetch(`${server.base}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } })).status === 200;
  const tokens = async () =>
    (await command(['token', 'list', name])).out.trim().split('\n').slice(1).map((line) => line.split('\t'));

  beforeAll(async () => {
    server = await Server.start();
    const added = await command(['user', 'add', name, '--role', 'leader', '--area', '990101'], 'the first one');
    expect(added.code, added.err).toBe(0);
  });
  afterAll(() => server.stop());

  it('user list has a line for each grant', async () => {
    const lines = (await command(['user', 'list'])).out.split('\n').map((line) => line.split('\t'));
    expect(lines[0]).toEqual(['name', 'role', 'area', 'org', 'from', 'until', 'state']);
    expect(lines).toContainEqual([name, 'leader', '990101', '', '', '', '']);
    expect(lines.some((line) => line[6] === 'demo')).toBe(true);
  });

  it('user password ends the log-ins and no token', async () => {
    const there = await Client.signIn(server.base, name, 'the first one');
    const token = (await command(['token', name])).out.trim();
    expect(await command(['user', 'password', name], 'short')).toMatchObject({ code: 1 });
    expect(await command(['user', 'password', name], 'x'.repeat(257))).toMatchObject({ code: 1 });
    expect((await there.get('/api/v1/me')).status).toBe(200);
    const said = await command(['user', 'password', name], 'the second one\n');
    expect(said.code, said.err).toBe(0);
    expect(said.out).toContain('log-ins ended: 1');
    expect((await there.get('/api/v1/me')).status).toBe(401);
    expect(await alive(token)).toBe(true);
    expect((await server.nobody().post('/api/v1/login', { name, password: 'the first one' })).status).toBe(401);
    await Client.signIn(server.base, name, 'the second one');
    expect((await command(['check'])).code).toBe(0);
  });

  it('user password refuses nobody and a demo account', async () => {
    expect((await command(['user', 'password', 'nobody'], 'a long one')).err).toContain('no account "nobody"');
    expect((await command(['user', 'password', 'leader'], 'a long one')).err).toContain('demo account');
  });

  it('tokens are listed, expire and are revoked', async () => {
    expect((await command(['token', 'revoke', name, 'all'])).code).toBe(0);
    expect(await tokens()).toEqual([]);
    const [first, second] = [await command(['token', name, '--days', '2']), await command(['token', name])];
    expect(first.err).toContain('valid until');
    const listed = await tokens();
    const days = listed.map(([, created, expires]) => Math.round((Date.parse(expires) - Date.parse(created)) / 86_400_000));
    expect(days.sort((a, b) => a - b)).toEqual([2, 365]);
    const short = listed.find(([, created, expires]) => Date.parse(expires) - Date.parse(created) < 3 * 86_400_000)!;
    expect((await command(['token', 'revoke', name, short[0]])).code).toBe(0);
    expect([await alive(first.out.trim()), await alive(second.out.trim())]).toEqual([false, true]);
    expect(await command(['token', 'revoke', name, short[0]])).toMatchObject({ code: 1, err: expect.stringContaining('token list') });
    expect((await command(['token', 'revoke', name, 'all'])).out).toContain('1');
    expect(await alive(second.out.trim())).toBe(false);
    for (const days of ['0', 'x', '99999']) expect(await command(['token', name, '--days', days])).toMatchObject({ code: 2 });
  });
});
