/* What is overdue or in nobody's hands is mostly older than the stream reaches: when it is asked for, all open incidents
 * are looked through, and kept true by the feed like the stream. */
import { effect, signal } from '@preact/signals';
import { api } from '../api';
import type { Page, Summary } from '../api';
import { healed, newest, stream, touched } from './live';
import { narrowed } from './narrow';
import { phase } from './session';
import { streamFilter } from './ui';
import type { StreamFilter } from './ui';

/** What a filter of the list lets through: the same as its counter counts. */
export const FITS: Record<StreamFilter, (s: Summary) => boolean> = {
  all: () => true,
  open: (s) => s.open,
  overdue: (s) => s.open && s.overdue,
  queue: (s) => s.open && s.responsible === null && s.org === null,
  supervised: (s) => s.open && s.supervised !== 'none',
};
const PAGES = 5;
export const special = signal<Summary[]>([]);
let asked = 0;

async function read(): Promise<void> {
  const mine = ++asked, found: Summary[] = [], wanted = streamFilter.peek();
  try {
    let page: Page<Summary> = await api.incidents({ ...narrowed.peek(), state: 'open', limit: 1000 });
    for (let n = 1; ; n++) {
      found.push(...page.items.filter(FITS[wanted]));
      if (!page.next || n >= PAGES || mine !== asked) break;
      page = await api.next<Summary>(page.next);
    }
    if (mine === asked) special.value = found;
  } catch {
    /* the stream's own rows stay, and the banner tells when the line is down */
  }
}

effect(() => {
  void narrowed.value;
  if (phase.value !== 'in' || streamFilter.value === 'all') {
    asked++;
    special.value = [];
    return;
  }
  void read();
});
healed.on(() => {
  if (streamFilter.peek() !== 'all') void read();
});
touched.on((changed) => {
  if (special.peek().length > 0) special.value = newest(special.peek(), changed);
});

/** The rows of a list: the stream's, and of a special list those further back. */
export function rowsOf(): Summary[] {
  return streamFilter.value === 'all' ? stream.value : newest(special.value, stream.value);
}
