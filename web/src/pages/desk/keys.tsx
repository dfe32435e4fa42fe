/* The desk by keys: through the list, to an action, out of it; and the table of them. */
import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t, tOr } from '../../i18n';
import { Close } from '../../ui/icons';
import { offersOf } from './act';
import { KEYS } from './deeds';
import { selection } from '../../store/ui';
import { box, boxes, choose, chosenId, doing, keysShown, mark, markAll, marked, mine, results, walk, work } from './state';
import { account } from '../../store/session';
import { may } from '../../api';

const writing = (at: EventTarget | null): boolean => at instanceof HTMLElement && at.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [role=listbox]') !== null;

function nextBox(by: 1 | -1): void {
  const all = mine(boxes.peek() ?? [], account.peek()), at = all.findIndex((b) => b.code === box.peek());
  const to = all[(at + by + all.length) % all.length];
  if (to) {
    choose(null);
    box.value = to.code;
  }
}

function escape(): void {
  if (keysShown.peek()) keysShown.value = false;
  else if (doing.peek()) doing.value = null;
  else if (results.peek()) results.value = null;
  else if (marked.peek().size > 0) marked.value = new Set();
  else if (selection.peek()) choose(null);
}

/** Pressed before it is known what may be done: kept for a moment, in order. */
let ahead: { id: string; keys: string[]; at: number } | null = null;
const AHEAD_MS = 3_000;

effect(() => {
  const w = work.value;
  if (!ahead || !w?.work || w.of !== ahead.id) return;
  const [first, ...rest] = ahead.keys, fresh = performance.now() - ahead.at < AHEAD_MS;
  ahead = null;
  if (!fresh || !first || !act(first) || !rest.includes('Enter')) return;
  requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector<HTMLFormElement>('form.act-form')?.requestSubmit()));
});

function early(key: string): boolean {
  const id = chosenId.peek();
  if (!id || work.peek()?.of === id || marked.peek().size > 0) return false;
  if (ahead?.id === id && key === 'Enter') ahead.keys.push(key);
  else if (Object.values(KEYS).includes(key)) ahead = { id, keys: [key], at: performance.now() };
  else return false;
  return true;
}

function act(key: string): boolean {
  const many = marked.peek().size > 0;
  if (many) {
    const found = [...document.querySelectorAll<HTMLElement>('.bulk [data-action]')].find((b) => KEYS[b.dataset['action']!] === key);
    found?.click();
    return found !== undefined;
  }
  const w = work.peek()?.work;
  const offer = w && offersOf(w).find((o) => KEYS[o.action] === key);
  if (offer) doing.value = { offer, many: false };
  return Boolean(offer);
}

function key(e: KeyboardEvent): void {
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
  if (document.querySelector('dialog[open]:not(.keys)')) return; // what lies over the desk has its own keys
  if (e.key === 'Escape') {
    escape();
    return;
  }
  if (writing(e.target) || (e.target as HTMLElement).closest?.('#map')) return;
  const inForm = (e.target as HTMLElement).closest?.('form.act-form');
  let took = true;
  if (e.key === '?') keysShown.value = !keysShown.peek();
  else if (inForm) took = false; // there the arrows choose and Enter sends
  else if (early(e.key)) took = true;
  else if (e.key === 'j' || e.key === 'ArrowDown') walk(1);
  else if (e.key === 'k' || e.key === 'ArrowUp') walk(-1);
  else if (e.key === ']') nextBox(1);
  else if (e.key === '[') nextBox(-1);
  else if (e.key === 'x') { const id = chosenId.peek(); if (id) mark(id); else walk(1); }
  else if (e.key === 'X') markAll();
  else if (e.key === '+' && may(account.peek(), 'report')) selection.value = { kind: 'report', at: null };
  else if (e.key === 'Enter' && !(e.target as HTMLElement).closest?.('button, a, input')) document.querySelector<HTMLElement>('.acts [data-action]')?.click();
  else took = act(e.key);
  if (took) e.preventDefault();
}

export function useKeys(): void {
  useEffect(() => {
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, []);
}

const GENERAL = [['j ↓', 'keys.next'], ['k ↑', 'keys.back'], ['[ ]', 'keys.box'], ['x', 'keys.mark'], ['X', 'keys.all'], ['Enter', 'keys.enter'], ['Esc', 'keys.out'], ['+', 'keys.report'], ['/', 'keys.find'], ['?', 'keys.help']] as const;

export function KeyTable() {
  const box = useRef<HTMLDialogElement>(null);
  const open = keysShown.value;
  useEffect(() => {
    if (open) box.current?.showModal();
  }, [open]);
  if (!open) return null;
  return (
    <dialog ref={box} class="keys" aria-label={t('keys.title')} onClose={() => (keysShown.value = false)} onClick={(e) => { if (e.target === box.current) keysShown.value = false; }}>
      <header class="bulk-head"><h2>{t('keys.title')}</h2><button type="button" class="icon-button" aria-label={t('app.close')} title={t('app.close')} onClick={() => (keysShown.value = false)}><Close /></button></header>
      <div class="keys-body">
        <dl>{GENERAL.map(([k, say]) => <div key={k}><dt>{k.split(' ').map((one) => <kbd key={one} translate={false}>{one}</kbd>)}</dt><dd>{t(say)}</dd></div>)}</dl>
        <dl>{Object.entries(KEYS).map(([action, k]) => <div key={action}><dt><kbd translate={false}>{k}</kbd></dt><dd>{action === 'quick' ? t('desk.quick') : tOr(`deed.${action}`, action)}</dd></div>)}</dl>
      </div>
    </dialog>
  );
}
