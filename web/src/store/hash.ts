/* What is looked at, in the address, so that a link shows another desk the same thing:
 * #map=zoom/lat/lon&incident=id&area=code&network=code&category=code&since=24h&hide=field,check&off=workers&tour=1 */
import { GROUPS } from '../map/states';
import type { Group } from '../map/states';

export interface View { zoom: number; lat: number; lon: number }
export type Span = 'today' | '24h' | '7d';
export const SPANS: readonly Span[] = ['today', '24h', '7d'];
export interface Filters { area: string | null; network: string | null; category: string | null; since: Span | null }
export const LAYERS = ['incidents', 'workers', 'grids', 'areas', 'basemap', 'raster'] as const;
export type Layer = (typeof LAYERS)[number];
export interface Hash extends Filters { view: View | null; incident: string | null; hide: Group[]; off: Layer[]; tour: boolean }

export const NO_FILTERS: Filters = { area: null, network: null, category: null, since: null };
const CODE = /^[\w.:-]{1,64}$/;

function some<T extends string>(text: string | null, all: readonly T[]): T[] {
  const named = (text ?? '').split(',');
  return all.filter((one) => named.includes(one));
}

function readView(text: string): View | null {
  const parts = text.split('/').map(Number);
  const [zoom, lat, lon] = parts;
  const good =
    parts.length === 3 && parts.every(Number.isFinite) && zoom! >= 0 && zoom! <= 24 && Math.abs(lat!) <= 85.06 && Math.abs(lon!) <= 180;
  return good ? { zoom: zoom!, lat: lat!, lon: lon! } : null;
}

export function readHash(text: string): Hash {
  const q = new URLSearchParams(text.replace(/^#/, ''));
  const code = (key: string): string | null => {
    const value = q.get(key);
    return value && CODE.test(value) ? value : null;
  };
  return {
    view: readView(q.get('map') ?? ''),
    incident: code('incident'),
    area: code('area'),
    network: code('network'),
    category: code('category'),
    since: some(q.get('since'), SPANS)[0] ?? null,
    hide: some(q.get('hide'), GROUPS),
    off: some(q.get('off'), LAYERS),
    tour: q.get('tour') === '1',
  };
}

export function writeHash(hash: Hash): string {
  const parts: string[] = [];
  if (hash.view) {
    const places = Math.max(3, Math.ceil((hash.view.zoom * Math.LN2 + Math.log(512 / 360 / 0.5)) / Math.LN10));
    parts.push(`map=${+hash.view.zoom.toFixed(2)}/${+hash.view.lat.toFixed(places)}/${+hash.view.lon.toFixed(places)}`);
  }
  for (const key of ['incident', 'area', 'network', 'category', 'since'] as const) {
    const value = hash[key];
    if (value) parts.push(`${key}=${encodeURIComponent(value)}`);
  }
  if (hash.hide.length > 0) parts.push(`hide=${hash.hide.join(',')}`);
  if (hash.off.length > 0) parts.push(`off=${hash.off.join(',')}`);
  if (hash.tour) parts.push('tour=1');
  return parts.length ? `#${parts.join('&')}` : '';
}
