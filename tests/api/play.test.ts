// The player: a demo district comes alive through the public API alone, and nothing else is ever played.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, type Json } from '../support/client.ts';
import { scratch, Server } from '../support/server.ts';
import { binary, environment, sanitizerComplaint, wangge } from '../support/wangge.ts';

const play = (base: string, ...more: string[]) => wangge(['play', '--url', base, '--seed', '3', ...more]);

describe('a demo', () => {
  let server: Server;
  let desk: Client;
  let leader: Client;
  beforeAll(async () => {
    server = await Server.start();
    desk = await server.as('dispatcher');
    leader = await server.as('leader');
  });
  afterAll(() => server.stop());

  const newest = async (since: string): Promise<Json[]> =>
    leader.all(`/api/v1/incidents?since=${encodeURIComponent(since)}&limit=100`);
  const workers = async (): Promise<Map<string, Json>> =>
    new Map((await desk.all('/api/v1/workers?limit=1000')).map((w) => [w.id, w]));

  it('gets new incidents and workers that move', async () => {
    const since = new Date().toISOString();
    const before = await workers();
    const feed = await desk.feed();
    const said = await play(server.base, '--for', '8', '--pace', '20');
    expect(said, said.err).toMatchObject({ code: 0, err: '' });
    expect(said.out).toMatch(/playing the demo district .* 60 grids[^]*\d+ reports, \d+ positions, \d+ steps of work sent/);

    const incidents = (await newest(since)).filter((i) => i.client_id?.startsWith('play-'));
    expect(incidents.length).toBeGreaterThanOrEqual(3);
    for (const one of incidents) {
      expect(['hotline', 'field', 'api']).toContain(one.source);
      expect(one.reporter.name).toMatch(one.source === 'field' ? /^S\d{6}$/ : one.source === 'api' ? /^department$/ : /^dispatcher$/);
      expect(one.description).toMatch(/\p{Script=Han}{4}/u);
      expect(Date.parse(one.received_at)).toBeGreaterThanOrEqual(Date.parse(since));
    }
    expect(new Set(incidents.map((i) => i.client_id)).size).toBe(incidents.length);
    expect(incidents.filter((i) => i.grid).length).toBeGreaterThan(incidents.length / 2);

    // Work is done on them, by the desks that may.
    const worked = (await desk.all('/api/v1/incidents?limit=200')).filter((i) => i.version > 1);
    const steps = (await Promise.all(worked.slice(0, 40).map((i) => desk.all(`/api/v1/incidents/${i.id}/events`)))).flat().filter((e) => e.body.action);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.filter((e) => e.actor).every((e) => e.actor.name === (e.body.action === 'check' ? 'leader' : 'dispatcher'))).toBe(true);

    const moved = [...(await workers()).values()].filter((w) => Date.parse(w.at) >= Date.parse(since));
    expect(moved.length).toBeGreaterThan(0);
    for (const w of moved) {
      expect(w.online).toBe(true);
      expect(w.at).not.toBe(before.get(w.id)?.at);
    }
    expect((await feed.next('positions')).data.workers.length).toBeGreaterThan(0);
    feed.close();
    expect((await wangge(['check', '--db', server.db])).out).toContain('whole');
  });

  it('ends at once when told to, and leaves the server alone', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const child = spawn(binary, ['play', '--url', server.base, '--for', '60'], { env: environment });
      let out = '';
      let err = '';
      child.stderr.on('data', (chunk) => (err += chunk));
      await new Promise<void>((ready) => child.stdout.on('data', (chunk) => (out += chunk).includes('playing') && ready()));
      const ended = new Promise((done) => child.on('close', done));
      const at = performance.now();
      child.kill(signal);
      expect(await ended).toBe(0);
      expect(performance.now() - at).toBeLessThan(1000);
      expect(sanitizerComplaint(err)).toBeNull();
    }
    expect((await desk.get('/api/v1/me')).status).toBe(200);
  });

  it('comes back to a server that was away', async () => {
    const first = await Server.start();
    const child = spawn(binary, ['play', '--url', first.base, '--pace', '20', '--for', '120'], { env: environment });
    let out = '';
    let err = '';
    const told = (words: string) =>
      new Promise<void>((done) => {
        const look = () => (out + err).includes(words) && done();
        for (const stream of [child.stdout, child.stderr]) stream.on('data', look);
        look();
      });
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    await told('playing');
    await first.kill();
    await told('trying again');
    const second = await Server.start(first.db, [], first.port);
    await told('is back');
    const since = new Date().toISOString();
    const eyes = await second.as('leader');
    await expect.poll(async () => (await eyes.read(`/api/v1/incidents?since=${encodeURIComponent(since)}`)).items.length, { timeout: 20_000 }).toBeGreaterThan(1);
    const ended = new Promise((done) => child.on('close', done));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    await second.stop();
  });
});

describe('anything else', () => {
  it('is refused: no demo accounts, or accounts that only look like them', async () => {
    const db = join(scratch(), 'real.db');
    expect((await wangge(['init', '--db', db])).code).toBe(0);
    const server = await Server.start(db);
    expect(await play(server.base, '--for', '5')).toMatchObject({ code: 1, err: expect.stringContaining('no demo district') });
    const added = await wangge(['user', 'add', 'dispatcher', '--role', 'dispatcher', '--area', '330702', '--db', db], 'wangge-demo');
    expect(added.code, added.err).toBe(0);
    const eyes = await Client.signIn(server.base, 'dispatcher', 'wangge-demo');
    const head = await eyes.head();
    expect(await play(server.base, '--for', '5')).toMatchObject({ code: 1, err: expect.stringContaining('no demo district') });
    expect(await eyes.head()).toBe(head);
    await server.stop();
  });

  it('and a server that is not there ends with --for, as a failure', async () => {
    expect(await play('http://127.0.0.1:9', '--for', '1')).toMatchObject({ code: 1, err: expect.stringContaining('trying again') });
  });

  it.each([
    [['--pace', '0'], '--pace'],
    [['--for', 'soon'], '--for'],
    [['--seed', '-1'], '--seed'],
    [['--url', 'ftp://x'], '--url'],
  ])('%j is no command line', async (args, word) => {
    expect(await wangge(['play', ...args])).toMatchObject({ code: 2, err: expect.stringContaining(word) });
  });
});
