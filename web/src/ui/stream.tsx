/* The stream of incidents, newest first: at most 200 rows, and the browser lays out only those in sight. */
import { signal, useSignalEffect } from '@preact/signals';
import { memo } from 'preact/compat';
import type { Summary } from '../api';
import { locale, name, t, tOr } from '../i18n';
import { short } from '../i18n/format';
import { groupOf } from '../map/states';
import { arrivals, arrived, readAll, stream, STREAM_MOST, streamProblem, streamRead } from '../store/live';
import { may } from '../api';
import { FITS, rowsOf } from '../store/special';
import { account } from '../store/session';
import { groups, leftTab, selection, streamFilter } from '../store/ui';
import type { StreamFilter } from '../store/ui';
import { GroupSign, Person } from './icons';
import { Flags, refName, Said } from './parts';

const LABELS = { all: 'stream.all', open: 'stream.open', overdue: 'stream.overdue', queue: 'stream.queue', supervised: 'stream.supervised' } as const;

interface RowProps { one: Summary; chosen: boolean; fresh: boolean; tongue: string }

const Row = memo(function Row({ one, chosen, fresh }: RowProps) {
  const [grid, area] = [refName(one.grid), refName(one.area)];
  const where = [grid, !grid.startsWith(area) && area].filter(Boolean).join(' · ') || (one.lon === null ? t('stream.placeless') : '');
  return (
    <li class={`row${fresh ? ' row-fresh' : ''}`}>
      <button type="button" data-incident={one.id} aria-current={chosen ? 'true' : undefined}
        onClick={() => (selection.value = { kind: 'incident', id: one.id })}>
        <GroupSign group={groupOf(one.state)} />
        <span class="row-main">
          <span class="row-top">
            <Said class="row-title">{name(one.category.name, one.category.code)}</Said>
            <time translate={false} dateTime={one.received_at}>{short(Date.parse(one.received_at))}</time>
          </span>
          <span class="row-words" translate={false}>{one.description || one.number}</span>
          <span class="row-foot">
            <span class="row-where" translate={false}>{where || (one.description ? one.number : '')}</span>
            <span class="row-flags">
              <Flags of={one} />
              {one.responsible
                ? <span class="row-person"><Person />{one.responsible.name ? <Said>{one.responsible.name}</Said> : tOr(`post.${one.responsible.post}`, t('incident.worker'))}</span>
                : one.open && <span class="tag tag-queue">{t('stream.queue')}</span>}
            </span>
          </span>
        </span>
      </button>
    </li>
  );
}, (a, b) => a.one === b.one && a.chosen === b.chosen && a.fresh === b.fresh && a.tongue === b.tongue);

/** Up and down go through the rows. */
function walk(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined) return;
  const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLButtonElement>('li > button')];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  if (at < 0) return;
  event.preventDefault();
  buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
}

export function Stream() {
  if (!may(account.value, 'see-incident')) return <p class="empty">{t('stream.forbidden')}</p>;
  const filter = streamFilter.value;
  const rows = rowsOf().filter((s) => FITS[filter](s) && groups.value[groupOf(s.state)]); // the legend's states hold for the list too
  const chosen = selection.value?.kind === 'incident' ? selection.value.id : null;
  return (
    <div class="stream">
      <div class="chips" role="group" aria-label={t('stream.filter')}>
        {(Object.keys(LABELS) as StreamFilter[]).map((one) => (
          <button key={one} type="button" class="chip" aria-pressed={filter === one} onClick={() => (streamFilter.value = one)}>{t(LABELS[one])}</button>
        ))}
      </div>
      {streamProblem.value && (
        <p class="problem" role="alert">
          <span>{t('stream.error')} <span translate={false}>{streamProblem.value}</span></span>
          <button type="button" class="button small" onClick={() => void readAll()}>{t('app.retry')}</button>
        </p>
      )}
      {!streamRead.value && rows.length === 0 && <div class="skeleton" role="status" aria-label={t('app.loading')}>{[1, 2, 3, 4, 5, 6].map((n) => <i key={n} />)}</div>}
      {streamRead.value && !streamProblem.value && rows.length === 0 && <p class="empty">{stream.value.length === 0 ? t('stream.empty') : t('stream.none')}</p>}
      <ul class="rows" id="list" onKeyDown={walk}>
        {rows.map((one) => <Row key={one.id} one={one} chosen={one.id === chosen} fresh={arrived.value.has(one.id)} tongue={locale.value} />)}
      </ul>
      {rows.length >= STREAM_MOST && <p class="empty">{t('stream.limit', { n: STREAM_MOST })}</p>}
    </div>
  );
}

/** Tells of new incidents to those who listen to the page; a burst is told as a number. */
export const told = signal('');
arrivals.on((incidents) => {
  const one = incidents[0]!;
  told.value = incidents.length === 1
    ? t('stream.new', { number: one.number, category: name(one.category.name, one.category.code), place: refName(one.grid) || refName(one.area) })
    : t('stream.batch', { n: incidents.length });
});

export function Teller() {
  return <div class="unseen" role="status" translate={false}>{told.value}</div>;
}

/** What is chosen on the map comes into sight in the list. */
export function useFollowChosen(): void {
  useSignalEffect(() => {
    const chosen = selection.value;
    if (chosen?.kind !== 'incident' || leftTab.peek() !== 'stream') return;
    document.querySelector(`[data-incident="${CSS.escape(chosen.id)}"]`)?.scrollIntoView({ block: 'nearest' });
  });
}
