/* The wall: numbers on top, the stream beside the map, what is chosen on the other side. */
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n';
import { startLive, stopLive } from '../../store/live';
import { leftTab, selection } from '../../store/ui';
import { Areas } from '../../ui/areas';
import { Banner } from '../../ui/banner';
import { Counters } from '../../ui/counters';
import { Header } from '../../ui/header';
import { MapPane, mapHandle } from '../../ui/mappane';
import { Panel } from '../../ui/panel';
import { Stream, Teller, useFollowChosen } from '../../ui/stream';

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

export function Wall() {
  useEffect(() => {
    startLive();
    return stopLive;
  }, []);
  useFollowChosen();
  const tab = leftTab.value;
  return (
    <>
      <nav aria-label={t('app.skip')}>
        <a class="skip" href="#tab-panel" onClick={(e) => { e.preventDefault(); toList(); }}>{t('app.skip.list')}</a>
        <a class="skip" href="#map" onClick={(e) => { e.preventDefault(); document.querySelector<HTMLElement>('#map canvas')?.focus(); }}>{t('app.skip.map')}</a>
      </nav>
      <div class={`wall${selection.value && !(selection.value.kind === 'report' && !selection.value.at) ? ' wall-open' : ''}`}>
        <Header />
        <Banner />
        <Counters />
        <main class="wall-main">
          <section class="side" aria-label={t('side.tabs')}>
            <div class="tabs" role="tablist" aria-label={t('side.tabs')} onKeyDown={switchTab}>
              {tabs.map((one) => (
                <button key={one} type="button" role="tab" id={`tab-${one}`} aria-selected={tab === one} aria-controls="tab-panel" tabIndex={tab === one ? 0 : -1}
                  onClick={() => (leftTab.value = one)}>{one === 'stream' ? t('stream.title') : t('areas.title')}</button>
              ))}
            </div>
            <div class="tab-panel" id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
              {tab === 'stream' ? <Stream /> : <Areas go={(code) => void showArea(code)} />}
            </div>
          </section>
          <MapPane />
          <Panel />
        </main>
        <Teller />
      </div>
    </>
  );
}
