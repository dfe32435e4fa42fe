/* What changes, or once changed: each member with its old and its new value. */
import { useEffect, useState } from 'preact/hooks';
import { Problem } from '../../api';
import { t } from '../../i18n';
import { Alert } from '../../ui/icons';
import { admin } from './api';
import type { Change } from './api';
import { memberName, memberValue, ruleChanges } from './rules';
import type { Rules } from './rules';

export function Changes({ of }: { of: Change[] }) {
  return (
    <ul class="changes">
      {of.map((c) => (
        <li key={c.member} data-change={c.member}>
          <span class="soft">{memberName(c.member)}</span>
          <del translate={false} aria-label={t('category.change.was')}>{memberValue(c.member, c.was) || t('category.change.none')}</del>
          <ins translate={false} aria-label={t('category.change.now')}>{memberValue(c.member, c.now) || t('category.change.none')}</ins>
        </li>
      ))}
    </ul>
  );
}

function Versions({ code }: { code: string }) {
  const [all, setAll] = useState<Rules[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [state, setState] = useState<'reading' | 'there' | Problem>('reading');
  const load = async (path: string | null, signal: AbortSignal): Promise<void> => {
    setState('reading');
    try {
      const page = await admin.rulesOf(code, path, signal);
      if (signal.aborted) return;
      setAll((old) => (path ? [...old, ...page.items] : page.items));
      setNext(page.next);
      setState('there');
    } catch (error) {
      if (!signal.aborted) setState(error instanceof Problem ? error : new Problem(0, String(error)));
    }
  };
  useEffect(() => {
    const asking = new AbortController();
    void load(null, asking.signal);
    return () => asking.abort();
  }, [code]);
  return (
    <>
      {state instanceof Problem && <p class="problem" role="alert"><Alert /><span translate={false}>{state.message}</span></p>}
      {state === 'reading' && all.length === 0 && <p class="soft" role="status">{t('app.loading')}</p>}
      <ol class="versions">
        {all.map((now, i) => {
          const was = all[i + 1];
          return (
            <li key={now.version} data-version={now.version}>
              <b>{t('rules.version', { n: now.version ?? 0 })}</b>
              {was ? <Changes of={ruleChanges(was, now)} /> : next === null && <span class="soft">{t('rules.first')}</span>}
            </li>
          );
        })}
      </ol>
      {next && <button type="button" class="button small" disabled={state === 'reading'} onClick={() => void load(next, new AbortController().signal)}>{t('admin.more')}</button>}
    </>
  );
}

/** Every version of a category's rules, read when it is opened. */
export function History({ code }: { code: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="history" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{t('rules.history')}</summary>
      {open && <Versions code={code} />}
    </details>
  );
}
