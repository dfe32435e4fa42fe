/* Which tiles a change touches: the arithmetic between the zoom that a `tiles` message names and the zooms shown. */

export interface TileId { z: number; x: number; y: number }
/** Tiles by their x and y, or a closed box of them, at zoom z. */
export interface TileChange { layer: string; z: number; tiles?: [number, number][]; box?: [number, number, number, number] }
export interface LonLatBox { west: number; south: number; east: number; north: number }
interface Range { x0: number; y0: number; x1: number; y1: number }

/** A box is walked tile by tile only where it holds no more than this many in view. */
const MOST = 1024;

export function tileX(lon: number, z: number): number {
  return Math.floor(((lon + 180) / 360) * 2 ** z);
}
export function tileY(lat: number, z: number): number {
  const rad = (Math.max(-85.0511, Math.min(85.0511, lat)) * Math.PI) / 180;
  return Math.floor(((1 - Math.asinh(Math.tan(rad)) / Math.PI) / 2) * 2 ** z);
}

/** The tiles of zoom z that a view shows, and one more around. */
function rangeOf(view: LonLatBox, z: number): Range {
  const last = 2 ** z - 1;
  return {
    x0: Math.max(0, tileX(view.west, z) - 1),
    x1: Math.min(last, tileX(view.east, z) + 1),
    y0: Math.max(0, tileY(view.north, z) - 1),
    y1: Math.min(last, tileY(view.south, z) + 1),
  };
}

/** A range of zoom `from` seen at zoom `to`: its parents, or all its children. */
export function scale(r: Range, from: number, to: number): Range {
  if (to <= from) {
    const by = 2 ** (from - to);
    return { x0: Math.floor(r.x0 / by), y0: Math.floor(r.y0 / by), x1: Math.floor(r.x1 / by), y1: Math.floor(r.y1 / by) };
  }
  const by = 2 ** (to - from);
  return { x0: r.x0 * by, y0: r.y0 * by, x1: (r.x1 + 1) * by - 1, y1: (r.y1 + 1) * by - 1 };
}

function cut(a: Range, b: Range): Range | null {
  const r = { x0: Math.max(a.x0, b.x0), y0: Math.max(a.y0, b.y0), x1: Math.min(a.x1, b.x1), y1: Math.min(a.y1, b.y1) };
  return r.x0 <= r.x1 && r.y0 <= r.y1 ? r : null;
}

/**
 * Every tile of the zooms minZoom…maxZoom whose content the changes touch and that the view may show: the named
 * ones, all their parents, and their children where the source goes deeper than the message. Null when they are
 * too many to name: then the whole source is to be read again.
 */
export function touched(changes: TileChange[], minZoom: number, maxZoom: number, view: LonLatBox): TileId[] | null {
  const found = new Map<string, TileId>();
  for (let z = minZoom; z <= maxZoom; z++) {
    const shown = rangeOf(view, z);
    for (const change of changes) {
      const named: Range[] = change.box
        ? [{ x0: change.box[0], y0: change.box[1], x1: change.box[2], y1: change.box[3] }]
        : (change.tiles ?? []).map(([x, y]) => ({ x0: x, y0: y, x1: x, y1: y }));
      for (const range of named) {
        const r = cut(scale(range, change.z, z), shown);
        if (!r) continue;
        if ((r.x1 - r.x0 + 1) * (r.y1 - r.y0 + 1) > MOST) return null;
        for (let x = r.x0; x <= r.x1; x++) for (let y = r.y0; y <= r.y1; y++) found.set(`${z}/${x}/${y}`, { z, x, y });
        if (found.size > 4 * MOST) return null;
      }
    }
  }
  return [...found.values()];
}
