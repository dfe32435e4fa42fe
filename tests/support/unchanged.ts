// "Never a changed row": what a viewer who sees everything sees must be the same before and after.
import assert from 'node:assert/strict';
import type { Client, Json } from './client.ts';

// Events that the server writes of itself as time goes by.
const byTheClock = new Set(['incident.overdue', 'incident.supervised', 'incident.resumed']);

// Runs `work` and asserts that it left no event in the log and no worker's position elsewhere.
export async function unchanged(admin: Client, work: () => Promise<void>): Promise<void> {
  const head = await admin.head();
  const positions = await positionsOf(admin);
  await work();
  assert.deepEqual(await positionsOf(admin), positions, 'a worker has moved');
  const feed = await admin.feed(head);
  try {
    const hello = await feed.next('hello');
    if (Number(hello.data.head) > head) await feed.next('tick');
    const written = feed.messages.filter((m) => ['incident', 'count', 'plan', 'areas', 'staff', 'settings', 'reset'].includes(m.event));
    assert.deepEqual(written.filter((m) => !byTheClock.has(m.data.kind)).map((m) => m.data), [], 'something was written');
  } finally {
    feed.close();
  }
}

async function positionsOf(admin: Client): Promise<Json[]> {
  const items: Json[] = await admin.all('/api/v1/workers?limit=1000');
  return items.map((w) => [w.id, w.lon, w.lat]).sort((a, b) => String(a[0]).localeCompare(String(b[0])));
}
