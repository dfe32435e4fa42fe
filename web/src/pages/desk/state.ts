/* What the desk holds: the inboxes, the list of one, what is chosen in it and what is being done. The chosen incident
 * itself is the wall's (store/detail); the feed brings news of all. */
import { batch, computed, effect, signal } from '@preact/signals';
import { may, Problem } from '../../api';
import type { Account, Summary, Verb } from '../../api';
import { locale, name } from '../../i18n';
import { detail } from '../../store/detail';
import { healed, touchedIncidents } from '../../store/live';
import { account, phase } from '../../store/session';
import { selection } from '../../store/ui';
import { desk } from './api';
import type { Inbox, Offer, Org, Phrase, Result, Work } from './api';
import { step } from './deeds';

const FIRST = 100;
const MOST = 500;

export const boxes = signal<Inbox[] | null>(null);
export const box = signal<string | null>(null);
export const rows = signal<Summary[]>([]);
export const total = signal(0);
export const more = signal<string | null>(null);
export const listing = signal<'reading' | 'there' | Problem>('reading');
export const marked = signal<ReadonlySet<string>>(new Set());
export const work = signal<{ of: string; work: Work | null; problem: Problem | null } | null>(null);
/** The action whose form is open; `many`: for all that are marked. */
export const doing = signal<{ offer: Offer; many: boolean; into?: { id: string; text: string } } | null>(null);
export const results = signal<{ title: string; items: Result[]; of: ReadonlyMap<string, Summary> } | null>(null);
export const orgs = signal<ReadonlyMap<string, Org>>(new Map());
export const phrases = signal<Phrase[]>([]);
export const told = signal('');
export const keysShown = signal(false);
export const chosenId = computed(() => (selection.value?.kind === 'incident' ? selection.value.id : null));

export const problemOf = (error: unknown): Problem => (error instanceof Problem ? error : new Problem(0, String(error)));

/** Which inboxes can hold something for this account, in the order of its work. */
const NEEDS: Record<string, Verb> = {
  review: 'review', accept: 'direct', dispatch: 'direct', returned: 'direct', check: 'direct', close: 'direct', extension: 'direct', queue: 'direct', claim: 'work', handle: 'work',
};
export const WATCH = ['soon', 'overdue', 'supervised', 'suspended', 'queue', 'all'];
export function mine(all: readonly Inbox[], who: Account | null): Inbox[] {
  const can = all.filter((b) => !NEEDS[b.code] || may(who, NEEDS[b.code]!));
  const first = may(who, 'review') ? can.filter((b) => b.code === 'review') : [];
  return [...first, ...can.filter((b) => !first.includes(b))];
}
function firstBox(all: readonly Inbox[]): string {
  const own = mine(all, account.value);
  return (own.find((b) => b.count > 0 && !WATCH.includes(b.code)) ?? own.find((b) => b.code === 'all') ?? own[0])?.code ?? 'all';
}

/* --- the address: #inbox/incident --- */

function readAddress(): { box: string | null; id: string | null } {
  const [at, id] = location.hash.slice(1).split('/');
  return { box: at && /^[a-z]{2,16}$/.test(at) ? at : null, id: id && /^\d{1,20}$/.test(id) ? id : null };
}
export function holdAddress(): void {
  const take = (): void => {
    const to = readAddress();
    batch(() => {
      if (to.box) box.value = to.box;
      if (to.id && to.id !== chosenId.peek()) selection.value = { kind: 'incident', id: to.id };
    });
  };
  take();
  window.addEventListener('hashchange', take);
  effect(() => {
    const hash = box.value ? `#${box.value}${chosenId.value ? `/${chosenId.value}` : ''}` : '';
    if (hash && hash !== location.hash) history.replaceState(null, '', hash);
  });
}

/* --- reading --- */

let asked = 0;
async function readBoxes(): Promise<void> {
  const got = (await desk.inboxes()).inboxes;
  batch(() => {
    boxes.value = got;
    box.value ??= firstBox(got);
  });
}
async function readRows(quiet: boolean): Promise<void> {
  const at = box.peek(), mine = ++asked;
  if (!at) return;
  if (!quiet) batch(() => { rows.value = []; more.value = null; total.value = 0; listing.value = 'reading'; });
  try {
    const page = await desk.inbox(at, Math.min(MOST, Math.max(FIRST, rows.peek().length)));
    if (mine !== asked) return;
    batch(() => {
      rows.value = page.items;
      more.value = page.next;
      total.value = page.count;
      listing.value = 'there';
      const there = new Set(page.items.map((s) => s.id));
      if ([...marked.peek()].some((id) => !there.has(id))) marked.value = new Set([...marked.peek()].filter((id) => there.has(id)));
    });
  } catch (error) {
    const problem = problemOf(error);
    // While the line is down what was listed stays; the banner tells of it.
    if (mine === asked && (!quiet || problem.status !== 0)) listing.value = problem;
  }
}
export async function readMore(): Promise<void> {
  if (!more.peek()) return;
  const at = asked;
  try {
    const page = await desk.more(more.peek()!);
    if (at !== asked) return;
    batch(() => {
      rows.value = [...rows.peek(), ...page.items];
      more.value = page.next;
    });
  } catch (error) {
    listing.value = problemOf(error);
  }
}
export async function readDesk(quiet = true): Promise<void> {
  await readBoxes().catch((error: unknown) => {
    if (!quiet || !boxes.peek()) listing.value = problemOf(error);
  });
  await readRows(quiet);
}

let soon: ReturnType<typeof setTimeout> | null = null;
let readAt = 0;
/** After news: at once, but not more than once a second. */
export function freshen(): void {
  soon ??= setTimeout(() => {
    soon = null;
    readAt = performance.now();
    void readDesk();
  }, Math.max(60, 1_000 - (performance.now() - readAt)));
}

let asking: AbortController | null = null;
export async function readWork(id: string): Promise<void> {
  asking?.abort();
  const own = (asking = new AbortController());
  try {
    const got = await desk.work(id, own.signal);
    if (asking === own) work.value = { of: id, work: got, problem: null };
  } catch (error) {
    if (asking === own && !own.signal.aborted) work.value = { of: id, work: work.peek()?.of === id ? work.peek()!.work : null, problem: problemOf(error) };
  }
}

/** Starts what keeps the desk true; gives what stops it. */
export function startDesk(): () => void {
  let opened = box.peek();
  void desk.orgs().then((page) => (orgs.value = new Map(page.items.map((o) => [o.code, o]))), () => undefined);
  void desk.phrases().then((got) => (phrases.value = got.items), () => undefined);
  void readDesk(false);
  const off = [
    effect(() => {
      const at = box.value;
      if (at === opened) return;
      const first = opened === null;
      opened = at;
      if (!first) batch(() => { marked.value = new Set(); results.value = null; });
      if (!first && phase.peek() === 'in') void readRows(false);
    }),
    effect(() => {
      const i = detail.value.incident, id = chosenId.value;
      if (!id) {
        work.value = null;
        return;
      }
      if (work.peek()?.of !== id) work.value = null;
      if (i?.id === id) void readWork(id);
    }),
    effect(() => {
      void chosenId.value;
      doing.value = null;
    }),
    effect(() => {
      void locale.value; // titles come from the server, in its reader's language
      if (boxes.peek()) void readDesk();
      const id = chosenId.peek();
      if (id) void readWork(id);
    }),
    touchedIncidents.on(freshen),
    healed.on(freshen),
  ];
  const minute = setInterval(freshen, 30_000); // what becomes due makes no event
  return () => {
    off.forEach((stop) => stop());
    clearInterval(minute);
  };
}

/* --- choosing --- */

let lastAt = 0;
export function choose(id: string | null): void {
  if (id === null) {
    selection.value = null;
    return;
  }
  const at = rows.peek().findIndex((s) => s.id === id);
  if (at >= 0) lastAt = at;
  if (id !== chosenId.peek()) selection.value = { kind: 'incident', id };
}
export function walk(by: 1 | -1): void {
  const to = step(rows.peek().map((s) => s.id), chosenId.peek(), chosenId.peek() === null ? (by > 0 ? 0 : rows.peek().length) : lastAt, by);
  if (!to) return;
  choose(to);
  document.querySelector(`[data-incident="${CSS.escape(to)}"]`)?.scrollIntoView({ block: 'nearest' });
}
export function mark(id: string): void {
  const next = new Set(marked.peek());
  if (!next.delete(id)) next.add(id);
  marked.value = next;
}
export function markAll(): void {
  marked.value = marked.peek().size === rows.peek().length ? new Set() : new Set(rows.peek().map((s) => s.id));
}

/* --- names --- */

export function orgName(code: string | null | undefined): string {
  return code ? name(orgs.value.get(code)?.name, code) : '';
}

/** A time typed without a zone is meant in the server's. */
export function zoned(local: string, offset: (ms: number) => number): string {
  const utc = Date.parse(`${local.length === 10 ? `${local}T18:00` : local}Z`);
  return new Date(utc - offset(utc)).toISOString();
}
