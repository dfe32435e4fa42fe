/* The feed's server as an EventSource sees it: a log that can be resumed, a line that can break or fall silent. */
import type { EventSourceLike } from '../src/feed/connection';
import type { FakeClock } from './clock';

type Handler = (event: { data?: string; lastEventId?: string }) => void;

class FakeSource implements EventSourceLike {
  handlers = new Map<string, Handler[]>();
  closed = false;
  lastId = '';
  constructor(readonly url: string) {}
  addEventListener(type: string, fn: Handler): void {
    this.handlers.set(type, [...(this.handlers.get(type) ?? []), fn]);
  }
  emit(type: string, data?: unknown, id?: number): void {
    if (this.closed) return;
    if (id !== undefined) this.lastId = String(id);
    for (const fn of this.handlers.get(type) ?? []) fn({ data: data === undefined ? undefined : JSON.stringify(data), lastEventId: this.lastId });
  }
  close(): void {
    this.closed = true;
  }
}

export class FakeServer {
  sources: FakeSource[] = [];
  urls: string[] = [];
  up = true;
  silent = false;
  log: { seq: number; id: string }[] = [];
  head = 100;

  constructor(private readonly clock: FakeClock) {
    this.tick();
  }

  open = (url: string): EventSourceLike => {
    this.urls.push(url);
    const source = new FakeSource(url);
    const answer = (): void => {
      if (source.closed) return;
      if (!this.up) return source.emit('error');
      if (this.silent) return void this.clock.later(answer, 50); // a frozen process takes the connection and says nothing
      this.sources.push(source);
      source.emit('hello', { head: this.head, time: '2026-11-24T00:00:00Z' });
      const after = /after=(\d+)/.exec(url)?.[1];
      if (after) for (const e of this.log) if (e.seq > Number(after)) this.send(source, e);
    };
    this.clock.later(answer, 5);
    return source;
  };
  get open_(): FakeSource[] {
    return this.sources.filter((s) => !s.closed);
  }
  report(id: string): void {
    const e = { seq: ++this.head, id };
    this.log.push(e);
    if (!this.silent) for (const s of this.open_) this.send(s, e);
  }
  private send(s: FakeSource, e: { seq: number; id: string }): void {
    s.emit('tiles', { layer: 'incidents', z: 16, tiles: [[1, 1]] });
    s.emit('incident', { seq: e.seq, at: '', kind: 'incident.reported', incident: { id: e.id } }, e.seq);
  }
  die(): void {
    this.up = false;
    for (const s of this.open_) s.emit('error');
    this.sources = [];
  }
  rise(): void {
    this.up = true;
  }
  private tick(): void {
    this.clock.later(() => {
      if (this.up && !this.silent) for (const s of this.open_) s.emit('tick', { time: '2026-11-24T00:00:00Z', head: this.head });
      this.tick();
    }, 2_000);
  }
}
