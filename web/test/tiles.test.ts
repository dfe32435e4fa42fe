import { describe, expect, it } from 'vitest';
import { scale, tileX, tileY, touched } from '../src/map/tiles';
import type { TileChange } from '../src/map/tiles';

const world = { west: -180, south: -85, east: 180, north: 85 };
/** The box around tile x/y of zoom z, slightly inside it. */
function viewOf(z: number, x: number, y: number) {
  const n = 2 ** z;
  const lat = (t: number) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * t) / n))) * 180) / Math.PI;
  return { west: ((x + 0.1) / n) * 360 - 180, east: ((x + 0.9) / n) * 360 - 180, north: lat(y + 0.1), south: lat(y + 0.9) };
}
const keys = (change: TileChange[], min: number, max: number, view = world) =>
  touched(change, min, max, view)?.map((t) => `${t.z}/${t.x}/${t.y}`).sort();

describe('tile numbers', () => {
  it('are those of the XYZ scheme', () => {
    // Wucheng, Jinhua at zoom 16, worked out by the formula of EPSG:3857
    expect([tileX(119.57, 16), tileY(29.08, 16)]).toEqual([54535, 27231]);
    expect([tileX(-180, 0), tileY(85, 0)]).toEqual([0, 0]);
    expect([tileX(0, 1), tileY(0, 1)]).toEqual([1, 1]);
  });
  it('go up to parents and down to children', () => {
    const one = { x0: 5, y0: 6, x1: 5, y1: 6 };
    expect(scale(one, 3, 2)).toEqual({ x0: 2, y0: 3, x1: 2, y1: 3 });
    expect(scale(one, 3, 0)).toEqual({ x0: 0, y0: 0, x1: 0, y1: 0 });
    expect(scale(one, 3, 5)).toEqual({ x0: 20, y0: 24, x1: 23, y1: 27 });
    for (let z = 0; z <= 16; z++) expect(scale(scale(one, 3, 3 + z), 3 + z, 3)).toEqual(one);
  });
});

describe('what a change touches', () => {
  it('is the tile named and each of its parents, one a zoom', () => {
    expect(keys([{ layer: 'incidents', z: 4, tiles: [[13, 6]] }], 0, 4)).toEqual(['0/0/0', '1/1/0', '2/3/1', '3/6/3', '4/13/6']);
  });
  it('is named once, however many changes share a parent', () => {
    const change = [{ layer: 'i', z: 16, tiles: [[54535, 27231], [54536, 27231]] as [number, number][] }, { layer: 'i', z: 16, tiles: [[54535, 27231]] as [number, number][] }];
    const list = touched(change, 0, 16, viewOf(16, 54535, 27231))!;
    expect(new Set(list.map((t) => `${t.z}/${t.x}/${t.y}`)).size).toBe(list.length);
    expect(list.filter((t) => t.z === 16)).toHaveLength(2);
    expect(list.filter((t) => t.z === 10)).toHaveLength(1);
  });
  it('reaches the children where the source goes deeper than the message', () => {
    const list = touched([{ layer: 'g', z: 14, tiles: [[13633, 6793]] }], 0, 16, viewOf(14, 13633, 6793))!;
    expect(list.filter((t) => t.z === 16)).toHaveLength(16);
    expect(list.filter((t) => t.z === 15).map((t) => [t.x, t.y])).toContainEqual([27267, 13587]);
  });
  it('of a box is every tile in it, at every zoom', () => {
    expect(keys([{ layer: 'g', z: 3, box: [2, 2, 3, 4] }], 2, 3)).toEqual(['2/1/1', '2/1/2', '3/2/2', '3/2/3', '3/2/4', '3/3/2', '3/3/3', '3/3/4']);
  });
  it('leaves out what the view cannot show, and keeps its neighbours', () => {
    const box: TileChange = { layer: 'g', z: 16, box: [54000, 27000, 55000, 28000] };
    const list = touched([box], 16, 16, viewOf(16, 54535, 27231))!;
    expect(list).toHaveLength(9);
    expect(touched([box], 16, 16, viewOf(16, 100, 100))).toEqual([]);
  });
  it('is everything when it is too much to name', () => {
    expect(touched([{ layer: 'g', z: 16, box: [0, 0, 65535, 65535] }], 0, 16, world)).toBeNull();
  });
});
