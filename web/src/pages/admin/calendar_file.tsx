/* Whole years out of a file: first what would change, as pictures; then, with a reason, taken. */
import { useState } from 'preact/hooks';
import { Problem } from '../../api';
import { name, t } from '../../i18n';
import { count } from '../../i18n/format';
import { Check, Text } from '../../ui/form';
import { Alert } from '../../ui/icons';
import { admin } from './api';
import type { Calendar, CalendarImport } from './api';
import { Provisional, spread, worked, YearPicture } from './calendar_year';
import { Edit, Editor } from './kit';

/** UTF-8, else what spreadsheets in China write. */
async function textOf(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

export function FileEditor({ of, done }: { of: Calendar; done: () => void }) {
  const [text, setText] = useState<string | null>(null);
  const [year, setYear] = useState('');
  const [provisional, setProvisional] = useState(false);
  const [plan, setPlan] = useState<CalendarImport | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const body = (file: string, only: string, open: boolean) => ({ text: file, ...(/^\d{4}$/.test(only) && { year: Number(only) }), provisional: open });
  const look = async (file: string | null, only: string, open: boolean): Promise<void> => {
    setPlan(null);
    setProblem(null);
    if (file === null) return;
    try {
      setPlan(await admin.importYears(of.code, true, body(file, only, open)));
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, String(error)));
    }
  };
  const pick = async (picked: File | undefined): Promise<void> => {
    const file = picked ? await textOf(picked) : null;
    setText(file);
    await look(file, year, provisional);
  };
  const changed = plan?.items.filter((y) => y.what !== 'same') ?? [];
  return (
    <Editor title={t('calendar.file.of', { name: name(of.name, of.code) })} section="calendar">
      <p class="soft">{t('calendar.file.hint')}</p>
      <label class="field"><span>{t('admin.file')}</span><input type="file" accept=".ics,.csv,text/calendar,text/csv" onChange={(e) => void pick(e.currentTarget.files?.[0])} /></label>
      <Text label={t('calendar.file.year')} value={year} type="number" name="only" set={(to) => { setYear(to); void look(text, to, provisional); }} />
      <Check label={t('calendar.provisional.set')} name="provisional" value={provisional} set={(to) => { setProvisional(to); void look(text, year, to); }} />
      {problem && <p class="problem" role="alert"><Alert /><span translate={false}>{problem.field?.startsWith('text.') ? `${problem.field.slice(5)}: ` : ''}{problem.message}</span></p>}
      {plan?.items.map((y) => {
        const was = y.before;
        return (
          <section key={y.year} class="import-year" data-plan={y.what}>
            <h3><b translate={false}>{y.year}</b> <span class={`tag ${y.what === 'new' ? 'tag-new' : ''}`}>{t(`newness.${y.what}`)}</span>{y.provisional && <Provisional />}</h3>
            <p>{was
              ? t('calendar.file.was', { off: count(spread(y.holidays).size), wasoff: count(spread(was.holidays).size), on: count(spread(y.working).size), wason: count(spread(was.working).size) })
              : t('calendar.file.new', { off: count(spread(y.holidays).size), on: count(spread(y.working).size) })}</p>
            {y.what !== 'same' && <YearPicture year={y.year} off={spread(y.holidays)} on={spread(y.working)} weekdays={worked(of)} names={y.names} was={was} />}
          </section>
        );
      })}
      {plan && changed.length === 0 && <p class="soft" role="status">{t('calendar.file.same')}</p>}
      {plan && changed.length > 0 && text !== null && <Edit label={t('admin.import')} done={done} send={(why) => admin.importYears(of.code, false, { ...body(text, year, provisional), ...why, version: plan.version })} />}
    </Editor>
  );
}
