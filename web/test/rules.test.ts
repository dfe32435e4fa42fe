// Rules of categories: what an edit of one span makes of a limit, and how they read.
import { describe, expect, it } from 'vitest';
import { setLocale } from '../src/i18n';
import { limitFor, limitText, memberName, memberValue, NO_RULES, ruleChanges, spanText, withSpan } from '../src/pages/admin/rules';
import type { Limit } from '../src/pages/admin/rules';

const minutes = (n: number) => ({ n, unit: 'minutes' as const });

describe('a limit', () => {
  it('takes and loses a span of its own, or for a severity', () => {
    expect(withSpan(undefined, null, minutes(30))).toEqual(minutes(30));
    expect(withSpan(minutes(30), null, { unit: 'none' })).toBeUndefined();
    const both = withSpan(minutes(30), '3', minutes(10));
    expect(both).toEqual({ ...minutes(30), by_severity: { 3: minutes(10) } });
    expect(withSpan(both, null, { unit: 'none' })).toEqual({ unit: 'none', by_severity: { 3: minutes(10) } });
    expect(withSpan(both, '3', { unit: 'none' })).toEqual(minutes(30));
    expect(withSpan(undefined, '2', { n: 4, unit: 'work_hours' })).toEqual({ unit: 'none', by_severity: { 2: { n: 4, unit: 'work_hours' } } });
    expect(withSpan({ unit: 'none', by_severity: { 2: minutes(1) } }, '2', { unit: 'none' })).toBeUndefined();
  });

  it('reads as words, in both languages', () => {
    const limit: Limit = { n: 2, unit: 'work_days', by_severity: { 3: minutes(10) } };
    setLocale('zh');
    expect([limitText(limit), spanText(limitFor(limit, 3)), spanText(limitFor(limit, 1)), limitText(null)]).toEqual(['2 个工作日；紧急件 10 分钟', '10 分钟', '2 个工作日', '']);
    setLocale('en');
    expect(limitText(limit)).toBe('2 working days; Urgent: 10 min');
    expect(spanText({ n: 1, unit: 'work_hours' })).toBe('1 working hour');
    setLocale('zh');
  });
});

it('a changed member reads as a person would say it', () => {
  setLocale('zh');
  expect([memberName('rules.limits.accept'), memberName('rules.posts'), memberName('group_name'), memberName('brand-new')]).toEqual(['受理时限', '准入岗位', '大类', 'brand-new']);
  expect(memberValue('rules.posts', ['manager', 'lead'])).toBe('网格管理员；网格长');
  expect(memberValue('rules.posts', [])).toBe('不限');
  expect(memberValue('rules.limits.whole', null)).toBe('');
  expect(memberValue('rules.at_once', true)).toBe('是');
  expect(memberValue('rules.temporary', [{ post: 'officer', until: '2026-12-31', consent: 'x' }])).toBe('网格信息员（至 2026-12-31）');
  expect(memberValue('name', { zh: '路灯', en: 'Lamp' })).toBe('路灯 / Lamp');
  expect(memberValue('fields', [{ code: 'k', names: { zh: '种类' } }])).toBe('种类');
  expect(memberValue('usual_org', null)).toBe('');
});

it('two versions differ in what they say, and in nothing else', () => {
  const was = { ...NO_RULES, version: 1, limits: { whole: minutes(30), check: minutes(5) }, posts: ['manager'] };
  expect(ruleChanges(was, { ...was, version: 2 })).toEqual([]);
  expect(ruleChanges(was, { ...was, version: 2, limits: { check: minutes(5), review: minutes(9) }, posts: [], at_once: true })).toEqual([
    { member: 'rules.limits.whole', was: minutes(30), now: null }, { member: 'rules.limits.review', was: null, now: minutes(9) },
    { member: 'rules.at_once', was: false, now: true }, { member: 'rules.posts', was: ['manager'], now: [] },
  ]);
});
