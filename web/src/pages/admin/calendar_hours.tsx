/* The hours of a calendar's week, its zone and its name. */
import { useState } from 'preact/hooks';
import { name, t } from '../../i18n';
import type { Names } from '../../i18n';
import { dayName } from '../../i18n/format';
import { Choice, Text } from '../../ui/form';
import { Close, Plus } from '../../ui/icons';
import { admin } from './api';
import type { Calendar, Hours } from './api';
import { NamesField } from './fields';
import { Edit, Editor } from './kit';

const WEEK = [1, 2, 3, 4, 5, 6, 7];
const minute = (text: string): number | null => {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$|^24:00$/.exec(text);
  return found ? Number(text.slice(0, 2)) * 60 + Number(text.slice(3)) : null;
};
/** A day of 24 hours with what is worked of it. */
function Bar({ hours }: { hours: Hours[] }) {
  const spans = hours.flatMap((h) => {
    const from = minute(h.from), long = (minute(h.to) ?? 0) - (from ?? 1440);
    return long <= 0 ? [] : [{ insetInlineStart: `${(from ?? 0) / 14.4}%`, width: `${long / 14.4}%` }];
  });
  return <div class="hours-bar" aria-hidden="true">{spans.map((style, i) => <i key={i} style={style} />)}</div>;
}

function Spans({ value, set, label }: { value: Hours[]; set: (to: Hours[]) => void; label: string }) {
  const put = (i: number, part: Partial<Hours>): void => set(value.map((h, k) => (k === i ? { ...h, ...part } : h)));
  return (
    <div class="spans">
      {value.map((h, i) => (
        <span key={i} class="span">
          {(['from', 'to'] as const).map((end) => (
            <input key={end} inputMode="numeric" maxLength={5} value={h[end]} aria-label={`${label} ${i + 1} ${t(`worktime.${end}`)}`} aria-invalid={minute(h[end]) === null} data-span={end}
              onInput={(e) => put(i, { [end]: e.currentTarget.value })} />
          ))}
          <button type="button" class="icon-button" aria-label={t('worktime.drop')} title={t('worktime.drop')} onClick={() => set(value.filter((_, k) => k !== i))}><Close /></button>
        </span>
      ))}
      {value.length < 12 && <button type="button" class="button small" data-add-span onClick={() => set([...value, { from: value.at(-1)?.to ?? '08:30', to: '24:00' }])}><Plus />{t('worktime.add')}</button>}
    </div>
  );
}

export function HoursEditor({ of, done }: { of: Calendar | null; done: (code: string) => void }) {
  const [code, setCode] = useState(of?.code ?? '');
  const [names, setNames] = useState<Names>(of?.name ?? {});
  const [zone, setZone] = useState(of?.timezone ?? 'Asia/Shanghai');
  const [on, setOn] = useState(of?.weekdays ?? [1, 2, 3, 4, 5]);
  const [usual, setUsual] = useState<Hours[]>(of?.hours ?? [{ from: '08:30', to: '12:00' }, { from: '13:30', to: '17:00' }]);
  const [own, setOwn] = useState<Record<number, Hours[]>>(Object.fromEntries((of?.other_hours ?? []).map((o) => [o.weekday, o.hours])));
  const mode = (d: number): string => (!on.includes(d) ? 'off' : own[d] ? 'own' : 'usual');
  const turn = (d: number, to: string): void => {
    setOn(to === 'off' ? on.filter((x) => x !== d) : [...new Set([...on, d])].sort());
    const { [d]: had, ...rest } = own;
    setOwn(to === 'own' ? { ...rest, [d]: had ?? usual } : rest);
  };
  const lists = [usual, ...Object.values(own)];
  const ready = lists.every((l) => l.every((h) => minute(h.from) !== null && minute(h.to) !== null && minute(h.to)! > minute(h.from)!));
  const other = WEEK.filter((d) => mode(d) === 'own').map((weekday) => ({ weekday, hours: own[weekday]! }));
  return (
    <Editor title={of ? t('calendar.hours.of', { name: name(of.name, of.code) }) : t('calendar.new')} section="calendar">
      <Edit label={t('admin.save')} ready={ready} done={() => done(code.trim())}
        send={(why) => admin.putCalendar(code.trim(), { ...why, name: names, timezone: zone.trim(), weekdays: on, hours: usual, other_hours: other, ...(of && { version: of.version }) })}>
        {(bad) => (
          <>
            {!of && <Text label={t('field.code')} need value={code} set={setCode} max={63} name="code" bad={bad('code')} />}
            <NamesField label={t('org.name')} value={names} set={setNames} bad={bad('name')} />
            <Text label={t('calendar.zone')} need value={zone} set={setZone} max={63} name="timezone" bad={bad('timezone')} />
            <fieldset class="grant">
              <legend>{t('calendar.hours.usual')}</legend>
              <Spans value={usual} set={setUsual} label={t('calendar.hours.usual')} />
              <p class="soft">{t('calendar.hours.hint')}</p>
            </fieldset>
            <div class="week" role="group" aria-label={t('calendar.week')}>
              {WEEK.map((d) => (
                <div key={d} class="week-day" data-weekday={d} data-mode={mode(d)}>
                  <b>{dayName(d)}</b>
                  <Bar hours={mode(d) === 'off' ? [] : (own[d] ?? usual)} />
                  <Choice label={t('calendar.mode', { day: dayName(d) })} value={mode(d)} set={(to) => turn(d, to)} options={(['usual', 'own', 'off'] as const).map((value) => ({ value, text: t(`worktime.${value}`) }))} />
                  {mode(d) === 'own' && <Spans value={own[d]!} set={(to) => setOwn({ ...own, [d]: to })} label={dayName(d)} />}
                </div>
              ))}
            </div>
          </>
        )}
      </Edit>
    </Editor>
  );
}
