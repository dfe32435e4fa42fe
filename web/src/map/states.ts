/* How the sixteen states of an incident are told apart on the map: five groups, each with its own shape and colour. */
import type { State } from '../api';
import type { Key } from '../i18n';

export type Group = 'new' | 'centre' | 'field' | 'check' | 'closed';

export const GROUPS: readonly Group[] = ['new', 'centre', 'field', 'check', 'closed'];
/** The map shows open incidents: what is finished is in the lists only. */
export const MAP_GROUPS: readonly Group[] = ['new', 'centre', 'field', 'check'];

const states: Record<Group, State[]> = {
  new: ['reported', 'returned'],
  centre: ['accepted', 'verifying', 'filed', 'review'],
  field: ['dispatched', 'claimed', 'handling'],
  check: ['done', 'checked'],
  closed: ['closed', 'evaluated', 'refused', 'void', 'merged'],
};
const groups = new Map<string, Group>(GROUPS.flatMap((g) => states[g].map((s) => [s, g] as const)));

export function statesOf(group: Group): readonly State[] {
  return states[group];
}
/** A state that this page does not know is shown as new: somebody should look. */
export function groupOf(state: string): Group {
  return groups.get(state) ?? 'new';
}
export function groupKey(group: Group): Key {
  return `group.${group}`;
}
