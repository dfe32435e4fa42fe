/* The wall: numbers on top, the stream beside the map, what is chosen on the other side; on a wall's screen the load
 * of the townships and the hours of the day stand there. */
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n';
import '../../store/areas';
import { startLive, stopLive } from '../../store/live';
import { runTour } from '../../store/tour';
import { filters, leftTab, selection, streamFilter, touring, wall } from '../../store/ui';
import { waiting } from '../../store/alarm';
import { Alarm } from '../../ui/alarm';
import { Areas } from '../../ui/areas';
import { Banner } from '../../ui/banner';
import { Counters } from '../../ui/counters';
import { FilterBar } from '../../ui/filters';
import { Header } from '../../ui/header';
import { Hours } from '../../ui/hours';
import { Load } from '../../ui/load';
import { MapPane, mapHandle } from '../../ui/mappane';
import { Panel } from '../../ui/panel';
import { Stream, Teller, useFollowChosen } from '../../ui/stream';
import { TourNote } from '../../ui/tour';

async function showArea(code: string): Promise<void> {
  const { boundsOf } = await import('../../map/view');
  const box = await boundsOf(code).catch(() => undefined);
  if (box) mapHandle.value?.fit(box);
}

const tabs = ['stream', 'areas'] as const;

function switchTab(event: KeyboardEvent): void {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  event.preventDefault();
  leftTab.value = leftTab.value === 'stream' ? 'areas' : 'stream';
  document.getElementById(`tab-${leftTab.value}`)?.focus();
}

function toList(): void {
  (document.querySelector<HTMLElement>('#list button') ?? document.getElementById(`tab-${leftTab.value}`))?.focus();
}

/** A desk has the areas as a second tab; a wall shows them all the time. */
function Side() {
  const tab = leftTab.value;
  if (wall.value) {
    return (
      <section class="side" aria-label={t('stream.title')}>
        <h2 class="side-head">{t('stream.title')}{streamFilter.value !== 'all' && <button type="button" class="chip" aria-pressed="true" onClick={() => (streamFilter.value = 'all')}>{t(`stream.${streamFilter.value}`)} ×</button>}</h2>
        <div class="tab-panel" id="tab-panel"><Stream /></div>
      </section>
    );
  }
  return (
    <section class="side" aria-label={t('side.tabs')}>
      <div class="tabs" role="tablist" aria-label={t('side.tabs')} onKeyDown={switchTab}>
        {tabs.map((one) => (
          <button key={one} type="button" role="tab" id={`tab-${one}`} aria-selected={tab === one} aria-controls="tab-panel" tabIndex={tab === one ? 0 : -1}
            onClick={() => (leftTab.value = one)}>{one === 'stream' ? t('stream.title') : t('areas.title')}</button>
        ))}
      </div>
      <div class="tab-panel" id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'stream' ? <Stream /> : <><Hours /><Areas go={(code) => void showArea(code)} /></>}
      </div>
    </section>
  );
}

export function Wall() {
  useEffect(() => {
    startLive();
    return stopLive;
  }, []);
  useEffect(() => runTour((code) => (code === null ? mapHandle.value?.home() : void showArea(code))), []);
  useEffect(() => {
    const hand = (e: Event): void => {
      if (touring.peek() && (e.target as HTMLElement).closest('#map')) touring.value = false;
    };
    for (const kind of ['pointerdown', 'wheel', 'keydown'] as const) document.addEventListener(kind, hand, { passive: true });
    return () => {
      for (const kind of ['pointerdown', 'wheel', 'keydown'] as const) document.removeEventListener(kind, hand);
    };
  }, []);
  const area = filters.value.area, before = useRef(area);
  useEffect(() => {
    if (area && area !== before.current) void showArea(area);
    before.current = area;
  }, [area]);
  const urgent = waiting.value[0], toured = useRef(false);
  useEffect(() => {
    if (urgent && toured.current && urgent.lon !== null && urgent.lat !== null) mapHandle.value?.go({ lon: urgent.lon, lat: urgent.lat }, 14);
    toured.current = touring.value;
  }, [urgent?.id, touring.value]);
  useFollowChosen();
  const chosen = selection.value && !(selection.value.kind === 'report' && !selection.value.at);
  return (
    <>
      <nav aria-label={t('app.skip')}>
        <a class="skip" href="#tab-panel" onClick={(e) => { e.preventDefault(); toList(); }}>{t('app.skip.list')}</a>
        <a class="skip" href="#map" onClick={(e) => { e.preventDefault(); document.querySelector<HTMLElement>('#map canvas')?.focus(); }}>{t('app.skip.map')}</a>
      </nav>
      <div class={`wall${chosen ? ' wall-open' : ''}${wall.value ? ' wall-big' : ''}`}>
        <Header />
        <div class="notes"><Banner /><Alarm /><FilterBar /></div>
        <Counters />
        <main class="wall-main">
          <Side />
          <MapPane />
          {wall.value && !chosen && <aside class="figures" aria-label={t('figures.title')}><Load go={(code) => void showArea(code)} /><Hours /></aside>}
          <Panel />
        </main>
        <TourNote />
        <Teller />
      </div>
    </>
  );
}
