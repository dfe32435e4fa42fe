/* Workers as they move. The tiles show where each was when the tile was made; a `positions` message puts a worker
 * into a layer of its own and hides the one in the tiles by its id. */
import type { Map as MapLibre } from 'maplibre-gl';

export interface Position { id: string; lon: number; lat: number; at: string }
interface Known extends Position { name: string }

export class Workers {
  private known = new Map<string, Known>();
  private names = new Map<string, string>();
  private drawn = false;

  constructor(private readonly map: MapLibre) {}

  moved(positions: Position[]): void {
    for (const p of positions) {
      const id = String(p.id);
      const before = this.known.get(id);
      if (before && Date.parse(before.at) > Date.parse(p.at)) continue;
      if (!before) this.map.setFeatureState({ source: 'workers', sourceLayer: 'workers', id: Number(id) }, { moved: true });
      this.known.set(id, { ...p, id, name: this.names.get(id) ?? before?.name ?? '' });
    }
    this.draw();
  }

  /** After a gap the tiles are read anew and know better. */
  forget(): void {
    this.map.removeFeatureState({ source: 'workers', sourceLayer: 'workers' });
    this.known.clear();
    this.draw();
  }

  /** After the style was set anew: the source is empty again, the feature states are gone. */
  again(): void {
    for (const id of this.known.keys()) this.map.setFeatureState({ source: 'workers', sourceLayer: 'workers', id: Number(id) }, { moved: true });
    this.drawn = false;
    this.draw();
  }

  position(id: string): Known | undefined {
    return this.known.get(id);
  }

  private draw(): void {
    const source = this.map.getSource('moved') as import('maplibre-gl').GeoJSONSource | undefined;
    if (!source || (this.known.size === 0 && !this.drawn)) return;
    this.learnNames();
    this.drawn = this.known.size > 0;
    void source.setData({
      type: 'FeatureCollection',
      features: [...this.known.values()].map((p) => ({
        type: 'Feature',
        id: Number(p.id),
        geometry: { type: 'Point', coordinates: [p.lon, p.lat] },
        properties: { name: p.name, at: Math.floor(Date.parse(p.at) / 1000) },
      })),
    });
  }

  /** The message carries no names; the tiles do. */
  private learnNames(): void {
    let missing = false;
    for (const p of this.known.values()) if (!p.name) missing = true;
    if (!missing) return;
    for (const f of this.map.querySourceFeatures('workers', { sourceLayer: 'workers', filter: ['has', 'name'] })) {
      if (f.id !== undefined) this.names.set(String(f.id), String(f.properties['name']));
    }
    for (const p of this.known.values()) if (!p.name) p.name = this.names.get(p.id) ?? '';
  }
}
