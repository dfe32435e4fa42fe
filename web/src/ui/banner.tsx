/* What is seen is old, and how old: over everything, in words, a shape and a colour. */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';
import { age, clock } from '../i18n/format';
import { now } from '../store/clock';
import { heard, line, reconnect } from '../store/live';
import { Broken, Check } from './icons';

/** A gap no longer than this is not worth a word. */
const GRACE_MS = 1_200;

export function Banner() {
  const lost = line.value === 'lost';
  const [said, setSaid] = useState(false);
  const [back, setBack] = useState(false);

  useEffect(() => {
    if (lost) {
      setBack(false);
      const quiet = performance.now() - heard.peek().steady;
      const timer = setTimeout(() => setSaid(true), Math.max(0, GRACE_MS - quiet));
      return () => clearTimeout(timer);
    }
    if (!said || line.value !== 'live') return;
    setSaid(false);
    setBack(true);
    const timer = setTimeout(() => setBack(false), 4_000);
    return () => clearTimeout(timer);
  }, [lost, line.value]);

  if (said) {
    const old = now.value >= 0 ? performance.now() - heard.value.steady : 0;
    return (
      <div class="banner banner-lost" role="alert" data-stale="true">
        <Broken />
        <span><b>{t('live.banner')}</b>{' '}
          {heard.value.server > 0 && <span aria-live="off">{t('live.age', { time: clock(heard.value.server), age: age(old) })}</span>}
        </span>
        <button type="button" class="button small" onClick={reconnect}>{t('live.now')}</button>
      </div>
    );
  }
  if (back) return <div class="banner banner-back" role="status"><Check />{t('live.healed')}</div>;
  return null;
}
