import { beforeEach, describe, expect, it } from 'vitest';
import type { TileChange, TileId } from '../src/map/tiles';
import { Refresher } from '../src/map/update';
import { FakeClock } from './clock';

/* A map whose tiles can be under way: it counts what it is asked to read again. */
class FakeMap {
  busy = false;
  calls: { id: string; tiles: TileId[] | undefined; busy: boolean }[] = [];
  hasSource = (id: string) => id !== 'none';
  isLoaded = () => !this.busy;
  refresh = (id: string, tiles?: TileId[]) => void this.calls.push({ id, tiles, busy: this.busy });
  zooms = (): [number, number] => [0, 16];
  view = () => ({ west: -180, south: -85, east: 180, north: 85 });
}
const change = (x: number): TileChange => ({ layer: 'incidents', z: 16, tiles: [[x, 27174]] });
let clock: FakeClock, map: FakeMap, refresher: Refresher;
beforeEach(() => {
  clock = new FakeClock();
  map = new FakeMap();
  refresher = new Refresher(map, clock);
});
const named = (n: number, x: number) => map.calls[n]!.tiles?.some((t) => t.z === 16 && t.x === x);

describe('keeping tiles true', () => {
  it('reads a changed tile and its parents again at once', () => {
    refresher.changed(change(54535));
    expect(map.calls).toHaveLength(1);
    expect(map.calls[0]!.tiles).toHaveLength(17);
    expect(named(0, 54535)).toBe(true);
  });
  it('waits for tiles under way, which may bring the old content, and then reads once', async () => {
    map.busy = true;
    refresher.changed(change(54535));
    refresher.changed(change(54540));
    await clock.go(200);
    expect(map.calls).toHaveLength(0);
    map.busy = false;
    await clock.go(60);
    expect(map.calls).toHaveLength(1);
    expect(named(0, 54535) && named(0, 54540)).toBe(true);
    await clock.go(5_000);
    expect(map.calls).toHaveLength(1);
  });
  it('does not wait long, and makes sure again when all has come', async () => {
    map.busy = true;
    refresher.changed(change(54535));
    await clock.go(450);
    expect(map.calls).toHaveLength(1);
    await clock.go(600);
    map.busy = false;
    await clock.go(100);
    expect(map.calls.at(-1)!.busy).toBe(false);
    expect(named(map.calls.length - 1, 54535)).toBe(true);
    const calls = map.calls.length;
    await clock.go(5_000);
    expect(map.calls).toHaveLength(calls);
  });
  it('reads the whole source when it is not known what changed', () => {
    refresher.everything('workers');
    expect(map.calls).toEqual([{ id: 'workers', tiles: undefined, busy: false }]);
  });
  it('lets go of a source that is not on the map', async () => {
    refresher.changed({ layer: 'none', z: 16, tiles: [[1, 1]] });
    await clock.go(1_000);
    expect(map.calls).toEqual([]);
  });
});
