import { describe, expect, it } from 'vitest';
import { partyOnly } from '../src/api';
import type { Account, Summary } from '../src/api';
import { merge, STREAM_MOST } from '../src/store/live';

const one = (id: number, version = 1, more: Partial<Summary> = {}) =>
  ({ id: String(id), version, received_at: new Date(Date.UTC(2026, 10, 24) + id * 1_000).toISOString(), state: 'reported', ...more }) as Summary;

describe('the list of incidents', () => {
  it('is newest first, whatever order they come in', () => {
    expect(merge([one(2)], [one(1), one(3)]).map((s) => s.id)).toEqual(['3', '2', '1']);
  });
  it('keeps one of each, the later version, also when an older one arrives after it', () => {
    const done = one(1, 3, { state: 'done' });
    expect(merge([done], [one(1, 2)])).toEqual([done]);
    expect(merge([one(1, 2)], [done])).toEqual([done]);
    expect(merge([done], [done])).toEqual([done]);
  });
  it('orders what was received in the same instant by id', () => {
    const at = '2026-11-24T00:00:00Z';
    expect(merge([], [one(9, 1, { received_at: at }), one(10, 1, { received_at: at })]).map((s) => s.id)).toEqual(['10', '9']);
  });
  it('has an end', () => {
    const many = Array.from({ length: STREAM_MOST + 50 }, (_, i) => one(i));
    const kept = merge([], many);
    expect(kept).toHaveLength(STREAM_MOST);
    expect(kept[0]!.id).toBe(String(STREAM_MOST + 49));
  });
});

describe('one who sees matters only as a party', () => {
  const who = (...roles: string[]) => ({ grants: roles.map((role) => ({ role })) }) as Account;
  it('is a department or a worker with no other role', () => {
    expect(partyOnly(who('department'))).toBe(true);
    expect(partyOnly(who('worker', 'department'))).toBe(true);
    expect(partyOnly(who('worker', 'dispatcher'))).toBe(false);
    expect(partyOnly(null)).toBe(false);
  });
});
