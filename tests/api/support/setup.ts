// Once per run: a small demo district that every test file copies, so that each has a database of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { wangge } from './wangge.ts';

declare module 'vitest' {
  interface ProvidedContext {
    folder: string; // scratch of this run, removed at its end
    demo: string; // the demo database: never opened by a server, only copied
  }
}

export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'wangge-api-'));
  const demo = join(folder, 'demo.db');
  const made = await wangge(['demo', '--db', demo, '--grids', '60', '--incidents', '500', '--seed', '7']);
  if (made.code !== 0) throw new Error(`wangge demo ended with ${made.code}: ${made.err}`);
  project.provide('folder', folder);
  project.provide('demo', demo);
  return () => rmSync(folder, { recursive: true, force: true });
}
