/* The chosen incident: what it is and how long there is, what to do about it, how it came here; beside it where it is, whose
 * it is and why, and what lies near. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { newClientId, Problem } from '../../api';
import type { Incident, Summary } from '../../api';
import { name, t, tOr } from '../../i18n';
import { full, short } from '../../i18n/format';
import { detail, readAgain, readQuietly } from '../../store/detail';
import { Alert, Back, Check, Close } from '../../ui/icons';
import { Attachments } from '../../ui/attachments';
import { Fact, PersonLine, refName, Said, StateTag } from '../../ui/parts';
import { ActForm, Actions, AFTER } from './act';
import { desk } from './api';
import type { Suggestion, Work } from './api';
import { chain, quickSteps } from './deeds';
import { handOf } from './fields';
import { Holder, Signs, TimeLeft } from './list';
import { choose, chosenId, doing, freshen, orgName, told, work } from './state';
import { Holds, Story } from './story';

function Block({ title, children, id }: { title: string; children: ComponentChildren; id?: string }) {
  return <section class="block" id={id}><h3>{title}</h3>{children}</section>;
}

function Head({ one }: { one: Summary }) {
  return (
    <header class="inc-head">
      <div class="inc-top">
        <button type="button" class="icon-button inc-back" aria-label={t('desk.back')} title={t('desk.back')} onClick={() => choose(null)}><Back /></button>
        <span class="code" translate={false} data-number>{one.number}</span>
        <button type="button" class="icon-button inc-close" aria-label={t('app.close')} title={t('app.close')} onClick={() => choose(null)}><Close /></button>
      </div>
      <h2 id="incident-head" tabIndex={-1} translate={false}>{name(one.category.name, one.category.code)}</h2>
      <div class="tags" data-state={one.state}><StateTag state={one.state} /><Signs of={one} /><Holder of={one} /></div>
      <div class="inc-clock">
        {one.step && <span class="soft">{t('desk.step', { clock: tOr(`clock.${one.step.clock}`, one.step.clock) })}{' · '}{one.step.due ? <time translate={false} dateTime={one.step.due}>{short(Date.parse(one.step.due))}</time> : t('desk.nolimit')}</span>}
        <TimeLeft of={one} />
        {one.deadlines.handle && one.open && <span class="soft inc-whole">{t('desk.whole')} <time translate={false}>{short(Date.parse(one.deadlines.handle))}</time></span>}
      </div>
    </header>
  );
}

/** One press: it goes to the suggested hand, with all steps that come before. */
function Suggested({ of, work: w, incident }: { of: Suggestion; work: Work; incident: Incident }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const quick = quickSteps(w.actions), steps = quick.length > 0 ? quick : ['dispatch'];
  const hand = handOf(of);
  const send = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await desk.acts('all', chain(incident.id, incident.version, steps, { ...(hand.org ? { to_org: hand.org } : { to_staff: hand.staff }) }, newClientId));
      told.value = t('desk.done', { what: t('deed.dispatch'), number: incident.number });
      freshen();
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, String(error)));
    }
    setBusy(false);
    readQuietly();
  };
  return (
    <li class="hint">
      <div class="hint-main"><span class="hint-to">{t('desk.hint')} <b translate={false}>{hand.label}</b>{of.staff?.post && <span class="soft"> {tOr(`post.${of.staff.post}`, '')}</span>}</span><span class="soft" translate={false}>{of.why}</span></div>
      <button type="button" class="button small" data-hint disabled={busy} onClick={() => void send()}><Check />{steps.length > 1 ? t('desk.hint.quick') : t('deed.dispatch')}</button>
      {problem && <p class="problem" role="alert"><Alert /><span translate={false}>{problem.message}</span></p>}
    </li>
  );
}

function Facts({ i, w }: { i: Incident; w: Work | null }) {
  const place = i.place ? Object.values(i.place).filter((v) => typeof v === 'string').join(' ') : '';
  const more = Object.entries(i.attributes ?? {}).filter(([, v]) => v !== null && typeof v !== 'object');
  return (
    <dl class="facts">
      <Fact label={t('incident.grid')}>{i.grid ? <Said>{refName(i.grid)}</Said> : t('how.none')}</Fact>
      {i.area && <Fact label={t('incident.area')}><Said>{refName(i.area)}</Said></Fact>}
      {place && <Fact label={t('incident.place')}><Said>{place}</Said></Fact>}
      <Fact label={t('incident.worker')}>{i.responsible ? <PersonLine person={i.responsible} /> : <span class="late">{t('incident.queue')}</span>}</Fact>
      {i.org && <Fact label={t('desk.org')}><Said>{orgName(i.org)}</Said></Fact>}
      {w?.caller && <Fact label={t('hotline.caller')}><span class="person" data-caller><Said>{w.caller.name ?? ''}</Said>{w.caller.phone && <a href={`tel:${w.caller.phone}`} translate={false}>{w.caller.phone}</a>}</span></Fact>}
      <Fact label={t('incident.occurred')}><time translate={false} dateTime={i.occurred_at}>{full(Date.parse(i.occurred_at))}</time></Fact>
      <Fact label={t('incident.source')}>{i.source ? tOr(`source.${i.source}`, i.source) : t('app.none')}{i.reporter && <> · <Said>{i.reporter.name}</Said></>}</Fact>
      {i.returns > 0 && <Fact label={t('desk.returns')}>{t('desk.times', { n: i.returns })}</Fact>}
      {i.days_asked > 0 && <Fact label={t('desk.asked')}>{t('story.days', { n: i.days_asked })}</Fact>}
      {i.review_owed && <Fact label={t('desk.owed')}>{t('desk.owed.yes')}</Fact>}
      {more.map(([key, value]) => <Fact key={key} label={key}><Said>{String(value)}</Said></Fact>)}
    </dl>
  );
}

function Others({ w }: { w: Work }) {
  const merge = w.actions.find((o) => o.action === 'merge');
  return (
    <>
      {w.parties.length > 0 && (
        <Block title={t('desk.parties')}><ul class="side-list">{w.parties.map((p, k) => <li key={k}><Said>{refName(p.org)}</Said><span class="tag">{tOr(`party.${p.how}`, p.how)}</span></li>)}</ul></Block>
      )}
      {w.relatives.length > 0 && (
        <Block title={t('desk.relatives')}>
          <ul class="side-list">{w.relatives.map((r) => <li key={r.id}><button type="button" class="plain" onClick={() => choose(r.id)}><Said class="code">{r.number}</Said></button><span class="tag">{tOr(`kin.${r.kind}`, r.kind)}</span><span class="soft">{tOr(`state.${r.state}`, r.state)}</span></li>)}</ul>
        </Block>
      )}
      {w.near.length > 0 && (
        <Block title={t('desk.near')} id="near">
          <ul class="side-list near">
            {w.near.slice(0, 6).map(({ incident: n, metres }) => (
              <li key={n.id} data-near={n.id}>
                <button type="button" class="plain" onClick={() => choose(n.id)}><Said>{n.description || name(n.category.name, n.category.code)}</Said><span class="soft">{t('unit.metres', { n: Math.round(metres) })} · {tOr(`state.${n.state}`, n.state)} · <Said>{n.number}</Said></span></button>
                {merge && <button type="button" class="button small" data-merge onClick={() => (doing.value = { offer: merge, many: false, into: { id: n.id, text: n.number } })}>{t('desk.merge')}</button>}
              </li>
            ))}
          </ul>
        </Block>
      )}
    </>
  );
}

export function IncidentMain() {
  const { known, incident, events, problem } = detail.value;
  const one: Summary | null = incident ?? known;
  const w = work.value?.of === one?.id ? (work.value?.work ?? null) : null;
  if (!one) {
    if (!problem) return <div class="inc"><div class="skeleton" role="status" aria-label={t('incident.loading')}>{[1, 2, 3].map((n) => <i key={n} />)}</div></div>;
    return <div class="inc"><p class="problem" role="alert"><Alert /><span>{problem.status === 404 || problem.status === 403 ? t('incident.gone') : t('incident.failed', { why: problem.message })}</span><button type="button" class="button small" onClick={readAgain}>{t('app.retry')}</button></p></div>;
  }
  const at = doing.value && !doing.value.many ? doing.value.offer : null;
  const goes = w && !at && w.actions.some((o) => o.action === 'dispatch' || o.action === 'accept') && (quickSteps(w.actions).length > 0 || w.actions.some((o) => o.action === 'dispatch'));
  return (
    <article class="inc" aria-labelledby="incident-head">
      <Head one={one} />
      <p class="inc-words" translate={false}>{one.description}</p>
      {problem && <p class="problem" role="alert"><Alert /><span>{t('incident.failed', { why: problem.message })}</span></p>}
      {w && <Actions work={w} />}
      {work.value?.problem && !w && <p class="problem" role="alert"><Alert /><span translate={false}>{work.value.problem.message}</span></p>}
      {w && incident && at && <ActForm key={`${at.action} ${incident.id} ${doing.value?.into?.id ?? ''}`} offer={at} into={doing.value?.into} incident={incident} work={w} />}
      {goes && incident && w.suggestions.length > 0 && <ul class="hints">{w.suggestions.slice(0, 3).map((s, k) => <Suggested key={k} of={s} work={w} incident={incident} />)}</ul>}
      {incident && !(at && AFTER.has(at.action)) && <Attachments key={incident.id} one={incident} />}
      {w && w.holds.length > 0 && <Block title={t('desk.holds')}><Holds of={w.holds} /></Block>}
      {incident && <Block title={t('incident.events')}><Story events={events} work={w} description={incident.description} /></Block>}
    </article>
  );
}

export function IncidentSide() {
  const i = detail.value.incident;
  if (!i || i.id !== chosenId.value) return null;
  const w = work.value?.of === i.id ? work.value.work : null;
  return (
    <div class="inc-side">
      <Facts i={i} w={w} />
      {i.why && <div class="why" data-why><b>{i.responsible ? t('incident.why') : t('incident.why.queue')}</b><p translate={false}>{i.why}</p></div>}
      {w && <Others w={w} />}
    </div>
  );
}
