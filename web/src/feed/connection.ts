/* One connection to the feed that does not give up.
 *
 * EventSource reconnects by itself, but not after an HTTP error, not at a pace of ours, and it never notices a
 * server that is alive and silent. So each try is a new EventSource: it resumes after the last seq by ?after=
 * (a new object cannot set Last-Event-ID), a silence of more than two ticks counts as lost, and the next try
 * comes soon, then every few seconds. */
import { KINDS, parse, seqOf } from './protocol';
import type { Raw } from './protocol';

export const SILENCE_MS = 3_600; // ticks come every 2 s
const RETRY_MS = [250, 500, 1_000, 2_000, 3_000];

export type Line = 'connecting' | 'live' | 'lost';

export interface EventSourceLike {
  addEventListener(type: string, fn: (event: { data?: string; lastEventId?: string }) => void): void;
  close(): void;
}
export interface Surroundings {
  open: (url: string) => EventSourceLike;
  now: () => number; // ms, steady
  later: (fn: () => void, ms: number) => unknown;
  cancel: (timer: unknown) => void;
}
export interface Listener {
  message: (raw: Raw) => void;
  line: (line: Line) => void;
  /** A connection ended or could not be made; asked before the next try, to find out about a lost session. */
  failed: () => void;
}

export class Connection {
  private source: EventSourceLike | null = null;
  private tries = 0;
  private retry: unknown = null;
  private watch: unknown = null;
  private heard = 0;
  private line: Line = 'connecting';
  private stopped = true;

  /** after: the last seq seen, or null to start at the head. */
  constructor(private after: number | null, private readonly around: Surroundings, private readonly to: Listener) {}

  start(): void {
    this.stopped = false;
    this.open();
  }
  stop(): void {
    this.stopped = true;
    this.shut();
    this.around.cancel(this.retry);
    this.retry = null;
  }
  /** Tries at once, when there is reason to think that it will work now. */
  now(): void {
    if (this.stopped || this.line === 'live') return;
    this.around.cancel(this.retry);
    this.tries = 0;
    this.shut();
    this.open();
  }

  private open(): void {
    this.heard = this.around.now();
    const source = this.around.open(this.after === null ? '/api/v1/events' : `/api/v1/events?after=${this.after}`);
    this.source = source;
    for (const type of KINDS) {
      source.addEventListener(type, (event) => {
        if (this.source === source) this.take({ type, data: event.data ?? '', id: event.lastEventId ?? '' });
      });
    }
    source.addEventListener('error', () => {
      if (this.source === source) this.lose();
    });
    this.look();
  }

  /** lastEventId stays at the last id that came, also on messages without one: it always is the resume point. */
  private take(raw: Raw): void {
    this.heard = this.around.now();
    const seq = seqOf(raw.id);
    if (seq !== null) this.after = seq;
    if (raw.type === 'hello' || raw.type === 'reset') {
      const message = parse(raw);
      if (message?.type === 'reset') this.after = message.head;
      // A head below what was seen: another database stands behind the address now; its own log counts.
      if (message?.type === 'hello' && (this.after === null || message.head < this.after)) this.after = message.head;
    }
    if (this.line !== 'live') {
      this.tries = 0;
      this.say('live');
    }
    this.to.message(raw);
    if (raw.type === 'bye') this.lose();
  }

  private look(): void {
    this.around.cancel(this.watch);
    this.watch = this.around.later(() => {
      if (this.stopped || !this.source) return;
      if (this.around.now() - this.heard >= SILENCE_MS) this.lose();
      else this.look();
    }, 300);
  }

  private lose(): void {
    this.shut();
    if (this.stopped) return;
    this.say('lost');
    this.to.failed();
    if (this.stopped) return;
    const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)]!;
    this.tries++;
    this.retry = this.around.later(() => this.open(), wait);
  }

  private shut(): void {
    this.around.cancel(this.watch);
    this.source?.close();
    this.source = null;
  }

  private say(line: Line): void {
    if (line === this.line) return;
    this.line = line;
    this.to.line(line);
  }
}
