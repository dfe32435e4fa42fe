/* The map itself: made once, then led by the stores (what to show, what is chosen) and by the feed. Loaded after the
 * first paint; everything that needs maplibre-gl stands in this folder and comes in with it. */
import { effect } from '@preact/signals';
import { Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
import type { GeoJSONSource, StyleSpecification } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { api, may, partyOnly, query } from '../api';
import { lang, t } from '../i18n';
import { serverNow } from '../i18n/format';
import { browserSurroundings } from '../feed/browser';
import { detail } from '../store/detail';
import { arrivals, healed, messages, stream } from '../store/live';
import { account, server } from '../store/session';
import { narrowed, passes } from '../store/narrow';
import { addressed, dark, groups, selection, shown, view } from '../store/ui';
import type { At } from '../store/ui';
import { size } from '../store/size';
import { draw } from './icons';
import { interact } from './interact';
import { labelPoints } from './labels';
import type { Piece } from './labels';
import { loadChinese } from './fonts';
import { dark as night, light as day } from './palette';
import { Pulses } from './pulse';
import { buildStyle } from './style';
import type { Wishes } from './style';
import { Refresher } from './update';
import { followDuty } from './unmanned';
import { Workers } from './workers';

type Bounds = [number, number, number, number];
const SEEN_MS = 600_000; // as the legend says
const OWN = ['moved', 'labels', 'mark', 'mine'] as const;
/** Around the equator; a pixel at zoom 0 is this many metres, for a world of 512 pixels. */
const METRES_PER_PIXEL_0 = 40_075_016.686 / 512;

export interface MapHandle {
  map: MapLibre;
  zoomBy(step: number): void;
  home(): void;
  go(at: At, zoom?: number): void;
  fit(bounds: Bounds): void;
  centre(): At;
  remove(): void;
}

setWorkerUrl(workerUrl);

/** What the catalogue of tiles says; without it the usual zooms. */
async function askZooms(): Promise<Record<string, [number, number]>> {
  const { layers } = await api.tileLayers();
  return Object.fromEntries(layers.map((l) => [l.id, [l.minzoom, l.maxzoom]]));
}

/** The box of what this account answers for. */
async function askHome(): Promise<Bounds | undefined> {
  const granted = account.value?.grants[0]?.area?.code;
  if (granted && granted !== server.value?.root?.code) {
    const own = await boundsOf(granted);
    if (own) return own;
  }
  return (await api.tileBounds('grids')).bounds;
}

export async function boundsOf(area: string): Promise<Bounds | undefined> {
  const boxes = (await api.gridsOf(area)).items.map((g) => g.bbox);
  if (boxes.length === 0) return undefined;
  return boxes.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
}

function wishes(zooms: Wishes['zooms']): Wishes {
  return {
    origin: location.origin,
    palette: dark.value ? night : day,
    lang: lang(),
    shown: {
      ...shown.value,
      incidents: shown.value.incidents && may(account.value, 'see-incident'),
      workers: shown.value.workers && may(account.value, 'see-workers'),
    },
    groups: groups.value,
    zooms,
    seenSince: Math.floor((serverNow() - SEEN_MS) / 60_000) * 60,
    narrowed: query(narrowed.value),
    raster: shown.value.raster ? (server.value?.raster ?? null) : null,
    scale: size.value,
  };
}

export async function openMap(container: HTMLElement): Promise<MapHandle> {
  const [zooms, home] = await Promise.all([askZooms().catch(() => ({})), askHome().catch(() => undefined)]);
  const first = addressed.peek();
  const map = new MapLibre({
    container,
    style: buildStyle(wishes(zooms)),
    ...(first
      ? { center: [first.lon, first.lat], zoom: first.zoom }
      : home ? { bounds: home, fitBoundsOptions: { padding: 28 } } : { center: [105, 35], zoom: 3 }),
    minZoom: 2,
    maxZoom: 19,
    maxPitch: 0,
    dragRotate: false,
    pitchWithRotate: false,
    renderWorldCopies: false,
    attributionControl: false,
    fadeDuration: 120,
    maxTileCacheSize: 0, // a tile out of view would come back as old as it left: ask again, a 304 is cheap
    refreshExpiredTiles: false,
    locale: { 'Map.Title': t('map.label') },
  });
  map.on('error', () => undefined); // a tile that failed is asked for again when the line is back; the banner tells of it
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  (container as HTMLElement & { map?: MapLibre }).map = map; // for the browser's console, and the tests

  const off: (() => void)[] = [];
  serveImages(map);
  void loadChinese(map);

  const workers = new Workers(map);
  const pulses = new Pulses(map);
  const refresher = new Refresher(
    {
      hasSource: (id) => map.getSource(id) !== undefined,
      isLoaded: (id) => map.isSourceLoaded(id) === true,
      refresh: (id, tiles) => map.refreshTiles(id, tiles),
      zooms: (id) => {
        const source = map.getSource(id) as { minzoom?: number; maxzoom?: number } | undefined;
        return [source?.minzoom ?? 0, source?.maxzoom ?? 16];
      },
      view: () => {
        const b = map.getBounds();
        return { west: b.getWest(), south: b.getSouth(), east: b.getEast(), north: b.getNorth() };
      },
    },
    browserSurroundings,
  );
  await new Promise<void>((resolve) => map.once('style.load', () => resolve()));

  off.push(followLook(map, zooms, workers));
  off.push(followFeed(map, refresher, workers, pulses));
  off.push(followSelection(map));
  off.push(followDuty(map));
  off.push(showMine(map));
  off.push(keepLabels(map));
  off.push(keepView(map));
  off.push(interact(map));

  /** Asked anew: the district may have come, or grown, since the page was opened. */
  const goHome = async (): Promise<void> => {
    const box = await askHome().catch(() => home);
    if (box) map.fitBounds(box, { padding: 28, duration: 600 });
  };
  const handle: MapHandle = {
    map,
    zoomBy: (step) => void map.zoomTo(map.getZoom() + step, { duration: 200 }),
    home: () => void goHome(),
    go: (at, zoom) => flyTo(map, at, zoom ?? 0),
    fit: (bounds) => void map.fitBounds(bounds, { padding: 36, duration: 700, maxZoom: 15 }),
    centre: () => {
      const c = map.getCenter();
      return { lon: c.lng, lat: c.lat };
    },
    remove: () => {
      for (const stop of off) stop();
      refresher.stop();
      pulses.clear();
      map.remove();
    },
  };
  return handle;
}

/** A wall runs for months: of the rings that clusters ask for, no more than this are kept. */
const RINGS_MOST = 400;

/** The style names its signs, and they are drawn when first needed. */
function serveImages(map: MapLibre): void {
  const rings: string[] = [];
  map.setMissingStyleImageResolver((id) => {
    if (map.hasImage(id)) return;
    const drawn = draw(id, id.endsWith('@dark') ? night : day);
    if (!drawn) return;
    map.addImage(id, drawn.data, { pixelRatio: drawn.ratio });
    if (id.startsWith('c:') && rings.push(id) > RINGS_MOST) map.removeImage(rings.shift()!);
  });
}

/** Day and night, language, what is switched on: the style is built anew and MapLibre applies the difference. What
 * the page itself put on the map stays. */
function followLook(map: MapLibre, zooms: Wishes['zooms'], workers: Workers): () => void {
  let first = true;
  const apply = (): void => {
    const next = buildStyle(wishes(zooms));
    if (first) {
      first = false;
      return;
    }
    map.setStyle(next, {
      diff: true,
      transformStyle: (before: StyleSpecification | undefined, after: StyleSpecification) => {
        const kept = before ? Object.fromEntries(OWN.map((id) => [id, before.sources[id] ?? after.sources[id]!])) : {};
        return { ...after, sources: { ...after.sources, ...kept } };
      },
    });
    map.getCanvas().setAttribute('aria-label', t('map.label'));
    workers.again();
  };
  const stop = effect(apply);
  const minute = setInterval(apply, 60_000); // workers grow old
  return () => {
    stop();
    clearInterval(minute);
  };
}

function followFeed(map: MapLibre, refresher: Refresher, workers: Workers, pulses: Pulses): () => void {
  let positions = 0;
  const off = [
    messages.on((message) => {
      if (message.type === 'tiles') refresher.changed(message);
      else if (message.type === 'positions') {
        workers.moved(message.workers);
        // Bubbles of workers at low zooms are in the tiles only, and their numbers change slowly.
        if (map.getZoom() < 12 && performance.now() - positions > 15_000) {
          positions = performance.now();
          refresher.everything('workers');
        }
      }
    }),
    healed.on(({ reset }) => {
      workers.forget();
      for (const layer of reset ? ['incidents', 'workers', 'grids', 'areas', 'basemap'] : ['incidents', 'workers', 'grids', 'areas']) {
        refresher.everything(layer);
      }
    }),
    arrivals.on((incidents) => pulses.add(incidents.filter(passes))),
  ];
  return () => off.forEach((stop) => stop());
}

/** The mark on what is chosen, its grid lit, and the map moved there when it is out of view. */
function followSelection(map: MapLibre): () => void {
  let grid: string | null = null;
  let seen: string | null = null;
  let look: { at: At; close: number; since: number } | null = null;
  /* The panel that opens takes room from the map, a moment later: then it is looked at once more. */
  const bring = (): void => {
    if (look && performance.now() - look.since < 1_500) bringIntoView(map, look.at, look.close);
  };
  map.on('resize', bring);
  const stop = effect(() => {
    const chosen = selection.value;
    const read = detail.value;
    let at: At | null = null, kind = 'pin', accuracy: number | null = null, sign = {}, code: string | null = null;
    if (chosen?.kind === 'incident') {
      const i = read.incident?.id === chosen.id ? read.incident : read.known?.id === chosen.id ? read.known : null;
      kind = 'ring';
      if (i && i.lon !== null && i.lat !== null) at = { lon: i.lon, lat: i.lat };
      if (i) sign = { state: i.state, overdue: i.overdue };
      accuracy = i && 'accuracy_m' in i ? (i.accuracy_m as number | null) : null;
      code = i?.grid?.code ?? null;
    } else if (chosen?.kind === 'place' || chosen?.kind === 'report') {
      at = chosen.at;
      code = read.place?.grid?.code ?? null;
    } else if (chosen?.kind === 'worker') {
      at = chosen.at;
      kind = 'ring';
    }
    mark(map, at, accuracy, { kind, ...sign });
    if (grid !== code) {
      if (grid) map.removeFeatureState({ source: 'grids', sourceLayer: 'grids', id: grid }, 'chosen');
      if (code) map.setFeatureState({ source: 'grids', sourceLayer: 'grids', id: code }, { chosen: true });
      grid = code;
    }
    const key = chosen && at ? `${chosen.kind} ${'id' in chosen ? chosen.id : `${at.lon} ${at.lat}`}` : null;
    if (key !== seen) {
      seen = key;
      look = at ? { at, close: chosen?.kind === 'incident' ? 14 : 0, since: performance.now() } : null;
      bring();
    }
  });
  return () => {
    map.off('resize', bring);
    stop();
  };
}

/** What lies over the map's own box: on small screens the panel does (ui/wall.css). */
function covered(map: MapLibre): { right: number; bottom: number } {
  if (map.getContainer().closest('.desk')) return { right: 0, bottom: 0 };
  if (matchMedia('(max-width: 700px)').matches) return { right: 0, bottom: map.getContainer().clientHeight * 0.56 };
  return { right: matchMedia('(max-width: 1180px)').matches ? 384 : 0, bottom: 0 };
}

function flyTo(map: MapLibre, at: At, close: number): void {
  const { right, bottom } = covered(map);
  map.easeTo({ center: [at.lon, at.lat], zoom: Math.max(map.getZoom(), close), offset: [-right / 2, -bottom / 2], duration: 500 });
}

/** Moves the map only when the place is not well inside what is seen of it, or seen from too far to tell it apart. */
function bringIntoView(map: MapLibre, at: At, close: number): void {
  const p = map.project([at.lon, at.lat]);
  const { clientWidth: w, clientHeight: h } = map.getContainer();
  const { right, bottom } = covered(map);
  if (map.getZoom() >= close - 3 && p.x > 40 && p.y > 40 && p.x < w - right - 40 && p.y < h - bottom - 40) return;
  flyTo(map, at, close);
}

function mark(map: MapLibre, at: At | null, accuracy: number | null, properties: object): void {
  const source = map.getSource('mark') as GeoJSONSource | undefined;
  if (!source) return;
  const pixels = at && accuracy ? { pixels0: accuracy / (METRES_PER_PIXEL_0 * Math.cos((at.lat * Math.PI) / 180)) } : {};
  void source.setData({
    type: 'FeatureCollection',
    features: at ? [{ type: 'Feature', geometry: { type: 'Point', coordinates: [at.lon, at.lat] }, properties: { ...properties, ...pixels } }] : [],
  });
}

/** Matters of one who sees them by being a party: few, and from the list, since tiles go by area. */
function showMine(map: MapLibre): () => void {
  return effect(() => {
    const mine = partyOnly(account.value) ? stream.value.filter((s) => s.open && s.lon !== null && s.lat !== null) : [];
    void (map.getSource('mine') as GeoJSONSource | undefined)?.setData({
      type: 'FeatureCollection',
      features: mine.map((s) => ({
        type: 'Feature',
        id: Number(s.id),
        geometry: { type: 'Point', coordinates: [s.lon!, s.lat!] },
        properties: { state: s.state, severity: s.severity, overdue: s.overdue },
      })),
    });
  });
}

/** Labels follow what is in view, a moment after it settled. */
function keepLabels(map: MapLibre): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const place = (): void => {
    timer = null;
    const source = map.getSource('labels') as GeoJSONSource | undefined;
    if (!source) return;
    const zoom = map.getZoom();
    const pieces: Piece[] = [];
    if (zoom >= 8) {
      for (const f of map.querySourceFeatures('areas', { sourceLayer: 'areas' })) {
        const depth = Number(f.properties['depth'] ?? 1);
        if ((depth === 1 && zoom < 13.6) || (depth >= 2 && zoom > 12.2 && zoom < 16.1)) {
          pieces.push({ geometry: f.geometry, properties: f.properties, rank: Math.min(2, depth) });
        }
      }
    }
    if (zoom >= 14.5) {
      for (const f of map.querySourceFeatures('grids', { sourceLayer: 'grids' })) {
        pieces.push({ geometry: f.geometry, properties: f.properties, rank: 3 });
      }
    }
    void source.setData(labelPoints(pieces));
  };
  const soon = (): void => {
    timer ??= setTimeout(place, 160);
  };
  const onData = (e: { sourceId?: string; tile?: unknown }): void => {
    if (e.tile && (e.sourceId === 'areas' || e.sourceId === 'grids')) soon();
  };
  map.on('moveend', soon);
  map.on('sourcedata', onData);
  soon();
  return () => {
    if (timer) clearTimeout(timer);
    map.off('moveend', soon);
    map.off('sourcedata', onData);
  };
}

/** The address and the map: each follows the other. */
function keepView(map: MapLibre): () => void {
  const tell = (): void => {
    const c = map.getCenter();
    view.value = { zoom: map.getZoom(), lat: c.lat, lon: c.lng };
  };
  map.on('moveend', tell);
  tell();
  let first = true;
  const follow = effect(() => {
    const to = addressed.value;
    if (to && !first) map.jumpTo({ center: [to.lon, to.lat], zoom: to.zoom });
    first = false;
  });
  return () => {
    map.off('moveend', tell);
    follow();
  };
}
