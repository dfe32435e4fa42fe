import { expect, it } from 'vitest';
import { byStart, stateOf } from '../src/pages/admin/staff';
import type { StandIn } from '../src/pages/admin/api';

const one = (id: string, from: string | null, until: string | null): StandIn => ({ id, version: 'v', staff: null, by: null, from, until });
const all = [one('ended', '2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'), one('ever', null, null), one('soon', '2026-12-01T00:00:00Z', null), one('now', '2026-11-20T00:00:00Z', '2026-11-30T00:00:00Z')];

it('stand-ins: the latest start first, each with its state at that time', () => {
  const at = Date.parse('2026-11-24T00:00:00Z');
  expect([...all].sort(byStart).map((s) => `${s.id} ${stateOf(s, at)}`)).toEqual(['soon ahead', 'now running', 'ended over', 'ever running']);
  expect(stateOf(all[3]!, Date.parse('2026-11-30T00:00:00Z'))).toBe('over'); // the end is not part of it
  expect(stateOf(all[2]!, Date.parse('2026-12-01T00:00:00Z'))).toBe('running');
});
