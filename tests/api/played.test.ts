// What ./run does with the server and the player beside it: whatever ends one of them, nothing stays behind.
import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { demoDatabase } from '../support/server.ts';
import { binary, environment, repo, sanitizerComplaint } from '../support/wangge.ts';

class Run {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  out = '';
  private readonly wake = new Set<() => void>();

  // In a process group of its own, as a terminal has it.
  constructor(port = 0) {
    const script = 'set -euo pipefail; . tools/common.sh; . tools/serve.sh; serve_played "$@"';
    this.child = spawn('bash', ['-c', script, 'run', binary, '--db', demoDatabase(), '--listen', `127.0.0.1:${port}`], {
      cwd: repo,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.on('data', (chunk) => {
        this.out += chunk;
        for (const look of this.wake) look();
      });
    this.ended = new Promise((resolve) => this.child.on('exit', (code) => resolve(code)));
  }

  async says(words: RegExp): Promise<string> {
    await new Promise<void>((done, fail) => {
      const look = () => words.test(this.out) && done();
      this.wake.add(look);
      look();
      void this.ended.then(() => fail(new Error(`ended before ${words}: ${this.out}`)));
    });
    return words.exec(this.out)![1];
  }

  // The server and the player, by name, while they are there.
  async processes(): Promise<Map<string, number>> {
    const of = (pid: number | string, what: string) => readFile(`/proc/${pid}/${what}`, 'utf8').catch(() => '');
    const found = new Map<string, number>();
    for (const pid of (await of(this.child.pid!, `task/${this.child.pid}/children`)).split(' ').filter(Boolean)) {
      const [name, what] = (await of(pid, 'cmdline')).split('\0'); // empty once it has ended
      if (name === binary) found.set(what, Number(pid));
    }
    return found;
  }

  async played(): Promise<string> {
    const base = await this.says(/listening on (\S+)/);
    await this.says(/(being played)/);
    await expect.poll(async () => [...(await this.processes()).keys()].sort()).toEqual(['play', 'serve']);
    return base;
  }

  async nothingStays(): Promise<void> {
    await expect.poll(() => groupThere(this.child.pid!), { timeout: 10_000 }).toBe(false);
    expect(sanitizerComplaint(this.out)).toBeNull();
  }
}

function groupThere(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

const alive = async (base: string) => (await fetch(`${base}/healthz`)).status;

it('Ctrl-C ends both', async () => {
  const run = new Run();
  await run.played();
  process.kill(-run.child.pid!, 'SIGINT');
  expect(await run.ended).toBe(0);
  expect(groupThere(run.child.pid!)).toBe(false); // at once: nothing is left when the shell has ended
  await run.nothingStays();
  expect(run.out).toContain('stopped');
});

it('so does SIGTERM or SIGHUP to the shell alone, and its sudden death', async () => {
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGKILL'] as const) {
    const run = new Run();
    await run.played();
    run.child.kill(signal);
    expect(await run.ended).toBe(signal === 'SIGKILL' ? null : 0);
    await run.nothingStays();
  }
});

it('the server goes on without the player, and comes to a clean end', async () => {
  const run = new Run();
  const base = await run.played();
  process.kill((await run.processes()).get('play')!, 'SIGKILL');
  await expect.poll(async () => [...(await run.processes()).keys()]).toEqual(['serve']);
  expect(await alive(base)).toBe(200);
  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  await run.nothingStays();
});

it('the player goes with a server that dies', async () => {
  const run = new Run();
  await run.played();
  process.kill((await run.processes()).get('serve')!, 'SIGKILL');
  expect(await run.ended).toBe(137);
  await run.nothingStays();
});

it('a port in use: nobody is played, nothing stays', async () => {
  const busy = createServer();
  await new Promise<void>((done) => busy.listen(0, '127.0.0.1', done));
  const run = new Run((busy.address() as { port: number }).port);
  expect(await run.ended).toBe(1);
  await run.nothingStays();
  busy.close();
  expect(run.out).toContain('in use');
  expect(run.out).not.toContain('being played');
});

it('whoever read the words may go: the server stays', async () => {
  const run = new Run();
  const base = await run.played();
  run.child.stdout!.destroy();
  run.child.stderr!.destroy();
  expect(await alive(base)).toBe(200);
  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  await run.nothingStays();
});
