/* What may be done with the chosen incident: the next step big, the others beside it, the rest in a menu; and the form
 * of the one that was pressed. Somebody else's step meanwhile is told, and what was typed stays. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { newClientId, Problem } from '../../api';
import type { Incident, IncidentEvent } from '../../api';
import { t, tOr } from '../../i18n';
import { ago, offsetAt } from '../../i18n/format';
import { detail, readQuietly } from '../../store/detail';
import { Attachments } from '../../ui/attachments';
import { Alert, Check, Close } from '../../ui/icons';
import { desk } from './api';
import type { Offer, Say, Work } from './api';
import { chain, EMPTY, fieldOf, KEYS, members, missing, QUICK, quickOffer, quickSteps, sorted } from './deeds';
import type { Filled } from './deeds';
import { Fields, handOf } from './fields';
import { doing, freshen, told, zoned } from './state';

/** The server's word for it, in the reader's language. */
export function Title({ of }: { of: Offer }) {
  return <span translate={of.action === QUICK}>{of.title}</span>;
}
export function offersOf(work: Work): Offer[] {
  const quick = quickOffer(work.actions, quickSteps(work.actions)[0] === 'file' ? t('desk.quick.filed') : t('desk.quick'));
  return quick ? [quick, ...work.actions] : work.actions;
}

export function Key({ of }: { of: string }) {
  return KEYS[of] ? <kbd aria-hidden="true" translate={false}>{KEYS[of]}</kbd> : null;
}

export function Actions({ work }: { work: Work }) {
  const [open, setOpen] = useState(false);
  const { main, more } = sorted(offersOf(work));
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const away = (e: Event): void => { if (!box.current?.contains(e.target as Node)) setOpen(false); };
    const key = (e: KeyboardEvent): void => { if (e.key === 'Escape') { e.stopPropagation(); setOpen(false); } };
    document.addEventListener('pointerdown', away);
    document.addEventListener('keydown', key, true);
    return () => { document.removeEventListener('pointerdown', away); document.removeEventListener('keydown', key, true); };
  }, [open]);
  const press = (offer: Offer): void => {
    setOpen(false);
    doing.value = { offer, many: false };
  };
  const button = (offer: Offer, first: boolean) => (
    <button key={offer.action} type="button" class={`button${first ? ' primary' : ''}`} data-action={offer.action} aria-keyshortcuts={KEYS[offer.action]} aria-pressed={doing.value?.offer.action === offer.action} onClick={() => press(offer)}><Title of={offer} /><Key of={offer.action} /></button>
  );
  if (main.length + more.length === 0) return <p class="soft acts-none">{t('desk.nothing')}</p>;
  return (
    <div class="acts" role="group" aria-label={t('desk.actions')}>
      {main.map((offer, k) => button(offer, k === 0))}
      {more.length > 0 && (
        <div class="acts-more" ref={box}>
          <button type="button" class="button" data-more aria-expanded={open} aria-controls="acts-menu" onClick={() => setOpen(!open)}>{t('desk.more')}</button>
          {open && <div class="acts-menu" id="acts-menu">{more.map((offer) => <button key={offer.action} type="button" data-action={offer.action} onClick={() => press(offer)}><Title of={offer} /><Key of={offer.action} /></button>)}</div>}
        </div>
      )}
    </div>
  );
}

/** The category may ask for photographs of afterwards: they are sent from the form. */
export const AFTER = new Set(['done', 'at-once']);

/** What others did since the form was opened. */
function since(events: readonly IncidentEvent[], version: number): IncidentEvent[] {
  return events.filter((e) => Number(e.body['version'] ?? 1) > version);
}

function Changed({ events, gone, go }: { events: IncidentEvent[]; gone: boolean; go: () => void }) {
  return (
    <div class="note" role="alert" data-changed>
      <p><b>{t('desk.changed')}</b></p>
      <ul>{events.map((e) => <li key={e.seq}><b translate={false}>{e.actor?.name ?? t('incident.event.system')}</b> {tOr(`deed.${String(e.body['action'])}`, tOr(`event.${e.kind}`, e.kind))} <span class="soft">{ago(Date.parse(e.at))}</span></li>)}</ul>
      {gone ? <p>{t('desk.changed.gone')}</p> : <button type="button" class="button small" data-goon onClick={go}>{t('desk.changed.go')}</button>}
    </div>
  );
}

export function firstFilled(offer: Offer, work: Work | null): Filled {
  const takesHand = offer.takes.includes('to_org') || offer.needs.includes('to_org');
  const first = work?.suggestions[0];
  return { ...EMPTY, hand: takesHand && first && offer.action !== 'transfer' ? handOf(first) : null };
}

/** The first field of a form gets the keys; in a list of hands, the one that is chosen. */
export function focusForm(form: HTMLFormElement | null): void {
  const at = form?.querySelector<HTMLElement>('input[type=radio]:checked') ?? form?.querySelector<HTMLElement>('[required]') ?? form?.querySelector<HTMLElement>('input, select, textarea');
  (at ?? form?.querySelector<HTMLElement>('button[type=submit]'))?.focus({ preventScroll: true });
}

export function ActForm({ offer, incident, work, into }: { offer: Offer; incident: Incident; work: Work; into?: { id: string; text: string } | undefined }) {
  const [f, setF] = useState<Filled>(() => ({ ...firstFilled(offer, work), into: into ?? null }));
  const [seen, setSeen] = useState(incident.version);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const sent = useRef<{ key: string; ids: string[] } | null>(null);
  useLayoutEffect(() => focusForm(form.current), []);

  const meanwhile = since(detail.value.events, seen);
  const stale = incident.version > seen;
  // Files that came in change nothing of what is being decided.
  const onlyFiles = meanwhile.length > 0 && meanwhile.every((e) => e.kind === 'incident.attached');
  useEffect(() => {
    if (stale && onlyFiles) setSeen(incident.version);
  }, [stale, onlyFiles, incident.version]);
  const offered = offer.action === QUICK ? quickSteps(work.actions).length > 0 : work.actions.some((o) => o.action === offer.action);
  const bad = (say: Say): string | undefined => (problem && fieldOf(problem.field) === say ? problem.message : undefined);
  const shown = problem && [...offer.needs, ...offer.takes].some((say) => say === fieldOf(problem.field));

  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy || stale || !offered) return;
    const given = members(offer, f, (local) => zoned(local, offsetAt));
    const lacks = missing(offer, given);
    if (lacks) {
      setProblem(new Problem(400, t('desk.lacks'), lacks));
      form.current?.querySelector<HTMLElement>(`[name="${lacks}"]`)?.focus();
      return;
    }
    const steps = offer.action === QUICK ? quickSteps(work.actions) : [offer.action];
    // The same words to the same version are the same request: sent again after a broken line, it is done once.
    const key = JSON.stringify([seen, steps, given]);
    if (sent.current?.key !== key) sent.current = { key, ids: steps.map(newClientId) };
    const ids = [...sent.current.ids];
    const deeds = chain(incident.id, seen, steps, given, () => ids.shift()!);
    setBusy(true);
    setProblem(null);
    try {
      if (deeds.length === 1) await desk.act(deeds[0]!);
      else await desk.acts('all', deeds);
      told.value = t('desk.done', { what: offer.title, number: incident.number });
      doing.value = null;
      readQuietly();
      freshen();
      document.querySelector<HTMLElement>('#incident-head')?.focus({ preventScroll: true });
    } catch (error) {
      const said = error instanceof Problem ? error : new Problem(0, String(error));
      setProblem(said);
      setBusy(false);
      if (said.status === 409) readQuietly();
    }
  };
  return (
    <form ref={form} class="act-form" data-form={offer.action} noValidate onSubmit={(e) => void send(e)}
      onKeyDown={(e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) void send(e); }}>
      <div class="act-head">
        <h3><Title of={offer} /></h3>
        {offer.action === QUICK && <span class="soft">{t('desk.quick.hint', { steps: quickSteps(work.actions).map((s) => tOr(`deed.${s}`, s)).join(' → ') })}</span>}
        <button type="button" class="icon-button" aria-label={t('desk.cancel')} title={t('desk.cancel')} onClick={() => (doing.value = null)}><Close /></button>
      </div>
      {stale && !onlyFiles && <Changed events={meanwhile} gone={!offered} go={() => { setSeen(incident.version); setProblem(null); }} />}
      <Fields offer={offer} f={f} set={(to) => setF((old) => ({ ...old, ...to }))} bad={bad} suggestions={work.suggestions} near={work.near} byItself={incident.responsible?.name ?? null} />
      {AFTER.has(offer.action) && <Attachments one={incident} kind="after" />}
      {problem && !shown && !stale && <p class="problem" role="alert"><Alert /><span translate={false}>{problem.message}</span></p>}
      <div class="act-foot">
        <button type="submit" class="button primary" disabled={busy || stale || !offered}><Check />{busy ? t('desk.sending') : <Title of={offer} />}<kbd aria-hidden="true" translate={false}>{offer.needs.includes('reason') ? 'Ctrl ⏎' : '⏎'}</kbd></button>
        <button type="button" class="button" onClick={() => (doing.value = null)}>{t('desk.cancel')}<kbd aria-hidden="true" translate={false}>{'Esc'}</kbd></button>
      </div>
    </form>
  );
}
