// Serving to others: the warning at the start, TLS with open streams, and whose word is believed about who asks.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Client, expectProblem, type Json } from '../support/client.ts';
import { demoDatabase, scratch, Server } from '../support/server.ts';
import { binary, environment, sanitizerComplaint, wangge } from '../support/wangge.ts';

async function admin(db: string): Promise<void> {
  const added = await wangge(['user', 'add', 'chief', '--db', db, '--role', 'admin', '--area', '990101'], 'a-password');
  expect(added.code, added.err).toBe(0);
}

// A certificate of this run alone.
function certificate(): { cert: string; key: string } {
  const folder = scratch();
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  execFileSync('openssl', [...words, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', files.key, '-out', files.cert], { stdio: 'ignore' });
  return files;
}

// `wangge serve` until it listens; stop() gives all that it said.
async function serve(args: string[], language = 'C.UTF-8'): Promise<{ base: string; stop(): Promise<{ code: number | null; text: string }> }> {
  const child: ChildProcess = spawn(binary, ['serve', ...args], { env: { ...environment, LC_ALL: language }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const base = await new Promise<string>((resolve, reject) => {
    const take = (chunk: unknown) => {
      text += String(chunk);
      const found = /listening on (\S+)/.exec(text);
      if (found) resolve(found[1]!);
    };
    child.stdout!.on('data', take);
    child.stderr!.on('data', take);
    void ended.then(() => reject(new Error(text)));
  });
  return {
    base,
    stop: async () => {
      child.kill('SIGTERM');
      const code = await ended;
      expect(sanitizerComplaint(text)).toBeNull();
      return { code, text };
    },
  };
}

describe('beyond this machine', () => {
  const say = async (args: string[], language?: string) => (await (await serve(['--db', demoDatabase(), ...args], language)).stop()).text;

  test('without TLS it says what will not work and what to do, in the language of the shell', async () => {
    const en = await say(['--listen', '0.0.0.0:0']);
    expect(en).toMatch(/^warning: .*passwords travel in the clear.*phones do not work.*--tls-cert.*--behind-proxy/m);
    expect(en.split('warning:').length).toBe(2);
    expect(await say(['--listen', '0.0.0.0:0'], 'zh_CN.UTF-8')).toMatch(/^警告：.*密码将明文传输.*手机.*--tls-cert.*--behind-proxy/m);
  });

  test('with TLS, behind a declared proxy, or on this machine it says nothing', async () => {
    const { cert, key } = certificate();
    expect(await say(['--listen', '0.0.0.0:0', '--tls-cert', cert, '--tls-key', key])).not.toContain('warning');
    expect(await say(['--listen', '0.0.0.0:0', '--behind-proxy', '10.0.0.1'])).not.toContain('warning');
    expect(await say(['--listen', '127.0.0.1:0'])).not.toContain('warning');
  });

  test('a proxy is declared by its address', async () => {
    for (const wrong of ['proxy.local', '10.0.0.0/8', '1.1.1.1,,2.2.2.2'])
      expect(await wangge(['serve', '--db', 'none.db', '--behind-proxy', wrong])).toMatchObject({ code: 2, err: expect.stringContaining('is not an IP address') });
  });
});

describe('behind a proxy', () => {
  const signIn = (server: Server, headers: Record<string, string>) => server.nobody().post('/api/v1/login', { name: 'chief', password: 'a-password' }, headers);
  const lines = async (server: Server): Promise<Json[]> => (await Client.signIn(server.base, 'chief', 'a-password')).all('/api/v1/access-log?what=sign-in&q=chief');

  test('its word about address and TLS is believed', async () => {
    const db = demoDatabase();
    await admin(db);
    const server = await Server.start(db, ['--behind-proxy', '10.9.9.9,127.0.0.1']);
    const answer = await signIn(server, { 'X-Forwarded-For': '6.6.6.6, 203.0.113.9', 'X-Forwarded-Proto': 'https' });
    expect(answer.headers.get('set-cookie')).toMatch(/; Secure$/);
    expect((await lines(server))[1]).toMatchObject({ address: '203.0.113.9', ok: true });
    expect((await signIn(server, { 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': 'http' })).headers.get('set-cookie')).not.toContain('Secure');
    expectProblem(await server.nobody().post('/api/v1/login', { name: 'leader', password: 'wangge-demo' }, { 'X-Forwarded-For': '127.0.0.1' }), 403); // a demo account is for this machine
    const guess = (address: string) => server.nobody().post('/api/v1/devices/sign-on', { code: 'AAAAAAAA' }, { 'X-Forwarded-For': address });
    for (let k = 0; k < 5; k++) expectProblem(await guess('203.0.113.7'), 401);
    expectProblem(await guess('203.0.113.7'), 429);
    expectProblem(await guess('203.0.113.8'), 401); // somebody else behind the same proxy
    await server.stop();
  });

  test('nobody else is believed, whatever they send', async () => {
    const db = demoDatabase();
    await admin(db);
    const server = await Server.start(db, ['--behind-proxy', '10.9.9.9']);
    const lies: Record<string, string>[] = [
      { 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': 'https' }, { 'X-Forwarded-For': '10.9.9.9' }, { 'X-Real-IP': '203.0.113.9' },
      { Forwarded: 'for=203.0.113.9;proto=https' }, { 'X-Forwarded-For': ','.repeat(3000) }, { 'X-Forwarded-For': '<script>' }, { 'X-Forwarded-Host': 'evil.example' },
    ];
    for (const lie of lies) expect((await signIn(server, lie)).headers.get('set-cookie'), JSON.stringify(lie)).not.toContain('Secure');
    for (const line of await lines(server)) expect(line.address).toBe('127.0.0.1');
    let status = 401;
    for (let k = 0; status === 401 && k < 10; k++) status = (await server.nobody().post('/api/v1/devices/sign-on', { code: 'AAAAAAAA' }, { 'X-Forwarded-For': `203.0.113.${k}` })).status;
    expect(status).toBe(429); // a new address in every try does not help
    await server.stop();
  });
});

describe('over TLS', () => {
  // One request; onText makes it a stream that is read to its end.
  const ask = (base: string, ca: Buffer, path: string, options: RequestOptions & { body?: string }, onText?: (text: string) => void) =>
    new Promise<{ status: number; text: string; cookie: string }>((resolve, reject) => {
      const { body, ...rest } = options;
      const q = request(base + path, { ca, ...rest, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
          onText?.(text);
        });
        answer.on('end', () => resolve({ status: answer.statusCode!, text, cookie: String(answer.headers['set-cookie'] ?? '') }));
        answer.on('error', reject);
      });
      q.on('error', reject);
      q.end(body);
    });

  test('fifty feeds get a report within seconds, and are told when the server stops', async () => {
    const db = demoDatabase();
    const files = certificate();
    const ca = readFileSync(files.cert);
    const server = await serve(['--db', db, '--listen', '127.0.0.1:0', '--tls-cert', files.cert, '--tls-key', files.key]);
    expect(server.base).toMatch(/^https:/);
    const login = await ask(server.base, ca, '/api/v1/login', { method: 'POST', body: JSON.stringify({ name: 'dispatcher', password: 'wangge-demo' }) });
    expect(login.status, login.text).toBe(200);
    expect(login.cookie).toMatch(/; Secure$/);
    const headers = { Authorization: `Bearer ${JSON.parse(login.text).token}` };
    const texts: string[] = [];
    const streams = Array.from({ length: 50 }, (_, k) => ask(server.base, ca, '/api/v1/events', { headers }, (text) => (texts[k] = text)));
    await expect.poll(() => texts.filter((t) => t?.includes('event: hello')).length, { timeout: 20_000 }).toBe(50);
    const [x0, y0, x1, y1] = JSON.parse((await ask(server.base, ca, '/api/v1/grids?limit=1', { headers })).text).items[0].bbox;
    const report = { lon: (x0 + x1) / 2, lat: (y0 + y1) / 2, category: 'c101' };
    const made = await ask(server.base, ca, '/api/v1/incidents', { method: 'POST', headers, body: JSON.stringify(report) });
    expect(made.status, made.text).toBe(201);
    const { number } = JSON.parse(made.text);
    await expect.poll(() => texts.filter((t) => t.includes(number)).length, { timeout: 5000 }).toBe(50);
    const { code, text } = await server.stop(); // with all of them open
    expect(code, text).toBe(0);
    for (const s of await Promise.all(streams)) expect(s.text).toMatch(/event: bye\ndata: \{"why":"stopping"\}\n\n$/);
  });
});
