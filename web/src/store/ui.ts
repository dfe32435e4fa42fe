/* What this desk looks at and how: nothing here comes from the server. All but what is kept by the browser (the
 * look, the sound) stands in the address. */
import { computed, effect, signal } from '@preact/signals';
import { GROUPS } from '../map/states';
import type { State } from '../api';
import type { Group } from '../map/states';
import { LAYERS, NO_FILTERS, readHash, writeHash } from './hash';
import type { Filters, Hash, Layer, View } from './hash';
import { kept } from './keep';

export interface At { lon: number; lat: number }
/** An incident as the map's tiles tell of it. */
export interface Found { id: string; number: string; category: string; state: State; severity: number; overdue: boolean }
export type Selection =
  | { kind: 'incident'; id: string }
  | { kind: 'several'; found: Found[]; at: At }
  | { kind: 'place'; at: At }
  | { kind: 'worker'; id: string; name: string; seen: number; at: At }
  | { kind: 'report'; at: At | null }
  | { kind: 'duty' }
  | { kind: 'queue' };

const here = (): Hash => readHash(typeof location === 'undefined' ? '' : location.hash);
const start = here();
const chosenIn = (hash: Hash): Selection | null => (hash.incident ? { kind: 'incident', id: hash.incident } : null);
const without = <T extends string>(all: readonly T[], off: readonly T[]): Record<T, boolean> =>
  Object.fromEntries(all.map((one) => [one, !off.includes(one)])) as Record<T, boolean>;
const filtersIn = ({ area, network, category, since }: Hash): Filters => ({ area, network, category, since });

export const selection = signal<Selection | null>(chosenIn(start));
/** The view that the address names: at the start, and whenever somebody changes the address by hand. */
export const addressed = signal<View | null>(start.view);
/** Where the map is now. */
export const view = signal<View | null>(start.view);
export const shown = signal<Record<Layer, boolean>>(without(LAYERS, start.off));
export const groups = signal<Record<Group, boolean>>(without(GROUPS, start.hide));
export const filters = signal<Filters>(filtersIn(start));
export const touring = signal(start.tour);

/** The next click on the map names a place for a report. */
export const picking = computed(() => selection.value?.kind === 'report' && selection.value.at === null);

function address(): string {
  const chosen = selection.value;
  return writeHash({
    view: view.value,
    incident: chosen?.kind === 'incident' ? chosen.id : null,
    ...filters.value,
    hide: GROUPS.filter((g) => !groups.value[g]),
    off: LAYERS.filter((l) => !shown.value[l]),
    tour: touring.value,
  });
}

/** The wall's address and what is looked at: each follows the other. */
export function holdAddress(): void {
  window.addEventListener('hashchange', () => {
    const hash = here();
    addressed.value = hash.view;
    selection.value = chosenIn(hash);
    shown.value = without(LAYERS, hash.off);
    groups.value = without(GROUPS, hash.hide);
    filters.value = filtersIn(hash);
    touring.value = hash.tour;
  });
  effect(() => {
    const hash = address();
    if (hash !== location.hash) history.replaceState(null, '', hash || location.pathname + location.search);
  });
}

export const filtered = computed(() => Object.values(filters.value).some((one) => one !== null));
export function clearFilters(): void {
  filters.value = NO_FILTERS;
}

export type StreamFilter = 'all' | 'open' | 'overdue' | 'queue' | 'supervised';
export const streamFilter = signal<StreamFilter>('all');
export const leftTab = signal<'stream' | 'areas'>('stream');

/* --- the look --- */

export const THEMES = ['auto', 'light', 'dark'] as const;
export const theme = kept('theme', THEMES, 'auto');
/** A wall is for many eyes far away, a desk for one near by. By itself: a wall from 1800 points of width. */
export const MODES = ['auto', 'desk', 'wall'] as const;
export const mode = kept('mode', MODES, 'auto');
export const sound = kept('sound', ['on', 'off'] as const, 'on');

const media = (query: string): { value: boolean } => {
  const list = typeof matchMedia === 'undefined' ? null : matchMedia(query);
  const it = signal(list?.matches ?? false);
  list?.addEventListener('change', (e) => (it.value = e.matches));
  return it;
};
const night = media('(prefers-color-scheme: dark)');
const broad = media('(min-width: 1800px) and (min-height: 800px)');

/** Only the wall's page can be a wall; a desk on a broad screen stays one. */
export const canBeWall = signal(true);
export const wall = computed(() => canBeWall.value && (mode.value === 'auto' ? broad.value : mode.value === 'wall'));
/** A wall is dark unless somebody says otherwise. */
export const dark = computed(() => (theme.value === 'auto' ? wall.value || night.value : theme.value === 'dark'));

export function toggle<K extends string>(target: { value: Record<K, boolean> }, key: K): void {
  target.value = { ...target.value, [key]: !target.value[key] };
}
