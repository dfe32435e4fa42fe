/* What is looked for, and what was found: the newest question wins. */
import { signal } from '@preact/signals';
import { api, Problem } from '../api';
import type { Hit } from '../api';

export const hits = signal<Hit[] | null>(null);
export const searching = signal(false);
export const searchProblem = signal<string | null>(null);

const WAIT_MS = 180;
let timer: ReturnType<typeof setTimeout> | null = null;
let asking: AbortController | null = null;

export function ask(text: string): void {
  if (timer) clearTimeout(timer);
  asking?.abort();
  asking = null;
  const q = text.trim().slice(0, 100);
  searchProblem.value = null;
  if (!q) {
    hits.value = null;
    searching.value = false;
    return;
  }
  searching.value = true;
  timer = setTimeout(async () => {
    const mine = (asking = new AbortController());
    try {
      const found = await api.search(q, mine.signal);
      if (asking === mine) hits.value = found.items;
    } catch (error) {
      if (asking !== mine || mine.signal.aborted) return;
      hits.value = null;
      searchProblem.value = error instanceof Problem ? error.message : String(error);
    } finally {
      if (asking === mine) searching.value = false;
    }
  }, WAIT_MS);
}
