// The event stream as a page reads it: messages in order, each waited for by condition, never by time.
import type { Json } from './client.ts';

export interface Message {
  event: string;
  id: string | null; // only on a commit's last message
  data: Json;
  at: number; // performance.now() of its arrival
}

export class Feed {
  readonly messages: Message[] = []; // everything so far
  ended = false;
  private read = 0; // messages[read..] were not given by next() yet
  private wake: (() => void)[] = [];
  private readonly abort = new AbortController();

  static async open(base: string, token: string, after?: number | string): Promise<Feed> {
    const feed = new Feed();
    const headers: Record<string, string> = { Authorization: `Bearer ${token}`, Accept: 'text/event-stream' };
    if (after !== undefined) headers['Last-Event-ID'] = String(after);
    const answer = await fetch(`${base}/api/v1/events`, { headers, signal: feed.abort.signal });
    if (answer.status !== 200) throw new Error(`the feed answered ${answer.status}: ${await answer.text()}`);
    void feed.pump(answer.body!);
    return feed;
  }

  private async pump(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        text += decoder.decode(chunk, { stream: true });
        let end: number;
        while ((end = text.indexOf('\n\n')) >= 0) {
          this.take(text.slice(0, end));
          text = text.slice(end + 2);
        }
      }
    } catch {
      // cut off by close(), by the server's end or by kill -9: ended says so
    }
    this.ended = true;
    this.rouse();
  }

  private take(block: string): void {
    let event = 'message';
    let id: string | null = null;
    const data: string[] = [];
    for (const line of block.split('\n')) {
      if (line.startsWith('event:')) event = line.slice(6).trim();
      else if (line.startsWith('id:')) id = line.slice(3).trim();
      else if (line.startsWith('data:')) data.push(line.slice(5).trim());
    }
    if (data.length === 0) return;
    this.messages.push({ event, id, data: JSON.parse(data.join('\n')), at: performance.now() });
    this.rouse();
  }

  private rouse(): void {
    const waiting = this.wake;
    this.wake = [];
    for (const go of waiting) go();
  }

  // The next message of this kind (and for which `that` holds); what comes before it is passed over.
  async next(event: string, that: (data: Json) => boolean = () => true, ms = 20_000): Promise<Message> {
    const limit = AbortSignal.timeout(ms);
    for (;;) {
      while (this.read < this.messages.length) {
        const message = this.messages[this.read++];
        if (message.event === event && that(message.data)) return message;
      }
      const seen = this.messages.map((m) => m.event).join(' ');
      if (this.ended) throw new Error(`the feed ended before a "${event}"; it gave: ${seen}`);
      if (limit.aborted) throw new Error(`no "${event}" within ${ms} ms; the feed gave: ${seen}`);
      await new Promise<void>((resolve) => {
        this.wake.push(resolve);
        limit.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  // Until the server has closed the stream.
  async end(): Promise<void> {
    while (!this.ended) await new Promise<void>((resolve) => this.wake.push(resolve));
  }

  close(): void {
    this.abort.abort();
  }
}
