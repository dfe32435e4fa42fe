// The command, run as a person would: arguments, standard input, exit code, both outputs.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const repo = fileURLToPath(new URL('../../', import.meta.url));
export const binary = process.env.WG_BIN ?? `${repo}build/dev/wangge`;

const suppressions = `suppressions=${repo}tests/lsan.supp:print_suppressions=0`;
export const environment = {
  ...process.env,
  LC_ALL: 'C.UTF-8', // sentences of the command in English
  LSAN_OPTIONS: suppressions,
  ASAN_OPTIONS: 'detect_leaks=1',
  UBSAN_OPTIONS: 'print_stacktrace=1',
};

// What a sanitizer says when it found something.
export function sanitizerComplaint(err: string): string | null {
  const found = /(==\d+==ERROR: .*|.*runtime error: .*|SUMMARY: (?:Address|Leak|Undefined|Thread)\S*Sanitizer.*)/.exec(err);
  return found ? err.slice(found.index, found.index + 3000) : null;
}

export interface Ran {
  code: number | null;
  out: string;
  bytes: Buffer; // of standard output
  err: string;
}

export async function wangge(args: string[], input?: string | Uint8Array, cwd?: string): Promise<Ran> {
  if (!existsSync(binary)) throw new Error(`${binary} is not built: ./run test api builds it`);
  const child = spawn(binary, args, { env: environment, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => err.push(chunk));
  child.stdin.on('error', () => {}); // a command that does not read its input closes it
  child.stdin.end(input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code));
  });
  const bytes = Buffer.concat(out);
  const text = { code, bytes, out: bytes.toString(), err: Buffer.concat(err).toString() };
  const complaint = sanitizerComplaint(text.err);
  if (complaint) throw new Error(`wangge ${args[0]}: ${complaint}`);
  return text;
}
