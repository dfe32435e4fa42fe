/* The map beside the incident: the wall's own, without its legend. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../i18n';
import type { MapHandle } from '../../map/view';
import { picking } from '../../store/ui';
import { Home, Minus, Plus, Target } from '../../ui/icons';
import { mapHandle } from '../../ui/mappane';

export function DeskMap() {
  const box = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    let own: MapHandle | null = null;
    void import('../../map/view')
      .then(({ openMap }) => (gone ? null : openMap(box.current!)))
      .then((made) => {
        if (gone) made?.remove();
        else mapHandle.value = own = made;
      })
      .catch((error: unknown) => setFailed(error instanceof Error ? error.message : String(error)));
    return () => {
      gone = true;
      mapHandle.value = null;
      own?.remove();
    };
  }, []);
  const h = mapHandle.value;
  return (
    <section class={`map-pane desk-map${picking.value ? ' map-picking' : ''}`} id="map-pane" aria-label={t('desk.map')}>
      <div ref={box} id="map" class="map" />
      {!h && <div class="map-wait" role="status">{failed === null ? t('map.loading') : t('map.failed', { why: failed })}</div>}
      {h && picking.value && <div class="map-hint" role="status"><Target />{t('report.pick')}</div>}
      {h && (
        <div class="map-buttons">
          <button type="button" class="icon-button raised" aria-label={t('map.zoom.in')} title={t('map.zoom.in')} onClick={() => h.zoomBy(1)}><Plus /></button>
          <button type="button" class="icon-button raised" aria-label={t('map.zoom.out')} title={t('map.zoom.out')} onClick={() => h.zoomBy(-1)}><Minus /></button>
          <button type="button" class="icon-button raised" aria-label={t('map.home')} title={t('map.home')} onClick={() => h.home()}><Home /></button>
        </div>
      )}
    </section>
  );
}
