// With the setting on, every line of the access log goes to syslog once it is written; with it off, none. The
// program calls the real syslog(3), which a library loaded before it writes to a file.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Client } from '../support/client.ts';
import { demoDatabase, scratch, Server } from '../support/server.ts';
import { repo } from '../support/wangge.ts';

const LOG_AUTH = 4 << 3, LOG_INFO = 6, LOG_WARNING = 4;
let server: Server;
let admin: Client;
let file: string;
const lines = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);

beforeAll(async () => {
  const folder = scratch();
  const library = join(folder, 'to_file.so');
  file = join(folder, 'syslog');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, join(repo, 'tests/support/to_file.c')]);
  server = await Server.start(demoDatabase(), [], 0, { LD_PRELOAD: library, WG_TEST_SYSLOG: file, ASAN_OPTIONS: 'detect_leaks=1:verify_asan_link_order=0' });
  admin = await server.as('admin');
});
afterAll(() => server.stop());

const turn = async (value: boolean): Promise<void> => {
  const now = (await admin.read('/api/v1/settings')).items.find((s: { key: string }) => s.key === 'access_log_syslog');
  const answer = await admin.put('/api/v1/settings/access_log_syslog', { value, reason: 'a test', version: now.version });
  expect(answer.status, answer.text).toBe(200);
};
const fail = (name: string) => server.nobody().post('/api/v1/login', { name, password: 'x' });
const logged = (name: string) => vi.waitFor(async () => expect((await admin.read('/api/v1/access-log?what=sign-in&ok=0&limit=20')).items.map((l: { name: string }) => l.name)).toContain(name), 10_000);

test('lines go to syslog while the setting is on, and only then', async () => {
  await fail('before');
  await logged('before');
  await turn(true);
  await fail('mal"lory');
  await vi.waitFor(() => expect(lines().some((l) => l.includes('mal?lory'))).toBe(true), 10_000);
  const failed = lines().find((l) => l.includes('mal?lory'))!;
  expect(failed).toMatch(new RegExp(`^${LOG_AUTH | LOG_WARNING} access what="sign-in" ok=0 account=0 name="mal\\?lory" address="127\\.0\\.0\\.1" `));
  await server.as('dispatcher');
  await vi.waitFor(() => expect(lines().some((l) => l.startsWith(`${LOG_AUTH | LOG_INFO} access what="sign-in" ok=1`) && l.includes('name="dispatcher"'))).toBe(true), 10_000);
  await turn(false);
  await fail('after');
  await logged('after');
  await turn(true);
  await fail('last'); // in order behind "after"
  await vi.waitFor(() => expect(lines().some((l) => l.includes('name="last"'))).toBe(true), 10_000);
  expect(lines().filter((l) => /name="(before|after)"/.test(l))).toEqual([]);
});
