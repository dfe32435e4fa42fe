/* Times and numbers, in the server's time zone and by the server's clock. */
import { signal } from '@preact/signals';
import { lang, t } from './index';

export const zone = signal<string | undefined>(undefined);

/* The server's clock, carried on by this machine's steady one: the wall clock of a desk may be wrong or be
 * set while the page is open. */
let serverAt = Date.now();
let steadyAt = performance.now();

export function setServerTime(ms: number): void {
  if (!Number.isFinite(ms)) return;
  serverAt = ms;
  steadyAt = performance.now();
}
export function serverNow(): number {
  return serverAt + (performance.now() - steadyAt);
}

const made = new Map<string, Intl.DateTimeFormat>();
function formatter(kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const tag = lang() === 'en' ? 'en-GB' : 'zh-CN';
  const key = `${kind} ${tag} ${zone.value ?? ''}`;
  let f = made.get(key);
  if (!f) {
    try {
      f = new Intl.DateTimeFormat(tag, { ...options, timeZone: zone.value });
    } catch {
      f = new Intl.DateTimeFormat(tag, options); // a zone this browser does not know
    }
    made.set(key, f);
  }
  return f;
}

export function clock(ms: number): string {
  return formatter('clock', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(ms);
}
/** What the server's zone is ahead of UTC at that moment, ms. */
export function offsetAt(ms: number): number {
  const parts = formatter('parts', { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).formatToParts(ms);
  const of = (type: string): number => Number(parts.find((p) => p.type === type)!.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - Math.floor(ms / 1000) * 1000;
}
function secondOfDay(ms: number): number {
  const [h, m, s] = clock(ms).split(':').map(Number);
  return (h! * 60 + m!) * 60 + s!;
}
/** When this day began in the server's zone, also on a day that the clocks are changed. */
export function dayStart(ms: number): number {
  const about = Math.floor(ms / 1000) * 1000 - secondOfDay(ms) * 1000, off = secondOfDay(about);
  return about + (off > 43_200 ? 86_400 - off : -off) * 1000;
}
export function dateLine(ms: number): string {
  return formatter('line', { month: 'long', day: 'numeric', weekday: 'short' }).format(ms);
}
/** January is 0. */
export function monthName(month: number): string {
  return new Intl.DateTimeFormat(lang() === 'en' ? 'en-GB' : 'zh-CN', { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, month, 15));
}
/** Monday is 1. */
export function dayName(day: number): string {
  return new Intl.DateTimeFormat(lang() === 'en' ? 'en-GB' : 'zh-CN', { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, day)); // a Monday
}
/** The weekday of a date yyyy-mm-dd. */
export function weekday(date: string): string {
  return new Intl.DateTimeFormat(lang() === 'en' ? 'en-GB' : 'zh-CN', { weekday: 'long', timeZone: 'UTC' }).format(new Date(`${date}T12:00:00Z`));
}
export function full(ms: number): string {
  return formatter('full', {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  }).format(ms);
}
function day(ms: number): string {
  return formatter('day', { year: 'numeric', month: '2-digit', day: '2-digit' }).format(ms);
}
/** The time alone for today, else the day and the time. */
export function short(ms: number): string {
  return day(ms) === day(serverNow())
    ? clock(ms)
    : formatter('short', { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms);
}

/** A length of time in its largest fitting unit. */
export function age(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return t('unit.s', { n: s });
  const m = Math.floor(s / 60);
  if (m < 60) return t('unit.m', { n: m });
  const h = Math.floor(m / 60);
  if (h < 48) return t('unit.h', { n: h });
  return t('unit.d', { n: Math.floor(h / 24) });
}
/** What is left of a limit, or over it: to the minute within a day, to the hour above. */
export function span(ms: number): string {
  const m = Math.floor(Math.max(0, ms) / 60_000), h = Math.floor(m / 60), d = Math.floor(h / 24);
  if (h < 1) return age(ms);
  if (d < 1) return m % 60 ? t('unit.hm', { h, m: m % 60 }) : t('unit.h', { n: h });
  return h % 24 ? t('unit.dh', { d, h: h % 24 }) : t('unit.d', { n: d });
}
export function ago(ms: number): string {
  const gone = serverNow() - ms;
  return gone < 5_000 ? t('unit.just') : t('unit.ago', { age: age(gone) });
}

export function count(n: number): string {
  return new Intl.NumberFormat(lang() === 'en' ? 'en-GB' : 'zh-CN').format(n);
}
export function percent(share: number): string {
  return new Intl.NumberFormat(lang() === 'en' ? 'en-GB' : 'zh-CN', { style: 'percent', maximumFractionDigits: 1 }).format(share);
}
/** Seven places: the lattice the server rounds to, about a centimetre. */
export function degrees(value: number): string {
  return value.toFixed(7);
}
