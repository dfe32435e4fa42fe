// Country profiles: one import under two of them, level names, datums, the calendar, and the setting that chooses.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Client, expectProblem, type Json } from '../support/client.ts';
import { Server, scratch } from '../support/server.ts';
import { wangge } from '../support/wangge.ts';

// Real codes: Land, Regierungsbezirk, Kreis and Gemeinde; and Flensburg, whose Land has no Regierungsbezirke.
const areas = 'code,name\n06,Hessen\n065,Gießen\n06531,Landkreis Gießen\n06531005,"Gießen, Universitätsstadt"\n01,Schleswig-Holstein\n01001,Flensburg\n01001000,Flensburg\n';
const servers: Server[] = [];
afterAll(async () => { for (const server of servers) await server.stop(); });

async function country(profile: string[]): Promise<{ db: string; server: Server; admin: Client; said: string }> {
  const folder = scratch(), db = join(folder, 'c.db');
  const made = await wangge(['init', '--db', db, ...profile]);
  expect(made.code, made.err).toBe(0);
  writeFileSync(join(folder, 'areas.csv'), areas);
  const imported = await wangge(['import', 'areas', join(folder, 'areas.csv'), '--db', db]);
  expect(imported.code, imported.err).toBe(0);
  const server = await Server.start(db);
  servers.push(server);
  return { db, server, said: imported.out, admin: await Client.signIn(server.base, 'admin', /password: (\S+)/.exec(made.out)![1]) };
}

const tree = (items: Json[]): string[] => items.map((a) => `${a.code} ${a.level || '-'} < ${a.parent ?? '-'}`);
const choose = async (admin: Client, value: Json) => {
  const { version } = (await admin.read('/api/v1/settings')).items.find((s: Json) => s.key === 'profile');
  return admin.put('/api/v1/settings/profile', { value, reason: '换用国别配置', version });
};

describe('the same file', () => {
  test('is a tree in Germany', async () => {
    const { db, admin, said } = await country(['--profile', 'de']);
    expect(said).toContain('profile de');
    const items = await admin.all('/api/v1/areas');
    expect(tree(items)).toEqual([
      '01 land < -', '01001 kreis < 01', '01001000 gemeinde < 01001', '06 land < -', '065 regierungsbezirk < 06', '06531 kreis < 065', '06531005 gemeinde < 06531',
    ]);
    expect(items.find((a) => a.code === '065').level_name).toEqual({ de: 'Regierungsbezirk', en: 'Government region', zh: '行政区' });
    expect((await admin.read('/api/v1/areas?level=gemeinde')).items.map((a: Json) => a.code)).toEqual(['01001000', '06531005']);

    const { server } = await admin.read('/api/v1/me');
    expect([server.profile, server.timezone]).toEqual(['de', 'Europe/Berlin']);
    expect(server.datums.map((d: Json) => d.code)).toEqual(['EPSG:25832', 'EPSG:25833', 'EPSG:4258', 'wgs84']);
    for (const d of server.datums) expect(d.name.de && d.name.en && d.name.zh).toBeTruthy();

    const calendar = (await admin.read('/api/v1/calendars')).items[0];
    expect(calendar).toMatchObject({ timezone: 'Europe/Berlin', weekdays: [1, 2, 3, 4, 5], hours: [{ from: '08:00', to: '12:00' }, { from: '13:00', to: '16:00' }] });
    expect(calendar.years.map((y: Json) => y.year)).toEqual([2025, 2026, 2027]);
    expect(calendar.years[1]).toMatchObject({
      holidays: ['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-05-14', '2026-05-25', '2026-10-03', '2026-12-25/2026-12-26'], working: [],
    });
    const check = await wangge(['check', '--db', db]);
    expect(check.code, check.out + check.err).toBe(0);
  });

  test('tells nothing in China', async () => {
    const { admin } = await country([]);
    const items = await admin.all('/api/v1/areas');
    expect(tree(items)).toEqual(['01', '01001', '01001000', '06', '065', '06531', '06531005'].map((code) => `${code} - < -`));
    expect(items[0].level_name).toEqual({});
    const { server } = await admin.read('/api/v1/me');
    expect([server.profile, server.timezone, server.datums[0].code]).toEqual(['cn', 'Asia/Shanghai', 'gcj02']);
  });

  test('tells nothing in a free profile', async () => {
    const { admin } = await country(['--profile=free']);
    expect((await admin.all('/api/v1/areas')).every((a: Json) => a.parent === null && a.level === '')).toBe(true);
    const { server } = await admin.read('/api/v1/me');
    expect([server.profile, server.timezone, server.datums.map((d: Json) => d.code)]).toEqual(['free', 'UTC', ['wgs84']]);
  });
});

test('a datum that is offered is one that is taken', async () => {
  const folder = scratch(), db = join(folder, 'c.db');
  expect((await wangge(['init', '--db', db, '--profile', 'de'])).code).toBe(0);
  const ring = [[476000, 5603000], [477000, 5603000], [477000, 5604000], [476000, 5604000], [476000, 5603000]]; // by the Lahn
  const feature = { type: 'Feature', properties: { code: '065310050001', name: 'Innenstadt' }, geometry: { type: 'Polygon', coordinates: [ring] } };
  writeFileSync(join(folder, 'g.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  const imported = await wangge(['import', 'grids', join(folder, 'g.geojson'), '--db', db, '--crs', 'EPSG:25832']);
  expect(imported.code, imported.out + imported.err).toBe(0);
  const listed = await wangge(['export', 'grids', '-', '--db', db]);
  const [lon, lat] = JSON.parse(listed.out).features[0].geometry.coordinates.flat(2).slice(0, 2).flat();
  expect([Math.round(lon * 10) / 10, Math.round(lat * 10) / 10]).toEqual([8.7, 50.6]);
  expect(listed.out).toContain('06531005');
});

describe('the setting', () => {
  test('names levels and datums at the next request, and nothing else', async () => {
    const server = await Server.start();
    servers.push(server);
    const admin = await server.as('admin');
    const before = await admin.all('/api/v1/areas');
    expect(before.find((a) => a.level === 'village').level_name).toMatchObject({ zh: '村（社区）' });
    const calendar = await admin.read('/api/v1/calendars');
    const chosen = await choose(admin, 'de');
    expect(chosen.status, chosen.text).toBe(200);
    expect(chosen.json).toMatchObject({ key: 'profile', value: 'de', type: 'profile', default: 'cn', min: null });
    const { server: s } = await admin.read('/api/v1/me');
    expect([s.profile, s.timezone, s.datums[0].code]).toEqual(['de', 'Asia/Shanghai', 'EPSG:25832']);
    const after = await admin.all('/api/v1/areas');
    expect(tree(after)).toEqual(tree(before));
    expect(after.every((a) => Object.keys(a.level_name).length === 0)).toBe(true); // Germany has no such levels
    expect(await admin.read('/api/v1/calendars')).toEqual(calendar);
    expect((await choose(admin, 'cn')).status).toBe(200);
    expect((await admin.read('/api/v1/me')).server.datums[0].code).toBe('gcj02');
  });

  test('refuses what is not stored', async () => {
    const admin = await servers.at(-1)!.as('admin');
    const head = await admin.head();
    for (const value of ['fr', 'DE', 'about', 'de ']) expect([400, 404]).toContain((await choose(admin, value)).status);
    expectProblem(await choose(admin, 'fr'), 404, 'value');
    for (const value of ['', 'a/b', 'x'.repeat(65), null, 1, true, [], {}]) expectProblem(await choose(admin, value), 400, 'value');
    expect(await admin.head()).toBe(head);
    const unknown = await wangge(['init', '--db', join(scratch(), 'x.db'), '--profile', 'fr']);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('cn, de or free');
  });
});
