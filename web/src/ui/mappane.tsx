/* The map with its buttons, scale, layers and legend. The map library comes in after the page stands. */
import { signal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { may } from '../api';
import { t } from '../i18n';
import type { MapHandle } from '../map/view';
import { groupKey, MAP_GROUPS } from '../map/states';
import { LAYERS } from '../store/hash';
import { account, server } from '../store/session';
import { groups, picking, selection, shown, toggle } from '../store/ui';
import { Clock, GroupSign, Home, Layers, Minus, Plus, Target } from './icons';

export const mapHandle = signal<MapHandle | null>(null);

function hasGl(): boolean {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
}

/** The server has been given newer pages: their files have other names. Once a minute at most. */
function startAnew(): boolean {
  try {
    const last = Number(sessionStorage.getItem('wangge.anew') ?? 0);
    if (Date.now() - last < 60_000) return false;
    sessionStorage.setItem('wangge.anew', String(Date.now()));
  } catch {
    return false; // without memory it could go on for ever
  }
  location.reload();
  return true;
}

export function MapPane() {
  useSignalEffect(() => {
    if (picking.value) open.value = false; // on a phone the open legend leaves no map to point at
  });
  const box = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    let mine: MapHandle | null = null;
    if (!hasGl()) {
      setFailed('');
      return;
    }
    void import('../map/view')
      .then(({ openMap }) => (gone ? null : openMap(box.current!)))
      .then((made) => {
        if (gone) made?.remove();
        else mapHandle.value = mine = made;
      })
      .catch((error: unknown) => {
        if (!startAnew()) setFailed(error instanceof Error ? error.message : String(error));
      });
    return () => {
      gone = true;
      mapHandle.value = null;
      mine?.remove();
    };
  }, []);

  const h = mapHandle.value;
  const filled = Boolean(server.value?.root);
  const was = useRef(filled);
  useEffect(() => {
    if (filled && !was.current) h?.home();
    was.current = filled;
  }, [filled, h]);
  return (
    <section class={`map-pane${picking.value ? ' map-picking' : ''}`} id="map-pane">
      <div ref={box} id="map" class="map" />
      {!h && (
        <div class="map-wait" role="status">
          {failed === null ? t('map.loading') : failed === '' ? t('map.nogl') : t('map.failed', { why: failed })}
        </div>
      )}
      {server.value && !server.value.root && <Empty />}
      {picking.value && (
        <div class="map-hint" role="status">
          <Target />{t('report.pick')}
          {h && <button type="button" class="button small" onClick={() => (selection.value = { kind: 'report', at: h.centre() })}>{t('report.pick.centre')}</button>}
          <button type="button" class="button small" onClick={() => (selection.value = null)}>{t('report.cancel')}</button>
        </div>
      )}
      {h && (
        <>
          {picking.value && <div class="map-cross" aria-hidden="true" />}
          <Legend />
          <div class="map-buttons">
            <button type="button" class="icon-button raised" aria-label={t('map.zoom.in')} title={t('map.zoom.in')} onClick={() => h.zoomBy(1)}><Plus /></button>
            <button type="button" class="icon-button raised" aria-label={t('map.zoom.out')} title={t('map.zoom.out')} onClick={() => h.zoomBy(-1)}><Minus /></button>
            <button type="button" class="icon-button raised" aria-label={t('map.home')} title={t('map.home')} onClick={() => h.home()}><Home /></button>
          </div>
          <Scale handle={h} />
          {shown.value.raster && server.value?.raster?.attribution && <p class="map-credit" translate={false}>{server.value.raster.attribution}</p>}
        </>
      )}
    </section>
  );
}

const COMMANDS = {
  areas: 'wangge import areas AREAS.csv --db FILE',
  grids: 'wangge import grids GRIDS.gpkg --db FILE',
  staff: 'wangge import staff STAFF.csv --db FILE',
  demo: 'wangge demo --db demo.db',
};

/** Nothing has been imported: what to do first. */
function Empty() {
  return (
    <section class="map-empty" aria-label={t('empty.title')}>
      <h2>{t('empty.title')}</h2>
      <p>{t('empty.how')}</p>
      <ol>
        <li>{t('empty.areas')}<code translate={false}>{COMMANDS.areas}</code></li>
        <li>{t('empty.grids')}<code translate={false}>{COMMANDS.grids}</code></li>
        <li>{t('empty.staff')}<code translate={false}>{COMMANDS.staff}</code></li>
      </ol>
      <p>{t('empty.demo')}<code translate={false}>{COMMANDS.demo}</code></p>
    </section>
  );
}

function Scale({ handle }: { handle: MapHandle }) {
  const [bar, setBar] = useState<{ metres: number; width: number } | null>(null);
  useEffect(() => {
    const measure = (): void => {
      const lat = handle.map.getCenter().lat;
      const perPixel = (40_075_016.686 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** handle.map.getZoom());
      const most = perPixel * 96;
      const power = 10 ** Math.floor(Math.log10(most));
      const metres = [5, 2, 1].map((n) => n * power).find((n) => n <= most) ?? power;
      setBar({ metres, width: metres / perPixel });
    };
    measure();
    handle.map.on('move', measure);
    return () => void handle.map.off('move', measure);
  }, [handle]);
  if (!bar) return null;
  return (
    <svg class="map-scale" width={bar.width + 2} height="24" aria-hidden="true" focusable="false">
      <text x={bar.width / 2 + 1} y="12" text-anchor="middle">
        {bar.metres >= 1000 ? t('map.scale.km', { n: bar.metres / 1000 }) : t('map.scale.m', { n: bar.metres })}
      </text>
      <path d={`M1 15v7h${bar.width}v-7`} />
    </svg>
  );
}

const open = signal(false);

function Groups() {
  return (
    <div class="legend-groups" role="group" aria-label={t('map.legend.state')} title={t('map.legend.state')}>
      {MAP_GROUPS.map((g) => (
        <button key={g} type="button" aria-pressed={groups.value[g]} onClick={() => toggle(groups, g)}><GroupSign group={g} size={16} />{t(groupKey(g))}</button>
      ))}
    </div>
  );
}

/** Always in sight: the five states, each a switch. Above it, when opened: the layers and the other signs. */
function Legend() {
  const keys = { incidents: 'map.layer.incidents', workers: 'map.layer.workers', grids: 'map.layer.grids', areas: 'map.layer.areas', basemap: 'map.layer.basemap', raster: 'map.layer.raster' } as const;
  const seen = LAYERS.filter((l) => (l === 'incidents' ? may(account.value, 'see-incident') : l === 'workers' ? may(account.value, 'see-workers') : l === 'raster' ? Boolean(server.value?.raster) : true));
  return (
    <div class="legend">
      {open.value && (
        <div class="legend-body" id="legend-body">
          <div class="legend-layers">
            {seen.map((l) => (
              <label key={l}><input type="checkbox" checked={shown.value[l]} onChange={() => toggle(shown, l)} />{t(keys[l])}</label>
            ))}
          </div>
          {seen.includes('incidents') && <div class="legend-narrow"><h2>{t('map.legend.state')}</h2><Groups /></div>}
          <h2>{t('map.legend.other')}</h2>
          <ul class="legend-signs">
            <li><span class="badge-clock"><Clock /></span>{t('map.legend.overdue')}</li>
            <li>
              <svg width="18" height="18" viewBox="0 0 20 20" aria-hidden="true" focusable="false" class="legend-ring">
                <circle class="ring-back" cx="10" cy="10" r="9" /><path class="ring-a" d="M10 3a7 7 0 1 1-6.700 9" /><path class="ring-b" d="M3.100 10.800A7 7 0 0 1 8.800 3.100" />
              </svg>
              {t('map.legend.cluster')}
            </li>
            <li><GroupSign group="new" size={20} />{t('map.legend.urgent')}</li>
            {seen.includes('workers') && (
              <>
                <li><span class="dot-worker" aria-hidden="true" />{t('map.legend.worker')}</li>
                <li><span class="dot-worker dot-old" aria-hidden="true" />{t('map.legend.worker.old')}</li>
              </>
            )}
          </ul>
        </div>
      )}
      <div class="legend-bar">
        <button type="button" class="legend-head" aria-expanded={open.value} aria-controls={open.value ? 'legend-body' : undefined} onClick={() => (open.value = !open.value)}><Layers />{t('map.layers')}</button>
        {shown.value.incidents && seen.includes('incidents') && <Groups />}
      </div>
    </div>
  );
}
