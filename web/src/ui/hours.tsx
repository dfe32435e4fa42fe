/* Reports by hour: bars for today, a stepped line for what this weekday usually brings. */
import { useEffect } from 'preact/hooks';
import { t } from '../i18n';
import { count, weekday } from '../i18n/format';
import { filters } from '../store/ui';
import { hours, watchIntake } from '../store/intake';

const W = 480, H = 150, TOP = 8, BOTTOM = 22;

/** A round number not below n. */
export function ceiling(n: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, n)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= n) ?? 10 * power;
}

export function Hours() {
  useEffect(watchIntake, []);
  const it = hours.value;
  if (!it) return <section class="hours"><h2>{t('hours.title')}</h2><div class="skeleton" role="status" aria-label={t('app.loading')}><i /></div></section>;
  const most = ceiling(Math.max(4, ...it.hours.map((h) => Math.max(h.today ?? 0, h.usual))));
  const x = (hour: number): number => (hour * W) / 24, y = (n: number): number => TOP + (H - TOP - BOTTOM) * (1 - n / most);
  const usual = it.hours.map((h, i) => `${i === 0 ? 'M' : 'L'}${x(h.hour)} ${y(h.usual)}H${x(h.hour + 1)}`).join('');
  const past = it.hours.filter((h) => h.today !== null);
  const day = weekday(it.date);
  return (
    <section class="hours" aria-label={t('hours.title')}>
      <h2>{t('hours.title')}</h2>
      <p class="hours-sum">
        <span><i class="key key-today" aria-hidden="true" />{t('hours.today')} <b translate={false} data-hours="today">{count(it.today)}</b></span>
        {it.weeks > 0
          ? <span><i class="key key-usual" aria-hidden="true" />{t('hours.usual', { day })} <b translate={false} data-hours="usual">{count(Math.round(it.usual_until_now))}</b></span>
          : <span class="soft">{t('hours.none')}</span>}
        {(filters.value.category || filters.value.network) && <span class="soft">{t('hours.all')}</span>}
      </p>
      <svg class="hours-chart" viewBox={`0 0 ${W} ${H}`} role="img" aria-label={t('hours.alt', { today: count(it.today), day, usual: count(Math.round(it.usual_until_now)) })}>
        <path class="hours-rule" d={`M0 ${y(most)}H${W}M0 ${y(most / 2)}H${W}M0 ${y(0)}H${W}`} />
        <text class="hours-most" x="2" y={y(most) + 13} translate={false}>{count(most)}</text>
        {past.map((h) => (
          <rect key={h.hour} class={`hours-bar${h === past.at(-1) ? ' hours-now' : ''}`} x={x(h.hour) + 2} width={W / 24 - 4} y={y(h.today!)} height={y(0) - y(h.today!)} />
        ))}
        {it.weeks > 0 && <path class="hours-usual" d={usual} />}
        {[0, 6, 12, 18, 24].map((hour) => (
          <text key={hour} class="hours-hour" x={x(hour)} y={H - 5} text-anchor={hour === 0 ? 'start' : hour === 24 ? 'end' : 'middle'} translate={false}>{hour}</text>
        ))}
      </svg>
    </section>
  );
}
