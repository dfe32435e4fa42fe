/* Chinese or English. Each language is named in itself. */
import { locale, setLocale, t, TAGS } from '../i18n';

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
