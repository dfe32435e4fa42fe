import { describe, expect, it } from 'vitest';
import { readHash, writeHash } from '../src/store/hash';
import type { Hash } from '../src/store/hash';
import { labelPoints } from '../src/map/labels';
import { dark, light } from '../src/map/palette';
import { GROUPS, groupOf, statesOf } from '../src/map/states';
import { buildStyle } from '../src/map/style';
import type { Wishes } from '../src/map/style';
import { zh } from '../src/i18n/zh';

const square = (x: number, y: number, s: number) => ({
  type: 'Polygon' as const,
  coordinates: [[[x, y], [x + s, y], [x + s, y + s], [x, y + s], [x, y]]],
});

describe('labels', () => {
  it('stand once for a polygon that tiles cut in two, in the middle of what is seen', () => {
    const out = labelPoints([
      { geometry: square(0, 0, 2), properties: { code: 'a', name: 'A' }, rank: 1 },
      { geometry: square(2, 0, 2), properties: { code: 'a', name: 'A' }, rank: 1 },
      { geometry: square(0, 0, 2), properties: { code: 'b', name: 'B' }, rank: 2 },
    ]);
    expect(out.features).toHaveLength(2);
    expect(out.features[0]!.geometry.coordinates[0]).toBeCloseTo(2, 9);
    expect(out.features[0]!.geometry.coordinates[1]).toBeCloseTo(1, 9);
    expect(out.features[0]!.properties).toEqual({ code: 'a', name: 'A', rank: 1 });
  });
  it('stay inside: where the middle lies outside, the largest piece has it', () => {
    const out = labelPoints([
      { geometry: square(0, 0, 3), properties: { code: 'a' }, rank: 1 },
      { geometry: square(10, 0, 1), properties: { code: 'a' }, rank: 1 },
    ]);
    const [x, y] = out.features[0]!.geometry.coordinates as [number, number];
    expect(x > 0 && x < 3 && y > 0 && y < 3).toBe(true);
  });
  it('are not lost to small differences far from zero', () => {
    const out = labelPoints([{ geometry: square(119.5712345, 29.0812345, 1e-5), properties: { code: 'a' }, rank: 3 }]);
    expect(out.features[0]!.geometry.coordinates[0]).toBeCloseTo(119.5712395, 8);
  });
});

describe('the address', () => {
  const nothing: Hash = { view: null, incident: null, area: null, network: null, category: null, since: null, hide: [], off: [], tour: false };
  it('holds the view, what is chosen and what is looked for, and reads back the same', () => {
    const some: Hash = { ...nothing, view: { zoom: 13.25, lat: 29.0812, lon: 119.5712 }, incident: '4711' };
    expect(writeHash(some)).toBe('#map=13.25/29.0812/119.5712&incident=4711');
    expect(readHash(writeHash(some))).toEqual(some);
    const all: Hash = { ...some, area: '990101003000', network: 'safety', category: 'c-2', since: '24h', hide: ['field', 'check'], off: ['workers'], tour: true };
    expect(readHash(writeHash(all))).toEqual(all);
    expect(writeHash(nothing)).toBe('');
  });
  it.each(['', '#', '#map=x/y/z', '#map=1/2', '#map=99/0/0', '#map=3/91/0', '#incident=<b>', `#incident=${'9'.repeat(99)}`, '#since=ever', '#hide=all', '#area=%00', '#tour=yes'])(
    'that makes no sense is no view: %s',
    (text) => expect(readHash(text)).toEqual(nothing),
  );
});

describe('states', () => {
  it('each belong to one group, and every state has words', () => {
    const all = GROUPS.flatMap((g) => [...statesOf(g)]);
    expect(new Set(all).size).toBe(16);
    expect(all).toHaveLength(16);
    for (const s of all) expect(zh).toHaveProperty([`state.${s}`]);
    expect(groupOf('something-later')).toBe('new');
  });
});

describe('the style', () => {
  const wishes: Wishes = {
    origin: 'http://here', palette: light, lang: 'zh', zooms: { incidents: [0, 16] }, narrowed: '', scale: 1, raster: null, seenSince: 0,
    shown: { areas: true, grids: true, incidents: true, workers: true, basemap: true, raster: true },
    groups: { new: true, centre: true, field: true, check: true, closed: false },
  };
  it('asks nothing of another server and no glyphs', () => {
    const style = buildStyle(wishes);
    expect(style.glyphs).toBeUndefined();
    expect(style.sprite).toBeUndefined();
    for (const source of Object.values(style.sources)) {
      for (const url of 'tiles' in source ? (source.tiles ?? []) : []) expect(url.startsWith('http://here/tiles/')).toBe(true);
    }
  });
  it('has the same layers by day and night, in each language, whatever is switched on', () => {
    const ids = (w: Wishes) => buildStyle(w).layers.map((l) => l.id);
    const day = ids(wishes);
    expect(new Set(day).size).toBe(day.length);
    expect(ids({ ...wishes, palette: dark, lang: 'en', shown: { ...wishes.shown, grids: false }, groups: { ...wishes.groups, new: false } })).toEqual(day);
  });
  it('is valid by the style specification, also with every state switched off', async () => {
    const { validateStyleMin } = await import('@maplibre/maplibre-gl-style-spec');
    for (const groups of [wishes.groups, { new: false, centre: false, field: false, check: false, closed: false }]) {
      expect(validateStyleMin(buildStyle({ ...wishes, groups })).map((e) => e.message)).toEqual([]);
    }
  });
});
