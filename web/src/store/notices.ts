/* What this account was told. The number comes by the feed; the list is read when somebody looks. */
import { batch, effect, signal } from '@preact/signals';
import { api, nameless } from '../api';
import type { Notice, NoticeCount } from '../api';
import { healed, messages } from './live';
import { account, phase } from './session';
import { selection } from './ui';

export const unread = signal(0);
export const notices = signal<Notice[]>([]);
export const counts = signal<NoticeCount[]>([]);
export const listOpen = signal(false);
export const reading = signal<'no' | 'yes' | 'failed'>('no');
const SHOWN = 30;

let asked = 0;
async function read(limit: number): Promise<void> {
  if (phase.peek() !== 'in' || nameless(account.peek())) return;
  const mine = ++asked;
  reading.value = 'yes';
  try {
    const page = await api.notices(limit);
    if (mine !== asked) return;
    batch(() => {
      unread.value = page.unread;
      counts.value = page.counts;
      if (limit >= SHOWN) notices.value = page.items;
      reading.value = 'no';
    });
  } catch {
    if (mine === asked) reading.value = 'failed';
  }
}

export function openList(open: boolean): void {
  listOpen.value = open;
  if (open) void read(SHOWN);
}

messages.on((m) => {
  if (m.type !== 'notice') return;
  unread.value = m.unread;
  if (listOpen.peek()) void read(SHOWN);
});
healed.on(() => void read(listOpen.peek() ? SHOWN : 1));
effect(() => {
  if (phase.value === 'in') void read(1);
  else batch(() => {
    asked++;
    unread.value = 0;
    notices.value = [];
    counts.value = [];
    listOpen.value = false;
  });
});

export function openNotice(of: Notice): void {
  selection.value = { kind: 'incident', id: of.incident.id };
  listOpen.value = false;
  if (of.read) return;
  notices.value = notices.value.map((n) => (n.id === of.id ? { ...n, read: true } : n));
  void api.readNotices({ ids: [of.id] }).then((left) => (unread.value = left.unread), () => undefined);
}

/** Up to the newest that stands in the list, not what has come since. */
export async function readAllNotices(): Promise<void> {
  const upTo = Math.max(0, ...notices.value.map((n) => n.seq), ...counts.value.map((c) => c.seq));
  if (upTo > 0) {
    await api.readNotices({ up_to: upTo }).catch(() => undefined);
    await read(SHOWN);
  }
}
