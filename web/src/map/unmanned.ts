/* Grids that nobody answers for are hatched. Which they are is said by the page (feature-state), never by a tile: a tile
 * must not depend on the time it is asked for. */
import { effect } from '@preact/signals';
import type { Map as MapLibre } from 'maplibre-gl';
import { duty } from '../store/duty';

export function followDuty(map: MapLibre): () => void {
  let marked = new Set<string>();
  return effect(() => {
    const now = new Set((duty.value?.now ?? []).flatMap((x) => (x.grid ? [x.grid.code] : [])));
    for (const id of marked) if (!now.has(id)) map.removeFeatureState({ source: 'grids', sourceLayer: 'grids', id }, 'unmanned');
    for (const id of now) if (!marked.has(id)) map.setFeatureState({ source: 'grids', sourceLayer: 'grids', id }, { unmanned: true });
    marked = now;
  });
}
