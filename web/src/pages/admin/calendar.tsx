/* The working calendars: which there are, the hours of their weeks, and by the year their holidays and the days worked
 * instead. */
import { useEffect, useState } from 'preact/hooks';
import { name, t } from '../../i18n';
import { count } from '../../i18n/format';
import { Check, Choice, Text } from '../../ui/form';
import { admin } from './api';
import type { Calendar, CalendarYear } from './api';
import { FileEditor } from './calendar_file';
import { HoursEditor } from './calendar_hours';
import { gather, Provisional, spread, worked, YearPicture } from './calendar_year';
import type { Kind } from './calendar_year';
import { Edit, Editor, go, List } from './kit';
import { years } from './tables';

export function CalendarPart() {
  const [all, setAll] = useState<Calendar[]>([]);
  const [code, setCode] = useState('work');
  const [round, setRound] = useState(0);
  useEffect(() => {
    const asking = new AbortController();
    admin.calendars(asking.signal).then((page) => setAll(page.items), () => undefined);
    return () => asking.abort();
  }, [round]);
  const calendar = all.find((c) => c.code === code) ?? null;
  const again = (to = code): void => {
    setCode(to);
    setRound(round + 1);
    go('calendar');
  };
  return (
    <List<CalendarYear> key={code} section="calendar" table={years(code)} brings id={(y) => String(y.year)} create="calendar.add" again={round}
      read={async (q, _next, signal) => {
        const { items } = await admin.calendars(signal);
        setAll(items);
        return { next: null, items: (items.find((c) => c.code === code)?.years ?? []).filter((y) => String(y.year).includes(q.trim())) };
      }}
      tools={
        <>
          <Choice label={t('calendar.which')} name="calendar" value={code} set={(to) => { setCode(to); go('calendar'); }} options={all.map((c) => ({ value: c.code, text: name(c.name, c.code) }))} />
          <button type="button" class="button" data-hours onClick={() => go('calendar', 'hours')}>{t('calendar.hours')}</button>
          <button type="button" class="button" data-file onClick={() => go('calendar', 'file')}>{t('calendar.file')}</button>
          <button type="button" class="button" data-new-calendar onClick={() => go('calendar', 'other')}>{t('calendar.new')}</button>
        </>
      }
      also={(id) => {
        if (id === 'hours' && calendar) return <HoursEditor key={calendar.version} of={calendar} done={() => again()} />;
        if (id === 'file' && calendar) return <FileEditor of={calendar} done={() => again()} />;
        return id === 'other' ? <HoursEditor of={null} done={(made) => again(made)} /> : null;
      }}
      columns={[
        { key: 'calendar.year', cell: (y) => <><b translate={false}>{y.year}</b>{y.provisional && <> <Provisional /></>}</> },
        { key: 'calendar.holidays', number: true, cell: (y) => t('calendar.days', { n: count(spread(y.holidays).size) }) },
        { key: 'calendar.working', number: true, cell: (y) => t('calendar.days', { n: count(spread(y.working).size) }) },
      ]}
      edit={(y, done) => calendar && <YearEditor key={`${y?.version ?? 'new'} ${code}`} of={y} calendar={calendar} done={done} />} />
  );
}

function YearEditor({ of, calendar, done }: { of: CalendarYear | null; calendar: Calendar; done: () => void }) {
  const [year, setYear] = useState(String(of?.year ?? Math.max(new Date().getFullYear() - 1, ...calendar.years.map((y) => y.year)) + 1));
  const [off, setOff] = useState(spread(of?.holidays ?? []));
  const [on, setOn] = useState(spread(of?.working ?? []));
  const [provisional, setProvisional] = useState(of?.provisional ?? false);
  const weekdays = worked(calendar);
  const rests = (day: string): boolean => !weekdays.includes(new Date(`${day}T00:00:00Z`).getUTCDay() || 7);
  const turned = (set: Set<string>, day: string): Set<string> => {
    const next = new Set(set);
    if (!next.delete(day)) next.add(day);
    return next;
  };
  /* A working day: holiday and back. One of a weekend: holiday, worked, and back. */
  const press = (day: string, at: Kind): void => {
    if (at === 'holiday' || at === 'work') setOff(turned(off, day));
    if ((at === 'holiday' && rests(day)) || at === 'working') setOn(turned(on, day));
    if (at === 'rest') setOff(turned(off, day));
  };
  const n = Number(year), good = /^\d{4}$/.test(year) && n >= 2000 && n <= 2099;
  return (
    <Editor title={of ? String(of.year) : t('calendar.add')} section="calendar">
      {!of && <Text label={t('calendar.year')} type="number" value={year} set={setYear} name="year" />}
      {of?.provisional && <p class="note" data-provisional-note>{t('calendar.provisional.note')}</p>}
      <p class="soft">{t('calendar.hint')}</p>
      {good && <YearPicture year={n} off={off} on={on} weekdays={weekdays} names={of?.names ?? []} press={press} />}
      <Edit label={t('admin.save')} ready={good} done={done}
        send={(why) => admin.putYear(calendar.code, n, { ...why, holidays: gather(off), working: gather(on), names: of?.names ?? [], provisional, ...(of && { version: of.version }) })}>
        {() => <Check label={t('calendar.provisional.set')} name="provisional" value={provisional} set={setProvisional} />}
      </Edit>
    </Editor>
  );
}
