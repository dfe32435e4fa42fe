// One line of text, and what it may mean: codes, names, initials, numbers, coordinates in any datum; nothing hidden.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type Json, expectProblem } from '../support/client.ts';
import { demoNames, scratch, Server } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

let server: Server;
let desk: Client; // the district's dispatcher
let here: Client; // one community's
let root: Json, mine: Json, other: Json; // areas
let grid: Json; // of `mine`
let ours: number[][]; // vertices of a road
let ordinary: string, sealed: string;

const find = async (q: string, who: Client = desk, limit = 12): Promise<Json[]> => (await who.read(`/api/v1/search?q=${encodeURIComponent(q)}&limit=${limit}`)).items;
const types = (items: Json[]) => [...new Set(items.map((i) => i.type))];
const middle = (g: Json) => ({ lon: (g.bbox[0] + g.bbox[2]) / 2, lat: (g.bbox[1] + g.bbox[3]) / 2 });

beforeAll(async () => {
  server = await Server.start();
  desk = await server.as('dispatcher');
  root = (await desk.read('/api/v1/me')).server.root;
  [mine, other] = (await desk.all('/api/v1/areas?level=village&limit=1000')).filter((x) => x.grids > 1);
  expect((await wangge(['user', 'add', 'here', '--db', server.db, '--role', 'dispatcher', '--area', mine.code], 'a-password')).code).toBe(0);
  const file = join(scratch(), 'places.csv');
  const at = (a: Json) => `${middle(a).lon},${middle(a).lat}`;
  const grids = await desk.all(`/api/v1/grids?area=${mine.code}`);
  grid = grids[0];
  const theirs = (await desk.all(`/api/v1/grids?area=${other.code}`))[0];
  writeFileSync(file, `name,address,alias,lon,lat\n红星路小学,长安路5号,"老二小;向阳、Sun School",${at(grid)}\n红星路菜场,长安路9号,,${at(theirs)}\n红星路无坐标,x,,,\n`);
  const ran = await wangge(['import', 'places', file, '--db', server.db]);
  expect(ran.code, ran.err).toBe(0);
  // one road in two pieces through both communities, one in theirs alone, and one without a name
  const line = (name: string | undefined, ...points: number[][]) => ({ type: 'Feature', properties: { kind: 'road', ...(name && { name }) }, geometry: { type: 'LineString', coordinates: points } });
  const [m, o] = [middle(grid), middle(theirs)];
  ours = [[m.lon, m.lat], [m.lon + 0.0002, m.lat], [m.lon + 0.0004, m.lat + 0.0001]];
  const roads = join(scratch(), 'roads.geojson');
  writeFileSync(roads, JSON.stringify({ type: 'FeatureCollection', features: [line('琥珀大道', ...ours), line('琥珀大道', ours[2]!, [o.lon, o.lat]), line('琥珀后街', [o.lon, o.lat], [o.lon + 0.0002, o.lat]), line(undefined, ...ours)] }));
  const drawn = await wangge(['import', 'basemap', roads, '--db', server.db, '--add']);
  expect(drawn.code, drawn.err).toBe(0);
  here = await Client.signIn(server.base, 'here', 'a-password');
  const items: Json[] = (await desk.read('/api/v1/categories')).items;
  ordinary = items.find((c) => c.class === 'ordinary').code;
  sealed = items.find((c) => c.class === 'sealed').code;
});
afterAll(() => server.stop());

describe('coordinates', () => {
  test('in WGS 84, in the order that lies in the district', async () => {
    const { lon, lat } = middle(grid);
    for (const q of [`${lon},${lat}`, `${lon} ${lat}`, `${lat}N ${lon}E`, `wgs84 ${lon}，${lat}`]) {
      const items = await find(q);
      expect(types(items), q).toEqual(['coordinate']);
      expect(items[0].lon).toBeCloseTo(lon, 6);
      expect(items[0].lat).toBeCloseTo(lat, 6);
      expect(items[0].detail).toBeNull();
      expect(items[0].bbox).toBeNull();
    }
    const [turned] = await find(`${lat}, ${lon}`);
    expect(turned.lon).toBeCloseTo(lon, 6);
    expect(turned.detail).toMatch(/swapped/);
    const zh = await desk.get(`/api/v1/search?lang=zh&q=${lat},${lon}`);
    expect(zh.json.items[0].detail).toContain('对调');
  });

  test('in other datums, by their names, are where resolve puts them', async () => {
    const { lon, lat } = middle(grid);
    for (const [q, crs] of [[`gcj02 ${lon},${lat}`, 'gcj02'], [`高德 ${lon},${lat}`, 'gcj02'], [`${lon},${lat} 腾讯`, 'gcj02'], [`百度坐标：${lon}，${lat}`, 'bd09'], [`bd09 ${lon} ${lat}`, 'bd09']]) {
      const [hit] = await find(q!);
      const want = await desk.read(`/api/v1/resolve?lon=${lon}&lat=${lat}&crs=${crs}`);
      expect([hit.lon, hit.lat], q).toEqual([want.lon, want.lat]);
      expect(hit.area?.code, q).toBe(want.area?.code);
    }
    const want = await desk.read('/api/v1/resolve?lon=512345&lat=3331000&crs=EPSG:4549');
    for (const q of ['EPSG:4549 512345,3331000', 'epsg:4549 3331000 40512345', '3331000,512345 EPSG:4549']) {
      const [hit] = await find(q);
      expect([hit.lon, hit.lat], q).toEqual([want.lon, want.lat]);
    }
  });

  test('that are nowhere are no error', async () => {
    for (const q of ['999 999', 'EPSG:999999 1,2', 'gcj02 500,500', '1e9,2']) expect(types(await find(q)), q).not.toContain('coordinate');
  });
});

describe('a name or a code', () => {
  test('finds grids and areas: whole, by the beginning, by a part, by initials', async () => {
    const whole = await find(grid.code);
    expect(whole[0]).toMatchObject({ type: 'grid', id: grid.code, bbox: grid.bbox, area: { code: grid.area.code } });
    const [x0, y0, x1, y1] = grid.bbox;
    expect(whole[0].lon > x0 && whole[0].lon < x1 && whole[0].lat > y0 && whole[0].lat < y1).toBe(true);
    const area = (await find(mine.code)).find((i) => i.type === 'area');
    expect(area).toMatchObject({ id: mine.code, name: mine.name });
    const part = await find(mine.name.zh.slice(0, 2), desk, 50);
    expect(part.some((i) => i.type === 'area' && i.id === mine.code)).toBe(true);
    expect(part.some((i) => i.type === 'grid' && i.id === grid.code)).toBe(true);
    expect((await find(mine.name.en.toUpperCase(), desk, 50)).some((i) => i.type === 'area' && i.id === mine.code)).toBe(true);
    expect((await find('dywg', desk, 50)).some((i) => i.type === 'grid' && i.name.zh.includes('第一网格'))).toBe(true);
  });

  test('finds places by name, address, alias and initials', async () => {
    for (const q of ['红星路小学', '老二小', '向阳', 'sun sch', 'hxlxx', 'hxlx', 'lex', '长安路5']) {
      const hit = (await find(q)).find((i) => i.type === 'place' && i.name.zh === '红星路小学');
      expect(hit, q).toMatchObject({ detail: '长安路5号', area: { code: grid.area.code } });
    }
    const all = (await find('hxl')).filter((i) => i.type === 'place');
    expect(all.map((i) => i.name.zh).sort()).toEqual(['红星路小学', '红星路无坐标', '红星路菜场'].sort());
    expect(all.find((i) => i.name.zh === '红星路无坐标')).toMatchObject({ lon: null, lat: null, area: null });
  });

  test('finds roads of the base map by name, a part of it and initials, one hit for a road drawn in pieces', async () => {
    for (const q of ['琥珀大道', '琥珀大', '珀大道', 'hpdd', 'hpd']) {
      const hits = (await find(q)).filter((i) => i.name.zh === '琥珀大道' || i.name.und === '琥珀大道');
      expect(hits.length, q).toBe(1);
      expect(hits[0], q).toMatchObject({ type: 'place', detail: 'road', area: { code: grid.area.code } });
      const [x0, y0, x1, y1] = hits[0].bbox;
      expect(ours.some(([lon, lat]) => Math.abs(lon! - hits[0].lon) < 1e-6 && Math.abs(lat! - hits[0].lat) < 1e-6), q).toBe(true);
      expect(x0 <= ours[0]![0]! + 1e-6 && x1 >= ours[0]![0]! - 1e-6 && y0 <= y1).toBe(true);
    }
    expect((await desk.read(`/api/v1/search?lang=zh&q=${encodeURIComponent('琥珀后街')}`)).items[0]).toMatchObject({ type: 'place', detail: '道路' });
    expect((await find('琥珀', desk, 4)).length).toBe(2); // half of what is asked for at most
    expect(await find('琥珀巷')).toEqual([]);
  });

  test('finds staff by name, code and initials, and the read is noted', async () => {
    const one = (await desk.read('/api/v1/staff?limit=1')).items[0];
    for (const q of [one.name, one.code]) expect((await find(q)).some((i) => i.type === 'staff' && i.id === one.id), q).toBe(true);
    const log = await (await server.as('auditor')).read('/api/v1/access-log?what=read-staff&limit=5');
    expect(log.items.some((l: Json) => l.name === 'dispatcher' && l.detail.includes('/search'))).toBe(true);
  });

  test('many of one kind do not hide another', async () => {
    const items = await find('社区', desk, 4);
    expect(items.length).toBe(4);
    expect(types(items)).toEqual(expect.arrayContaining(['grid', 'area']));
  });
});

describe('an incident', () => {
  test('is found by its number, by date and serial, and by its serial while it is open', async () => {
    const made = (await desk.post('/api/v1/incidents', { ...middle(grid), category: ordinary })).json;
    const [, day, serial] = /-(\d{8})-(\d+)$/.exec(made.number)!;
    for (const q of [made.number, `${day}-${serial}`, `${day}-${Number(serial)}`, serial!]) {
      const hit = (await find(q!, desk, 50)).find((i) => i.type === 'incident' && i.id === made.id);
      expect(hit, q).toMatchObject({ name: { und: made.number }, lon: made.lon, lat: made.lat });
    }
    expect((await find(`${day}-9999`)).filter((i) => i.type === 'incident')).toEqual([]);
  });
});

describe('what one may not see', () => {
  test('is not found: grids, areas, places, incidents of elsewhere', async () => {
    const theirs = (await desk.all(`/api/v1/grids?area=${other.code}`))[0];
    const made = (await desk.post('/api/v1/incidents', { ...middle(theirs), category: ordinary })).json;
    for (const q of [theirs.code, other.code, other.name.zh, '红星路菜场', made.number, root.code, '990101']) {
      for (const item of await find(q, here, 50)) {
        expect([theirs.code, other.code, made.id, root.code], q).not.toContain(item.id);
        expect(JSON.stringify(item), q).not.toContain(other.code);
        expect(item.name.zh, q).not.toBe('红星路菜场');
      }
    }
    expect((await find('hxl', here)).map((i) => i.name.zh)).toEqual(['红星路小学']);
    expect((await find(grid.code, here))[0].id).toBe(grid.code);
    const roads = await find('琥珀', here);
    expect(roads.length).toBe(1); // the piece that is drawn in their own community
    expect(roads[0]).toMatchObject({ detail: 'road', area: { code: mine.code } });
  });

  test('of a class above, by number or serial', async () => {
    const made = (await desk.post('/api/v1/incidents', { ...middle(grid), category: sealed })).json;
    const [, day, serial] = /-(\d{8})-(\d+)$/.exec(made.number)!;
    const planner = await server.as('planner');
    for (const q of [made.number, `${day}-${serial}`, serial!]) expect((await find(q, planner, 50)).some((i) => i.id === made.id && i.type === 'incident'), q).toBe(false);
  });

  test('staff only with the right to, incidents only with theirs', async () => {
    const one = (await desk.read('/api/v1/staff?limit=1')).items[0];
    const number = (await desk.read('/api/v1/incidents?limit=1')).items[0].number;
    for (const name of demoNames) {
      const who = await server.as(name);
      const may: string[] = (await who.read('/api/v1/me')).account.may;
      const found = [...(await find(one.code, who, 50)), ...(await find(number, who, 50))];
      if (!may.includes('see-staff')) expect(types(found), name).not.toContain('staff');
      if (!may.includes('see-incident')) expect(types(found), name).not.toContain('incident');
    }
    expectProblem(await server.nobody().get('/api/v1/search?q=x'), 401);
  });
});

test('the question is checked, and no text does harm', async () => {
  for (const path of ['', '?q=', '?q=%20', `?q=${'x'.repeat(101)}`]) expectProblem(await desk.get(`/api/v1/search${path}`), 400, 'q');
  for (const limit of ['0', '51', 'x']) expectProblem(await desk.get(`/api/v1/search?q=x&limit=${limit}`), 400, 'limit');
  expect((await desk.get(`/api/v1/search?q=${encodeURIComponent('网'.repeat(100))}`)).status).toBe(200);
  for (const q of ['"', '" OR *', 'name:第', '(', 'NEAR(', "'; DROP TABLE place; --", '%', '_', '*', '\\', '{"zh"', '第\n一', '°°', '٣,٤', '😀', '--', '1 2 3'])
    expect((await desk.get(`/api/v1/search?q=${encodeURIComponent(q)}`)).status, q).toBe(200);
  expect((await find('社', desk, 3)).length).toBeLessThanOrEqual(3);
});
