/* The areas below the viewer's own by open work; a click shows one on the map. */
import { t } from '../i18n';
import { count } from '../i18n/format';
import { overview } from '../store/live';
import { refName } from './parts';

export function Areas({ go }: { go: (code: string) => void }) {
  const areas = [...(overview.value?.by_area ?? [])].sort((a, b) => b.open - a.open || b.overdue - a.overdue);
  const most = Math.max(1, ...areas.map((a) => a.open));
  if (areas.length === 0) return <p class="empty">{t('areas.empty')}</p>;
  return (
    <table class="areas">
      <thead>
        <tr><th scope="col">{t('areas.name')}</th><th scope="col" class="number">{t('areas.open')}</th><th scope="col" class="number">{t('areas.overdue')}</th></tr>
      </thead>
      <tbody>
        {areas.map(({ area, open, overdue }) => (
          <tr key={area.code}>
            <th scope="row">
              <button type="button" translate={false} title={t('areas.go', { name: refName(area) })} onClick={() => go(area.code)}>{refName(area)}</button>
              <svg class="areas-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                <rect class="areas-all" width={(100 * open) / most} height="4" /><rect class="areas-late" width={(100 * overdue) / most} height="4" />
              </svg>
            </th>
            <td class="number" translate={false}>{count(open)}</td>
            <td class={`number${overdue > 0 ? ' late' : ''}`} translate={false}>{count(overdue)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
