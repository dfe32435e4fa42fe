// The live feed: what everyone sees within a second, and that nothing is lost over cuts, restarts and kill -9.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Client, type Json } from '../support/client.ts';
import { demoDatabase, demoPassword, scratch, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

async function aSpot(client: Client): Promise<Json> {
  const category = (await client.read('/api/v1/categories')).items.find((c: Json) => c.class === 'ordinary').code;
  const [x0, y0, x1, y1] = (await client.read('/api/v1/grids?limit=1')).items[0].bbox;
  return { lon: (x0 + x1) / 2, lat: (y0 + y1) / 2, category };
}

describe('a running feed', () => {
  let server: Server;
  let desk: Client;
  let body: Json;
  beforeAll(async () => {
    server = await Server.start();
    desk = await server.as('dispatcher');
    body = await aSpot(desk);
  });
  afterAll(() => server.stop());

  test('tells of a report within a second, its tiles before it, the id on the last', async () => {
    const feed = await desk.feed();
    await feed.next('hello');
    const made = (await desk.post('/api/v1/incidents', body)).json;
    const answered = performance.now();
    const message = await feed.next('incident', (d) => d.incident.id === made.id);
    expect(message.at - answered).toBeLessThan(1000);
    expect(message.id).toBe(String(made.seq));
    expect(message.data.incident.grid).toEqual(made.grid);
    const before = feed.messages.slice(0, feed.messages.indexOf(message));
    const tiles = before.filter((m) => m.event === 'tiles');
    expect(tiles.length).toBeGreaterThan(0);
    expect(tiles.every((m) => m.id === null && m.data.layer === 'incidents')).toBe(true);
    const n = 2 ** tiles[0].data.z;
    const x = Math.floor(((made.lon + 180) / 360) * n);
    const rad = (made.lat * Math.PI) / 180;
    const y = Math.floor(((1 - Math.asinh(Math.tan(rad)) / Math.PI) / 2) * n);
    expect(tiles[0].data.tiles).toContainEqual([x, y]);
    feed.close();
  });

  test('ticks with the time of the server', async () => {
    const feed = await desk.feed();
    const tick = await feed.next('tick');
    expect(Math.abs(Date.parse(tick.data.time) - Date.now())).toBeLessThan(5000);
    expect(tick.data.head).toBe(await desk.head());
    feed.close();
  });

  test('cuts off with a notice a viewer that does not read, which can then resume', async () => {
    const socket = connect(server.port, '127.0.0.1');
    let text = '';
    const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    const hello = new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        if (/event: hello\ndata: .*\n\n/.test(text)) resolve();
      });
    });
    socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${desk.token}\r\nConnection: close\r\n\r\n`);
    await hello;
    const first = await desk.post('/api/v1/incidents', body);
    await expect.poll(() => text).toContain(`id: ${first.json.seq}\n`); // it reads, and then it does not
    socket.pause();
    const rows = ['lon,lat,occurred_at,category,description'];
    for (let k = 0; k < 18_000; k++) rows.push(`${body.lon},${body.lat},2026-01-01T08:00:00+08:00,${body.category},${k}`);
    const file = join(scratch(), 'many.csv');
    writeFileSync(file, rows.join('\n'));
    const run = await wangge(['import', 'incidents', file, '--db', server.db]);
    expect(run.code, run.err).toBe(0); // and the server has seen them all
    socket.resume();
    await ended;
    expect(text).toMatch(/event: bye\ndata: \{"why":"slow"\}\n\n/);
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map((m) => Number(m[1]));
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.every((id, k) => k === 0 || id === ids[k - 1]! + 1)).toBe(true); // up to the cut nothing is missing
    const again = await desk.feed(ids.at(-1));
    const reset = await again.next('reset');
    expect(reset.data.head).toBe(await desk.head());
    again.close();
  });

  test('resumes after the id it was left at, without a gap or a repeat', async () => {
    const from = await desk.head();
    const made: string[] = [];
    for (let k = 0; k < 12; k++) made.push((await desk.post('/api/v1/incidents', body)).json.id);
    const feed = await desk.feed(from);
    const seen: string[] = [];
    while (seen.length < made.length) seen.push((await feed.next('incident')).data.incident.id);
    expect(seen).toEqual(made);
    feed.close();
  });

  test('says reset for a place that it cannot resume from', async () => {
    const feed = await desk.feed(9_000_000_000);
    const reset = await feed.next('reset');
    expect(reset.data.head).toBe(await desk.head());
    feed.close();
  });

  test('shows what another process writes', async () => {
    const feed = await desk.feed();
    await feed.next('hello');
    expect((await wangge(['user', 'add', 'newcomer', '--db', server.db, '--role', 'leader', '--area', desk.account.grants[0].area.code], 'a-password')).code).toBe(0);
    const newcomer = await Client.signIn(server.base, 'newcomer', 'a-password');
    expect(newcomer.account.grants[0].role).toBe('leader');
    feed.close();
  });

  test('ends for one who signed out', async () => {
    const leader = await Client.signIn(server.base, 'leader', demoPassword);
    const feed = await leader.feed();
    await feed.next('hello');
    await leader.post('/api/v1/logout', '');
    expect((await feed.next('bye')).data.why).toBe('signed-out');
  });
});

test('after a restart the feed goes on where it was', async () => {
  const db = demoDatabase();
  let server = await Server.start(db);
  let desk = await server.as('dispatcher');
  const body = await aSpot(desk);
  const from = await desk.head();
  const made = [(await desk.post('/api/v1/incidents', body)).json.id];
  const token = desk.token!;
  await server.stop();
  server = await Server.start(db);
  desk = new Client(server.base, token); // the session outlives the server
  made.push((await desk.post('/api/v1/incidents', body)).json.id);
  const feed = await desk.feed(from);
  for (const id of made) expect((await feed.next('incident')).data.incident.id).toBe(id);
  feed.close();
  await server.stop();
});

test('killed under load nothing acknowledged is lost, and the chain is whole', async () => {
  const db = demoDatabase();
  let server = await Server.start(db);
  const desk = await server.as('dispatcher');
  const body = await aSpot(desk);
  const acknowledged = new Map<string, Json>();
  let sent = 0;
  let killed: Promise<void> | null = null;
  const sender = async (): Promise<void> => {
    while (!killed) {
      const client_id = `load-${sent++}`;
      try {
        const answer = await desk.post('/api/v1/incidents', { ...body, client_id, description: client_id });
        if (answer.status === 201) acknowledged.set(client_id, answer.json);
      } catch {
        return; // the server is gone
      }
      if (acknowledged.size >= 300 && !killed) killed = server.kill();
    }
  };
  await Promise.all(Array.from({ length: 16 }, sender));
  await killed;
  expect((await wangge(['check', '--db', db])).code).toBe(0);
  server = await Server.start(db);
  const again = new Client(server.base, desk.token);
  for (const [client_id, was] of acknowledged) {
    const now = await again.read(`/api/v1/incidents/${was.id}`);
    expect(now.client_id).toBe(client_id);
    expect(now.seq).toBe(was.seq);
    expect(now.description).toBe(client_id);
  }
  await server.stop();
  expect((await wangge(['check', '--db', db])).code).toBe(0);
});
