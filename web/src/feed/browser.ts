/* What the feed needs of a real browser. Tests bring their own. */
import type { Surroundings } from './connection';
import type { Channel, Locks, Sharing } from './share';

export const browserSurroundings: Surroundings = {
  open: (url) => new EventSource(url) as unknown as ReturnType<Surroundings['open']>,
  now: () => performance.now(),
  later: (fn, ms) => setTimeout(fn, ms),
  cancel: (timer) => clearTimeout(timer as number | undefined),
};

export const browserSharing: Sharing = {
  locks: typeof navigator !== 'undefined' && 'locks' in navigator ? (navigator.locks as unknown as Locks) : undefined,
  channel: typeof BroadcastChannel !== 'undefined' ? (name) => new BroadcastChannel(name) as unknown as Channel : undefined,
  visible: () => document.visibilityState === 'visible',
};
