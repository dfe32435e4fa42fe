/* Report an incident from the map: the place, then who will get it, then what it is. The same client_id is kept until
 * it got through, so that sending again after a broken line never files it twice. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, newClientId, Problem } from '../api';
import type { Category, Report } from '../api';
import { name, t, tOr } from '../i18n';
import { serverNow } from '../i18n/format';
import { detail } from '../store/detail';
import { categories } from '../store/live';
import { selection } from '../store/ui';
import type { At } from '../store/ui';
import { Alert, Pin } from './icons';
import { Degrees } from './incident';
import { Answer } from './place';
import { told } from './stream';

export function ReportPanel({ at }: { at: At | null }) {
  const { place, problem: placeProblem, busy: asking } = detail.value;
  const [category, setCategory] = useState('');
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ text: string; kept: boolean; field?: string } | null>(null);
  const draft = useRef<Report | null>(null);
  const select = useRef<HTMLSelectElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  useEffect(() => select.current?.focus(), [at !== null]);
  useEffect(() => { draft.current = null; }, [at, category, words]); // another content is another report

  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!at || busy) return;
    if (!category) {
      setProblem({ text: t('report.need.category'), kept: false, field: 'category' });
      select.current?.focus();
      return;
    }
    if (!words.trim()) {
      setProblem({ text: t('report.need.words'), kept: false, field: 'description' });
      text.current?.focus();
      return;
    }
    const time = new Date(serverNow()).toISOString();
    draft.current ??= {
      lon: Number(at.lon.toFixed(7)), lat: Number(at.lat.toFixed(7)), crs: 'wgs84', category, description: words.trim(),
      occurred_at: time, sent_at: time, client_id: newClientId(), source: 'wall',
    };
    setBusy(true);
    setProblem(null);
    try {
      const made = await api.report(draft.current);
      told.value = t('report.sent', { number: made.number });
      selection.value = { kind: 'incident', id: made.id };
    } catch (error) {
      const said = error instanceof Problem ? error : new Problem(0, String(error));
      setProblem({ text: said.message, kept: said.status === 0 || said.status >= 500, field: said.field });
      setBusy(false);
    }
  };

  if (!at) return <div class="panel-body"><p class="report-pick"><Pin />{t('report.pick')}</p></div>;
  return (
    <form class="panel-body" onSubmit={(e) => void send(e)} noValidate>
      <section class="block owner">
        <h4>{t('report.place')}</h4>
        <p class="report-at"><Degrees lon={at.lon} lat={at.lat} />
          <button type="button" class="button small" onClick={() => (selection.value = { kind: 'report', at: null })}>{t('report.again')}</button></p>
        {asking && <p class="empty" role="status">{t('place.loading')}</p>}
        {placeProblem && <p class="problem" role="alert"><Alert /><span>{t('place.failed', { why: placeProblem.message })}</span></p>}
        {place && <Answer place={place} />}
      </section>
      <label class="field">
        <span>{t('report.category')}</span>
        <select ref={select} value={category} onChange={(e) => setCategory(e.currentTarget.value)} aria-invalid={problem?.field === 'category'} required>
          <option value="">{t('report.category.pick')}</option>
          <Options of={categories.value} />
        </select>
      </label>
      <label class="field">
        <span>{t('report.words')}</span>
        <textarea ref={text} rows={4} maxLength={4000} value={words} placeholder={t('report.words.hint')} onInput={(e) => setWords(e.currentTarget.value)} aria-invalid={problem?.field === 'description'} required />
      </label>
      {problem && <p class="problem" role="alert"><Alert /><span>{problem.text}{problem.kept && <><br />{t('report.keep')}</>}</span></p>}
      <div class="actions">
        <button type="submit" class="button primary" disabled={busy}>{busy ? t('report.sending') : t('report.send')}</button>
        <button type="button" class="button" onClick={() => (selection.value = null)}>{t('report.cancel')}</button>
      </div>
    </form>
  );
}

function Options({ of }: { of: Category[] }) {
  const byGroup = new Map<string, Category[]>();
  for (const c of of) if (!c.retired) byGroup.set(c.group, [...(byGroup.get(c.group) ?? []), c]);
  return (
    <>
      {[...byGroup.values()].map((list) => (
        <optgroup key={list[0]!.group} label={name(list[0]!.group_name, list[0]!.group)} translate={false}>
          {list.map((c) => <option key={c.code} value={c.code}>{name(c.name, c.code)}{c.severity >= 3 ? ` · ${tOr(`severity.${c.severity}`, '')}` : ''}</option>)}
        </optgroup>
      ))}
    </>
  );
}
