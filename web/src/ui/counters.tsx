/* The numbers of the district, from the server: they are never counted here. */
import type { ComponentChildren } from 'preact';
import { may } from '../api';
import { t } from '../i18n';
import type { Key } from '../i18n';
import { count } from '../i18n/format';
import { overview } from '../store/live';
import { account } from '../store/session';
import { leftTab, selection, streamFilter } from '../store/ui';
import type { StreamFilter } from '../store/ui';
import { Alert, Bell, Clock, Eye, Inbox, Lock, Open, Person, Today, Unmanned } from './icons';

interface Item { id: string; key: Key; hint: Key; value: number | undefined; sign: ComponentChildren; filter?: StreamFilter; panel?: 'duty' | 'queue'; loud?: boolean }

export function Counters() {
  if (!may(account.value, 'see-incident')) return <p class="counters-none" role="note">{t('count.none')}</p>;
  const o = overview.value;
  const items: Item[] = [
    { id: 'open', key: 'count.open', hint: 'count.open.hint', value: o?.open, sign: <Open />, filter: 'open' },
    { id: 'today', key: 'count.today', hint: 'count.today.hint', value: o?.today, sign: <Today />, filter: 'all' },
    { id: 'overdue', key: 'count.overdue', hint: 'count.overdue.hint', value: o?.overdue, sign: <Clock />, filter: 'overdue', loud: (o?.overdue ?? 0) > 0 },
    { id: 'unassigned', key: 'count.unassigned', hint: 'count.unassigned.hint', value: o?.unassigned, sign: (o?.unassigned ?? 0) > 0 ? <Alert /> : <Inbox />, filter: 'queue' },
  ];
  if ((o?.supervised ?? 0) > 0) items.push({ id: 'supervised', key: 'count.supervised', hint: 'count.supervised.hint', value: o?.supervised, sign: <Eye />, filter: 'supervised' });
  const waiting = o ? Object.values(o.queue).reduce((sum, n) => sum + n, 0) : undefined;
  items.push({ id: 'queue', key: 'count.queue', hint: 'count.queue.hint', value: waiting, sign: <Inbox />, panel: 'queue' });
  items.push({ id: 'unmanned', key: 'count.unmanned', hint: 'count.unmanned.hint', value: o?.unmanned, sign: <Unmanned />, panel: 'duty', loud: (o?.unmanned ?? 0) > 0 });
  if (may(account.value, 'see-workers')) items.push({ id: 'workers', key: 'count.workers', hint: 'count.workers.hint', value: o?.workers_online, sign: <Person /> });
  if ((o?.unreached ?? 0) > 0) items.push({ id: 'unreached', key: 'count.unreached', hint: 'count.unreached.hint', value: o?.unreached, sign: <Bell />, loud: true });
  if ((o?.restricted ?? 0) > 0) items.push({ id: 'restricted', key: 'count.restricted', hint: 'count.restricted.hint', value: o?.restricted, sign: <Lock /> });
  return (
    <section class="counters" aria-label={t('count.title')}>
      {items.map((item) => {
        const inner = (
          <>
            <span class="counter-sign">{item.sign}</span>
            <span class="counter-label">{t(item.key)}</span>
            <span class="counter-value" translate={false} data-count={item.id}>{item.value === undefined ? '–' : count(item.value)}</span>
          </>
        );
        const c = `counter${item.loud ? ' counter-loud' : ''}`;
        if (item.panel) {
          const open = selection.value?.kind === item.panel;
          return <button key={item.id} type="button" class={c} title={t(item.hint)} aria-pressed={open} onClick={() => (selection.value = open ? null : { kind: item.panel! })}>{inner}</button>;
        }
        return item.filter ? (
          <button key={item.id} type="button" class={c} title={t(item.hint)}
            aria-pressed={item.filter === 'all' ? undefined : streamFilter.value === item.filter}
            onClick={() => { streamFilter.value = streamFilter.value === item.filter ? 'all' : item.filter!; leftTab.value = 'stream'; }}>{inner}</button>
        ) : (
          <div key={item.id} class={c} title={t(item.hint)}>{inner}</div>
        );
      })}
    </section>
  );
}
