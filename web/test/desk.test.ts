import { describe, expect, it } from 'vitest';
import type { Offer } from '../src/pages/desk/api';
import { bars, chain, EMPTY, fieldOf, KEYS, members, missing, quickSteps, shared, sorted, spent, step } from '../src/pages/desk/deeds';

const offer = (action: string, needs: Offer['needs'] = [], takes: Offer['takes'] = []): Offer => ({ action, title: action, needs, takes });
const utc = (local: string): string => `${local}:00Z`;

describe('what an action sends', () => {
  it('is what it takes and was filled in, nothing else', () => {
    const filled = { ...EMPTY, reason: '  on the road  ', hand: { org: 'dept-urban', label: 'Urban' }, days: '3', level: 'red' };
    expect(members(offer('dispatch', [], ['reason', 'to_org', 'to_staff', 'orgs']), filled, utc)).toEqual({ reason: 'on the road', to_org: 'dept-urban' });
    expect(members(offer('ask-extension', ['reason', 'days']), filled, utc)).toEqual({ reason: 'on the road', days: 3 });
    expect(members(offer('claim'), filled, utc)).toEqual({});
    expect(members(offer('suspend', ['reason'], ['until']), { ...filled, until: '2026-12-01T09:00' }, utc)).toEqual({ reason: 'on the road', until: '2026-12-01T09:00:00Z' });
    expect(members(offer('ask-extension', ['days']), { ...filled, days: '3.5' }, utc)).toEqual({});
  });
  it('lacks the first that is needed and empty', () => {
    expect(missing(offer('return', ['reason']), {})).toBe('reason');
    expect(missing(offer('return', ['reason']), { reason: 'x' })).toBeNull();
    expect(missing(offer('copy', ['orgs']), { orgs: [] })).toBe('orgs');
  });
  it('as a chain: each names the one before, the last says to whom', () => {
    let n = 0;
    const deeds = chain('7', 3, ['accept', 'file', 'dispatch'], { to_org: 'dept-urban' }, () => `c${(n += 1)}`);
    expect(deeds).toEqual([
      { id: '7', action: 'accept', client_id: 'c1', version: 3 },
      { id: '7', action: 'file', client_id: 'c2', after: 'c1' },
      { id: '7', action: 'dispatch', client_id: 'c3', after: 'c2', to_org: 'dept-urban' },
    ]);
  });
  it('has its fault at the field of its name', () => {
    expect(fieldOf('items.2.to_org')).toBe('to_org');
    expect(fieldOf('orgs.1')).toBe('orgs');
    expect(fieldOf('reason')).toBe('reason');
    expect(fieldOf('items.0')).toBeUndefined();
    expect(fieldOf(undefined)).toBeUndefined();
  });
});

describe('what is offered', () => {
  const reported = [offer('accept'), offer('refuse', ['reason']), offer('merge', ['into']), offer('note', ['reason'])];
  it('of a new one: all steps to the hand in one; of one under way: what is left of them; else none', () => {
    expect(quickSteps(reported)).toEqual(['accept', 'file', 'dispatch']);
    expect(quickSteps([offer('file'), offer('dispatch'), offer('void')])).toEqual(['file', 'dispatch']);
    expect(quickSteps([offer('accept'), offer('dispatch')])).toEqual([]); // a returned one: it was filed before
    expect(quickSteps([offer('claim')])).toEqual([]);
  });
  it('is sorted: the next step first, rare ones in the menu, none lost', () => {
    const { main, more } = sorted([offer('note'), offer('merge'), offer('return'), offer('claim'), offer('urgent')]);
    expect(main.map((o) => o.action)).toEqual(['claim', 'return']);
    expect(more.map((o) => o.action)).toEqual(['note', 'merge', 'urgent']);
  });
  it('for several: what each of them may take', () => {
    expect(shared([reported, [offer('note', ['reason']), offer('accept')]]).map((o) => o.action)).toEqual(['accept', 'note']);
    expect(shared([reported, []])).toEqual([]);
    expect(shared([])).toEqual([]);
  });
  it('has keys that no two share, and none of the list\'s own', () => {
    const keys = Object.values(KEYS);
    expect(new Set(keys).size).toBe(keys.length);
    for (const own of ['j', 'k', 'x', 'X', '?', '/', '+', '[', ']']) expect(keys).not.toContain(own);
  });
});

describe('time', () => {
  it('is spent from the step\'s start to its end, and late from the very moment', () => {
    const at = { since: '2026-11-24T08:00:00Z', due: '2026-11-24T12:00:00Z' }, ms = (t: string): number => Date.parse(`2026-11-24T${t}:00Z`);
    expect(spent(at, ms('09:00'))).toEqual({ share: 0.25, left: 3 * 3_600_000, late: false });
    expect(spent(at, ms('12:00'))).toMatchObject({ share: 1, late: true });
    expect(spent(at, ms('07:00'))!.share).toBe(0); // a clock that is ahead
    expect(spent({ since: at.since, due: null }, 0)).toBeNull();
    expect(spent(null, 0)).toBeNull();
  });
  it('of each holder stands as a bar in the whole, seen however short, and never outside', () => {
    const from = (m: number): string => new Date(m * 60_000).toISOString();
    const [a, b, c] = bars([{ from: from(0), until: from(50) }, { from: from(50), until: from(50) }, { from: from(50), until: null }], 100 * 60_000);
    expect(a).toEqual({ left: 0, width: 50 });
    expect(b!.width).toBeGreaterThan(0);
    expect(c).toEqual({ left: 50, width: 50 });
    for (const bar of bars([{ from: from(0), until: from(99) }, { from: from(100), until: null }], 100 * 60_000)) expect(bar.left + bar.width).toBeLessThanOrEqual(100);
  });
});

describe('the way through the list', () => {
  it('goes on where the one was that is gone', () => {
    expect(step(['a', 'b', 'c'], 'a', 0, 1)).toBe('b');
    expect(step(['a', 'b', 'c'], 'c', 2, 1)).toBe('c');
    expect(step(['a', 'c'], 'b', 1, 1)).toBe('c'); // b stood between them
    expect(step(['a', 'c'], 'b', 1, -1)).toBe('a');
    expect(step(['a', 'b'], null, 0, 1)).toBe('a');
    expect(step(['a', 'b'], null, 2, -1)).toBe('b');
    expect(step([], 'a', 0, 1)).toBeNull();
  });
});
