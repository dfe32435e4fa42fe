/* Several at once: what all that are marked may be put through, one form, and what became of each. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { newClientId, Problem } from '../../api';
import type { Summary } from '../../api';
import { t } from '../../i18n';
import { offsetAt } from '../../i18n/format';
import { Alert, Check, Close } from '../../ui/icons';
import { Said } from '../../ui/parts';
import { firstFilled, focusForm, Key, Title } from './act';
import { desk } from './api';
import type { Offer, Say } from './api';
import { fieldOf, members, missing, shared, sorted } from './deeds';
import type { Filled } from './deeds';
import { Fields } from './fields';
import { choose, doing, freshen, marked, orgs, problemOf, results, rows, told, zoned } from './state';

/** Beyond this the first ones are asked what may be done with them; the server judges each by itself anyway. */
const ASKED = 12;

const picked = (): Summary[] => rows.value.filter((s) => marked.value.has(s.id));

export function Bulk() {
  const [offers, setOffers] = useState<Offer[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const all = picked(), key = all.map((s) => `${s.id}/${s.version}`).join(' ');
  useEffect(() => {
    let gone = false;
    // One of each state: what may be done depends on little else.
    const kinds = new Map(all.map((s) => [`${s.state} ${s.suspended} ${s.org ?? ''}`, s]));
    void Promise.all([...kinds.values()].slice(0, ASKED).map((s) => desk.work(s.id))).then(
      (got) => { if (!gone) { setOffers(shared(got.map((w) => w.actions))); setProblem(null); } },
      (error: unknown) => { if (!gone) setProblem(problemOf(error)); },
    );
    return () => { gone = true; };
  }, [key]);
  const at = doing.value?.many ? doing.value.offer : null;
  const { main, more } = sorted(offers ?? []);
  return (
    <section class="bulk" aria-label={t('desk.bulk')}>
      <header class="bulk-head"><h2>{t('desk.marked', { n: all.length })}</h2><button type="button" class="icon-button" aria-label={t('desk.unmark')} title={t('desk.unmark')} onClick={() => { marked.value = new Set(); doing.value = null; }}><Close /></button></header>
      {problem && <p class="problem" role="alert"><Alert /><span translate={false}>{problem.message}</span></p>}
      {offers && offers.length === 0 && <p class="soft">{t('desk.bulk.none')}</p>}
      <div class="acts" role="group" aria-label={t('desk.actions')}>
        {[...main, ...more].map((offer, k) => <button key={offer.action} type="button" class={`button${k === 0 ? ' primary' : ''}`} data-action={offer.action} aria-pressed={at?.action === offer.action} onClick={() => (doing.value = { offer, many: true })}><Title of={offer} /><Key of={offer.action} /></button>)}
      </div>
      {at && <BulkForm key={at.action} offer={at} all={all} />}
      <ul class="bulk-list">{all.map((s) => <li key={s.id}><Said class="code">{s.number}</Said><Said>{s.description ?? ''}</Said></li>)}</ul>
    </section>
  );
}

function BulkForm({ offer, all }: { offer: Offer; all: Summary[] }) {
  const [f, setF] = useState<Filled>(() => firstFilled(offer, null));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => focusForm(form.current), []);
  const bad = (say: Say): string | undefined => (problem && fieldOf(problem.field) === say ? problem.message : undefined);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const given = members(offer, f, (local) => zoned(local, offsetAt)), lacks = missing(offer, given);
    if (lacks) {
      setProblem(new Problem(400, t('desk.lacks'), lacks));
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const answer = await desk.acts('each', all.map((s) => ({ id: s.id, action: offer.action, client_id: newClientId(), version: s.version, ...given })));
      const good = answer.items.filter((r) => r.status === 200).length;
      results.value = { title: offer.title, items: answer.items, of: new Map(all.map((s) => [s.id, s])) };
      told.value = t('desk.bulk.done', { what: offer.title, good, n: answer.items.length });
      doing.value = null;
      marked.value = new Set();
      freshen();
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return (
    <form ref={form} class="act-form" data-form={offer.action} noValidate onSubmit={(e) => void send(e)}>
      <div class="act-head"><h3>{t('desk.bulk.form', { what: offer.title, n: all.length })}</h3></div>
      <Fields offer={offer} f={f} set={(to) => setF((old) => ({ ...old, ...to }))} bad={bad} suggestions={usual(all)} near={[]} byItself={t('desk.hand.each')} />
      {problem && !problem.field && <p class="problem" role="alert"><Alert /><span translate={false}>{problem.message}</span></p>}
      <div class="act-foot"><button type="submit" class="button primary" disabled={busy}><Check />{busy ? t('desk.sending') : <Title of={offer} />}</button><button type="button" class="button" onClick={() => (doing.value = null)}>{t('desk.cancel')}</button></div>
    </form>
  );
}
/** Organisations that already have some of them. */
function usual(all: Summary[]): { org: { code: string; name: Record<string, string> }; staff: null; why: string; usual: boolean; sent: number; returned: number }[] {
  const codes = [...new Set(all.flatMap((s) => (s.org ? [s.org] : [])))].slice(0, 3);
  return codes.flatMap((code) => { const o = orgs.value.get(code); return o ? [{ org: { code, name: o.name as Record<string, string> }, staff: null, why: '', usual: false, sent: 0, returned: 0 }] : []; });
}

export function Results() {
  const r = results.value;
  if (!r) return null;
  return (
    <section class="bulk" aria-label={t('desk.results')} data-results>
      <header class="bulk-head"><h2>{t('desk.bulk.done', { what: r.title, good: r.items.filter((x) => x.status === 200).length, n: r.items.length })}</h2><button type="button" class="icon-button" aria-label={t('app.close')} title={t('app.close')} onClick={() => (results.value = null)}><Close /></button></header>
      <ul class="bulk-list">
        {r.items.map((x) => (
          <li key={x.client_id} data-result={x.status === 200 ? 'good' : 'bad'} class={x.status === 200 ? 'result-good' : 'result-bad'}>
            {x.status === 200 ? <Check /> : <Alert />}<button type="button" class="plain" onClick={() => { results.value = null; choose(x.id); }}><Said class="code">{r.of.get(x.id)?.number ?? x.id}</Said></button><span translate={false}>{x.status === 200 ? (r.of.get(x.id)?.description ?? '') : x.detail}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
