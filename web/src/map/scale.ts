/* A style made larger, for a wall: letters, signs and lines by one factor. Where a value follows the zoom, its
 * outputs grow and the stops stay. */
import type { LayerSpecification as Layer } from 'maplibre-gl';

const LAYOUT = new Set(['text-size', 'icon-size', 'text-padding']);
const PAINT = new Set(['line-width', 'circle-radius', 'circle-stroke-width', 'text-halo-width']);

function larger(value: unknown, k: number): unknown {
  if (typeof value === 'number') return value * k;
  if (!Array.isArray(value)) return value;
  const outputs = (from: number): unknown[] => value.map((part, i) => (i >= from && (i - from) % 2 === 0 ? larger(part, k) : part));
  if (value[0] === 'interpolate') return outputs(4);
  if (value[0] === 'step') return outputs(2);
  return ['*', k, value];
}

export function scaled(layers: Layer[], k: number): Layer[] {
  if (k === 1) return layers;
  const grow = (values: object | undefined, keys: Set<string>): object | undefined =>
    values && Object.fromEntries(Object.entries(values).map(([key, value]) => [key, keys.has(key) ? larger(value, k) : value]));
  return layers.map((layer) => ({
    ...layer, ...('layout' in layer && { layout: grow({ ...(layer.type === 'symbol' && { 'icon-size': 1 }), ...layer.layout }, LAYOUT) }), ...('paint' in layer && { paint: grow(layer.paint, PAINT) }),
  }) as Layer);
}
