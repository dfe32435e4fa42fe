/* A section as a table to take out, change in a spreadsheet and bring back. Bringing back says first what it would do,
 * row by row; then each row is an edit of its own, with the one reason, and the rows that were refused are told. */
import Papa from 'papaparse';
import { useState } from 'preact/hooks';
import { Problem } from '../../api';
import type { Page } from '../../api';
import { t } from '../../i18n';
import { Text } from '../../ui/form';
import { Alert } from '../../ui/icons';
import { Editor, go, said } from './kit';
import type { Why } from './kit';

/** A row as it stands in the file. A column that a file leaves out keeps what is there. */
export type Row = Record<string, string>;

export interface Table<T> {
  section: string;
  columns: readonly string[]; // the first is the key
  read: (next: string | null, signal: AbortSignal) => Promise<Page<T>>;
  pack: (item: T) => Row;
  /** What came of it, to be told beside the row: a one-time password. */
  put: (was: T | null, to: Row, why: Why) => Promise<string | void>;
}

/** What a spreadsheet would run as a formula goes out behind an apostrophe, which is taken off on the way in. */
const FORMULA = /^[=+\-@\t\r]/, MARKED = /^'(?=[=+\-@\t\r])/;
const MOST = 20_000; // rows of a file

async function everything<T>(of: Table<T>): Promise<T[]> {
  const all: T[] = [], signal = new AbortController().signal;
  for (let next: string | null = null; ; ) {
    const page: Page<T> = await of.read(next, signal);
    all.push(...page.items);
    if (!(next = page.next)) return all;
  }
}

function save(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv' })); // the mark tells Excel that it is UTF-8
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function Buttons<T>({ of, brings }: { of: Table<T>; brings: boolean }) {
  const [busy, setBusy] = useState(false);
  const out = async (): Promise<void> => {
    setBusy(true);
    try {
      save(`${of.section}.csv`, Papa.unparse((await everything(of)).map(of.pack), { columns: [...of.columns], newline: '\r\n', escapeFormulae: FORMULA }));
    } catch (error) {
      said.value = error instanceof Problem ? error.message : String(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" class="button" data-export disabled={busy} onClick={() => void out()}>{busy ? t('app.loading') : t('admin.export')}</button>
      {brings && <button type="button" class="button" data-import onClick={() => go(of.section, 'import')}>{t('admin.import')}</button>}
    </>
  );
}

export interface Step<T> { row: number; key: string; was: T | null; to: Row; changes: string[] }

/** What the file would change; a fault of the file as a whole is thrown as a sentence. */
export function plan<T>(of: Table<T>, have: T[], text: string): Step<T>[] {
  const read = Papa.parse<Row>(text.replace(/^\ufeff/, ''), { header: true, skipEmptyLines: 'greedy', transformHeader: (h) => h.trim() });
  const head = read.meta.fields ?? [], keyed = of.columns[0]!;
  const strangers = head.filter((h) => !of.columns.includes(h));
  if (!head.includes(keyed)) throw new Error(t('transfer.nokey', { column: keyed }));
  if (strangers.length > 0) throw new Error(t('transfer.strangers', { columns: strangers.join(', '), known: of.columns.join(', ') }));
  const broken = read.errors.find((e) => e.type !== 'Delimiter'); // a single column has none
  if (broken) throw new Error(t('transfer.broken', { row: (broken.row ?? 0) + 2, why: broken.message }));
  if (read.data.length > MOST) throw new Error(t('transfer.many', { n: MOST }));
  const there = new Map(have.map((item) => [of.pack(item)[keyed]!, item]));
  const steps: Step<T>[] = [], seen = new Set<string>();
  read.data.forEach((given, i) => {
    const key = (given[keyed] ?? '').trim().replace(MARKED, ''), was = there.get(key) ?? null, old = was ? of.pack(was) : {};
    if (!key || seen.has(key)) throw new Error(t(key ? 'transfer.twice' : 'transfer.empty', { row: i + 2, key }));
    seen.add(key);
    const to = { ...old, ...Object.fromEntries(head.map((h) => [h, (given[h] ?? '').trim().replace(MARKED, '')])) };
    const changes = head.filter((h) => (old[h] ?? '') !== to[h]);
    if (!was || changes.length > 0) steps.push({ row: i + 2, key, was, to, changes });
  });
  return steps;
}

export function Bring<T>({ of, done }: { of: Table<T>; done: () => void }) {
  const [steps, setSteps] = useState<Step<T>[] | null>(null);
  const [fault, setFault] = useState('');
  const [reason, setReason] = useState('');
  const [at, setAt] = useState<number | null>(null);
  const [results, setResults] = useState<{ step: Step<T>; problem?: string; word?: string }[] | null>(null);

  const look = async (file: File | undefined): Promise<void> => {
    setSteps(null);
    setResults(null);
    setFault('');
    if (!file) return;
    try {
      setSteps(plan(of, await everything(of), await file.text()));
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  const bring = async (): Promise<void> => {
    if ([...reason.trim()].length < 2) return setFault(t('admin.reason.need'));
    setFault('');
    const out: { step: Step<T>; problem?: string; word?: string }[] = [];
    for (const step of steps!) {
      setAt(out.length);
      try {
        out.push({ step, word: (await of.put(step.was, step.to, { reason: reason.trim() })) ?? undefined });
      } catch (error) {
        out.push({ step, problem: error instanceof Error ? error.message : String(error) });
      }
    }
    setAt(null);
    setSteps(null);
    setResults(out);
    said.value = t('transfer.done', { done: out.filter((r) => !r.problem).length, failed: out.filter((r) => r.problem).length });
  };

  const told = results?.filter((r) => r.problem || r.word) ?? [];
  return (
    <Editor title={t('admin.import')} section={of.section}>
      <p class="soft">{t('transfer.hint')}</p>
      <label class="field"><span>{t('admin.file')}</span><input type="file" accept=".csv,text/csv" disabled={at !== null} onChange={(e) => void look(e.currentTarget.files?.[0])} /></label>
      {fault && <p class="problem" role="alert"><Alert /><span>{fault}</span></p>}
      {steps && (
        <>
          <p role="status" data-plan>{t('transfer.sum', { added: steps.filter((s) => !s.was).length, changed: steps.filter((s) => s.was).length })}</p>
          {steps.length > 0 && (
            <>
              <div class="table-box short" tabIndex={0} role="region" aria-label={t('admin.list')}><table class="table"><tbody>
                {steps.slice(0, 500).map((s) => <tr key={s.row}><td class="number" translate={false}>{s.row}</td><td class="code" translate={false}>{s.key}</td><td>{s.was ? t('admin.changed') : t('admin.new')}</td><td class="code" translate={false}>{s.changes.join(', ')}</td></tr>)}
              </tbody></table></div>
              <form class="edit" noValidate onSubmit={(e) => { e.preventDefault(); void bring(); }}>
                <Text label={t('admin.reason')} hint={t('admin.reason.hint')} need value={reason} set={setReason} max={200} name="reason" />
                {at !== null && <progress max={steps.length} value={at} aria-label={t('admin.saving')} />}
                <div class="actions"><button type="submit" class="button primary" disabled={at !== null}>{at === null ? t('admin.import') : t('transfer.at', { at: at + 1, n: steps.length })}</button></div>
              </form>
            </>
          )}
        </>
      )}
      {results && (
        <>
          <p role="status" data-result>{t('transfer.done', { done: results.filter((r) => !r.problem).length, failed: results.filter((r) => r.problem).length })}</p>
          {told.length > 0 && (
            <div class="table-box short" tabIndex={0} role="region" aria-label={t('admin.list')}><table class="table"><tbody>
              {told.map((r) => <tr key={r.step.row}><td class="number" translate={false}>{r.step.row}</td><td class="code" translate={false}>{r.step.key}</td><td translate={false} class={r.problem ? 'late' : 'code'}>{r.problem ?? r.word}</td></tr>)}
            </tbody></table></div>
          )}
          {told.some((r) => r.word) && <p class="soft">{t('account.once.hint')}</p>}
          <button type="button" class="button" onClick={done}>{t('admin.done')}</button>
        </>
      )}
    </Editor>
  );
}
