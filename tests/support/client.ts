// One account's view of a server: JSON in and out, raw requests, the feed.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Feed } from './feed.ts';

export type Json = any;

export interface Answer {
  status: number;
  headers: Headers;
  bytes: Uint8Array;
  text: string;
  json: Json; // undefined where the body is no JSON
}

export class Client {
  readonly base: string;
  readonly token: string | null;
  account: Json = null;

  constructor(base: string, token: string | null) {
    this.base = base;
    this.token = token;
  }

  static async signIn(base: string, name: string, password: string): Promise<Client> {
    const nobody = new Client(base, null);
    const answer = await nobody.post('/api/v1/login', { name, password });
    assert.equal(answer.status, 200, `signing in as ${name}: ${answer.text}`);
    const client = new Client(base, answer.json.token);
    client.account = answer.json.account;
    return client;
  }

  async send(method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}): Promise<Answer> {
    const all: Record<string, string> = { 'Accept-Language': 'en', ...headers };
    if (this.token) all.Authorization ??= `Bearer ${this.token}`;
    const answer = await fetch(this.base + path, { method, body, headers: all, redirect: 'manual' });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    let json: Json;
    if (/json/.test(answer.headers.get('content-type') ?? '')) json = JSON.parse(text);
    return { status: answer.status, headers: answer.headers, bytes, text, json };
  }

  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body: Json, headers: Record<string, string> = {}): Promise<Answer> {
    const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    return this.send('POST', path, bytes as BodyInit, { 'Content-Type': 'application/json', ...headers });
  }

  put(path: string, body: Json, headers?: Record<string, string>): Promise<Answer> {
    return this.send('PUT', path, JSON.stringify(body), { 'Content-Type': 'application/json', ...headers });
  }

  patch(path: string, body: Json, headers?: Record<string, string>): Promise<Answer> {
    return this.send('PATCH', path, JSON.stringify(body), { 'Content-Type': 'application/json', ...headers });
  }

  delete(path: string, body: Json, headers?: Record<string, string>): Promise<Answer> {
    return this.send('DELETE', path, JSON.stringify(body), { 'Content-Type': 'application/json', ...headers });
  }

  // GET that must be 200, its JSON.
  async read(path: string): Promise<Json> {
    const answer = await this.get(path);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer.json;
  }

  // Every item of a paged list.
  async all(path: string): Promise<Json[]> {
    const items: Json[] = [];
    for (let next: string | null = path; next; ) {
      const page: Json = await this.read(next);
      items.push(...page.items);
      next = page.next;
    }
    return items;
  }

  feed(after?: number | string): Promise<Feed> {
    return Feed.open(this.base, this.token!, after);
  }

  // The seq of the newest event: what a write would move.
  async head(): Promise<number> {
    const feed = await this.feed();
    try {
      return Number((await feed.next('hello')).data.head);
    } finally {
      feed.close();
    }
  }
}

// Asserts a problem document (RFC 9457) with this status, and field where one is given.
export function expectProblem(answer: Answer, status: number, field?: string): void {
  const where = `${answer.status} ${answer.text.slice(0, 300)}`;
  assert.equal(answer.status, status, where);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, where);
  assert.equal(answer.json.status, status, where);
  for (const name of ['type', 'title', 'detail']) assert.equal(typeof answer.json[name], 'string', `${name}: ${where}`);
  if (field !== undefined) assert.equal(answer.json.field, field, where);
}

export interface RawAnswer {
  status: number; // 0: the connection was closed without an answer
  head: string;
  body: string;
}

// Bytes as they are on a socket of their own. Resolves at the first whole answer (`all`: when the server has closed),
// or when the connection is closed without one. keepOpen: the client does not end its side, as with a request that
// never comes to its end.
export function raw(port: number, bytes: Uint8Array | string, how: { keepOpen?: boolean; all?: boolean } = {}): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(bytes);
      if (!how.keepOpen) socket.end();
    });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!how.all && isWhole(text)) socket.destroy();
    });
    socket.on('error', () => {}); // a reset is an end too: 'close' follows
    socket.on('close', () => {
      const at = text.indexOf('\r\n\r\n');
      resolve({
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0),
        head: at < 0 ? text : text.slice(0, at),
        body: at < 0 ? '' : text.slice(at + 4),
      });
    });
  });
}

function isWhole(text: string): boolean {
  const at = text.indexOf('\r\n\r\n');
  const length = /\r\nContent-Length: *(\d+)/i.exec(text.slice(0, at));
  return at >= 0 && length !== null && text.length >= at + 4 + Number(length[1]);
}
