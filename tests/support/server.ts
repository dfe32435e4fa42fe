// A running server with a database of its own, on a free port. stop() insists on a clean end: exit code 0 and
// not a word from a sanitizer.
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from './client.ts';
import { binary, environment, sanitizerComplaint, wangge } from './wangge.ts';

// The accounts of the demo: their names are their roles, and the password is one for all.
export type DemoName = 'admin' | 'security' | 'auditor' | 'planner' | 'dispatcher' | 'leader' | 'department' | 'worker' | 'wall';
export const demoNames: DemoName[] = ['admin', 'security', 'auditor', 'planner', 'dispatcher', 'leader', 'department', 'worker', 'wall'];
export const demoPassword = 'wangge-demo';

export function scratch(): string {
  return mkdtempSync(join(process.env.WG_TEST_FOLDER!, 't-'));
}

// A copy of the run's demo database.
export function demoDatabase(): string {
  const db = join(scratch(), 'demo.db');
  copyFileSync(process.env.WG_TEST_DEMO!, db);
  return db;
}

export class Server {
  readonly db: string;
  readonly base: string;
  readonly port: number;
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;
  private log: string[];
  private readonly clients = new Map<string, Promise<Client>>();

  private constructor(db: string, base: string, child: ChildProcess, ended: Promise<number | null>, log: string[]) {
    this.db = db;
    this.base = base;
    this.port = Number(new URL(base).port);
    this.child = child;
    this.ended = ended;
    this.log = log;
  }

  // Starts on db (by default a fresh demo) and waits for "listening on URL". A port other than 0: to come back
  // where an earlier server was.
  static async start(db: string = demoDatabase(), args: string[] = [], port = 0, env: Record<string, string> = {}): Promise<Server> {
    const child = spawn(binary, ['serve', '--db', db, '--listen', `127.0.0.1:${port}`, ...args], {
      env: { ...environment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log: string[] = [];
    const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
    const base = await new Promise<string>((resolve, reject) => {
      let out = '';
      child.stderr!.on('data', (chunk) => log.push(String(chunk)));
      child.stdout!.on('data', (chunk) => {
        out += chunk;
        const found = /listening on (https?:\/\/\S+)/.exec(out);
        if (found) resolve(found[1]);
      });
      child.on('error', reject);
      ended.then((code) => reject(new Error(`wangge serve ended with ${code}: ${out}${log.join('')}`)));
    });
    return new Server(db, base, child, ended, log);
  }

  get errors(): string {
    return this.log.join('');
  }

  get pid(): number {
    return this.child.pid!;
  }

  // A client without an account.
  nobody(): Client {
    return new Client(this.base, null);
  }

  // A client of a demo account, signed in once.
  as(name: DemoName): Promise<Client> {
    let client = this.clients.get(name);
    if (!client) {
      client = Client.signIn(this.base, name, demoPassword);
      this.clients.set(name, client);
    }
    return client;
  }

  // Ctrl-C or SIGTERM, then everything that a clean end means.
  async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<void> {
    this.child.kill(signal);
    const code = await this.ended;
    const complaint = sanitizerComplaint(this.errors);
    if (complaint) throw new Error(complaint);
    if (code !== 0) throw new Error(`wangge serve ended with ${code}: ${this.errors.slice(-2000)}`);
  }

  // The end of a test that wrote much: the file is whole while it is served, and the server ends cleanly.
  async stopWhole(): Promise<void> {
    const check = await wangge(['check', '--db', this.db, '--rebuild']);
    if (check.code !== 0) throw new Error(check.out + check.err);
    await this.stop();
  }

  // kill -9: nothing is said, nothing is flushed.
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
