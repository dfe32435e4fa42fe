/* One stream for all tabs of a browser.
 *
 * The tab that holds the Web Lock leads: it has the connection and passes each message on by BroadcastChannel.
 * When it closes, the browser hands the lock to the next tab, which resumes after the last seq it saw. A leader
 * that is silent (frozen in the background) loses the lock to a tab that is looked at. Where there are no locks
 * (a page on http by an address, an old browser) each tab has its own connection: the same, only more streams. */
import { Connection } from './connection';
import type { Line, Surroundings } from './connection';
import { seqOf } from './protocol';
import type { Raw } from './protocol';

const BEAT_MS = 2_000;
const GIVEN_UP_MS = 7_000; // a leader that says nothing for so long is gone

type Word = { say: 'message'; raw: Raw } | { say: 'line'; line: Line; head: number | null } | { say: 'who' } | { say: 'now' };

export interface Channel {
  postMessage(word: Word): void;
  onmessage: ((event: { data: Word }) => void) | null;
  close(): void;
}
export interface Locks {
  request(name: string, options: { steal?: boolean; signal?: AbortSignal }, held: () => Promise<void>): Promise<unknown>;
}
export interface Sharing {
  locks: Locks | undefined;
  channel: ((name: string) => Channel) | undefined;
  visible: () => boolean;
}
export interface SharedListener {
  message: (raw: Raw) => void;
  line: (line: Line) => void;
  failed: () => void;
  leading: (yes: boolean) => void;
}

export class SharedFeed {
  private connection: Connection | null = null;
  private channel: Channel | null = null;
  private release: (() => void) | null = null;
  private queued: AbortController | null = null;
  private last: number | null = null;
  private line: Line = 'connecting';
  private heard = 0;
  private beat: unknown = null;
  private stopped = false;

  constructor(
    private readonly name: string,
    private readonly around: Surroundings,
    private readonly sharing: Sharing,
    private readonly to: SharedListener,
  ) {}

  start(): void {
    const { locks, channel } = this.sharing;
    if (!locks || !channel) {
      this.lead();
      return;
    }
    this.channel = channel(this.name);
    this.channel.onmessage = (event) => this.hear(event.data);
    this.heard = this.around.now();
    this.post({ say: 'who' });
    this.queue(false);
    this.tick();
  }

  /** What was read by other means already holds everything up to seq. */
  seen(seq: number): void {
    if (this.last === null || seq > this.last) this.last = seq;
  }

  now(): void {
    if (this.connection) this.connection.now();
    else this.post({ say: 'now' });
  }

  stop(): void {
    this.stopped = true;
    this.around.cancel(this.beat);
    this.queued?.abort();
    this.unlead();
    this.channel?.close();
    this.channel = null;
  }

  private queue(steal: boolean): void {
    this.queued?.abort();
    const mine = new AbortController();
    this.queued = mine;
    const held = (): Promise<void> => {
      if (this.stopped || this.queued !== mine) return Promise.resolve();
      this.lead();
      return new Promise((resolve) => (this.release = resolve));
    };
    // `steal` and `signal` may not be given together.
    this.sharing.locks!.request(this.name, steal ? { steal: true } : { signal: mine.signal }, held).catch(() => {
      if (this.stopped || this.queued !== mine) return;
      // Another tab took the lock: follow it, and stand in line for it again.
      this.unlead();
      this.heard = this.around.now();
      this.queue(false);
    });
  }

  private lead(): void {
    if (this.connection) return;
    this.connection = new Connection(this.last, this.around, {
      message: (raw) => {
        this.note(raw);
        this.post({ say: 'message', raw });
        this.to.message(raw);
      },
      line: (line) => {
        this.setLine(line);
        this.post({ say: 'line', line, head: this.last });
      },
      failed: () => this.to.failed(),
    });
    this.to.leading(true);
    this.connection.start();
  }

  private unlead(): void {
    if (!this.connection) return;
    this.connection.stop();
    this.connection = null;
    this.release?.();
    this.release = null;
    this.to.leading(false);
  }

  private hear(word: Word): void {
    if (this.connection) {
      if (word.say === 'who') this.post({ say: 'line', line: this.line, head: this.last });
      else if (word.say === 'now') this.connection.now();
      return;
    }
    if (word.say === 'message') {
      this.heard = this.around.now();
      this.note(word.raw);
      if (this.line !== 'live') this.setLine('live');
      this.to.message(word.raw);
    } else if (word.say === 'line') {
      this.heard = this.around.now();
      this.setLine(word.line);
    }
  }

  /** The leader beats, so that the others know it lives also while the server does not. */
  private tick(): void {
    this.beat = this.around.later(() => {
      if (this.stopped) return;
      if (this.connection) {
        if (this.line !== 'live') this.post({ say: 'line', line: this.line, head: this.last });
      } else if (this.around.now() - this.heard > GIVEN_UP_MS && this.sharing.visible()) {
        this.heard = this.around.now();
        this.queue(true);
      } else if (this.around.now() - this.heard > GIVEN_UP_MS / 2) {
        this.setLine('lost');
      }
      this.tick();
    }, BEAT_MS);
  }

  private note(raw: Raw): void {
    const seq = seqOf(raw.id);
    if (seq !== null) this.last = seq;
  }
  private setLine(line: Line): void {
    if (line === this.line) return;
    this.line = line;
    this.to.line(line);
  }
  private post(word: Word): void {
    this.channel?.postMessage(word);
  }
}
