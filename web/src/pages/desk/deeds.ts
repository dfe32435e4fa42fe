/* What the desk knows of actions by itself: which is first, which key it has, what a form sends. Nothing here draws or
 * asks the server. */
import type { Deed, Offer, Say } from './api';

/** Accept, file and dispatch in one: the desk's own, made of the three. */
export const QUICK = 'quick';

/** The keys of actions. j, k, x and the signs are the list's own. */
export const KEYS: Record<string, string> = {
  quick: 'a', accept: 'A', refuse: 'r', verify: 'v', file: 'f', dispatch: 'd', transfer: 't', claim: 'c', return: 'b', handle: 'h', done: 'e', 'at-once': 'o',
  check: 'g', rework: 'w', close: 'l', approve: 'p', 'send-back': 'z', instruct: 'i', note: 'n', supervise: 's', urgent: 'u', merge: 'm',
};

/** The first of these that may be done is the next step; all of them are buttons, the rest stands in the menu. */
const FIRST = [
  'quick', 'approve', 'send-back', 'grant-extension', 'refuse-extension', 'dispatch', 'accept', 'claim', 'done', 'handle', 'check', 'close', 'rework', 'file', 'resume', 'return', 'transfer', 'refuse', 'instruct', 'evaluate',
];
const BUTTONS = 4;

export function sorted(offers: readonly Offer[]): { main: Offer[]; more: Offer[] } {
  const rank = (o: Offer): number => {
    const at = FIRST.indexOf(o.action);
    return at < 0 ? FIRST.length : at;
  };
  const all = [...offers].sort((a, b) => rank(a) - rank(b));
  const main = all.filter((o) => rank(o) < FIRST.length).slice(0, BUTTONS);
  return { main, more: all.filter((o) => !main.includes(o)) };
}

/** An ordinary new one goes out at one stroke: the steps that are still to be taken, or none. */
export function quickSteps(offers: readonly Offer[]): string[] {
  const may = new Set(offers.map((o) => o.action));
  if (may.has('accept') && may.has('refuse')) return ['accept', 'file', 'dispatch'];
  if (may.has('file') && may.has('dispatch')) return ['file', 'dispatch'];
  return [];
}

export function quickOffer(offers: readonly Offer[], title: string): Offer | null {
  return quickSteps(offers).length > 0 ? { action: QUICK, title, needs: [], takes: ['to_org', 'to_staff', 'orgs', 'reason'] } : null;
}

/** Actions that each of several offers, as the first of them says it. Into one another they go one by one. */
export function shared(lists: readonly (readonly Offer[])[]): Offer[] {
  const [first, ...rest] = lists;
  return (first ?? []).filter((o) => o.action !== 'split' && rest.every((list) => list.some((x) => x.action === o.action)));
}

export interface Hand { org?: string; staff?: string; label: string }
export interface Filled {
  reason: string;
  hand: Hand | null;
  orgs: { id: string; text: string }[];
  area: { id: string; text: string } | null;
  into: { id: string; text: string } | null;
  days: string;
  level: string;
  basis: string;
  score: string;
  until: string;
  parts: { category: string; description: string }[];
}
export const EMPTY: Filled = { reason: '', hand: null, orgs: [], area: null, into: null, days: '', level: '', basis: '', score: '', until: '', parts: [{ category: '', description: '' }, { category: '', description: '' }] };

/** What is filled in of what the action takes; the rest is left out. `zoned`: a local time as the server's zone has it. */
export function members(offer: Pick<Offer, 'needs' | 'takes'>, f: Filled, zoned: (local: string) => string): Partial<Record<Say, unknown>> {
  const says = new Set<Say>([...offer.needs, ...offer.takes]);
  const out: Partial<Record<Say, unknown>> = {};
  const put = (say: Say, value: unknown): void => {
    if (says.has(say) && value !== '' && value !== undefined && value !== null) out[say] = value;
  };
  put('reason', f.reason.trim());
  put('to_org', f.hand?.org);
  put('to_staff', f.hand?.staff);
  put('to_area', f.area?.id);
  if (f.orgs.length > 0) put('orgs', f.orgs.map((o) => o.id));
  if (/^\d+$/.test(f.days)) put('days', Number(f.days));
  put('level', f.level);
  put('basis', f.basis);
  put('into', f.into?.id);
  if (/^[1-5]$/.test(f.score)) put('score', Number(f.score));
  if (f.until) put('until', zoned(f.until));
  if (says.has('parts')) put('parts', f.parts.filter((p) => p.category && p.description.trim()).map((p) => ({ ...p, description: p.description.trim() })));
  return out;
}

/** The first member that is required and was left empty. */
export function missing(offer: Pick<Offer, 'needs'>, given: Partial<Record<Say, unknown>>): Say | null {
  return offer.needs.find((say) => given[say] === undefined || (Array.isArray(given[say]) && (given[say] as unknown[]).length === 0)) ?? null;
}

/** One incident, several steps, one request: each names the one before it, so that all happen or none. */
export function chain(incident: string, version: number, steps: readonly string[], last: Partial<Record<Say, unknown>>, newId: () => string): Deed[] {
  let before: string | null = null;
  return steps.map((action, k) => {
    const client_id = newId();
    const deed: Deed = { id: incident, action, client_id, ...(before === null ? { version } : { after: before }), ...(k === steps.length - 1 && last) };
    before = client_id;
    return deed;
  });
}

/** "items.2.to_org" → "to_org": the form has one field of each name. */
export function fieldOf(field: string | undefined): string | undefined {
  return field?.replace(/^items\.\d+\.?/, '').replace(/^(orgs|parts)\..*/, '$1') || undefined;
}

/** How much of a clock's time is over, 0 to 1; `late` beyond it. Without a deadline nothing runs. */
export function spent(step: { since: string; due: string | null } | null, now: number): { share: number; left: number; late: boolean } | null {
  if (!step?.due) return null;
  const from = Date.parse(step.since), due = Date.parse(step.due);
  const share = due > from ? (now - from) / (due - from) : 1;
  return { share: Math.min(1, Math.max(0, share)), left: due - now, late: now >= due };
}

/** Where a hold's bar stands in the whole, in percent; nobody's bar is too thin to be seen. */
export function bars(holds: readonly { from: string; until: string | null }[], now: number): { left: number; width: number }[] {
  const ends = holds.map((h) => [Date.parse(h.from), h.until ? Date.parse(h.until) : now] as const);
  const start = Math.min(...ends.map(([from]) => from)), whole = Math.max(1, Math.max(...ends.map(([, to]) => to)) - start);
  return ends.map(([from, to]) => {
    const width = Math.max(1.5, ((to - from) / whole) * 100);
    return { left: Math.min(100 - width, ((from - start) / whole) * 100), width };
  });
}

/** A step through the list; from nowhere, or from one that has gone, it goes on where that was. */
export function step(ids: readonly string[], at: string | null, last: number, by: 1 | -1): string | null {
  if (ids.length === 0) return null;
  const here = at === null ? -1 : ids.indexOf(at);
  const to = here >= 0 ? here + by : by > 0 ? Math.max(0, last) : Math.max(0, last - 1);
  return ids[Math.min(ids.length - 1, Math.max(0, to))] ?? null;
}
