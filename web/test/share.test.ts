import { beforeEach, describe, expect, it } from 'vitest';
import type { Line } from '../src/feed/connection';
import { parse } from '../src/feed/protocol';
import { SharedFeed } from '../src/feed/share';
import type { Channel, Locks } from '../src/feed/share';
import { FakeClock, settle } from './clock';
import { FakeServer } from './server';

/* A browser: its lock manager and its channels. */
class FakeBrowser {
  private holder: { reject: (e: Error) => void; done: boolean } | null = null;
  private queue: (() => void)[] = [];
  private channels = new Set<FakeChannel>();

  locks: Locks = {
    request: (_name, options, held) =>
      new Promise((resolve, reject) => {
        const grant = (): void => {
          const mine = { reject, done: false };
          this.holder = mine;
          void held().then(() => {
            mine.done = true;
            if (this.holder === mine) this.holder = null;
            resolve(undefined);
            this.grantNext();
          });
        };
        if (options.steal) {
          const robbed = this.holder;
          this.holder = null;
          robbed?.reject(new Error('AbortError'));
          grant();
          return;
        }
        options.signal?.addEventListener('abort', () => {
          const at = this.queue.indexOf(grant);
          if (at >= 0) this.queue.splice(at, 1);
          reject(new Error('AbortError'));
        });
        this.queue.push(grant);
        void Promise.resolve().then(() => this.grantNext());
      }),
  };
  private grantNext(): void {
    if (!this.holder) this.queue.shift()?.();
  }
  channel = (): Channel => {
    const c = new FakeChannel((from, word) => {
      for (const other of this.channels) if (other !== from) other.onmessage?.({ data: structuredClone(word) as never });
    });
    this.channels.add(c);
    c.onclose = () => this.channels.delete(c);
    return c;
  };
}
class FakeChannel implements Channel {
  onmessage: Channel['onmessage'] = null;
  onclose = (): void => undefined;
  frozen = false;
  constructor(private readonly pass: (from: FakeChannel, word: unknown) => void) {}
  postMessage(word: unknown): void {
    if (!this.frozen) this.pass(this, word);
  }
  close(): void {
    this.onclose();
  }
}

let clock: FakeClock, server: FakeServer, browser: FakeBrowser;
interface Tab { feed: SharedFeed; got: string[]; lines: Line[]; leads: boolean[]; channel: FakeChannel | null }
function tab(shared = true, visible = true): Tab {
  const it: Tab = { feed: null as never, got: [], lines: [], leads: [], channel: null };
  it.feed = new SharedFeed('f', { ...clock, open: server.open }, {
    locks: shared ? browser.locks : undefined,
    channel: shared ? () => (it.channel = browser.channel() as FakeChannel) : undefined,
    visible: () => visible,
  }, {
    message: (raw) => {
      const m = parse(raw);
      if (m?.type === 'incident') it.got.push(m.incident.id);
    },
    line: (line) => it.lines.push(line),
    failed: () => undefined,
    leading: (yes) => it.leads.push(yes),
  });
  it.feed.start();
  return it;
}
beforeEach(() => {
  clock = new FakeClock();
  server = new FakeServer(clock);
  browser = new FakeBrowser();
});

describe('one stream for all tabs', () => {
  it('is opened by one tab, and every tab gets every message', async () => {
    const [a, b, c] = [tab(), tab(), tab()];
    await clock.go(100);
    server.report('1');
    server.report('2');
    expect(server.open_).toHaveLength(1);
    expect([a.got, b.got, c.got]).toEqual([['1', '2'], ['1', '2'], ['1', '2']]);
    expect([a, b, c].filter((t) => t.leads.at(-1)).length).toBe(1);
    expect(b.lines.at(-1)).toBe('live');
  });

  it('a tab that comes later learns that the line is live at once', async () => {
    tab();
    await clock.go(1_000);
    const late = tab();
    await settle();
    expect(late.lines).toEqual(['live']);
  });

  it('goes to the next tab when the leading one closes, without a gap', async () => {
    const [a, b] = [tab(), tab()];
    await clock.go(100);
    server.report('1');
    a.feed.stop();
    server.report('2'); // nobody listens at this moment
    await clock.go(1_000);
    server.report('3');
    expect(b.got).toEqual(['1', '2', '3']);
    expect(server.open_).toHaveLength(1);
    expect(b.leads).toEqual([true]);
  });

  it('resumes after what the tab had read by itself', async () => {
    const [a, b] = [tab(), tab()];
    await clock.go(100);
    b.feed.seen(104);
    server.head = 104;
    a.feed.stop();
    await clock.go(100);
    expect(server.urls.at(-1)).toBe('/api/v1/events?after=104');
  });

  it('all tabs hear of a lost line, and of its return', async () => {
    const [a, b] = [tab(), tab()];
    await clock.go(100);
    server.die();
    expect(a.lines.at(-1)).toBe('lost');
    expect(b.lines.at(-1)).toBe('lost');
    await clock.go(20_000); // the leader lives: nobody takes its place
    expect(b.leads).toEqual([]);
    server.rise();
    await clock.go(3_100);
    expect([a.lines.at(-1), b.lines.at(-1)]).toEqual(['live', 'live']);
  });

  it('is taken from a leader that is frozen, and the frozen one follows when it wakes', async () => {
    const [a, b] = [tab(), tab()];
    await clock.go(100);
    server.report('1');
    a.channel!.frozen = true;
    await clock.go(12_000);
    expect(b.leads.at(-1)).toBe(true);
    expect(a.leads).toEqual([true, false]);
    a.channel!.frozen = false;
    server.report('2');
    expect(b.got).toEqual(['1', '2']);
    expect(a.got).toEqual(['1', '2']);
    expect(server.open_).toHaveLength(1);
  });

  it('works without locks: each tab for itself', async () => {
    const [a, b] = [tab(false), tab(false)];
    await clock.go(100);
    server.report('1');
    expect(server.open_).toHaveLength(2);
    expect([a.got, b.got]).toEqual([['1'], ['1']]);
  });
});
