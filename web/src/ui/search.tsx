/* Search: a grid's code, a number, a name, an address, initials, coordinates in any datum. A combobox as ARIA
 * describes it: the arrows choose, Enter goes there, Escape leaves. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Hit } from '../api';
import { name, t, tOr } from '../i18n';
import { ask, hits, searching, searchProblem } from '../store/search';
import { server } from '../store/session';
import { selection } from '../store/ui';
import { Find } from './icons';
import { mapHandle } from './mappane';
import { refName } from './parts';

const open = signal(false);
const chosen = signal(0);
const typed = signal('');
/** The datum that was chosen for bare numbers; '': none, which is WGS 84. */
const datum = signal('');
const BARE = /^\s*[-+]?\d+(\.\d+)?\s*[\s,，;；]\s*[-+]?\d+(\.\d+)?\s*$/;

function look(): void {
  chosen.value = 0;
  open.value = true;
  ask(datum.value && BARE.test(typed.value) ? `${datum.value} ${typed.value}` : typed.value);
}

/** Two numbers that do not say what they are: the district's usual datums are offered. */
function Datums() {
  const all = server.value?.datums ?? [];
  if (!BARE.test(typed.value) || all.length === 0) return null;
  return (
    <select class="search-datum" aria-label={t('search.datum')} title={t('search.datum')} value={datum.value} onChange={(e) => { datum.value = e.currentTarget.value; look(); }}>
      <option value="" translate={false}>{t('crs.wgs84')}</option>
      {all.filter((d) => d.code !== 'wgs84').map((d) => <option key={d.code} value={d.code} translate={false}>{name(d.name, d.code)}</option>)}
    </select>
  );
}

function go(hit: Hit): void {
  open.value = false;
  const at = hit.lon !== null && hit.lat !== null ? { lon: hit.lon, lat: hit.lat } : null;
  if (hit.type === 'incident') {
    selection.value = { kind: 'incident', id: hit.id };
    return;
  }
  if (hit.type !== 'area' && at) selection.value = { kind: 'place', at };
  if (hit.bbox) mapHandle.value?.fit(hit.bbox);
  else if (at) mapHandle.value?.go(at, 16);
}

function key(event: KeyboardEvent): void {
  const found = hits.value ?? [];
  if (event.key === 'Escape') {
    event.stopPropagation();
    open.value = false;
    (event.target as HTMLElement).blur();
  } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && found.length > 0) {
    event.preventDefault();
    open.value = true;
    chosen.value = (chosen.value + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % found.length;
    document.getElementById(`hit-${chosen.value}`)?.scrollIntoView({ block: 'nearest' });
  } else if (event.key === 'Enter') {
    event.preventDefault();
    const hit = found[chosen.value];
    if (hit) go(hit);
  }
}

/** A slash anywhere, but not while somebody writes, goes to the search. */
function useSlash(box: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const on = (e: KeyboardEvent): void => {
      const at = e.target as HTMLElement;
      if (e.key !== '/' || e.ctrlKey || e.metaKey || at.closest('input, textarea, select')) return;
      e.preventDefault();
      box.current?.focus();
    };
    document.addEventListener('keydown', on);
    return () => document.removeEventListener('keydown', on);
  }, []);
}

export function Search() {
  const box = useRef<HTMLInputElement>(null);
  useSlash(box);
  const found = hits.value;
  const shows = open.value && (found !== null || searchProblem.value !== null);
  return (
    <search class="search" onFocusOut={(e) => { if (!(e.currentTarget as HTMLElement).contains(e.relatedTarget as Node)) open.value = false; }}>
      <Find />
      <input ref={box} type="text" role="combobox" list={undefined} inputMode="search" aria-label={t('search.label')} placeholder={t('search.hint')} maxLength={100} autocomplete="off" spellcheck={false}
        aria-expanded={shows} aria-controls="hits" aria-autocomplete="list" aria-activedescendant={shows && found && found.length > 0 ? `hit-${chosen.value}` : undefined}
        onInput={(e) => { typed.value = e.currentTarget.value; look(); }} onFocus={() => (open.value = true)} onKeyDown={key} />
      <Datums />
      <kbd aria-hidden="true">/</kbd>
      <div class="unseen" role="status">{shows && found && !searching.value ? t('search.found', { n: found.length }) : ''}</div>
      <ul class="hits" id="hits" role="listbox" aria-label={t('search.label')} hidden={!shows || !found || found.length === 0}>
        {(found ?? []).map((hit, i) => (
          <li key={`${hit.type} ${hit.id}`} id={`hit-${i}`} role="option" aria-selected={i === chosen.value} data-hit={hit.type}
            onPointerDown={(e) => e.preventDefault()} onClick={() => go(hit)}>
            <span class="tag">{tOr(`hit.${hit.type}`, hit.type)}</span>
            <span class="hit-main">
              <b translate={false}>{name(hit.name, hit.id)}</b>
              <span class="soft" translate={false}>{[hit.detail, refName(hit.area)].filter(Boolean).join(' · ')}</span>
            </span>
          </li>
        ))}
      </ul>
      {shows && found?.length === 0 && !searching.value && <p class="hits hits-none" data-hits="none">{t('search.none')}</p>}
      {shows && searchProblem.value && <p class="hits hits-none" role="alert" translate={false}>{searchProblem.value}</p>}
    </search>
  );
}
