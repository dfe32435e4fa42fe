/* The filters as the server takes them, and for what comes by the feed, which is not narrowed. */
import { computed, signal } from '@preact/signals';
import type { Area, Narrow, Summary } from '../api';
import { dayStart, serverNow } from '../i18n/format';
import { now } from './clock';
import { filters } from './ui';

/** The areas this account may look at, by code. */
export const areas = signal<ReadonlyMap<string, Area>>(new Map());

/** From when on, in steps of ten minutes, so that equal questions stay equal for a while. */
const since = computed(() => {
  const span = filters.value.since;
  if (!span) return undefined;
  const step = 600_000, at = Math.floor(now.value / step) * step;
  return span === 'today' ? dayStart(serverNow()) : span === '24h' ? at - 86_400_000 : at - 7 * 86_400_000;
});

const said = computed(() => {
  const { area, network, category } = filters.value;
  return JSON.stringify({
    area: area ?? undefined, network: network ?? undefined, category: category ?? undefined,
    since: since.value === undefined ? undefined : new Date(since.value).toISOString(),
  });
});
/** What to ask for; changes only when what is asked for does. */
export const narrowed = computed<Narrow>(() => JSON.parse(said.value) as Narrow);

function under(code: string, top: string): boolean {
  let at: string | null | undefined = code;
  for (let steps = 0; at && steps < 32; steps++) {
    if (at === top) return true;
    at = areas.value.get(at)?.parent;
  }
  return false;
}

/** Does what came by the feed pass the filters? */
export function passes(one: Summary): boolean {
  const { area, network, category } = filters.value;
  if (category && one.category.code !== category) return false;
  if (network && one.network !== network) return false;
  if (since.value !== undefined && Date.parse(one.received_at) < since.value) return false;
  return !area || (one.area !== null && under(one.area.code, area));
}
