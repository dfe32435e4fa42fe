/* The base map's layers: land, water, green, buildings, roads with their casing, names. */
import type { ExpressionSpecification as Expression, FilterSpecification, LayerSpecification as Layer } from 'maplibre-gl';
import type { Wishes } from './style';
import { FONT, nameOf } from './text';

const KIND: Expression = ['get', 'kind'];
const CLASS: Expression = ['coalesce', ['get', 'class'], ''];
const kind = (k: string, ...more: FilterSpecification[]): FilterSpecification =>
  ['all', ['==', KIND, k], ...more] as FilterSpecification;
const classes = (...names: string[]): Expression => ['in', CLASS, ['literal', names]];

const MOTORWAY = ['motorway', 'motorway_link'];
const TRUNK = ['trunk', 'trunk_link'];
const PRIMARY = ['primary', 'primary_link'];
const SECONDARY = ['secondary', 'secondary_link', 'tertiary', 'tertiary_link'];
const PATH = ['footway', 'path', 'cycleway', 'steps', 'track', 'bridleway', 'pedestrian'];
const GREEN = ['park', 'grass', 'green', 'garden', 'meadow', 'recreation_ground', 'golf_course', 'cemetery', 'pitch'];
const FOREST = ['forest', 'wood', 'scrub', 'hill'];
const FARM = ['farmland', 'farm', 'orchard', 'paddy', 'vineyard', 'allotments'];
const INDUSTRY = ['industrial', 'commercial', 'retail', 'railway', 'construction'];
const AREA: FilterSpecification = ['==', ['geometry-type'], 'Polygon'];

/** Width by zoom: at 8, 12, 16 and 19. */
function width(a: number, b: number, c: number, d: number, more = 0): Expression {
  return ['interpolate', ['exponential', 1.5], ['zoom'], 8, a + more / 3, 12, b + more / 2, 16, c + more, 19, d + more];
}

interface Road { id: string; classes: string[] | null; min: number; width: [number, number, number, number]; colour: string }

export function basemapLayers(w: Wishes): Layer[] {
  const p = w.palette;
  const source = { source: 'basemap', 'source-layer': 'basemap' } as const;
  const shown = { visibility: w.shown.basemap ? 'visible' : 'none' } as const;
  const line = { ...shown, 'line-join': 'round', 'line-cap': 'round' } as const;

  const roads: Road[] = [
    { id: 'minor', classes: null, min: 12.5, width: [0.2, 0.7, 6, 22], colour: p.minor },
    { id: 'secondary', classes: SECONDARY, min: 10.5, width: [0.4, 1.4, 9, 28], colour: p.secondary },
    { id: 'primary', classes: PRIMARY, min: 8.5, width: [0.7, 2.2, 12, 34], colour: p.primary },
    { id: 'trunk', classes: TRUNK, min: 7, width: [0.9, 2.8, 13, 36], colour: p.trunk },
    { id: 'motorway', classes: MOTORWAY, min: 6, width: [1, 3.2, 14, 40], colour: p.motorway },
  ];
  const all = [...MOTORWAY, ...TRUNK, ...PRIMARY, ...SECONDARY, ...PATH];
  const match = (road: Road): FilterSpecification =>
    kind('road', road.classes ? classes(...road.classes) : ['!', classes(...all)]);

  return [
    { id: 'land', type: 'background', paint: { 'background-color': p.land } },
    {
      id: 'landuse', type: 'fill', ...source, filter: kind('landuse', AREA), layout: shown,
      paint: {
        'fill-color': ['case', classes(...FOREST), p.forest, classes(...GREEN), p.green, classes(...FARM), p.farm,
          classes(...INDUSTRY), p.industry, p.residential],
        'fill-antialias': false,
      },
    },
    { id: 'water', type: 'fill', ...source, filter: ['all', ['in', KIND, ['literal', ['water', 'waterway']]], AREA] as FilterSpecification, layout: shown, paint: { 'fill-color': p.water } },
    {
      id: 'water-edge', type: 'line', ...source, minzoom: 11, filter: kind('water', AREA), layout: line,
      paint: { 'line-color': p.waterEdge, 'line-width': 0.8 },
    },
    {
      id: 'waterway', type: 'line', ...source, filter: ['all', ['in', KIND, ['literal', ['water', 'waterway']]], ['!', AREA]] as unknown as FilterSpecification, layout: line,
      paint: { 'line-color': p.water, 'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 8, ['case', classes('river'), 1.2, 0.4], 12, ['case', classes('river'), 3, 1], 16, ['case', classes('river'), 16, 5]] },
    },
    {
      id: 'building', type: 'fill', ...source, minzoom: 13.5, filter: kind('building'), layout: shown,
      paint: { 'fill-color': p.building, 'fill-outline-color': p.buildingEdge, 'fill-opacity': ['interpolate', ['linear'], ['zoom'], 13.5, 0, 14.5, 1] },
    },
    {
      id: 'path', type: 'line', ...source, minzoom: 14, filter: kind('road', classes(...PATH)), layout: line,
      paint: { 'line-color': p.path, 'line-width': width(0.1, 0.4, 1.6, 5), 'line-dasharray': [2, 1.5] },
    },
    ...roads.map((road): Layer => ({
      id: `road-${road.id}-case`, type: 'line', ...source, minzoom: road.min, filter: match(road), layout: line,
      paint: { 'line-color': p.roadCase, 'line-width': width(...road.width, 1.8) },
    })),
    ...roads.map((road): Layer => ({
      id: `road-${road.id}`, type: 'line', ...source, minzoom: road.min, filter: match(road), layout: line,
      paint: { 'line-color': road.colour, 'line-width': width(...road.width) },
    })),
    {
      id: 'rail', type: 'line', ...source, minzoom: 9, filter: kind('rail'), layout: line,
      paint: { 'line-color': p.rail, 'line-width': width(0.6, 1.2, 2.6, 4) },
    },
    {
      id: 'rail-ties', type: 'line', ...source, minzoom: 12, filter: kind('rail'), layout: { ...shown, 'line-join': 'round' },
      paint: { 'line-color': p.land, 'line-width': width(0.2, 0.5, 1.4, 2.4), 'line-dasharray': [5, 5] },
    },
    {
      id: 'water-name', type: 'symbol', ...source, minzoom: 11, filter: ['in', KIND, ['literal', ['water', 'waterway']]] as FilterSpecification,
      layout: { ...shown, 'text-field': nameOf(w.lang), 'text-font': FONT, 'text-size': 12, 'symbol-placement': 'line', 'text-letter-spacing': 0.15, 'symbol-spacing': 420 },
      paint: { 'text-color': p.waterText, 'text-halo-color': p.halo, 'text-halo-width': 1 },
    },
    ...roads.map((road): Layer => ({
      id: `road-${road.id}-name`, type: 'symbol', ...source, minzoom: Math.max(13, road.min + 2.5), filter: match(road),
      layout: {
        ...shown, 'text-field': nameOf(w.lang), 'text-font': FONT, 'symbol-placement': 'line', 'symbol-spacing': 340,
        'text-size': ['interpolate', ['linear'], ['zoom'], 13, 10.5, 17, 13], 'text-padding': 6,
      },
      paint: { 'text-color': p.textSoft, 'text-halo-color': p.halo, 'text-halo-width': 1.4 },
    })),
    {
      id: 'poi-name', type: 'symbol', ...source, minzoom: 15, filter: kind('poi'),
      layout: { ...shown, 'text-field': nameOf(w.lang), 'text-font': FONT, 'text-size': 11, 'text-max-width': 7, 'text-padding': 8 },
      paint: { 'text-color': p.textSoft, 'text-halo-color': p.halo, 'text-halo-width': 1.2 },
    },
    {
      id: 'place-name', type: 'symbol', ...source, minzoom: 9, filter: kind('place'),
      layout: { ...shown, 'text-field': nameOf(w.lang), 'text-font': FONT, 'text-size': ['interpolate', ['linear'], ['zoom'], 9, 11, 14, 14], 'text-max-width': 7 },
      paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1.4 },
    },
  ];
}
