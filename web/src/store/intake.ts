/* Reports by hour, today beside the same weekday: read each minute, and a while after new ones came. */
import { computed, effect, signal } from '@preact/signals';
import { api, may } from '../api';
import type { Intake } from '../api';
import { arrivals, healed, overview } from './live';
import { account, phase } from './session';
import { filters } from './ui';

const intake = signal<Intake | null>(null);

/** What has come since it was read is known from the counters: two numbers of one thing must not differ on one wall. */
export const hours = computed<Intake | null>(() => {
  const it = intake.value, { category, network } = filters.value;
  const more = it && overview.value && !category && !network ? overview.value.today - it.today : 0;
  if (!it || more <= 0 || more > 100) return it; // another day, or another area, is on its way
  const last = it.hours.findLastIndex((h) => h.today !== null);
  return { ...it, today: it.today + more, hours: it.hours.map((h, i) => (i === last ? { ...h, today: h.today! + more } : h)) };
});

const EVERY_MS = 60_000, SOON_MS = 5_000;
let soon: ReturnType<typeof setTimeout> | null = null;

async function read(): Promise<void> {
  soon = null;
  const area = filters.value.area ?? undefined;
  try {
    const got = await api.intake(area);
    if (area === (filters.value.area ?? undefined)) intake.value = got;
  } catch {
    /* asked again in a minute; what is seen stays, and the banner tells when the line is down */
  }
}

/** While somebody looks at it. */
export function watchIntake(): () => void {
  const stop = effect(() => {
    void filters.value.area;
    if (phase.value === 'in' && may(account.value, 'see-incident')) void read();
  });
  const later = (): void => void (soon ??= setTimeout(() => void read(), SOON_MS));
  const off = [arrivals.on(later), healed.on(later)];
  const timer = setInterval(() => void read(), EVERY_MS);
  return () => {
    stop();
    off.forEach((end) => end());
    clearInterval(timer);
    if (soon) clearTimeout(soon);
    soon = null;
  };
}
