/* Load per township on a wall: as many as have room, the fullest first, and what the others hold together. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { count } from '../i18n/format';
import { overview } from '../store/live';
import { refName } from './parts';

const ROW = 2.15; // rem, as in wall.css
const rowPoints = (): number => ROW * parseFloat(getComputedStyle(document.documentElement).fontSize);

export function Load({ go }: { go: (code: string) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(8);
  useLayoutEffect(() => {
    const look = new ResizeObserver(([entry]) => setRoom(Math.max(1, Math.floor(entry!.contentRect.height / rowPoints()))));
    look.observe(box.current!);
    return () => look.disconnect();
  }, []);
  const all = [...(overview.value?.by_area ?? [])].sort((a, b) => b.open - a.open || b.overdue - a.overdue);
  const most = Math.max(1, ...all.map((a) => a.open));
  const nowhere = Math.max(0, (overview.value?.open ?? 0) - all.reduce((sum, a) => sum + a.open, 0));
  const places = nowhere > 0 ? room - 1 : room, seen = all.length <= places ? all : all.slice(0, places - 1), rest = all.slice(seen.length);
  return (
    <section class="load" aria-label={t('load.title')}>
      <h2>{t('load.title')} <span class="soft">{t('load.legend')}</span></h2>
      <div class="load-box" ref={box}>
        <ol>
          {seen.map(({ area, open, overdue }) => (
            <li key={area.code}>
              <button type="button" data-load={area.code} title={t('areas.go', { name: refName(area) })} onClick={() => go(area.code)}>
                <span class="load-name" translate={false}>{refName(area)}</span>
                <svg class="load-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                  <rect class="load-all" width={(100 * open) / most} height="10" /><rect class="load-late" width={(100 * overdue) / most} height="10" />
                </svg>
                <span class="load-open" translate={false}><span class="unseen">{t('areas.open')}</span>{count(open)}</span>
                <span class={`load-overdue${overdue > 0 ? ' late' : ' soft'}`} translate={false}><span class="unseen">{t('areas.overdue')}</span>{count(overdue)}</span>
              </button>
            </li>
          ))}
          {rest.length > 0 && (
            <li class="load-rest soft">
              <span class="load-name">{t('load.rest', { n: rest.length })}</span><span />
              <span class="load-open" translate={false}>{count(rest.reduce((sum, a) => sum + a.open, 0))}</span>
              <span class="load-overdue" translate={false}>{count(rest.reduce((sum, a) => sum + a.overdue, 0))}</span>
            </li>
          )}
          {nowhere > 0 && (
            <li class="load-rest soft" data-load="">
              <span class="load-name">{t('load.nowhere')}</span><span />
              <span class="load-open" translate={false}>{count(nowhere)}</span><span />
            </li>
          )}
        </ol>
        {all.length === 0 && <p class="empty">{t('areas.empty')}</p>}
      </div>
    </section>
  );
}
