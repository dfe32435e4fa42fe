/* The words of the pages. One file per language, the same keys in each; zh.ts names them.
 *
 * t('key', {n: 3}) gives the text in the language of the `lang` signal, so a component that calls it draws anew
 * when the language changes. The locale 'pseudo' wraps every text in ⟦ ⟧ and stretches it: a test opens the page
 * in it and looks for text that did not come from here. */
import { signal } from '@preact/signals';
import { en } from './en';
import { zh } from './zh';

export type Key = keyof typeof zh;
export type Text = string | { one: string; other: string };
export type Catalogue = Record<Key, Text>;
export type Lang = 'zh' | 'en';
export type Locale = Lang | 'pseudo';
export type Values = Record<string, string | number>;
/** Language tag → text, as the server sends names. */
export type Names = Record<string, string> | null | undefined;

const catalogues: Record<Lang, Catalogue> = { zh, en };
const KEEP = 'wangge.lang';

function first(): Locale {
  try {
    const kept = localStorage.getItem(KEEP);
    if (kept === 'zh' || kept === 'en' || kept === 'pseudo') return kept;
  } catch {
    /* no storage: the default will do */
  }
  for (const tag of typeof navigator === 'undefined' ? [] : navigator.languages) {
    if (/^zh\b/i.test(tag)) return 'zh';
    if (/^en\b/i.test(tag)) return 'en';
  }
  return 'zh';
}

export const locale = signal<Locale>(typeof localStorage === 'undefined' ? 'zh' : first());

/** The language to ask the server for and to format in. */
export function lang(): Lang {
  return locale.value === 'en' ? 'en' : 'zh';
}

/** How each language is called in HTML. */
export const TAGS: Record<Lang, string> = { zh: 'zh-CN', en: 'en' };
export function languageTag(): string {
  return TAGS[lang()];
}

/** Which way the page is written. The locale 'pseudo' goes from right to left when asked to: ?dir=rtl in the address. */
export function direction(): 'ltr' | 'rtl' {
  return locale.value === 'pseudo' && new URLSearchParams(location.search).get('dir') === 'rtl' ? 'rtl' : 'ltr';
}

export function setLocale(to: Locale): void {
  locale.value = to;
  try {
    localStorage.setItem(KEEP, to);
  } catch {
    /* it holds for this visit only */
  }
}

const plural = new Intl.PluralRules('en');

export function fill(text: Text, values?: Values): string {
  const form = typeof text === 'string' ? text : text[plural.select(Number(values?.['n'] ?? 0)) === 'one' ? 'one' : 'other'];
  return values ? form.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all)) : form;
}

/** Marks and stretches a text, keeping what is to be filled in. */
export function pseudo(text: string): string {
  return `⟦${text.replace(/[aeiou](?![^{]*\})/g, '$&$&')}⟧`;
}

export function t(key: Key, values?: Values): string {
  const at = locale.value;
  if (at !== 'pseudo') return fill(catalogues[at][key], values);
  return pseudo(fill(en[key], values));
}

/** A text whose key is made at run time (a state, an event's kind); `otherwise` when there is none. */
export function tOr(key: string, otherwise: string): string {
  return key in zh ? t(key as Key) : otherwise;
}

/** The best name there is for the reader. */
export function name(names: Names, otherwise = ''): string {
  if (!names) return otherwise;
  const at = lang();
  return names[at] ?? names[at === 'zh' ? 'en' : 'zh'] ?? names['und'] ?? Object.values(names)[0] ?? otherwise;
}
