/* The rules of a category as the server gives them, and as words. */
import { lang, name, t, tOr } from '../../i18n';
import type { Names } from '../../i18n';

export const CLOCKS = ['whole', 'accept', 'verify', 'dispatch', 'claim', 'handle', 'check', 'review'] as const;
export type Clock = (typeof CLOCKS)[number];
export const UNITS = ['minutes', 'work_hours', 'work_days'] as const;
export type Unit = (typeof UNITS)[number] | 'none';
export const SEVERITIES = ['3', '2', '1'] as const;
export type Severity = (typeof SEVERITIES)[number];
export const GATES = ['dispatch', 'escalate', 'close'] as const;
export const POSTS = ['manager', 'officer', 'lead', 'police', 'cadre', 'judicial', 'other'] as const;

export interface Span { n?: number; unit: Unit }
export interface Limit extends Span { by_severity?: Partial<Record<Severity, Span>> }
export interface Temporary { post: string; until: string; consent: string }
export interface Rules {
  version?: number;
  limits: Partial<Record<Clock, Limit>>;
  verify_photos: number;
  done_photos: number;
  at_once: boolean;
  gates: string[];
  posts: string[];
  temporary: Temporary[];
}
export const NO_RULES: Rules = { limits: {}, verify_photos: 0, done_photos: 0, at_once: false, gates: [], posts: [], temporary: [] };

/** What parts the items of a list. */
const between = (): string => (lang() === 'zh' ? '；' : '; ');

/** "4 working hours"; none: an empty text. */
export function spanText(of: Span | null | undefined): string {
  if (!of || of.unit === 'none') return '';
  const n = of.n ?? 0;
  if (of.unit === 'minutes' && n % 1440 === 0) return t('unit.d', { n: n / 1440 }); // of the clock on the wall
  if (of.unit === 'minutes' && n % 60 === 0) return t('unit.h', { n: n / 60 });
  return of.unit === 'minutes' ? t('span.minutes', { n }) : of.unit === 'work_hours' ? t('span.hours', { n }) : t('span.days', { n });
}

/** What holds for matters of this severity. */
export const limitFor = (limit: Limit | undefined, severity: number): Span | undefined => limit?.by_severity?.[String(severity) as Severity] ?? limit;

/** "30 min; urgent: 10 min" */
export function limitText(limit: Limit | null): string {
  if (!limit) return '';
  const own = SEVERITIES.flatMap((s) => (limit.by_severity?.[s] ? [t('span.by', { severity: tOr(`severity.${s}`, s), span: spanText(limit.by_severity[s]) })] : []));
  return [spanText(limit), ...own].filter(Boolean).join(between());
}

/** A rule's limit with one span changed; nothing left of it: no limit. */
export function withSpan(limit: Limit | undefined, severity: Severity | null, span: Span): Limit | undefined {
  const by = { ...limit?.by_severity };
  if (severity && span.unit === 'none') delete by[severity];
  else if (severity) by[severity] = span;
  const base: Span = severity ? (limit ? (limit.unit === 'none' ? { unit: 'none' } : { n: limit.n ?? 0, unit: limit.unit }) : { unit: 'none' }) : span.unit === 'none' ? { unit: 'none' } : span;
  const some = Object.keys(by).length > 0;
  return base.unit === 'none' && !some ? undefined : { ...base, ...(some && { by_severity: by }) };
}

/** What one version changed of the one before, as an import says it. */
export function ruleChanges(was: Rules, now: Rules): { member: string; was: unknown; now: unknown }[] {
  const limits = CLOCKS.map((c) => ({ member: `rules.limits.${c}`, was: was.limits[c] ?? null, now: now.limits[c] ?? null }));
  const rest = (['verify_photos', 'done_photos', 'at_once', 'gates', 'posts', 'temporary'] as const).map((m) => ({ member: `rules.${m}`, was: was[m] as unknown, now: now[m] as unknown }));
  return [...limits, ...rest].filter((x) => JSON.stringify(x.was) !== JSON.stringify(x.now));
}

/** What a member of the catalogue is called: "rules.limits.accept" as the clock, the others by themselves. */
export function memberName(member: string): string {
  const clock = /^rules\.limits\.(.+)$/.exec(member)?.[1];
  const last = member.split('.').at(-1)!;
  return clock ? t('member.limit', { clock: tOr(`clock.${clock}`, clock) }) : tOr(`member.${last}`, member);
}

const words = (list: unknown, of: (one: string) => string): string => (Array.isArray(list) ? list.map((one) => of(String(one))).join(between()) : '');

/** One value of a member, as people read it; empty: there is none. */
export function memberValue(member: string, value: unknown): string {
  if (member.startsWith('rules.limits.')) return limitText(value as Limit | null);
  switch (member) {
    case 'name':
    case 'group_name': return [...new Set([name(value as Names), ...Object.values((value ?? {}) as Record<string, string>)])].join(' / '); // the reader's own first
    case 'severity': return tOr(`severity.${String(value)}`, String(value));
    case 'class': return tOr(`class.${String(value)}`, String(value));
    case 'rules.gates': return words(value, (g) => tOr(`gate.${g}`, g));
    case 'rules.posts': return words(value, (p) => tOr(`post.${p}`, p)) || t('rules.anyone');
    case 'rules.temporary': return (value as Temporary[]).map((x) => t('rules.temporary.one', { post: tOr(`post.${x.post}`, x.post), until: x.until })).join(between());
    case 'fields': return (value as { code: string; names: Names }[]).map((f) => name(f.names, f.code)).join(between());
  }
  if (typeof value === 'boolean') return value ? t('setting.yes') : t('setting.no');
  return value === null || value === undefined ? '' : String(value);
}
