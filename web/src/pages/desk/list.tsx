/* The inboxes and the list of the chosen one: what is due first stands first. */
import { memo } from 'preact/compat';
import type { Summary } from '../../api';
import { Problem } from '../../api';
import { locale, name, t, tOr } from '../../i18n';
import { age, count } from '../../i18n/format';
import { groupOf } from '../../map/states';
import { now } from '../../store/clock';
import { account } from '../../store/session';
import { Alert, Bolt, Clock, Eye, GroupSign, House, Inbox, Pause, Person } from '../../ui/icons';
import { refName, Said } from '../../ui/parts';
import type { Inbox as Box } from './api';
import { spent } from './deeds';
import { box, boxes, choose, chosenId, listing, mark, marked, markAll, mine, more, orgName, readDesk, readMore, rows, total, WATCH } from './state';

function BoxRow({ of, at }: { of: Box; at: boolean }) {
  return (
    <li>
      <button type="button" class={`box${of.count === 0 ? ' box-empty' : ''}`} data-box={of.code} aria-current={at ? 'true' : undefined} onClick={() => { choose(null); box.value = of.code; }}>
        <span class="box-name" translate={false}>{of.title}</span>
        {of.overdue > 0 && of.code !== 'overdue' && <span class="box-late" title={t('desk.late', { n: of.overdue })}><Clock /><span class="unseen">{t('overdue')}</span>{count(of.overdue)}</span>}
        <span class={`box-count${of.code === 'overdue' && of.count > 0 ? ' late' : ''}`}>{count(of.count)}</span>
      </button>
    </li>
  );
}

export function Inboxes() {
  if (!boxes.value) return <nav class="boxes" aria-label={t('desk.inboxes')}><div class="skeleton" role="status" aria-label={t('app.loading')}>{[1, 2, 3, 4, 5].map((n) => <i key={n} />)}</div></nav>;
  const all = mine(boxes.value, account.value);
  const todo = all.filter((b) => !WATCH.includes(b.code)), watch = all.filter((b) => WATCH.includes(b.code));
  return (
    <nav class="boxes" aria-label={t('desk.inboxes')}>
      {todo.length > 0 && <><h2>{t('desk.todo')}</h2><ul>{todo.map((b) => <BoxRow key={b.code} of={b} at={b.code === box.value} />)}</ul></>}
      <h2>{t('desk.watch')}</h2>
      <ul>{watch.map((b) => <BoxRow key={b.code} of={b} at={b.code === box.value} />)}</ul>
    </nav>
  );
}

/** What is left of the step's time, as a bar that empties. */
export function TimeLeft({ of }: { of: Pick<Summary, 'step' | 'suspended' | 'open'> }) {
  if (of.suspended) return <span class="left left-still"><Pause />{t('desk.suspended')}</span>;
  const at = spent(of.step, now.value);
  if (!of.open || !at) return null;
  const kind = at.late ? 'late' : at.share > 0.75 ? 'soon' : 'calm';
  return (
    <span class={`left left-${kind}`} data-left={kind}>
      <span class="left-bar" aria-hidden="true"><i style={{ width: `${at.late ? 100 : (1 - at.share) * 100}%` }} /></span>
      <span class="left-words">{at.late ? t('incident.over', { age: age(-at.left) }) : t('incident.left', { age: age(at.left) })}</span>
    </span>
  );
}

export function Signs({ of }: { of: Summary }) {
  return (
    <>
      {of.urgent && <span class="tag tag-severity-3"><Bolt />{t('desk.urgent')}</span>}
      {!of.urgent && of.severity >= 3 && <span class="tag tag-severity-3">{tOr(`severity.${of.severity}`, '')}</span>}
      {of.severity === 2 && <span class="tag tag-severity-2">{t('severity.2')}</span>}
      {of.supervised !== 'none' && <span class={`tag tag-sup tag-sup-${of.supervised}`}><Eye />{tOr(`level.${of.supervised}`, of.supervised)}</span>}
      {of.class !== 'ordinary' && <span class="tag">{tOr(`class.${of.class}`, of.class)}</span>}
    </>
  );
}

/** Whose hands it is in: an organisation, a worker, or nobody's. */
export function Holder({ of }: { of: Summary }) {
  if (of.org) return <span class="row-person"><House /><Said>{orgName(of.org)}</Said></span>;
  if (of.responsible) return <span class="row-person"><Person /><Said>{of.responsible.name ?? ''}</Said></span>;
  return <span class="tag tag-queue">{t('stream.queue')}</span>;
}

const Row = memo(function Row({ one, chosen, is }: { one: Summary; chosen: boolean; is: boolean; tongue: string; tick: number }) {
  return (
    <li class={`desk-row${is ? ' desk-row-marked' : ''}`}>
      <input type="checkbox" checked={is} aria-label={t('desk.mark', { number: one.number })} onChange={() => mark(one.id)} tabIndex={-1} />
      <button type="button" data-incident={one.id} aria-current={chosen ? 'true' : undefined} onClick={() => choose(one.id)}>
        <span class="row-top"><span class="row-kind"><GroupSign group={groupOf(one.state)} size={15} /><Said class="row-title">{name(one.category.name, one.category.code)}</Said></span><TimeLeft of={one} /></span>
        <span class="row-words" translate={false}>{one.description || refName(one.grid) || refName(one.area)}</span>
        <span class="row-foot">
          <span class="row-where"><span class="state-word">{tOr(`state.${one.state}`, one.state)}</span> <Said>{refName(one.grid) || refName(one.area)}</Said></span>
          <span class="row-flags"><Signs of={one} /><Holder of={one} /></span>
        </span>
      </button>
    </li>
  );
}, (a, b) => a.one === b.one && a.chosen === b.chosen && a.is === b.is && a.tongue === b.tongue && a.tick === b.tick);

export function List() {
  const at = boxes.value?.find((b) => b.code === box.value);
  const state = listing.value, list = rows.value;
  const tick = Math.floor(now.value / 15_000); // the bars move on
  return (
    <section class="desk-list" aria-label={t('desk.list')}>
      <div class="list-head">
        <input type="checkbox" aria-label={t('desk.mark.all')} checked={list.length > 0 && marked.value.size === list.length} disabled={list.length === 0} onChange={markAll} />
        <h2 translate={false}>{at?.title ?? ''}</h2><span class="soft">{state === 'there' && t('desk.n', { n: total.value })}</span>
        {marked.value.size > 0 ? <span class="marked-n">{t('desk.marked', { n: marked.value.size })}</span> : <span class="soft list-order">{t('desk.order')}</span>}
      </div>
      <div class="list-box">
        {state instanceof Problem && <p class="problem" role="alert"><Alert /><span translate={false}>{state.message}</span><button type="button" class="button small" onClick={() => void readDesk(false)}>{t('app.retry')}</button></p>}
        {state === 'reading' && list.length === 0 && <div class="skeleton" role="status" aria-label={t('app.loading')}>{[1, 2, 3, 4, 5, 6].map((n) => <i key={n} />)}</div>}
        {state === 'there' && list.length === 0 && <div class="desk-empty"><Inbox /><p>{t('desk.empty')}</p><p class="soft">{t('desk.empty.hint')}</p></div>}
        <ul id="list">{list.map((one) => <Row key={one.id} one={one} chosen={one.id === chosenId.value} is={marked.value.has(one.id)} tongue={locale.value} tick={tick} />)}</ul>
        {more.value && <p class="more"><button type="button" class="button" onClick={() => void readMore()}>{t('admin.more')}</button></p>}
      </div>
    </section>
  );
}
