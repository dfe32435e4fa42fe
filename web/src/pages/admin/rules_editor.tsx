/* The rules of a category as an administrator edits them: a limit for every clock, evidence, reviews, posts. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { t, tOr } from '../../i18n';
import { Check, Choice, Text } from '../../ui/form';
import { Plus } from '../../ui/icons';
import { CLOCKS, GATES, limitText, POSTS, SEVERITIES, UNITS, withSpan } from './rules';
import type { Clock, Limit, Rules, Severity, Span, Temporary, Unit } from './rules';

type Bad = (field: string) => string | undefined;

/** A number and what it counts. `severity`: for matters of that severity only. */
function SpanRow({ clock, severity, of, set, bad }: { clock: Clock; severity: Severity | null; of: Span | undefined; set: (to: Span) => void; bad: string | undefined }) {
  const id = useId();
  const clockName = t(`clock.${clock}`);
  const label = severity ? `${clockName} · ${t(`severity.${severity}`)}` : clockName;
  const unit = of?.unit ?? 'none';
  const name = severity ? `${clock}_${severity}` : clock;
  return (
    <div class="span-row">
      <span class="span-label" id={id}>{severity ? t(`severity.${severity}`) : clockName}</span>
      <input type="number" name={`limit_${name}`} min={1} inputMode="numeric" aria-label={t('rules.amount', { clock: label })} aria-invalid={bad !== undefined} disabled={unit === 'none'} value={unit === 'none' ? '' : (of?.n ?? '')}
        onInput={(e) => set({ unit, n: Math.trunc(Number(e.currentTarget.value)) })} />
      <select name={`unit_${name}`} aria-label={t('rules.unit', { clock: label })} value={unit} onChange={(e) => { const to = e.currentTarget.value as Unit; set(to === 'none' ? { unit: 'none' } : { unit: to, n: of?.n || 1 }); }}>
        <option value="none">{severity ? t('measure.same') : t('measure.none')}</option>
        {UNITS.map((u) => <option key={u} value={u}>{t(`measure.${u}`)}</option>)}
      </select>
      {bad && <span class="bad" translate={false}>{bad}</span>}
    </div>
  );
}

function ClockRow({ clock, of, set, bad }: { clock: Clock; of: Limit | undefined; set: (to: Limit | undefined) => void; bad: Bad }) {
  const at = `rules.limits.${clock}`;
  const fault = (where: string): string | undefined => bad(`${where}.n`) ?? bad(`${where}.unit`);
  const own = of?.by_severity ? limitText({ unit: 'none', by_severity: of.by_severity }) : '';
  return (
    <div class="clock" data-clock={clock}>
      <SpanRow clock={clock} severity={null} of={of} set={(span) => set(withSpan(of, null, span))} bad={bad(at) ?? fault(at)} />
      <details class="by-severity" open={SEVERITIES.some((s) => fault(`${at}.by_severity.${s}`)) || undefined}>
        <summary>{own || t('rules.by')}</summary>
        {SEVERITIES.map((s) => <SpanRow key={s} clock={clock} severity={s} of={of?.by_severity?.[s]} set={(span) => set(withSpan(of, s, span))} bad={fault(`${at}.by_severity.${s}`)} />)}
      </details>
    </div>
  );
}

function Boxes({ legend, hint, all, prefix, chosen, set, bad }: { legend: string; hint?: string; all: readonly string[]; prefix: 'gate' | 'post'; chosen: string[]; set: (to: string[]) => void; bad: string | undefined }) {
  return (
    <fieldset class="boxes" name={`${prefix}s`}>
      <legend>{legend}</legend>
      {all.map((one) => (
        <Check key={one} name={`${prefix}_${one}`} label={prefix === 'gate' ? tOr(`gate.${one}`, one) : tOr(`post.${one}`, one)} value={chosen.includes(one)}
          set={(on) => set(all.filter((x) => (x === one ? on : chosen.includes(x))))} />
      ))}
      {bad ? <span class="bad" translate={false}>{bad}</span> : hint && <span class="soft">{hint}</span>}
    </fieldset>
  );
}

/** Posts that are let in for a while, each with who agreed. */
function ForAWhile({ all, set, bad }: { all: Temporary[]; set: (to: Temporary[]) => void; bad: Bad }) {
  const put = (i: number, part: Partial<Temporary>): void => set(all.map((x, k) => (k === i ? { ...x, ...part } : x)));
  return (
    <>
      {all.map((x, i) => (
        <fieldset key={i} class="grant">
          <legend>{t('rules.temporary.n', { n: i + 1 })}</legend>
          <Choice label={t('rules.temporary.post')} value={x.post} set={(post) => put(i, { post })} options={POSTS.map((p) => ({ value: p, text: t(`post.${p}`) }))} bad={bad(`rules.temporary.${i}.post`)} />
          <Text label={t('rules.temporary.until')} type="date" need value={x.until} set={(until) => put(i, { until })} bad={bad(`rules.temporary.${i}.until`)} />
          <Text label={t('rules.temporary.consent')} need value={x.consent} set={(consent) => put(i, { consent })} max={120} bad={bad(`rules.temporary.${i}.consent`)} />
          <button type="button" class="button small" onClick={() => set(all.filter((_, k) => k !== i))}>{t('rules.temporary.drop')}</button>
        </fieldset>
      ))}
      {all.length < 8 && <button type="button" class="button small" data-temporary onClick={() => set([...all, { post: 'officer', until: '', consent: '' }])}><Plus />{t('rules.temporary.add')}</button>}
    </>
  );
}

export function RulesEditor({ of, set, bad, history }: { of: Rules; set: (to: Rules) => void; bad: Bad; history: ComponentChildren }) {
  const limit = (clock: Clock, to: Limit | undefined): void => {
    const { [clock]: _, ...rest } = of.limits;
    set({ ...of, limits: to ? { ...rest, [clock]: to } : rest });
  };
  return (
    <section class="rules" aria-label={t('rules.title')}>
      <h3>{t('rules.title')}{of.version ? <span class="tag" data-rules-version>{t('rules.version', { n: of.version })}</span> : null}</h3>
      <p class="soft">{t('rules.version.next')}</p>
      {history}
      <div class="clocks" role="group" aria-label={t('rules.limits')}>
        <h4>{t('rules.limits')}</h4>
        {CLOCKS.map((c) => <ClockRow key={c} clock={c} of={of.limits[c]} set={(to) => limit(c, to)} bad={bad} />)}
        <p class="soft">{t('rules.limits.hint')}</p>
      </div>
      <div class="pair">
        <Text label={t('rules.verify')} type="number" value={String(of.verify_photos)} set={(n) => set({ ...of, verify_photos: Number(n) })} name="verify_photos" bad={bad('rules.verify_photos')} />
        <Text label={t('rules.done')} type="number" value={String(of.done_photos)} set={(n) => set({ ...of, done_photos: Number(n) })} name="done_photos" bad={bad('rules.done_photos')} />
      </div>
      <Check label={t('rules.once')} name="at_once" value={of.at_once} set={(at_once) => set({ ...of, at_once })} />
      <Boxes legend={t('rules.gates')} all={GATES} prefix="gate" chosen={of.gates} set={(gates) => set({ ...of, gates })} bad={bad('rules.gates')} />
      <Boxes legend={t('rules.posts')} hint={t('rules.posts.hint')} all={POSTS} prefix="post" chosen={of.posts} set={(posts) => set({ ...of, posts })} bad={bad('rules.posts')} />
      <ForAWhile all={of.temporary} set={(temporary) => set({ ...of, temporary })} bad={bad} />
    </section>
  );
}
