/* The second hand: what shows an age reads `now` and is drawn anew each second. */
import { signal } from '@preact/signals';
import { serverNow } from '../i18n/format';

export const now = signal(serverNow());
setInterval(() => (now.value = serverNow()), 1_000);
