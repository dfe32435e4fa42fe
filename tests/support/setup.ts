// Once per run of vitest or Playwright: a scratch folder, and in it a small demo district that every test file
// copies, so that each has a database of its own. Both are told to the workers by the environment.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wangge } from './wangge.ts';

export default async function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'wangge-test-'));
  process.env.WG_TEST_FOLDER = folder;
  process.env.WG_TEST_DEMO = join(folder, 'demo.db'); // never opened by a server, only copied
  const made = await wangge(['demo', '--db', process.env.WG_TEST_DEMO, '--grids', '60', '--incidents', '500', '--seed', '7']);
  if (made.code !== 0) throw new Error(`wangge demo ended with ${made.code}: ${made.err}`);
  return () => rmSync(folder, { recursive: true, force: true });
}
