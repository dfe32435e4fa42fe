/* The working calendar by the year: holidays, and the days of weekends that are worked for them. */
import { useRef, useState } from 'preact/hooks';
import { t } from '../../i18n';
import { count, dayName, monthName } from '../../i18n/format';
import { Text } from '../../ui/form';
import { admin } from './api';
import type { Calendar, CalendarYear } from './api';
import { Edit, Editor, List } from './kit';
import { years } from './tables';

type Kind = 'work' | 'rest' | 'holiday' | 'working';
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const DAY = 86_400_000;

/** "2026-02-16/2026-02-22" or one day → every day. */
export function spread(days: string[]): Set<string> {
  const all = new Set<string>();
  for (const one of days) {
    const [from, to = from] = one.split('/');
    for (let at = Date.parse(from!); at <= Date.parse(to!); at += DAY) all.add(iso(at));
  }
  return all;
}
/** Every day → the shortest list of days and spans. */
export function gather(days: Set<string>): string[] {
  const out: string[] = [];
  let from: string | null = null, last = '';
  for (const day of [...[...days].sort(), '']) {
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

export function CalendarPart() {
  const calendar = useRef<Calendar | null>(null);
  return (
    <List<CalendarYear> section="calendar" table={years} brings id={(y) => String(y.year)} create="calendar.add"
      read={async (q, _next, signal) => {
        calendar.current = (await admin.calendars(signal)).items[0] ?? null;
        return { next: null, items: (calendar.current?.years ?? []).filter((y) => String(y.year).includes(q.trim())) };
      }}
      columns={[
        { key: 'calendar.year', cell: (y) => <b translate={false}>{y.year}</b> },
        { key: 'calendar.holidays', number: true, cell: (y) => t('calendar.days', { n: count(spread(y.holidays).size) }) },
        { key: 'calendar.working', number: true, cell: (y) => t('calendar.days', { n: count(y.working.length) }) },
      ]}
      edit={(y, done) => <YearEditor key={y?.version ?? 'new'} of={y} calendar={calendar.current} done={done} />} />
  );
}

function YearEditor({ of, calendar, done }: { of: CalendarYear | null; calendar: Calendar | null; done: () => void }) {
  const [year, setYear] = useState(String(of?.year ?? (calendar ? Math.max(...calendar.years.map((y) => y.year)) + 1 : new Date().getFullYear())));
  const [off, setOff] = useState(spread(of?.holidays ?? []));
  const [on, setOn] = useState(spread(of?.working ?? []));
  const weekdays = calendar?.weekdays ?? [1, 2, 3, 4, 5];
  const rests = (day: string): boolean => !weekdays.includes(new Date(`${day}T00:00:00Z`).getUTCDay() || 7);
  const kind = (day: string): Kind => (off.has(day) ? 'holiday' : on.has(day) ? 'working' : rests(day) ? 'rest' : 'work');
  const turned = (set: Set<string>, day: string): Set<string> => {
    const next = new Set(set);
    if (!next.delete(day)) next.add(day);
    return next;
  };
  /* A working day: holiday and back. One of a weekend: holiday, worked, and back. */
  const press = (day: string): void => {
    const at = kind(day);
    if (at === 'holiday' || at === 'work') setOff(turned(off, day));
    if ((at === 'holiday' && rests(day)) || at === 'working') setOn(turned(on, day));
    if (at === 'rest') setOff(turned(off, day));
  };
  const n = Number(year), good = /^\d{4}$/.test(year) && n >= 2000 && n <= 2100;
  return (
    <Editor title={of ? String(of.year) : t('calendar.add')} section="calendar">
      {!of && <Text label={t('calendar.year')} type="number" value={year} set={setYear} name="year" />}
      <p class="soft">{t('calendar.hint')}</p>
      {good && (
        <div class="months">
          {Array.from({ length: 12 }, (_, m) => {
            const first = Date.UTC(n, m, 1), days = new Date(Date.UTC(n, m + 1, 0)).getUTCDate(), lead = ((new Date(first).getUTCDay() + 6) % 7);
            return (
              <div key={m} class="month">
                <h3>{monthName(m)}</h3>
                <div class="month-days">
                  {[1, 2, 3, 4, 5, 6, 7].map((d) => <span key={d} aria-hidden="true">{dayName(d).slice(-1)}</span>)}
                  {Array.from({ length: lead }, (_, k) => <i key={`x${k}`} />)}
                  {Array.from({ length: days }, (_, k) => {
                    const day = iso(first + k * DAY), is = kind(day);
                    return <button key={day} type="button" class={`day-${is}`} data-day={day} data-kind={is} aria-label={`${day} ${t(`dayis.${is}`)}`} onClick={() => press(day)} translate={false}>{k + 1}</button>;
                  })}
                </div>
              </div>
            );
          })}
        </div>
      )}
      <Edit label={t('admin.save')} ready={good} done={done}
        send={(why) => admin.putYear(calendar?.code ?? 'work', n, { ...why, holidays: gather(off), working: gather(on), ...(of && { version: of.version }) })} />
    </Editor>
  );
}
