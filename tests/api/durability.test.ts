// kill -9 under load: what was answered with 201 is there after the restart, once, and the chain is whole.
import { afterEach, expect, test } from 'vitest';
import type { Client, Json } from '../support/client.ts';
import { demoDatabase, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

const running: Server[] = [];
async function start(db: string): Promise<Server> {
  const server = await Server.start(db);
  running.push(server);
  return server;
}
afterEach(async () => {
  for (const server of running.splice(0)) await server.kill();
});

async function aReport(client: Client): Promise<Json> {
  const grid = (await client.read('/api/v1/grids?limit=1')).items[0];
  const category = (await client.read('/api/v1/categories')).items.find((c: Json) => !c.retired && c.class === 'ordinary');
  return { lon: (grid.bbox[0] + grid.bbox[2]) / 2, lat: (grid.bbox[1] + grid.bbox[3]) / 2, category: category.code };
}

test('kill -9 under load loses nothing that was acknowledged', async () => {
  const db = demoDatabase();
  for (let round = 0; round < 3; round++) {
    const server = await start(db);
    const client = await server.as('dispatcher');
    const report = await aReport(client);
    const taken: { id: string; client_id: string }[] = [];
    const sent: string[] = [];
    let dead = false;
    const sender = async (n: number) => {
      for (let i = 0; !dead; i++) {
        const client_id = `r${round}-${n}-${i}`;
        sent.push(client_id);
        try {
          const answer = await client.post('/api/v1/incidents', { ...report, client_id });
          if (answer.status === 201) taken.push({ id: answer.json.id, client_id });
          else expect(answer.status, answer.text).toBe(503); // told to come again: not taken
        } catch {
          return; // the connection died: the sender knows nothing
        }
        if (taken.length >= 200 + 100 * round && !dead) {
          dead = true;
          await server.kill();
        }
      }
    };
    await Promise.all(Array.from({ length: 16 }, (_, n) => sender(n)));
    expect(taken.length).toBeGreaterThanOrEqual(200);

    const check = await wangge(['check', '--db', db]);
    expect(check.code, check.out + check.err).toBe(0);
    const again = await start(db);
    const after = await again.as('dispatcher');
    const there = new Map((await after.all('/api/v1/incidents?limit=1000')).map((i) => [i.client_id, i.id]));
    for (const { id, client_id } of taken) expect(there.get(client_id), client_id).toBe(id);
    // a sender that got no answer sends again: the same incident, never a second one
    const unsure = sent.filter((id) => !taken.some((t) => t.client_id === id));
    for (const client_id of unsure.slice(0, 20)) {
      const answer = await after.post('/api/v1/incidents', { ...report, client_id });
      expect(answer.status, answer.text).toBe(there.has(client_id) ? 200 : 201);
      if (there.has(client_id)) expect(answer.json.id).toBe(there.get(client_id));
    }
    await again.stop();
  }
});

test('a reader of the feed misses nothing across a kill -9', async () => {
  const db = demoDatabase();
  const server = await start(db);
  const client = await server.as('dispatcher');
  const report = await aReport(client);
  const feed = await client.feed();
  await feed.next('hello');
  const ids: string[] = [];
  const post = async (who: Client) => {
    const answer = await who.post('/api/v1/incidents', report);
    expect(answer.status, answer.text).toBe(201);
    ids.push(answer.json.id);
  };
  for (let i = 0; i < 5; i++) await post(client);
  const seen: string[] = [];
  let last: string | null = null;
  while (seen.length < 3) {
    const message = await feed.next('incident');
    seen.push(message.data.incident.id);
    last = message.id ?? last;
  }
  await server.kill();
  await feed.end();

  const again = await start(db);
  const after = await again.as('dispatcher');
  for (let i = 0; i < 3; i++) await post(after);
  const resumed = await after.feed(last!);
  while (new Set(seen).size < ids.length) seen.push((await resumed.next('incident', (d) => d.kind === 'incident.reported')).data.incident.id);
  expect([...new Set(seen)]).toEqual(ids); // all, in their order
  resumed.close();
  await again.stop();
});

test('a stopped server answers what it had taken, and says goodbye on its streams', async () => {
  const server = await start(demoDatabase());
  const client = await server.as('dispatcher');
  const report = await aReport(client);
  const feed = await client.feed();
  await feed.next('hello');
  const answers = Array.from({ length: 32 }, () => client.post('/api/v1/incidents', report).then((a) => a.status, () => 0));
  await Promise.race(answers);
  await server.stop('SIGINT');
  running.splice(0);
  for (const status of await Promise.all(answers)) expect([0, 201, 503]).toContain(status);
  expect((await feed.next('bye')).data.why).toBe('stopping');
  await feed.end();
});
