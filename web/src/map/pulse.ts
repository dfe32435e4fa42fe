/* Rings that spread for a few seconds where a new incident came in. Drawn by the page over the map, so that the
 * map itself is not drawn anew for them. */
import { Marker } from 'maplibre-gl';
import type { Map as MapLibre } from 'maplibre-gl';
import type { Summary } from '../api';
import { groupOf } from './states';

const MOST = 16;
const LAST_MS = 7_000;

export class Pulses {
  private live: Marker[] = [];
  constructor(private readonly map: MapLibre) {}

  add(incidents: Summary[]): void {
    const bounds = this.map.getBounds();
    for (const one of incidents.slice(0, MOST)) {
      if (one.lon === null || one.lat === null || !bounds.contains([one.lon, one.lat])) continue;
      const el = document.createElement('div');
      el.className = `pulse pulse-${groupOf(one.state)}`;
      el.setAttribute('aria-hidden', 'true');
      const marker = new Marker({ element: el }).setLngLat([one.lon, one.lat]).addTo(this.map);
      el.removeAttribute('role'); // decoration: the list and the live region tell of it
      el.removeAttribute('tabindex');
      el.removeAttribute('aria-label');
      this.live.push(marker);
      if (this.live.length > MOST) this.live.shift()!.remove();
      setTimeout(() => this.remove(marker), LAST_MS);
    }
  }
  clear(): void {
    for (const marker of this.live) marker.remove();
    this.live = [];
  }
  private remove(marker: Marker): void {
    marker.remove();
    this.live = this.live.filter((m) => m !== marker);
  }
}
