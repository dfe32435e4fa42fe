/* Grids that nobody answers for, and what waits for the centre: asked for again when the feed says that they changed. */
import { effect, signal } from '@preact/signals';
import { api, may } from '../api';
import type { Duty, QueueItem } from '../api';
import { healed, messages, overview } from './live';
import { filters, selection } from './ui';
import { account, phase } from './session';

export const duty = signal<Duty | null>(null);
export const centreQueue = signal<QueueItem[] | null>(null);
let asked = 0;
let soon: ReturnType<typeof setTimeout> | null = null;

async function readDuty(): Promise<void> {
  const mine = ++asked;
  try {
    const read = await api.duty(filters.peek().area ?? undefined);
    if (mine === asked) duty.value = read;
  } catch {
    /* the next message, or healing, asks again */
  }
}

/** The feed may tell of many at once: asked once for all of them. */
function again(): void {
  soon ??= setTimeout(() => {
    soon = null;
    if (phase.peek() === 'in') void readDuty();
  }, 150);
}

effect(() => {
  void filters.value.area;
  if (phase.value === 'in' && may(account.value, 'see-map')) again();
  else duty.value = null;
});
messages.on((message) => {
  if (message.type === 'duty' || message.type === 'staff' || message.type === 'plan') again();
});
healed.on(again);

/* The list is read while it is looked at, and again with each new count. */
let listing = 0;
effect(() => {
  const open = selection.value?.kind === 'queue';
  void overview.value;
  const mine = ++listing;
  if (!open) {
    centreQueue.value = null;
    return;
  }
  api.queue(filters.value.area ?? undefined).then(
    (page) => {
      if (mine === listing) centreQueue.value = page.items;
    },
    () => undefined,
  );
});
