/* Found by name, never typed as a code: a field that searches and lists what fits. A combobox as ARIA describes it. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { t } from '../../i18n';
import { Close, Find } from '../../ui/icons';

export interface Choice { id: string; text: string; sub?: string }

const WAIT_MS = 160;

export function Pick({ label, find, take, need, bad, hint, name }: {
  label: string;
  find: (words: string, signal: AbortSignal) => Promise<Choice[]>;
  take: (one: Choice) => void;
  need?: boolean;
  bad?: string | undefined;
  hint?: string;
  name?: string;
}) {
  const id = useId(), box = useRef<HTMLInputElement>(null), asking = useRef<AbortController | null>(null);
  const [words, setWords] = useState('');
  const [found, setFound] = useState<Choice[] | null>(null);
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!open) return;
    const timer = setTimeout(async () => {
      asking.current?.abort();
      const own = (asking.current = new AbortController());
      const got = await find(words.trim(), own.signal).catch(() => null);
      if (own.signal.aborted) return;
      setFound(got);
      setAt(0);
    }, words ? WAIT_MS : 0);
    return () => clearTimeout(timer);
  }, [words, open]);
  const choose = (one: Choice): void => {
    take(one);
    setWords('');
    setFound(null);
    setOpen(false);
  };
  const key = (e: KeyboardEvent): void => {
    const n = found?.length ?? 0;
    if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && n > 0) {
      e.preventDefault();
      setOpen(true);
      setAt((at + (e.key === 'ArrowDown' ? 1 : -1) + n) % n);
    } else if (e.key === 'Enter' && open && found?.[at]) {
      e.preventDefault();
      choose(found[at]!);
    } else if (e.key === 'Escape' && open) {
      e.stopPropagation();
      setOpen(false);
    }
  };
  const shows = open && found !== null;
  return (
    <div class="field pick" onFocusOut={(e) => { if (!(e.currentTarget as HTMLElement).contains(e.relatedTarget as Node)) setOpen(false); }}>
      <label for={id}>{label}{need && <span class="need" title={t('form.need')}> *</span>}</label>
      <div class="pick-box">
        <Find />
        <input ref={box} id={id} name={name} type="text" role="combobox" maxLength={100} autocomplete="off" spellcheck={false} value={words} placeholder={hint ?? t('desk.pick')} aria-expanded={shows} aria-controls={`${id}-list`}
          aria-autocomplete="list" aria-activedescendant={shows && found!.length > 0 ? `${id}-${at}` : undefined} aria-invalid={bad !== undefined}
          onInput={(e) => { setWords(e.currentTarget.value); setOpen(true); }} onFocus={() => setOpen(true)} onClick={() => setOpen(true)} onKeyDown={key} />
      </div>
      <ul class="pick-list" id={`${id}-list`} role="listbox" aria-label={label} hidden={!shows || found!.length === 0}>
        {(found ?? []).map((one, k) => (
          <li key={one.id} id={`${id}-${k}`} role="option" aria-selected={k === at} data-pick={one.id} onPointerDown={(e) => e.preventDefault()} onClick={() => choose(one)}>
            <b translate={false}>{one.text}</b>{one.sub && <span class="soft" translate={false}>{one.sub}</span>}
          </li>
        ))}
      </ul>
      {shows && found!.length === 0 && <span class="soft">{t('desk.pick.none')}</span>}
      {bad && <span class="bad" translate={false}>{bad}</span>}
    </div>
  );
}

/** What was picked, each with its way out. */
export function Picked({ of, drop }: { of: { id: string; text: string }[]; drop: (id: string) => void }) {
  if (of.length === 0) return null;
  return (
    <ul class="picked">
      {of.map((one) => (
        <li key={one.id}><span translate={false}>{one.text}</span><button type="button" class="icon-button" aria-label={t('desk.drop', { what: one.text })} onClick={() => drop(one.id)}><Close /></button></li>
      ))}
    </ul>
  );
}
