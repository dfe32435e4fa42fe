import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fill, locale, name, pseudo, setLocale, t } from '../src/i18n';
import type { Text } from '../src/i18n';
import { en } from '../src/i18n/en';
import { age, serverNow, setServerTime, short, span, zone } from '../src/i18n/format';
import { zh } from '../src/i18n/zh';

const source = join(import.meta.dirname, '../src');
function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name))
    .map((e) => join(e.parentPath, e.name));
}
const texts = (x: Text): string[] => (typeof x === 'string' ? [x] : [x.one, x.other]);
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!).sort();
afterEach(() => setLocale('zh'));

describe('the words', () => {
  it('have the same keys in Chinese and English, and none is empty', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    for (const all of [zh, en] as Record<string, Text>[]) for (const [key, text] of Object.entries(all)) for (const one of texts(text)) expect(one.trim(), key).not.toBe('');
  });
  it('have the same things to fill in', () => {
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) for (const one of texts(en[key])) expect(holes(one), key).toEqual(holes(zh[key]));
  });
  it('in Chinese are Chinese, in English are not (but for the names of the languages)', () => {
    const han = /\p{Script=Han}/u;
    for (const [key, text] of Object.entries(en)) if (key !== 'app.lang.zh') for (const one of texts(text)) expect(han.test(one), key).toBe(false);
    const latin = ['app.lang.en', 'source.open311', 'crs.wgs84'];
    for (const [key, text] of Object.entries(zh)) if (!latin.includes(key)) expect(han.test(text) || /^[，、]$/u.test(text), key).toBe(true);
  });
  it('are all used: no key is left over', () => {
    const code = files(source).filter((f) => !/i18n[\\/](zh|en)\.ts$/.test(f)).map((f) => readFileSync(f, 'utf8')).join('\n');
    const made = [...code.matchAll(/`([a-z]+\.)\$\{/g)].map((m) => m[1]!); // `state.${…}`
    const left = Object.keys(zh).filter((key) => !code.includes(`'${key}'`) && !made.some((start) => key.startsWith(start)));
    expect(left).toEqual([]);
  });
  it('stand in no component', () => {
    for (const file of files(source).filter((f) => f.endsWith('.tsx'))) {
      const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
      expect(/[\p{Script=Han}]/u.test(code), file).toBe(false);
      const words = [...code.matchAll(/(?<!=)>\s*([A-Za-z][A-Za-z ,.'!?…-]{2,})\s*</g)].map((m) => m[1]!);
      expect(words, file).toEqual([]);
      const labels = [...code.matchAll(/\b(?:aria-label|title|placeholder|alt)="([^"]+)"/g)].map((m) => m[1]!);
      expect(labels, file).toEqual([]);
    }
  });
});

describe('filling in', () => {
  it('takes values and the plural of n', () => {
    expect(fill('a {x} b', { x: 3 })).toBe('a 3 b');
    expect(fill({ one: '{n} day', other: '{n} days' }, { n: 1 })).toBe('1 day');
    expect(fill({ one: '{n} day', other: '{n} days' }, { n: 5 })).toBe('5 days');
    expect(fill('{missing}', {})).toBe('{missing}');
  });
  it('follows the language', () => {
    expect(t('login.submit')).toBe('登录');
    locale.value = 'en';
    expect(t('login.submit')).toBe('Sign in');
    locale.value = 'pseudo';
    expect(t('login.submit')).toBe('⟦Siign iin⟧');
  });
  it('pseudo keeps what is to be filled in', () => {
    expect(holes(pseudo('to {name} and {n}'))).toEqual(['n', 'name']);
  });
  it('gives the best name there is', () => {
    expect(name({ zh: '城东', en: 'East' })).toBe('城东');
    expect(name({ en: 'East' })).toBe('East');
    expect(name({ und: 'Ost' })).toBe('Ost');
    expect(name(null, '990101')).toBe('990101');
    locale.value = 'en';
    expect(name({ zh: '城东', en: 'East' })).toBe('East');
  });
});

describe('times', () => {
  it('are the server\'s, in its zone', () => {
    zone.value = 'Asia/Shanghai';
    setServerTime(Date.parse('2026-11-24T23:30:00+08:00'));
    expect(Math.abs(serverNow() - Date.parse('2026-11-24T15:30:00Z'))).toBeLessThan(1_000);
    expect(short(Date.parse('2026-11-24T01:02:03+08:00'))).toBe('01:02:03');
    expect(short(Date.parse('2026-11-23T01:02:03+08:00'))).toBe('11/23 01:02');
  });
  it('ages are in the largest fitting unit', () => {
    locale.value = 'en';
    expect([age(900), age(61_000), age(3_600_000 * 5), age(86_400_000 * 3), age(-5)]).toEqual(['1 s', '1 min', '5 h', '3 days', '0 s']);
  });
});

describe('what is left of a limit', () => {
  it('is told to the minute within a day and to the hour above', () => {
    const m = 60_000, h = 60 * m;
    const said = (): string[] => [20_000, 59 * m, h, h + 59 * m + 59_000, 23 * h + 5 * m, 24 * h, 25 * h + 40 * m, 72 * h].map(span);
    expect(said()).toEqual(['20 秒', '59 分钟', '1 小时', '1 小时 59 分钟', '23 小时 5 分钟', '1 天', '1 天 1 小时', '3 天']);
    setLocale('en');
    expect(said()).toEqual(['20 s', '59 min', '1 h', '1 h 59 min', '23 h 5 min', '1 day', '1 d 1 h', '3 days']);
  });
});
