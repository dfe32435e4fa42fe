/* What this desk looks at and how: nothing here comes from the server. */
import { computed, signal } from '@preact/signals';
import { readHash } from '../map/hash';
import type { Hash, View } from '../map/hash';
import { GROUPS } from '../map/states';
import type { State } from '../api';
import type { Group } from '../map/states';
import type { Switch } from '../map/style';

export interface At { lon: number; lat: number }
/** An incident as the map's tiles tell of it. */
export interface Found { id: string; number: string; category: string; state: State; severity: number; overdue: boolean }
export type Selection =
  | { kind: 'incident'; id: string }
  | { kind: 'several'; found: Found[]; at: At }
  | { kind: 'place'; at: At }
  | { kind: 'worker'; id: string; name: string; seen: number; at: At }
  | { kind: 'report'; at: At | null };

const here = (): Hash => readHash(typeof location === 'undefined' ? '' : location.hash);
const chosenIn = (hash: Hash): Selection | null => (hash.incident ? { kind: 'incident', id: hash.incident } : null);

export const selection = signal<Selection | null>(chosenIn(here()));
/** The view that the address names: at the start, and whenever somebody changes the address by hand. */
export const addressed = signal<View | null>(here().view);
if (typeof window !== 'undefined') {
  window.addEventListener('hashchange', () => {
    const hash = here();
    addressed.value = hash.view;
    selection.value = chosenIn(hash);
  });
}

/** The next click on the map names a place for a report. */
export const picking = computed(() => selection.value?.kind === 'report' && selection.value.at === null);

export const shown = signal<Record<Switch, boolean>>({ areas: true, grids: true, incidents: true, workers: true, basemap: true });
export const groups = signal<Record<Group, boolean>>(
  Object.fromEntries(GROUPS.map((g) => [g, true])) as Record<Group, boolean>,
);

export type StreamFilter = 'all' | 'open' | 'overdue' | 'queue';
export const streamFilter = signal<StreamFilter>('all');
export const leftTab = signal<'stream' | 'areas'>('stream');

const night = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-color-scheme: dark)');
export const dark = signal(night?.matches ?? false);
night?.addEventListener('change', (e) => (dark.value = e.matches));

export function toggle<K extends string>(target: { value: Record<K, boolean> }, key: K): void {
  target.value = { ...target.value, [key]: !target.value[key] };
}
