/* What the sections of the page share: a list that is searched and read on, an editor beside it, and the ways of an
 * edit: a reason, the version that was seen, and a question before work loses its owner. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Problem } from '../../api';
import type { Page, Touched } from '../../api';
import { t } from '../../i18n';
import type { Key } from '../../i18n';
import { Text } from '../../ui/form';
import { Alert, Check, Close, Find, Plus } from '../../ui/icons';
import { Bring, Buttons } from './transfer';
import type { Table } from './transfer';

export interface Column<T> { key: Key; cell: (item: T) => ComponentChildren; number?: boolean }
/** `read` gets the words to search for, or the path of the next page. */
export type Read<T> = (words: string, next: string | null, signal: AbortSignal) => Promise<Page<T>>;

/** What is open beside the list: an item's id, "new", or nothing; it stands in the address: #section/id. */
export const place = signal(readPlace());
function readPlace(): { section: string; id: string | null } {
  const [section = '', id = null] = (typeof location === 'undefined' ? '' : location.hash.slice(1)).split('/').map(decodeURIComponent);
  return { section, id };
}
if (typeof window !== 'undefined') window.addEventListener('hashchange', () => (place.value = readPlace()));
export function go(section: string, id: string | null = null): void {
  history.replaceState(null, '', `#${section}${id === null ? '' : `/${encodeURIComponent(id)}`}`);
  place.value = { section, id };
}

/** Rises when the open list is to be read once more, without closing what is edited. */
const reread = signal(0);

/** Told once where everybody who listens to the page hears it. */
export const said = signal('');

export function List<T>({ section, read, columns, id, edit, also, create, tools, again, table, brings = false }: {
  section: string;
  read: Read<T>;
  columns: Column<T>[];
  id: (item: T) => string;
  /** The editor of an item, or of a new one. Without it the rows cannot be opened. */
  edit?: (item: T | null, done: () => void) => ComponentChildren;
  /** What else may be open beside the list, by the name in the address. */
  also?: (id: string, done: () => void) => ComponentChildren;
  create?: Key | undefined;
  tools?: ComponentChildren;
  /** The section as a table to take out and, by right, bring back. */
  table?: Table<T> | undefined;
  brings?: boolean;
  /** Read anew when this changes. */
  again?: unknown;
}) {
  const [words, setWords] = useState('');
  const [items, setItems] = useState<T[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [state, setState] = useState<'reading' | 'there' | Problem>('reading');
  const asking = useRef<AbortController | null>(null);

  const load = async (path: string | null): Promise<void> => {
    asking.current?.abort();
    const mine = (asking.current = new AbortController());
    setState('reading');
    try {
      const page = await read(words, path, mine.signal);
      if (mine.signal.aborted) return;
      setItems((old) => (path ? [...old, ...page.items] : page.items));
      setNext(page.next);
      setState('there');
    } catch (error) {
      if (!mine.signal.aborted) setState(error instanceof Problem ? error : new Problem(0, String(error)));
    }
  };
  useEffect(() => {
    const timer = setTimeout(() => void load(null), words ? 200 : 0);
    return () => clearTimeout(timer);
  }, [words, again, reread.value]);

  const open = place.value.id;
  const chosen = open === null || open === 'new' ? null : (items.find((one) => id(one) === open) ?? null);
  const done = (): void => {
    go(section);
    void load(null);
  };
  const beside = (table && brings && open === 'import' && <Bring of={table} done={done} />) || (open !== null && also?.(open, done)) || (edit && (chosen || open === 'new') ? edit(chosen, done) : null);
  return (
    <div class={`section${beside ? ' section-open' : ''}`}>
      <div class="section-list">
        <div class="section-tools">
          <label class="find"><Find /><input type="search" aria-label={t('admin.find')} placeholder={t('admin.find')} maxLength={100} value={words} onInput={(e) => setWords(e.currentTarget.value)} /></label>
          {tools}
          {table && <Buttons of={table} brings={brings} />}
          {create && edit && <button type="button" class="button primary" data-create onClick={() => go(section, 'new')}><Plus />{t(create)}</button>}
        </div>
        {state instanceof Problem && <p class="problem" role="alert"><Alert /><span translate={false}>{state.message}</span><button type="button" class="button small" onClick={() => void load(null)}>{t('app.retry')}</button></p>}
        <div class="table-box" tabIndex={0} role="region" aria-label={t('admin.list')}>
          <table class="table">
            <thead><tr>{columns.map((c) => <th key={c.key} scope="col" class={c.number ? 'number' : ''}>{t(c.key)}</th>)}</tr></thead>
            <tbody>
              {items.map((one) => (
                <tr key={id(one)} aria-current={chosen === one ? 'true' : undefined} data-row={id(one)} class={edit ? 'row-opens' : ''} onClick={() => edit && go(section, id(one))}>
                  {columns.map((c, i) => (
                    <td key={c.key} class={c.number ? 'number' : ''}>
                      {i === 0 && edit ? <button type="button" class="plain" onClick={(e) => { e.stopPropagation(); go(section, id(one)); }}>{c.cell(one)}</button> : c.cell(one)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {state === 'there' && items.length === 0 && <p class="empty">{words ? t('admin.none') : t('admin.empty')}</p>}
          {state === 'reading' && items.length === 0 && <p class="empty" role="status">{t('app.loading')}</p>}
          {next && <p class="more"><button type="button" class="button" disabled={state === 'reading'} onClick={() => void load(next)}>{t('admin.more')}</button></p>}
        </div>
      </div>
      {beside && <div key={open} class="section-edit">{beside}</div>}
    </div>
  );
}

export function Editor({ title, section, children }: { title: string; section: string; children: ComponentChildren }) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    const key = (e: KeyboardEvent): void => {
      if (e.key === 'Escape' && !(e.target as HTMLElement).closest('.edit')) go(section); // what was typed is not thrown away
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, []);
  return (
    <section class="editor" aria-label={title}>
      <div class="panel-head">
        <h2 ref={head} tabIndex={-1} translate={false}>{title}</h2>
        <button type="button" class="icon-button" aria-label={t('app.close')} title={t('app.close')} onClick={() => go(section)}><Close /></button>
      </div>
      <div class="editor-body">{children}</div>
    </section>
  );
}

export interface Why { reason: string; confirm?: true }

const TOUCHED: Record<keyof NonNullable<Problem['touches']>, Key> = {
  open_incidents: 'admin.touch.incidents', grids_without_manager: 'admin.touch.grids', accounts: 'admin.touch.accounts',
  staff: 'admin.touch.staff', categories: 'admin.touch.categories',
};

/** One edit with its button: asks for the reason, says what went wrong and where, asks before work is orphaned. */
export function Edit({ send, done, label, danger, children, ready = true }: {
  send: (why: Why) => Promise<unknown>;
  done: (answer: unknown) => void;
  label: string;
  danger?: boolean;
  ready?: boolean;
  children?: ((bad: (field: string) => string | undefined) => ComponentChildren) | undefined;
}) {
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [kept, setKept] = useState(false);
  const orphans = problem?.code === 'would-orphan' ? problem.touches : undefined;

  const submit = async (confirm: boolean): Promise<void> => {
    if ([...reason.trim()].length < 2) {
      setProblem(new Problem(400, t('admin.reason.need'), 'reason'));
      return;
    }
    setBusy(true);
    setProblem(null);
    setKept(false);
    try {
      const answer = await send({ reason: reason.trim(), ...(confirm && { confirm: true as const }) });
      said.value = t('admin.saved');
      setReason('');
      done(answer);
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, String(error)));
    } finally {
      setBusy(false);
    }
  };
  const bad = (field: string): string | undefined => (problem?.field === field && problem.code !== 'would-orphan' ? problem.message : undefined);
  return (
    <form class="edit" noValidate onSubmit={(e) => { e.preventDefault(); void submit(false); }}>
      {children?.(bad)}
      <Text label={t('admin.reason')} hint={t('admin.reason.hint')} need value={reason} set={setReason} max={200} name="reason" bad={bad('reason')} />
      {problem && problem.field !== 'reason' && !orphans && <p class="problem" role="alert"><Alert /><span translate={false}>{problem.message}</span>
        {problem.code === 'stale-version' && <button type="button" class="button small" data-reread onClick={() => { reread.value++; setProblem(null); setKept(true); }}>{t('admin.stale.read')}</button>}</p>}
      {kept && <p class="note" role="status" data-kept>{t('admin.stale.done')}</p>}
      {orphans && (
        <div class="note" role="alert" data-orphans>
          <p><b>{t('admin.orphan')}</b></p>
          <ul>
            {(Object.entries(orphans) as [keyof typeof orphans, Touched][]).filter(([, x]) => x.count > 0).map(([kind, x]) => (
              <li key={kind}>{t(TOUCHED[kind], { n: x.count })} <span class="soft" translate={false}>{x.first.join(', ')}{x.count > x.first.length && x.first.length > 0 ? '…' : ''}</span></li>
            ))}
          </ul>
          <button type="button" class="button danger" data-confirm disabled={busy} onClick={() => void submit(true)}>{t('admin.orphan.go')}</button>
        </div>
      )}
      <div class="actions"><button type="submit" class={`button ${danger ? 'danger' : 'primary'}`} disabled={busy || !ready}>{busy ? t('admin.saving') : label}</button></div>
    </form>
  );
}

/** Shown once: it cannot be had again. */
export function Once({ label, value, hint }: { label: string; value: string; hint: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(value).then(() => setCopied(true), () => undefined);
  };
  return (
    <div class="once" role="status">
      <span>{label}</span>
      <code class={value.length > 20 ? 'long' : ''} translate={false} data-once>{value}</code>
      {typeof navigator.clipboard !== 'undefined' && <button type="button" class="button small" onClick={() => void copy()}>{copied ? <Check /> : null}{copied ? t('admin.copied') : t('admin.copy')}</button>}
      <span class="soft">{hint}</span>
    </div>
  );
}
