import { beforeEach, describe, expect, it } from 'vitest';
import { Connection, SILENCE_MS } from '../src/feed/connection';
import type { Line } from '../src/feed/connection';
import { parse, seqOf } from '../src/feed/protocol';
import type { Raw } from '../src/feed/protocol';
import { FakeClock } from './clock';
import { FakeServer } from './server';

let clock: FakeClock, server: FakeServer, got: string[], lines: Line[], asked: number;
function connect(after: number | null): Connection {
  const c = new Connection(after, { ...clock, open: server.open }, {
    message: (raw: Raw) => {
      const m = parse(raw);
      if (m?.type === 'incident') got.push(m.incident.id);
    },
    line: (line) => lines.push(line),
    failed: () => asked++,
  });
  c.start();
  return c;
}
beforeEach(() => {
  clock = new FakeClock();
  server = new FakeServer(clock);
  got = [];
  lines = [];
  asked = 0;
});

describe('a connection to the feed', () => {
  it('starts at the head and resumes after the last seq by ?after=', async () => {
    connect(null);
    await clock.go(100);
    server.report('a');
    server.report('b');
    server.die();
    expect(lines).toEqual(['live', 'lost']);
    server.report('c'); // while the line is down
    server.rise();
    await clock.go(1_000);
    server.report('d');
    expect(server.urls[0]).toBe('/api/v1/events');
    expect(server.urls.at(-1)).toBe('/api/v1/events?after=102');
    expect(got).toEqual(['a', 'b', 'c', 'd']);
    expect(lines).toEqual(['live', 'lost', 'live']);
  });

  it('resumes at the head it was told when nothing had come yet', async () => {
    connect(null);
    await clock.go(100);
    server.die();
    server.report('missed');
    server.rise();
    await clock.go(1_000);
    expect(server.urls.at(-1)).toBe('/api/v1/events?after=100');
    expect(got).toEqual(['missed']);
  });

  it('notices a server that is silent within the limit, and heals without a gap', async () => {
    connect(null);
    await clock.go(2_500);
    server.silent = true; // frozen: the connection stands, nothing comes
    server.report('frozen');
    await clock.go(SILENCE_MS + 500);
    expect(lines).toEqual(['live', 'lost']);
    server.silent = false;
    await clock.go(5_000);
    expect(lines.at(-1)).toBe('live');
    expect(got).toEqual(['frozen']);
    expect(server.open_).toHaveLength(1);
  });

  it('does not take ticks for silence', async () => {
    connect(null);
    await clock.go(60_000);
    expect(lines).toEqual(['live']);
    expect(server.urls).toHaveLength(1);
  });

  it('tries again sooner, then later, and asks about the session at each failure', async () => {
    server.up = false;
    connect(7);
    await clock.go(20_000);
    expect(server.urls.length).toBeGreaterThan(6);
    expect(server.urls.length).toBeLessThan(14);
    expect(asked).toBeGreaterThanOrEqual(server.urls.length - 1);
    server.up = true;
    await clock.go(3_100);
    expect(lines.at(-1)).toBe('live');
  });

  it('tries at once when told to', async () => {
    server.up = false;
    const c = connect(null);
    await clock.go(20_000);
    server.up = true;
    c.now();
    await clock.go(10);
    expect(lines.at(-1)).toBe('live');
  });

  it('takes the head of a reset, and of a log that is shorter than what it knew', async () => {
    connect(500);
    await clock.go(100);
    server.die();
    server.rise();
    await clock.go(1_000);
    expect(server.urls.at(-1)).toBe('/api/v1/events?after=100');
    server.open_[0]!.emit('reset', { head: 900 });
    server.die();
    server.rise();
    await clock.go(1_000);
    expect(server.urls.at(-1)).toBe('/api/v1/events?after=900');
  });

  it('comes back after a bye, and not after stop', async () => {
    const c = connect(null);
    await clock.go(100);
    server.open_[0]!.emit('bye', { why: 'slow' });
    await clock.go(1_000);
    expect(server.open_).toHaveLength(1);
    c.stop();
    server.die();
    await clock.go(10_000);
    expect(server.urls).toHaveLength(2);
  });

  it('goes on after a message that is not JSON', () => {
    expect(parse({ type: 'tick', data: 'no', id: '' })).toBeNull();
    expect(parse({ type: 'tick', data: '3', id: '' })).toBeNull();
    expect(seqOf('12')).toBe(12);
    expect(seqOf('')).toBeNull();
    expect(seqOf('1x')).toBeNull();
  });
});
