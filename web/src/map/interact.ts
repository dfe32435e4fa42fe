/* What a hand does on the map: point, click, right-click or press long, keys. */
import type { Map as MapLibre, MapGeoJSONFeature, MapMouseEvent, MapTouchEvent, PointLike } from 'maplibre-gl';
import { may } from '../api';
import type { State } from '../api';
import { account } from '../store/session';
import { picking, selection } from '../store/ui';
import type { Found } from '../store/ui';

const THINGS = ['incident-point', 'incident-mine', 'incident-cluster', 'worker-moved', 'worker-point'];
const REACH = 5; // pixels around the pointer
const LONG_MS = 550;

/** The incidents under the pointer, each once, the worst and then the newest first. */
function several(hits: MapGeoJSONFeature[]): Found[] {
  const byId = new Map<string, Found>();
  for (const f of hits) {
    if (f.layer.id !== 'incident-point' && f.layer.id !== 'incident-mine') continue;
    const p = f.properties;
    byId.set(String(f.id), {
      id: String(f.id), number: String(p['number'] ?? ''), category: String(p['category'] ?? ''), state: String(p['state'] ?? '') as State,
      severity: Number(p['severity'] ?? 1), overdue: Boolean(p['overdue']),
    });
  }
  return [...byId.values()].sort((a, b) => b.severity - a.severity || Number(b.id) - Number(a.id));
}

export function interact(map: MapLibre): () => void {
  let hovered: string | undefined;
  let press: ReturnType<typeof setTimeout> | null = null;
  let pressed = false;

  const found = (p: { x: number; y: number }) => {
    const box: [PointLike, PointLike] = [[p.x - REACH, p.y - REACH], [p.x + REACH, p.y + REACH]];
    return map.queryRenderedFeatures(box, { layers: THINGS.filter((id) => map.getLayer(id)) });
  };

  const askPlace = (lon: number, lat: number): void => {
    if (picking.value) selection.value = { kind: 'report', at: { lon, lat } };
    else if (may(account.value, 'see-map')) selection.value = { kind: 'place', at: { lon, lat } };
  };

  const click = (e: MapMouseEvent): void => {
    if (pressed) {
      pressed = false; // this click ends a long press
      return;
    }
    if (picking.value) {
      selection.value = { kind: 'report', at: { lon: e.lngLat.lng, lat: e.lngLat.lat } };
      return;
    }
    const hits = found(e.point);
    const hit = THINGS.map((layer) => hits.find((f) => f.layer.id === layer)).find((f) => f);
    if (!hit) {
      // At a desk the map is beside what is read and written there, and a stray click takes none of it away.
      if (selection.value?.kind !== 'report' && !map.getContainer().closest('.desk')) selection.value = null;
      return;
    }
    const [lon, lat] = hit.geometry.type === 'Point' ? (hit.geometry.coordinates as [number, number]) : [e.lngLat.lng, e.lngLat.lat];
    if (hit.layer.id === 'incident-cluster') {
      map.easeTo({ center: [lon, lat], zoom: Math.min(14, map.getZoom() + 2), duration: 500 });
    } else if (hit.layer.id === 'incident-point' || hit.layer.id === 'incident-mine') {
      const found = several(hits);
      selection.value = found.length > 1 ? { kind: 'several', found, at: { lon, lat } } : { kind: 'incident', id: String(hit.id) };
    } else {
      selection.value = {
        kind: 'worker', id: String(hit.id), name: String(hit.properties['name'] ?? ''), seen: Number(hit.properties['at'] ?? 0) * 1000, at: { lon, lat },
      };
    }
  };

  const move = (e: MapMouseEvent): void => {
    const over = map.getLayer('grid-fill') && map.getZoom() >= 11 ? map.queryRenderedFeatures(e.point, { layers: ['grid-fill'] })[0] : undefined;
    const code = over?.id === undefined ? undefined : String(over.id);
    if (code !== hovered) {
      if (hovered) map.removeFeatureState({ source: 'grids', sourceLayer: 'grids', id: hovered }, 'hover');
      if (code) map.setFeatureState({ source: 'grids', sourceLayer: 'grids', id: code }, { hover: true });
      hovered = code;
    }
    map.getCanvas().style.cursor = picking.value ? 'crosshair' : found(e.point).length > 0 ? 'pointer' : '';
  };
  const leave = (): void => {
    if (hovered) map.removeFeatureState({ source: 'grids', sourceLayer: 'grids', id: hovered }, 'hover');
    hovered = undefined;
  };

  const menu = (e: MapMouseEvent): void => {
    e.preventDefault();
    askPlace(e.lngLat.lng, e.lngLat.lat);
  };

  const calm = (): void => {
    if (press) clearTimeout(press);
    press = null;
  };
  const touch = (e: MapTouchEvent): void => {
    calm();
    pressed = false;
    if (e.points.length !== 1) return;
    const at = e.lngLat;
    press = setTimeout(() => {
      pressed = true;
      askPlace(at.lng, at.lat);
    }, LONG_MS);
  };

  const key = (e: KeyboardEvent): void => {
    if (e.key !== 'Enter' || e.target !== map.getCanvas()) return;
    e.preventDefault();
    const c = map.getCenter();
    askPlace(c.lng, c.lat);
  };

  map.on('click', click);
  map.on('mousemove', move);
  map.on('mouseout', leave);
  map.on('contextmenu', menu);
  map.on('touchstart', touch);
  for (const type of ['touchend', 'touchmove', 'touchcancel'] as const) map.on(type, calm);
  map.getCanvas().addEventListener('keydown', key);
  return () => {
    calm();
    map.getCanvas().removeEventListener('keydown', key);
  };
}
