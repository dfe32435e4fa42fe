/* The map's style, made from the palette, the language and what is switched on. Pure: two calls with the same
 * wishes give the same style, and MapLibre's setStyle applies only the difference. */
import type {
  ExpressionSpecification as Expression, LayerSpecification as Layer, SourceSpecification, StyleSpecification, SymbolLayerSpecification,
} from 'maplibre-gl';
import type { Raster } from '../api';
import type { Lang } from '../i18n';
import { basemapLayers } from './basemap';
import { FONT, FONT_STRONG, nameOf } from './text';
import type { Palette } from './palette';
import { GROUPS, statesOf } from './states';
import type { Group } from './states';
import { scaled } from './scale';
import type { Layer as Switch } from '../store/hash';

export interface Wishes {
  origin: string;
  palette: Palette;
  lang: Lang;
  shown: Record<Switch, boolean>;
  groups: Record<Group, boolean>;
  /** minzoom and maxzoom of the tile layers, as the server's catalogue tells. */
  zooms: Record<string, [number, number]>;
  bounds?: [number, number, number, number];
  /** Workers positioned before this (seconds since 1970) are shown as away. */
  seenSince: number;
  /** What the incidents are narrowed to, as the tiles' query: "" or "?…". */
  narrowed: string;
  /** A raster base map from elsewhere, in place of the own one while it is shown. */
  raster: Raster | null;
  /** How much larger than on a desk letters and signs are. */
  scale: number;
}

/** From this zoom on incidents and workers stand alone (src/tile/points.h). */
export const LIVE_WORKERS_FROM = 12;

export function buildStyle(w: Wishes): StyleSpecification {
  return {
    version: 8,
    name: 'wangge',
    sources: sources(w),
    transition: { duration: 150, delay: 0 },
    layers: scaled([
      ...(w.raster ? rasterLayers(w, w.raster) : basemapLayers(w)),
      ...gridLayers(w),
      workerClusters(w),
      ...labelLayers(w),
      ...workerLayers(w),
      ...incidentLayers(w),
      ...markLayers(w),
    ], w.scale),
  };
}

function sources(w: Wishes): Record<string, SourceSpecification> {
  const vector = (layer: string, query = ''): SourceSpecification => {
    const [minzoom, maxzoom] = w.zooms[layer] ?? [0, 16];
    return {
      type: 'vector',
      tiles: [`${w.origin}/tiles/${layer}/{z}/{x}/{y}.mvt${query}`],
      minzoom,
      maxzoom,
      ...(layer === 'grids' || layer === 'areas' ? { promoteId: 'code' } : {}),
    };
  };
  const own = (): SourceSpecification => ({ type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
  return {
    basemap: vector('basemap'),
    ...(w.raster && {
      raster: {
        type: 'raster' as const, tiles: w.raster.urls, tileSize: w.raster.tile_size, minzoom: w.raster.minzoom, maxzoom: w.raster.maxzoom,
      },
    }),
    areas: vector('areas'),
    grids: vector('grids'),
    incidents: vector('incidents', w.narrowed),
    workers: vector('workers'),
    moved: own(),
    labels: own(),
    mark: own(),
    mine: own(),
  };
}

/** By night it is dimmed: a bright sheet would blind the room. */
function rasterLayers(w: Wishes, raster: Raster): Layer[] {
  const night = w.palette.name === 'dark';
  return [
    { id: 'land', type: 'background', paint: { 'background-color': w.palette.land } },
    {
      id: 'raster', type: 'raster', source: 'raster', minzoom: Math.max(0, raster.minzoom - 1),
      paint: { 'raster-brightness-max': night ? 0.5 : 1, 'raster-saturation': night ? -0.5 : -0.15, 'raster-fade-duration': 150 },
    },
  ];
}

const show = (yes: boolean): { visibility: 'visible' | 'none' } => ({ visibility: yes ? 'visible' : 'none' });
const state = (name: string): Expression => ['boolean', ['feature-state', name], false];

function gridLayers(w: Wishes): Layer[] {
  const p = w.palette;
  const depth: Expression = ['coalesce', ['get', 'depth'], 1];
  return [
    {
      id: 'grid-fill', type: 'fill', source: 'grids', 'source-layer': 'grids', minzoom: 9, layout: show(w.shown.grids),
      paint: {
        'fill-color': ['case', state('chosen'), p.chosen, p.hover],
        'fill-opacity': ['case', state('chosen'), 0.16, state('hover'), 0.09, 0],
      },
    },
    {
      id: 'grid-unmanned', type: 'fill', source: 'grids', 'source-layer': 'grids', minzoom: 9, layout: show(w.shown.grids),
      paint: { 'fill-pattern': `hatch@${p.name}`, 'fill-opacity': ['case', state('unmanned'), 0.75, 0] },
    },
    {
      id: 'grid-line', type: 'line', source: 'grids', 'source-layer': 'grids', minzoom: 10.5, layout: { ...show(w.shown.grids), 'line-join': 'round' },
      paint: {
        'line-color': p.grid,
        'line-width': ['interpolate', ['linear'], ['zoom'], 10.5, 0.3, 13, 0.7, 16, 1.2],
        'line-opacity': ['interpolate', ['linear'], ['zoom'], 10.5, 0.25, 12, 0.5, 15, 0.7],
      },
    },
    {
      id: 'grid-chosen', type: 'line', source: 'grids', 'source-layer': 'grids', minzoom: 9, layout: { ...show(w.shown.grids), 'line-join': 'round' },
      paint: {
        'line-color': p.chosen,
        'line-width': ['interpolate', ['linear'], ['zoom'], 9, 1.5, 14, 3],
        'line-opacity': ['case', state('chosen'), 1, 0],
      },
    },
    // A pale band with a fine line in it: strong enough to follow, and the street under it can still be read.
    {
      id: 'area-band', type: 'line', source: 'areas', 'source-layer': 'areas', minzoom: 10, layout: { ...show(w.shown.areas), 'line-join': 'round' },
      filter: ['<=', depth, 1],
      paint: { 'line-color': p.area, 'line-opacity': 0.1, 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 4, 14, 9, 17, 14] },
    },
    {
      id: 'area-line-2', type: 'line', source: 'areas', 'source-layer': 'areas', minzoom: 10, layout: { ...show(w.shown.areas), 'line-join': 'round' },
      filter: ['>=', depth, 2],
      paint: {
        'line-color': p.area,
        'line-opacity': ['interpolate', ['linear'], ['zoom'], 10, 0.18, 12, 0.4, 14, 0.6],
        'line-width': ['interpolate', ['linear'], ['zoom'], 10, 0.5, 14, 1.4, 17, 2.2],
      },
    },
    {
      id: 'area-line-1', type: 'line', source: 'areas', 'source-layer': 'areas', layout: { ...show(w.shown.areas), 'line-join': 'round' },
      filter: ['==', depth, 1],
      paint: { 'line-color': p.area, 'line-opacity': 0.8, 'line-width': ['interpolate', ['linear'], ['zoom'], 7, 0.6, 10, 1.2, 14, 2.2] },
    },
    {
      id: 'area-line-0', type: 'line', source: 'areas', 'source-layer': 'areas', layout: { ...show(w.shown.areas), 'line-join': 'round' },
      filter: ['==', depth, 0],
      paint: { 'line-color': p.area, 'line-width': ['interpolate', ['linear'], ['zoom'], 7, 1.4, 10, 2.6, 14, 4] },
    },
  ];
}

/** One label for each area and grid in view, placed by map/labels.ts: a label on the polygons themselves would
 * stand once in every tile that a polygon reaches into. */
function labelLayers(w: Wishes): Layer[] {
  const p = w.palette;
  const label = (id: string, rank: number, min: number, max: number, on: boolean, strong: boolean, size: Expression | number, colour: string): Layer => ({
    id, type: 'symbol', source: 'labels', minzoom: min, maxzoom: max, filter: ['==', ['get', 'rank'], rank],
    layout: {
      ...show(on), 'text-field': nameOf(w.lang), 'text-font': strong ? FONT_STRONG : FONT, 'text-size': size, 'text-max-width': 7,
      'text-padding': 3, 'text-letter-spacing': rank === 1 ? 0.06 : 0.02,
      // Beside what stands in its place, rather than under it or not at all.
      'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right'], 'text-radial-offset': 1.4, 'text-justify': 'auto',
    },
    paint: { 'text-color': colour, 'text-halo-color': p.halo, 'text-halo-width': 1.6, 'text-halo-blur': 0.4, 'text-opacity': rank === 3 ? 0.9 : 1 },
  });
  return [
    label('grid-label', 3, 14.7, 24, w.shown.grids, false, ['interpolate', ['linear'], ['zoom'], 14.7, 10.5, 17, 13], p.gridText),
    label('area-label-2', 2, 12.4, 16, w.shown.areas, false, ['interpolate', ['linear'], ['zoom'], 12.4, 11, 15, 13.5], p.areaText),
    label('area-label-1', 1, 8.5, 13.5, w.shown.areas, true, ['interpolate', ['linear'], ['zoom'], 8.5, 11.5, 12, 16], p.areaText),
  ];
}

/** Under the names of areas: what cannot stand beside them gives way. */
function workerClusters(w: Wishes): Layer {
  const p = w.palette;
  const online: Expression = ['>=', ['coalesce', ['get', 'newest'], 0], w.seenSince];
  return {
    id: 'worker-cluster', type: 'symbol', source: 'workers', 'source-layer': 'workers', filter: ['has', 'count'],
    layout: {
      ...show(w.shown.workers), 'icon-image': ['case', online, `w:1@${p.name}`, `w:0@${p.name}`], 'icon-size': 0.8,
      'text-field': ['to-string', ['get', 'count']], 'text-font': FONT_STRONG, 'text-size': 12, 'text-anchor': 'left', 'text-offset': [0.95, 0],
      'icon-padding': 0, 'text-padding': 1,
    },
    paint: { 'text-color': p.worker, 'text-halo-color': p.halo, 'text-halo-width': 1.4 },
  };
}

function workerLayers(w: Wishes): Layer[] {
  const p = w.palette;
  const seen = (at: Expression): Expression => ['case', ['>=', at, w.seenSince], `w:1@${p.name}`, `w:0@${p.name}`];
  const person = {
    'icon-allow-overlap': true,
    'icon-size': ['interpolate', ['linear'], ['zoom'], 12, 0.6, 14, 0.8, 17, 1.05] as Expression,
    'text-field': ['step', ['zoom'], '', 15, ['coalesce', ['get', 'name'], '']] as Expression,
    'text-font': FONT, 'text-size': 11, 'text-offset': [0, 1.15] as [number, number], 'text-anchor': 'top' as const, 'text-optional': true,
  };
  const ink = { 'text-color': p.worker, 'text-halo-color': p.halo, 'text-halo-width': 1.4 };
  return [
    {
      id: 'worker-point', type: 'symbol', source: 'workers', 'source-layer': 'workers', filter: ['!', ['has', 'count']],
      layout: { ...person, ...show(w.shown.workers), 'icon-image': seen(['coalesce', ['get', 'at'], 0]) },
      paint: { ...ink, 'icon-opacity': ['case', state('moved'), 0, ['>=', ['coalesce', ['get', 'at'], 0], w.seenSince], 1, 0.6], 'text-opacity': ['case', state('moved'), 0, 1] },
    },
    {
      id: 'worker-moved', type: 'symbol', source: 'moved', minzoom: LIVE_WORKERS_FROM,
      layout: { ...person, ...show(w.shown.workers), 'icon-image': seen(['get', 'at']) },
      paint: ink,
    },
  ];
}

const GROUP_OF: Expression = [
  'match', ['get', 'state'],
  ...GROUPS.filter((g) => g !== 'new').flatMap((g) => [[...statesOf(g)], g]),
  'new',
] as unknown as Expression;

/** How many incidents of a group a cluster holds. */
function inCluster(group: Group): Expression {
  return ['+', ...statesOf(group).map((s): Expression => ['coalesce', ['get', `n_${s}`], 0])] as Expression;
}

function incidentLayers(w: Wishes): Layer[] {
  const p = w.palette;
  const on = GROUPS.filter((g) => w.groups[g]);
  const total: Expression = on.length === 0 ? ['literal', 0] as unknown as Expression : (['+', 0, ...on.map(inCluster)] as Expression);
  const twelfth = (g: Group): Expression =>
    w.groups[g] ? ['to-string', ['ceil', ['/', ['*', 12, inCluster(g)], ['max', 1, total]]]] : ['literal', '0'] as unknown as Expression;
  const ring = GROUPS.flatMap((g, i) => (i === 0 ? [twelfth(g)] : ['-', twelfth(g)]));
  const late: Expression = ['case', ['>', ['to-number', ['get', 'overdue'], 0], 0], '1', '0'];
  const point: SymbolLayerSpecification['layout'] = {
    ...show(w.shown.incidents), 'icon-allow-overlap': true,
    'icon-image': ['concat', 'i:', GROUP_OF, ':', ['case', ['to-boolean', ['get', 'overdue']], '1', '0'], `@${p.name}`],
    'icon-size': ['interpolate', ['linear'], ['zoom'],
      9, ['match', ['coalesce', ['get', 'severity'], 1], 3, 0.78, 2, 0.68, 0.58],
      14, ['match', ['coalesce', ['get', 'severity'], 1], 3, 1.08, 2, 0.92, 0.8],
      17, ['match', ['coalesce', ['get', 'severity'], 1], 3, 1.3, 2, 1.15, 1]],
    'symbol-sort-key': ['+', ['coalesce', ['get', 'severity'], 1], ['case', ['==', GROUP_OF, 'closed'], 0, 5]],
  };
  return [
    {
      id: 'incident-cluster', type: 'symbol', source: 'incidents', 'source-layer': 'incidents',
      filter: ['all', ['has', 'count'], ['>', total, 0]],
      layout: {
        ...show(w.shown.incidents), 'icon-allow-overlap': true,
        'icon-image': ['concat', 'c:', ['step', total, '0', 20, '1', 100, '2', 1000, '3'], ':', ...ring, ':', late, `@${p.name}`] as Expression,
        'text-field': ['to-string', total], 'text-font': FONT_STRONG, 'text-allow-overlap': true,
        'text-size': ['step', total, 12, 100, 13, 1000, 14],
        'symbol-sort-key': total,
      },
      paint: { 'text-color': p.clusterText },
    },
    {
      id: 'incident-point', type: 'symbol', source: 'incidents', 'source-layer': 'incidents',
      filter: ['all', ['!', ['has', 'count']], ['in', GROUP_OF, ['literal', on]]], layout: point,
    },
    // Several at one place hide each other: how many is written at the corner, a click lists them.
    {
      id: 'incident-stack', type: 'symbol', source: 'incidents', 'source-layer': 'incidents',
      filter: ['all', ['>', ['coalesce', ['get', 'stack'], 1], 1], ['in', GROUP_OF, ['literal', on]]],
      layout: {
        ...show(w.shown.incidents), 'text-field': ['concat', '×', ['to-string', ['get', 'stack']]], 'text-font': FONT_STRONG, 'text-size': 12,
        'text-anchor': 'left', 'text-offset': [0.95, -0.55], 'text-allow-overlap': true, 'text-ignore-placement': true,
      },
      paint: { 'text-color': p.chosen, 'text-halo-color': p.halo, 'text-halo-width': 2 },
    },
    {
      id: 'incident-mine', type: 'symbol', source: 'mine', filter: ['in', GROUP_OF, ['literal', on]], layout: point,
    },
  ];
}

/** What is looked at: a ring around a chosen incident, a pin at a place that was asked about. */
function markLayers(w: Wishes): Layer[] {
  const p = w.palette;
  return [
    {
      id: 'mark-accuracy', type: 'circle', source: 'mark', filter: ['has', 'pixels0'],
      paint: {
        'circle-radius': ['interpolate', ['exponential', 2], ['zoom'], 0, ['get', 'pixels0'], 20, ['*', ['get', 'pixels0'], 1048576]],
        'circle-color': p.chosen, 'circle-opacity': 0.1, 'circle-stroke-color': p.chosen, 'circle-stroke-width': 1, 'circle-stroke-opacity': 0.6,
        'circle-pitch-alignment': 'map',
      },
    },
    {
      id: 'mark-ring', type: 'circle', source: 'mark', filter: ['==', ['get', 'kind'], 'ring'],
      paint: { 'circle-radius': 18, 'circle-color': p.chosen, 'circle-opacity': 0.12, 'circle-stroke-color': p.chosen, 'circle-stroke-width': 2.5 },
    },
    // A chosen incident is seen also while it is one of a cluster.
    {
      id: 'mark-incident', type: 'symbol', source: 'mark', filter: ['has', 'state'],
      layout: {
        'icon-image': ['concat', 'i:', GROUP_OF, ':', ['case', ['to-boolean', ['get', 'overdue']], '1', '0'], `@${p.name}`],
        'icon-allow-overlap': true, 'icon-ignore-placement': true,
      },
    },
    {
      id: 'mark-pin', type: 'symbol', source: 'mark', filter: ['==', ['get', 'kind'], 'pin'],
      layout: { 'icon-image': `pin@${p.name}`, 'icon-allow-overlap': true, 'icon-ignore-placement': true },
    },
  ];
}
