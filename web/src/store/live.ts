/* The live picture: read once, then kept true by the feed; after a gap it is healed, after a reset read again. */
import { batch, computed, effect, signal } from '@preact/signals';
import { api, may, Problem } from '../api';
import type { Category, Overview, Summary } from '../api';
import { browserSharing, browserSurroundings } from '../feed/browser';
import type { Line } from '../feed/connection';
import { parse } from '../feed/protocol';
import type { Message, Raw } from '../feed/protocol';
import { SharedFeed } from '../feed/share';
import { serverNow, setServerTime } from '../i18n/format';
import { Bus } from './bus';
import { narrowed, passes } from './narrow';
import { account, lookAgain, server, sessionEnded } from './session';

/** How many incidents the stream holds. */
export const STREAM_MOST = 200;
const STREAM_FIRST = 100;

export const line = signal<Line>('connecting');
/** The steady clock (performance.now) when the server was last heard, and the server's time then. */
export const heard = signal({ steady: 0, server: 0 });
export const overview = signal<Overview | null>(null);
export const stream = signal<Summary[]>([]);
export const streamProblem = signal<string | null>(null);
export const streamRead = signal(false);
/** Ids that came in by the feed since the page was opened: they are drawn as new. */
export const arrived = signal<ReadonlySet<string>>(new Set());
export const categories = signal<Category[]>([]);
export const leading = signal(false);
export const lost = computed(() => line.value === 'lost');

export const messages = new Bus<Message>();
/** The connection is back after a gap; all that is derived from tiles should be looked at again. */
export const healed = new Bus<{ reset: boolean }>();
export const arrivals = new Bus<Summary[]>();
export const touchedIncidents = new Bus<ReadonlySet<string>>();
export const touched = new Bus<Summary[]>();

let feed: SharedFeed | null = null;
let head = 0;
let gap = false;
let queue: Extract<Message, { type: 'incident' }>[] = [];
let flushing: ReturnType<typeof setTimeout> | null = null;
let counting: ReturnType<typeof setTimeout> | null = null;
let countedAt = 0;

export function startLive(): void {
  if (feed) return;
  feed = new SharedFeed(`wangge-feed-${account.value?.id ?? ''}`, browserSurroundings, browserSharing, {
    message: take,
    line: (to) => {
      line.value = to;
      if (to === 'lost') gap = true;
      else if (to === 'live' && gap) {
        gap = false;
        void heal(false);
      }
    },
    failed: () => void askSession(),
    leading: (yes) => (leading.value = yes),
  });
  feed.start();
  void readAll();
  if (may(account.value, 'report') || may(account.value, 'see-incident')) {
    api.categories().then((page) => (categories.value = page.items), () => undefined);
  }
}

export function stopLive(): void {
  feed?.stop();
  feed = null;
  head = 0;
  gap = false;
  queue = [];
  batch(() => {
    line.value = 'connecting';
    overview.value = null;
    stream.value = [];
    streamRead.value = false;
    arrived.value = new Set();
  });
}

export function reconnect(): void {
  feed?.now();
}

/** A connection that fails may have failed because the session is over: only a plain request can tell. */
async function askSession(): Promise<void> {
  try {
    await api.me();
  } catch {
    /* 401 is handled by the client; anything else is the connection's matter */
  }
}

/** The overview first: its seq says what the lists, read after it, hold at least. */
export async function readAll(): Promise<void> {
  if (!may(account.value, 'see-incident')) {
    streamRead.value = true;
    return;
  }
  try {
    const asked = narrowed.peek();
    const counted = await api.overview(asked);
    if (asked !== narrowed.peek()) return; // somebody asked for something else meanwhile
    overview.value = counted;
    feed?.seen(counted.seq);
    const page = await api.incidents({ ...asked, limit: STREAM_FIRST });
    if (asked !== narrowed.peek()) return;
    batch(() => {
      stream.value = merge(stream.value, page.items);
      streamProblem.value = null;
      streamRead.value = true;
    });
  } catch (error) {
    streamProblem.value = error instanceof Problem ? error.message : String(error);
    streamRead.value = true;
  }
}

/** Other filters: what was listed is not what is asked for now. */
effect(() => {
  void narrowed.value;
  if (!feed) return;
  batch(() => {
    stream.value = [];
    streamRead.value = false;
  });
  void readAll();
});

async function heal(reset: boolean): Promise<void> {
  if (reset) stream.value = [];
  healed.say({ reset });
  await readAll();
}

/** Newest first; of one incident the later version. */
export function newest(have: readonly Summary[], more: readonly Summary[]): Summary[] {
  const byId = new Map<string, Summary>();
  for (const one of [...have, ...more]) {
    const known = byId.get(one.id);
    if (!known || one.version >= known.version) byId.set(one.id, one);
  }
  return [...byId.values()].sort((a, b) => Date.parse(b.received_at) - Date.parse(a.received_at) || Number(b.id) - Number(a.id));
}
export const merge = (have: readonly Summary[], more: readonly Summary[]): Summary[] => newest(have, more).slice(0, STREAM_MOST);

function take(raw: Raw): void {
  const message = parse(raw);
  if (!message) return;
  switch (message.type) {
    case 'hello':
      setServerTime(Date.parse(message.time));
      if (message.head < head) void heal(true); // another database
      head = message.head;
      break;
    case 'tick':
      setServerTime(Date.parse(message.time));
      head = Math.max(head, message.head);
      break;
    case 'incident':
      head = Math.max(head, message.seq);
      queue.push(message);
      flushing ??= setTimeout(flush, 40); // a burst is drawn once
      count();
      break;
    case 'plan':
    case 'areas':
      if (!server.value?.root) void lookAgain();
      count();
      break;
    case 'count':
    case 'staff':
    case 'settings':
    case 'duty':
      count();
      break;
    case 'reset':
      head = message.head;
      gap = false;
      void heal(true);
      break;
    case 'bye':
      if (message.why === 'signed-out') sessionEnded();
      break;
  }
  heard.value = { steady: performance.now(), server: serverNow() };
  messages.say(message);
}

function flush(): void {
  flushing = null;
  const took = queue;
  queue = [];
  const known = new Set(stream.value.map((s) => s.id));
  const fresh = took.filter((m) => m.kind === 'incident.reported' && !known.has(m.incident.id)).map((m) => m.incident);
  batch(() => {
    stream.value = merge(stream.value, took.map((m) => m.incident).filter(passes));
    if (fresh.length > 0) {
      const kept = new Set(stream.value.map((s) => s.id));
      arrived.value = new Set([...arrived.value, ...fresh.map((s) => s.id)].filter((id) => kept.has(id)));
    }
  });
  touched.say(took.map((m) => m.incident));
  touchedIncidents.say(new Set(took.map((m) => m.incident.id)));
  if (fresh.length > 0) arrivals.say(fresh);
}

/** The counters after an event: soon, but not more than once a second. */
function count(): void {
  if (!may(account.value, 'see-incident')) return;
  counting ??= setTimeout(async () => {
    counting = null;
    countedAt = performance.now();
    try {
      const asked = narrowed.peek();
      const counted = await api.overview(asked);
      if (asked === narrowed.peek()) overview.value = counted;
    } catch {
      /* the next event, or healing, reads them again */
    }
  }, Math.max(80, 1_000 - (performance.now() - countedAt)));
}
