/* A year as twelve months, each day in the colour of what it is. */
import { t } from '../../i18n';
import { count, dayName, monthName } from '../../i18n/format';
import type { Calendar, CalendarYear, DayName } from './api';

export type Kind = 'work' | 'rest' | 'holiday' | 'working';
const DAY = 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const days = (year: number): string[] => {
  const out: string[] = [];
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += DAY) out.push(iso(at));
  return out;
};

/** "2026-02-16/2026-02-22" or one day → every day. */
export function spread(spans: string[]): Set<string> {
  const all = new Set<string>();
  for (const one of spans) {
    const [from, to = from] = one.split('/');
    for (let at = Date.parse(from!); at <= Date.parse(to!); at += DAY) all.add(iso(at));
  }
  return all;
}
/** Every day → the shortest list of days and spans. */
export function gather(all: Set<string>): string[] {
  const out: string[] = [];
  let from: string | null = null, last = '';
  for (const day of [...[...all].sort(), '']) {
    if (from && day && Date.parse(day) === Date.parse(last) + DAY) {
      last = day;
      continue;
    }
    if (from) out.push(from === last ? from : `${from}/${last}`);
    from = day || null;
    last = day;
  }
  return out;
}

/** The weekdays on which there are any hours. */
export function worked(calendar: Pick<Calendar, 'weekdays' | 'hours' | 'other_hours'> | null): number[] {
  if (!calendar) return [1, 2, 3, 4, 5];
  return calendar.weekdays.filter((d) => (calendar.other_hours.find((o) => o.weekday === d)?.hours ?? calendar.hours).length > 0);
}
export function kindOf(day: string, off: Set<string>, on: Set<string>, weekdays: number[]): Kind {
  if (off.has(day)) return 'holiday';
  if (on.has(day)) return 'working';
  return weekdays.includes(new Date(`${day}T00:00:00Z`).getUTCDay() || 7) ? 'work' : 'rest';
}

export function Provisional() {
  return <span class="tag tag-queue" data-provisional>{t('calendar.provisional')}</span>;
}

/** With `was`, days that become something else are ringed; with `press` they are buttons. */
export function YearPicture({ year, off, on, weekdays, names, was, press }: {
  year: number; off: Set<string>; on: Set<string>; weekdays: number[]; names: DayName[];
  was?: CalendarYear | null | undefined;
  press?: (day: string, is: Kind) => void;
}) {
  const called = new Map(names.flatMap((n) => [...spread([n.days])].map((day) => [day, n.name] as const)));
  const before = was && { off: spread(was.holidays), on: spread(was.working) };
  const all = days(year), kinds = all.map((day) => kindOf(day, off, on, weekdays));
  const sum = (...which: Kind[]): string => count(kinds.filter((k) => which.includes(k)).length);
  return (
    <div class="year-picture" data-year={year}>
      <ul class="legend">
        {(['work', 'working', 'holiday', 'rest'] as const).map((k) => <li key={k}><i class={`day-${k}`} />{t(`dayis.${k}`)} <b translate={false}>{sum(k)}</b></li>)}
        <li class="soft">{t('calendar.sum', { n: sum('work', 'working') })}</li>
      </ul>
      <div class="months">
        {Array.from({ length: 12 }, (_, m) => {
          const mine = all.map((day, i) => [day, kinds[i]!] as const).filter(([day]) => Number(day.slice(5, 7)) === m + 1);
          return (
            <div key={m} class="month">
              <h3>{monthName(m)}</h3>
              <div class="month-days">
                {[1, 2, 3, 4, 5, 6, 7].map((d) => <span key={d} aria-hidden="true">{dayName(d).slice(-1)}</span>)}
                {Array.from({ length: (new Date(Date.UTC(year, m, 1)).getUTCDay() + 6) % 7 }, (_, k) => <i key={`x${k}`} />)}
                {mine.map(([day, is]) => {
                  const other = before && kindOf(day, before.off, before.on, weekdays) !== is;
                  const title = called.get(day), label = `${day} ${t(`dayis.${is}`)}${title ? ` ${title}` : ''}`;
                  const all = { 'data-day': day, 'data-kind': is, title, class: `day day-${is}${other ? ' day-other' : ''}`, 'aria-label': label, translate: false as const };
                  return press
                    ? <button key={day} type="button" {...all} onClick={() => press(day, is)}>{Number(day.slice(8))}</button>
                    : <b key={day} role="img" {...all}>{Number(day.slice(8))}</b>;
                })}
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}
