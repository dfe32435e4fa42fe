/* One label for each area and grid in view, in the middle of what is seen of it. */
import type { Feature, FeatureCollection, Geometry, Point } from 'geojson';

export interface Piece { geometry: Geometry; properties: Record<string, unknown>; rank: number }
interface Sum { properties: Record<string, unknown>; rank: number; area: number; x: number; y: number; best: number; bx: number; by: number }

/** Area-weighted middle of a ring, by the shoelace formula, about its first point (so that the small differences of
 * nearby degrees are not lost). Twice the signed area comes along. */
function middle(ring: number[][]): { a: number; x: number; y: number } {
  const [ox, oy] = [ring[0]![0]!, ring[0]![1]!];
  let a = 0, x = 0, y = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const x0 = ring[j]![0]! - ox, y0 = ring[j]![1]! - oy, x1 = ring[i]![0]! - ox, y1 = ring[i]![1]! - oy;
    const cross = x0 * y1 - x1 * y0;
    a += cross; x += (x0 + x1) * cross; y += (y0 + y1) * cross;
  }
  return a === 0 ? { a: 0, x: ox, y: oy } : { a, x: ox + x / (3 * a), y: oy + y / (3 * a) };
}

function inside(x: number, y: number, ring: number[][]): boolean {
  let is = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi, xj, yj] = [ring[i]![0]!, ring[i]![1]!, ring[j]![0]!, ring[j]![1]!];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) is = !is;
  }
  return is;
}

/** Pieces are polygons as cut by tiles; those of one code make one label. */
export function labelPoints(pieces: Iterable<Piece>): FeatureCollection<Point> {
  const sums = new Map<string, Sum>();
  const rings = new Map<string, number[][][]>();
  for (const piece of pieces) {
    const code = piece.properties['code'];
    if (typeof code !== 'string') continue;
    const key = `${piece.rank} ${code}`;
    const polygons =
      piece.geometry.type === 'Polygon' ? [piece.geometry.coordinates] : piece.geometry.type === 'MultiPolygon' ? piece.geometry.coordinates : [];
    for (const polygon of polygons) {
      const outer = polygon[0];
      if (!outer || outer.length < 4) continue;
      const m = middle(outer);
      const size = Math.abs(m.a);
      let sum = sums.get(key);
      if (!sum) sums.set(key, (sum = { properties: piece.properties, rank: piece.rank, area: 0, x: 0, y: 0, best: 0, bx: 0, by: 0 }));
      sum.area += size; sum.x += m.x * size; sum.y += m.y * size;
      if (size > sum.best) { sum.best = size; sum.bx = m.x; sum.by = m.y; }
      const known = rings.get(key);
      if (known) known.push(outer);
      else rings.set(key, [outer]);
    }
  }
  const features: Feature<Point>[] = [];
  for (const [key, s] of sums) {
    if (s.area === 0) continue;
    let x = s.x / s.area, y = s.y / s.area;
    if (!rings.get(key)!.some((ring) => inside(x, y, ring))) { x = s.bx; y = s.by; }
    features.push({ type: 'Feature', geometry: { type: 'Point', coordinates: [x, y] }, properties: { ...s.properties, rank: s.rank } });
  }
  return { type: 'FeatureCollection', features };
}
