/* The view in the address: #map=zoom/lat/lon&incident=id. A link shows another desk the same thing. */
export interface View { zoom: number; lat: number; lon: number }
export interface Hash { view: View | null; incident: string | null }

export function readHash(text: string): Hash {
  const q = new URLSearchParams(text.replace(/^#/, ''));
  const parts = (q.get('map') ?? '').split('/').map(Number);
  const [zoom, lat, lon] = parts;
  const good =
    parts.length === 3 && parts.every(Number.isFinite) && zoom! >= 0 && zoom! <= 24 && Math.abs(lat!) <= 85.06 && Math.abs(lon!) <= 180;
  const incident = q.get('incident');
  return {
    view: good ? { zoom: zoom!, lat: lat!, lon: lon! } : null,
    incident: incident && /^[\w-]{1,64}$/.test(incident) ? incident : null,
  };
}

export function writeHash(hash: Hash): string {
  const parts: string[] = [];
  if (hash.view) {
    const places = Math.max(3, Math.ceil((hash.view.zoom * Math.LN2 + Math.log(512 / 360 / 0.5)) / Math.LN10));
    parts.push(`map=${+hash.view.zoom.toFixed(2)}/${+hash.view.lat.toFixed(places)}/${+hash.view.lon.toFixed(places)}`);
  }
  if (hash.incident) parts.push(`incident=${encodeURIComponent(hash.incident)}`);
  return parts.length ? `#${parts.join('&')}` : '';
}
