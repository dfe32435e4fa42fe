/* Chinese or English. Each language is named in itself. */
import { lang, locale, setLocale, t } from '../i18n';
import type { Lang } from '../i18n';

const TAGS: Record<Lang, string> = { zh: 'zh-CN', en: 'en' };

export function LanguageSwitch() {
  return (
    <div class="switch" role="group" aria-label={t('app.lang')}>
      {(['zh', 'en'] as const).map((one) => (
        <button key={one} type="button" lang={TAGS[one]} aria-pressed={locale.value === one} onClick={() => setLocale(one)}>
          {one === 'zh' ? t('app.lang.zh') : t('app.lang.en')}
        </button>
      ))}
    </div>
  );
}

export function languageTag(): string {
  return TAGS[lang()];
}
