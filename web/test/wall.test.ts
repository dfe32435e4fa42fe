import { afterEach, describe, expect, it } from 'vitest';
import type { LayerSpecification } from 'maplibre-gl';
import { dayStart, offsetAt, setServerTime, zone } from '../src/i18n/format';
import { scaled } from '../src/map/scale';
import { timeIn, timeOut } from '../src/pages/admin/fields';
import { gather, spread } from '../src/pages/admin/calendar_year';
import { areas, narrowed, passes } from '../src/store/narrow';
import { NO_FILTERS } from '../src/store/hash';
import { filters } from '../src/store/ui';
import { ceiling } from '../src/ui/hours';
import type { Area, Summary } from '../src/api';

afterEach(() => {
  zone.value = undefined;
  filters.value = NO_FILTERS;
});

describe('a day', () => {
  it('begins in the server\'s zone, also where the clocks are changed on it', () => {
    zone.value = 'Asia/Shanghai';
    expect(new Date(dayStart(Date.parse('2026-11-24T17:30:00Z'))).toISOString()).toBe('2026-11-24T16:00:00.000Z');
    zone.value = 'Europe/Berlin'; // 29 March 2026: 02:00 becomes 03:00; 25 October: 03:00 becomes 02:00
    expect(new Date(dayStart(Date.parse('2026-03-29T12:00:00Z'))).toISOString()).toBe('2026-03-28T23:00:00.000Z');
    expect(new Date(dayStart(Date.parse('2026-10-25T12:00:00Z'))).toISOString()).toBe('2026-10-24T22:00:00.000Z');
  });
  it('is ahead of UTC by the zone\'s offset of that moment', () => {
    zone.value = 'Europe/Berlin';
    expect(offsetAt(Date.parse('2026-01-10T12:00:00Z'))).toBe(3_600_000);
    expect(offsetAt(Date.parse('2026-07-10T12:00:00Z'))).toBe(7_200_000);
  });
  it('goes into a field and back', () => {
    zone.value = 'Europe/Berlin';
    expect(timeIn('2026-07-10T12:00:00Z')).toBe('2026-07-10T14:00');
    for (const text of ['2026-07-10T12:00:00.000Z', '2026-01-10T23:30:00.000Z', '2026-03-29T01:30:00.000Z']) expect(timeOut(timeIn(text))).toBe(text);
    expect(timeIn(null)).toBe('');
  });
});

describe('the calendar\'s spans', () => {
  it('are every day between, and come together again', () => {
    const days = spread(['2026-01-01', '2026-02-27/2026-03-02']);
    expect([...days]).toEqual(['2026-01-01', '2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
    expect(gather(days)).toEqual(['2026-01-01', '2026-02-27/2026-03-02']);
    expect(gather(new Set())).toEqual([]);
  });
});

describe('a wall\'s map', () => {
  it('has larger letters and signs, and the same zooms', () => {
    const layers = [
      { id: 'a', type: 'symbol', source: 's', layout: { 'text-size': ['interpolate', ['linear'], ['zoom'], 8, 10, 12, 16], 'text-offset': [0, 1] } },
      { id: 'b', type: 'line', source: 's', paint: { 'line-width': 2, 'line-opacity': 0.5 } },
    ] as LayerSpecification[];
    expect(scaled(layers, 1)).toBe(layers);
    expect(scaled(layers, 2)).toEqual([
      { id: 'a', type: 'symbol', source: 's', layout: { 'icon-size': 2, 'text-size': ['interpolate', ['linear'], ['zoom'], 8, 20, 12, 32], 'text-offset': [0, 1] } },
      { id: 'b', type: 'line', source: 's', paint: { 'line-width': 4, 'line-opacity': 0.5 } },
    ]);
  });
});

describe('the chart\'s top', () => {
  it.each([[0, 1], [3, 5], [10, 10], [11, 20], [480, 500], [501, 1000]])('above %d is %d', (n, top) => expect(ceiling(n)).toBe(top));
});

describe('filters', () => {
  const one = (area: string, category: string, received_at: string): Summary => ({ area: { code: area, name: {} }, category: { code: category }, network: 'base', received_at }) as unknown as Summary;
  it('let through what comes by the feed as the server would', () => {
    setServerTime(Date.parse('2026-11-24T12:00:00Z'));
    areas.value = new Map(([['root', null], ['north', 'root'], ['n1', 'north'], ['south', 'root']] as const).map(([code, parent]) => [code, { code, parent } as Area]));
    expect(passes(one('n1', 'c1', '2026-11-24T11:00:00Z'))).toBe(true);
    filters.value = { ...NO_FILTERS, area: 'north', category: 'c1' };
    expect(passes(one('n1', 'c1', '2026-11-24T11:00:00Z'))).toBe(true);
    expect(passes(one('n1', 'c2', '2026-11-24T11:00:00Z'))).toBe(false);
    expect(passes(one('south', 'c1', '2026-11-24T11:00:00Z'))).toBe(false);
    filters.value = { ...NO_FILTERS, since: '24h' };
    expect(passes(one('n1', 'c1', '2026-11-22T11:00:00Z'))).toBe(false);
    expect(narrowed.value.since).toMatch(/^2026-11-2/);
  });
});
