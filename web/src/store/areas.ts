/* The tree of areas, for the filters: read at the start and when it has changed. */
import { effect } from '@preact/signals';
import { api, may } from '../api';
import type { Area } from '../api';
import { healed, messages } from './live';
import { areas } from './narrow';
import { account, phase } from './session';

async function readAreas(): Promise<void> {
  const all = new Map<string, Area>();
  let next: string | null = '';
  while (next !== null) {
    const page: { items: Area[]; next: string | null } = await api.areas(next || undefined);
    for (const one of page.items) all.set(one.code, one);
    next = page.next;
  }
  areas.value = all;
}
effect(() => {
  if (phase.value === 'in' && may(account.value, 'see-map')) void readAreas().catch(() => undefined);
});
messages.on((message) => {
  if (message.type === 'areas' || message.type === 'plan') void readAreas().catch(() => undefined);
});
healed.on(() => void readAreas().catch(() => undefined));
