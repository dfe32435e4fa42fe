/* The fields that an action asks for, each by its own means: whose hands, which organisations, a date, a level. */
import type { ComponentChildren } from 'preact';
import { name, t, tOr } from '../../i18n';
import { categories } from '../../store/live';
import { areas } from '../../store/narrow';
import { account } from '../../store/session';
import { may } from '../../api';
import { refName } from '../../ui/parts';
import { Choice as Select, Text } from '../../ui/form';
import { Plus } from '../../ui/icons';
import { desk } from './api';
import type { Near, Offer, Say, Suggestion } from './api';
import type { Filled, Hand } from './deeds';
import { Pick, Picked } from './pick';
import type { Choice } from './pick';
import { orgName, phrases, problemOf, told } from './state';

export interface FieldsOf {
  offer: Offer;
  f: Filled;
  set: (to: Partial<Filled>) => void;
  bad: (say: Say) => string | undefined;
  suggestions: Suggestion[];
  near: Near[];
  /** Without anybody named it goes to the worker of the grid. */
  byItself: string | null;
}

export const findOrgs = async (words: string, signal: AbortSignal): Promise<Choice[]> =>
  (await desk.findOrgs(words, signal)).items.map((o) => ({ id: o.code, text: name(o.name, o.code), sub: refName(o.area) }));
const findStaff = async (words: string, signal: AbortSignal): Promise<Choice[]> =>
  (await desk.findStaff(words, signal)).items.map((p) => ({
    id: p.id, text: p.name, sub: [tOr(`post.${p.posts[0]?.post}`, ''), orgName(p.org)].filter(Boolean).join(' · '),
  }));
const findAreas = async (words: string): Promise<Choice[]> =>
  [...areas.peek().values()].filter((a) => !words || a.code.startsWith(words) || Object.values(a.name ?? {}).some((n) => n.includes(words))).slice(0, 8).map((a) => ({ id: a.code, text: name(a.name, a.code) }));
const findIncidents = async (words: string, signal: AbortSignal): Promise<Choice[]> =>
  words ? (await desk.find(words, signal)).items.filter((h) => h.type === 'incident').map((h) => ({ id: h.id, text: name(h.name, h.id), sub: h.detail ?? '' })) : [];

/** Organisations and, for who may see them, people: one search. */
async function findHands(words: string, signal: AbortSignal): Promise<Choice[]> {
  const people = words && may(account.peek(), 'see-staff') ? findStaff(words, signal) : Promise.resolve([]);
  const [orgs, staff] = await Promise.all([findOrgs(words, signal), people]);
  return [...orgs.slice(0, 6).map((o) => ({ ...o, id: `org:${o.id}` })), ...staff.map((p) => ({ ...p, id: `staff:${p.id}` }))];
}

export function handOf(s: Suggestion): Hand {
  return s.org ? { org: s.org.code, label: refName(s.org) } : { staff: s.staff?.id ?? '', label: s.staff?.name ?? '' };
}
const same = (a: Hand | null, b: Hand): boolean => a !== null && a.org === b.org && a.staff === b.staff;

/** Whose hands: the suggested ones with their reasons, one press each; anybody else by name. */
export function Hands({ f, set, bad, suggestions, byItself }: FieldsOf) {
  const listed = suggestions.map((s) => ({ hand: handOf(s), why: s.why, post: s.staff?.post }));
  const other = f.hand && !listed.some((s) => same(f.hand, s.hand)) ? f.hand : null;
  const wrong = bad('to_org') ?? bad('to_staff');
  return (
    <fieldset class="hands">
      <legend>{t('desk.hand')}</legend>
      {listed.map(({ hand, why, post }, k) => (
        <label key={k} class="hand">
          <input type="radio" name="hand" checked={same(f.hand, hand)} data-suggestion={k} onChange={() => set({ hand })} />
          <span class="hand-name"><b translate={false}>{hand.label}</b>{post && <span class="soft">{tOr(`post.${post}`, post)}</span>}</span><span class="hand-why" translate={false}>{why}</span>
        </label>
      ))}
      {byItself !== null && !listed.some((s) => s.hand.staff) && (
        <label class="hand">
          <input type="radio" name="hand" checked={f.hand === null} data-suggestion="itself" onChange={() => set({ hand: null })} />
          <span class="hand-name"><b translate={false}>{byItself}</b></span><span class="hand-why">{t('desk.hand.itself')}</span>
        </label>
      )}
      {other && <label class="hand"><input type="radio" name="hand" checked readOnly /><span class="hand-name"><b translate={false}>{other.label}</b></span><span class="hand-why">{t('desk.hand.chosen')}</span></label>}
      <Pick label={t('desk.hand.other')} find={findHands} name="hand-search" bad={wrong}
        take={(one) => set({ hand: one.id.startsWith('org:') ? { org: one.id.slice(4), label: one.text } : { staff: one.id.slice(6), label: one.text } })} />
    </fieldset>
  );
}

function Orgs({ f, set, bad, offer }: FieldsOf) {
  const need = offer.needs.includes('orgs');
  return (
    <div class="pick-group">
      <Pick label={need ? t('desk.orgs') : t('desk.orgs.with')} need={need} find={findOrgs} bad={bad('orgs')} name="orgs"
        take={(one) => set({ orgs: f.orgs.some((o) => o.id === one.id) ? f.orgs : [...f.orgs, { id: one.id, text: one.text }] })} />
      <Picked of={f.orgs} drop={(id) => set({ orgs: f.orgs.filter((o) => o.id !== id) })} />
    </div>
  );
}

function Into({ f, set, bad, near }: FieldsOf) {
  return (
    <div class="pick-group">
      {f.into ? <Picked of={[f.into]} drop={() => set({ into: null })} /> : (
        <>
          <Pick label={t('desk.into')} need find={findIncidents} bad={bad('into')} hint={t('desk.into.hint')} name="into" take={(one) => set({ into: { id: one.id, text: one.text } })} />
          {near.length > 0 && (
            <ul class="near-picks">
              {near.slice(0, 4).map(({ incident: i, metres }) => (
                <li key={i.id}><button type="button" class="button small" onClick={() => set({ into: { id: i.id, text: i.number } })}><span translate={false}>{i.number}</span><span class="soft">{t('unit.metres', { n: Math.round(metres) })}</span></button></li>
              ))}
            </ul>
          )}
        </>
      )}
    </div>
  );
}

function Parts({ f, set, bad }: FieldsOf) {
  const put = (k: number, to: Partial<Filled['parts'][number]>): void => set({ parts: f.parts.map((p, n) => (n === k ? { ...p, ...to } : p)) });
  const options = categories.value.filter((c) => !c.retired).map((c) => ({ value: c.code, text: `${name(c.group_name, c.group)} · ${name(c.name, c.code)}` }));
  return (
    <fieldset class="parts">
      <legend>{t('desk.parts')}</legend>
      {f.parts.map((p, k) => (
        <div class="part" key={k}>
          <Select label={t('desk.part', { n: k + 1 })} value={p.category} options={options} none={t('report.category.pick')} set={(category) => put(k, { category })} />
          <Text label={t('report.words')} rows={2} max={4000} value={p.description} set={(description) => put(k, { description })} />
        </div>
      ))}
      {bad('parts') && <span class="bad" translate={false}>{bad('parts')}</span>}
      {f.parts.length < 8 && <button type="button" class="button small" onClick={() => set({ parts: [...f.parts, { category: '', description: '' }] })}><Plus />{t('desk.part.add')}</button>}
    </fieldset>
  );
}

const SHOWN = 6;

/** What one says often: a press puts it in; what was just written can be kept for the next time. */
function Phrases({ offer, f, set }: FieldsOf) {
  const of = offer.action === 'quick' ? 'dispatch' : offer.action, words = f.reason.trim();
  const fit = phrases.value.filter((p) => !p.action || p.action === of);
  const keep = (): void => {
    void desk.keepPhrases([...phrases.value.map(({ text, action }) => ({ text, ...(action && { action }) })), { text: words, action: of }]).then(
      (got) => { phrases.value = got.items; told.value = t('desk.phrase.kept'); },
      (error: unknown) => { told.value = problemOf(error).message; },
    );
  };
  return (
    <div class="phrases">
      {fit.slice(0, SHOWN).map((p) => <button key={p.text} type="button" class="chip" data-phrase translate={false} onClick={() => set({ reason: words ? `${words}\n${p.text}` : p.text })}>{p.text}</button>)}
      {[...words].length >= 4 && !fit.some((p) => p.text === words) && <button type="button" class="chip chip-keep" data-keep onClick={keep}>{t('desk.phrase.keep')}</button>}
    </div>
  );
}

const LEVELS = ['ordinary', 'yellow', 'red', 'listed'];

/** In the order in which one would say it; the reason last, for it is the longest. */
export function Fields(all: FieldsOf) {
  const { offer, f, set, bad } = all;
  const says = (say: Say): boolean => offer.needs.includes(say) || offer.takes.includes(say);
  const need = (say: Say): boolean => offer.needs.includes(say);
  const choice = (say: 'level' | 'basis' | 'score', label: string, options: { value: string; text: string }[]): ComponentChildren =>
    says(say) && <Select label={label} need={need(say)} name={say} value={f[say]} bad={bad(say)} none={t('desk.choose')} options={options} set={(to) => set({ [say]: to })} />;
  return (
    <>
      {(says('to_org') || says('to_staff')) && <Hands {...all} />}
      {says('to_area') && (
        <div class="pick-group">{f.area ? <Picked of={[f.area]} drop={() => set({ area: null })} /> : <Pick label={t('desk.area')} need={need('to_area')} find={findAreas} bad={bad('to_area')} name="area" take={(one) => set({ area: { id: one.id, text: one.text } })} />}</div>
      )}
      {says('into') && <Into {...all} />}
      {says('orgs') && <Orgs {...all} />}
      {choice('level', t('desk.level'), LEVELS.map((l) => ({ value: l, text: tOr(`level.${l}`, l) })))}
      {choice('basis', t('desk.basis'), ['grid', 'law'].map((b) => ({ value: b, text: tOr(`basis.${b}`, b) })))}
      {choice('score', t('desk.score'), ['5', '4', '3', '2', '1'].map((n) => ({ value: n, text: tOr(`score.${n}`, n) })))}
      {says('days') && <Text label={t('desk.days')} need={need('days')} type="number" name="days" value={f.days} bad={bad('days')} set={(days) => set({ days })} />}
      {says('until') && <Text label={t('desk.until')} need={need('until')} type="datetime-local" name="until" value={f.until} bad={bad('until')} set={(until) => set({ until })} />}
      {says('parts') && <Parts {...all} />}
      {says('reason') && <Text label={t('desk.reason')} need={need('reason')} rows={need('reason') ? 3 : 2} max={4000} name="reason" value={f.reason} bad={bad('reason')} set={(reason) => set({ reason })} />}
      {says('reason') && <Phrases {...all} />}
    </>
  );
}
