/* That the map moves by itself, and where it is. */
import { t } from '../i18n';
import { areas } from '../store/narrow';
import { at } from '../store/tour';
import { touring } from '../store/ui';
import { refName } from './parts';
import { Tour } from './icons';

export function TourNote() {
  if (!touring.value) return null;
  const area = at.value ? areas.value.get(at.value) : undefined;
  return (
    <div class="tour-note" data-tour={at.value ?? ''}>
      <Tour /><span>{t('tour.on')} {area && <b translate={false}>{refName(area)}</b>}</span>
      <button type="button" class="button small" onClick={() => (touring.value = false)}>{t('tour.stop')}</button>
    </div>
  );
}
