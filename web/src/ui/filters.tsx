/* What the wall is narrowed to. The bar is opened by a button; what is set stands there as chips that take it off. */
import { computed, signal } from '@preact/signals';
import type { Key } from '../i18n';
import { name, t } from '../i18n';
import { categories, overview } from '../store/live';
import { areas } from '../store/narrow';
import { SPANS } from '../store/hash';
import type { Filters } from '../store/hash';
import { clearFilters, filtered, filters } from '../store/ui';
import { Close } from './icons';

export const filtersOpen = signal(false);

function set<K extends keyof Filters>(key: K, value: Filters[K]): void {
  filters.value = { ...filters.value, [key]: value };
}

/** The tree as an indented list: communities are many, so below the townships only those of the chosen one. */
const choices = computed(() => {
  const all = [...areas.value.values()], top = Math.min(...all.map((a) => a.depth));
  const chosen = filters.value.area ? areas.value.get(filters.value.area) : undefined;
  const open = chosen && (chosen.depth > top + 1 ? chosen.parent : chosen.code);
  return all.filter((a) => a.depth === top + 1 || (open !== undefined && a.depth === top + 2 && a.parent === open) || a.code === chosen?.code)
    .sort((a, b) => (a.depth > top + 1 ? `${a.parent}${a.code}` : a.code).localeCompare(b.depth > top + 1 ? `${b.parent}${b.code}` : b.code))
    .map((a) => ({ code: a.code, text: `${a.depth > top + 1 ? '\u2003' : ''}${name(a.name, a.code)}` }));
});

const SPAN_KEYS: Record<(typeof SPANS)[number], Key> = { today: 'filter.since.today', '24h': 'filter.since.24h', '7d': 'filter.since.7d' };

export function FilterBar() {
  const f = filters.value;
  if (!filtersOpen.value && !filtered.value) return null;
  const kinds = categories.value.filter((c) => !c.retired || c.code === f.category);
  const families = [...new Set(kinds.map((c) => c.group))];
  return (
    <section class="filters" aria-label={t('filter.title')} data-filtered={filtered.value}>
      <label><span>{t('filter.area')}</span>
        <select translate={false} data-filter="area" value={f.area ?? ''} onChange={(e) => set('area', e.currentTarget.value || null)}>
          <option value="">{t('filter.any')}</option>
          {choices.value.map((a) => <option key={a.code} value={a.code}>{a.text}</option>)}
        </select>
      </label>
      <label><span>{t('filter.category')}</span>
        <select translate={false} data-filter="category" value={f.category ?? ''} onChange={(e) => set('category', e.currentTarget.value || null)}>
          <option value="">{t('filter.any')}</option>
          {families.map((family) => {
            const of = kinds.filter((c) => c.group === family);
            return <optgroup key={family} label={name(of[0]!.group_name, family)}>{of.map((c) => <option key={c.code} value={c.code}>{name(c.name, c.code)}</option>)}</optgroup>;
          })}
        </select>
      </label>
      <label><span>{t('filter.since')}</span>
        <select data-filter="since" value={f.since ?? ''} onChange={(e) => set('since', (e.currentTarget.value || null) as Filters['since'])}>
          <option value="">{t('filter.any')}</option>
          {SPANS.map((one) => <option key={one} value={one}>{t(SPAN_KEYS[one])}</option>)}
        </select>
      </label>
      {(overview.value?.networks ?? []).length > 1 && (
        <label><span>{t('filter.network')}</span>
          <select translate={false} data-filter="network" value={f.network ?? ''} onChange={(e) => set('network', e.currentTarget.value || null)}>
            <option value="">{t('filter.any')}</option>
            {overview.value!.networks!.map((one) => <option key={one} value={one}>{one}</option>)}
          </select>
        </label>
      )}
      <span class="filters-note" role="status">{filtered.value ? t('filter.on') : ''}</span>
      {filtered.value && <button type="button" class="button small" onClick={clearFilters}><Close />{t('filter.clear')}</button>}
    </section>
  );
}
