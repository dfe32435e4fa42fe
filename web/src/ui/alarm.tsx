/* What is urgent and nobody has seen yet: over everything, with a sound, until somebody says so. */
import { name, t } from '../i18n';
import { acknowledge, muted, rung, unmute, waiting } from '../store/alarm';
import { selection, sound } from '../store/ui';
import { Alert, Check, Mute, Sound } from './icons';
import { refName } from './parts';

export function Alarm() {
  const all = waiting.value, one = all[0];
  if (!one) return null;
  const place = refName(one.grid) || refName(one.area);
  return (
    <div class="alarm" role="alert" data-alarm={one.id} data-rung={rung.value}>
      <Alert />
      <span class="alarm-words">
        <b>{t('alarm.title')}</b>{' '}
        <span translate={false}>{[name(one.category.name, one.category.code), place].filter(Boolean).join(' · ')}</span>
        {all.length > 1 && <>{' '}<span class="tag">{t('alarm.more', { n: all.length - 1 })}</span></>}
      </span>
      {sound.value === 'off' ? <span class="soft"><Mute /> {t('sound.off')}</span>
        : muted.value && <button type="button" class="button small" onClick={unmute}><Sound />{t('sound.blocked')}</button>}
      <button type="button" class="button small" onClick={() => (selection.value = { kind: 'incident', id: one.id })}>{t('alarm.look')}</button>
      <button type="button" class="button small primary" data-acknowledge onClick={() => acknowledge()}><Check />{t('alarm.seen')}</button>
    </div>
  );
}
