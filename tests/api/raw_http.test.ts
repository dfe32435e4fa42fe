// Requests that no client library would send, byte by byte on a socket.
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { raw, type Client } from '../support/client.ts';
import { Server } from '../support/server.ts';
import { unchanged } from '../support/unchanged.ts';

let server: Server;
let admin: Client;
beforeAll(async () => {
  server = await Server.start();
  admin = await server.as('admin');
});
afterAll(() => server.stop());

const head = (line: string, ...headers: string[]) => [line, 'Host: localhost', ...headers, '', ''].join('\r\n');

test('malformed requests are refused or cut off, and the server goes on', async () => {
  const auth = `Authorization: Bearer ${admin.token}`;
  const requests: [string, string][] = [
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['garbage', 'hello\r\n\r\n'],
    ['no version', 'GET /healthz\r\n\r\n'],
    ['a version that is none', head('GET /api/v1/me HTTP/9.9')],
    ['a header without a colon', 'GET /api/v1/me HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n'],
    ['a header of 64 KB', head('GET /api/v1/me HTTP/1.1', `X-Long: ${'x'.repeat(65_536)}`)],
    ['1000 headers', head('GET /api/v1/me HTTP/1.1', ...Array.from({ length: 1000 }, (_, i) => `X-${i}: y`))],
    ['a path of 64 KB', head(`GET /${'x'.repeat(65_536)} HTTP/1.1`)],
    ['a NUL in the path', head('GET /api/v1/me\0x HTTP/1.1')],
    ['a path out of the folder', head('GET /../../../../etc/passwd HTTP/1.1')],
    ['the same, coded', head('GET /assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1')],
    ['an absolute path in an asset', head('GET /assets//etc/passwd HTTP/1.1')],
    ['two lengths', head('POST /api/v1/incidents HTTP/1.1', auth, 'Content-Length: 2', 'Content-Length: 3') + '{}'],
    ['a length and chunks', head('POST /api/v1/incidents HTTP/1.1', auth, 'Content-Length: 2', 'Transfer-Encoding: chunked') + '2\r\n{}\r\n0\r\n\r\n'],
    ['a negative length', head('POST /api/v1/incidents HTTP/1.1', auth, 'Content-Length: -1') + '{}'],
    ['a length that overflows', head('POST /api/v1/incidents HTTP/1.1', auth, 'Content-Length: 99999999999999999999') + '{}'],
    ['a length of 1 GB', head('POST /api/v1/incidents HTTP/1.1', auth, 'Content-Length: 1073741824') + '{}'],
    ['a chunk that is no number', head('POST /api/v1/incidents HTTP/1.1', auth, 'Transfer-Encoding: chunked') + 'zz\r\n{}\r\n0\r\n\r\n'],
    ['a body that is said to be gzip', head('POST /api/v1/incidents HTTP/1.1', auth, 'Content-Encoding: gzip', 'Content-Length: 2') + '{}'],
    ['a body where none is taken', head('GET /api/v1/me HTTP/1.1', auth, 'Content-Length: 5') + 'hello'],
  ];
  await unchanged(admin, async () => {
    for (const [what, bytes] of requests) {
      const answer = await raw(server.port, Buffer.from(bytes, 'latin1'));
      const refused = answer.status === 0 || (answer.status >= 400 && answer.status < 500) || (answer.status === 505 && what.includes('version'));
      expect(refused, `${what}: ${answer.head}`).toBe(true);
      expect(answer.body, what).not.toContain('root:');
      expect((await server.nobody().get('/healthz')).status, `after ${what}`).toBe(200);
    }
  });
});

test('a 1 GB body is refused at its first bytes', async () => {
  const answer = await raw(server.port, head('POST /api/v1/incidents HTTP/1.1', `Authorization: Bearer ${admin.token}`, 'Content-Length: 1073741824'), { keepOpen: true });
  expect(answer.status).toBe(413);
});

test('chunks without end are refused at the limit', async () => {
  const answer = await new Promise<string>((resolve) => {
    const chunks: Buffer[] = [];
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    let left = 4096; // 64 MB at most; the server ends it far sooner
    const socket: Socket = connect(server.port, '127.0.0.1', () => {
      socket.write(head('POST /api/v1/incidents HTTP/1.1', `Authorization: Bearer ${admin.token}`, 'Transfer-Encoding: chunked'));
      pump();
    });
    const pump = () => {
      while (left-- > 0 && socket.writable) if (!socket.write(chunk)) return void socket.once('drain', pump);
    };
    socket.on('data', (d) => {
      chunks.push(d);
      socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
  expect(answer === '' || /^HTTP\/1\.1 413/.test(answer), answer.slice(0, 200)).toBe(true);
});

test('half requests hold nobody up: others are served, and the server stops cleanly with them open', async () => {
  const halves = [
    'GET /api/v1/me HT',
    head('GET /api/v1/me HTTP/1.1').slice(0, -2),
    head('POST /api/v1/incidents HTTP/1.1', `Authorization: Bearer ${admin.token}`, 'Content-Length: 100') + '{"lon":',
    head('POST /api/v1/incidents HTTP/1.1', `Authorization: Bearer ${admin.token}`, 'Transfer-Encoding: chunked') + '5\r\n{"l',
  ];
  const own = await Server.start();
  const sockets: Socket[] = [];
  for (let i = 0; i < 40; i++) {
    const socket = connect(own.port, '127.0.0.1');
    socket.on('error', () => {});
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    socket.write(halves[i % halves.length]);
    sockets.push(socket);
  }
  const dispatcher = await own.as('dispatcher');
  expect((await dispatcher.get('/api/v1/overview')).status).toBe(200);
  const before = await dispatcher.head();
  for (const socket of sockets.splice(0, 20)) socket.destroy(); // some go away in the middle
  expect(await dispatcher.head()).toBe(before);
  await own.stop();
  for (const socket of sockets) socket.destroy();
});

test('many requests on one connection are answered in order', async () => {
  const one = head('GET /healthz HTTP/1.1');
  const answer = await raw(server.port, one.repeat(49) + head('GET /healthz HTTP/1.1', 'Connection: close'), { all: true });
  const all = answer.head + answer.body;
  expect(all.match(/HTTP\/1\.1 200/g)?.length).toBe(50);
});
