/* Urgent incidents sound until somebody says that they are seen. What one tab acknowledges is quiet in the others. */
import { computed, effect, signal, untracked } from '@preact/signals';
import type { Summary } from '../api';
import { arrivals, touchedIncidents, stream } from './live';
import { phase } from './session';
import { sound } from './ui';

/** From this severity on. */
export const URGENT = 3;
const EVERY_MS = 2_400;
const MOST = 50;

export const waiting = signal<Summary[]>([]);
/** The browser lets no page sound before somebody has touched it. */
export const muted = signal(false);
export const rung = signal(0);
export const ringing = computed(() => waiting.value.length > 0);

const others = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('wangge-seen');
function forget(ids: readonly string[]): void {
  waiting.value = waiting.value.filter((one) => !ids.includes(one.id));
}
if (others) others.onmessage = (e: MessageEvent<string[]>) => forget(e.data);

export function acknowledge(ids = waiting.value.map((one) => one.id)): void {
  forget(ids);
  others?.postMessage(ids);
}

arrivals.on((incidents) => {
  const urgent = incidents.filter((one) => one.severity >= URGENT && one.open);
  if (urgent.length > 0) waiting.value = [...urgent, ...waiting.value].slice(0, MOST);
});
// What has been taken up, or ended, elsewhere rings no more.
touchedIncidents.on((ids) => {
  const taken = stream.value.filter((one) => ids.has(one.id) && one.state !== 'reported').map((one) => one.id);
  if (taken.length > 0) forget(taken);
});

let audio: AudioContext | null = null;

/** By a hand on the page: from then on the browser lets it sound. */
export function unmute(): void {
  void audio?.resume().then(() => (muted.value = audio?.state !== 'running'));
}

/** Two tones, a fourth apart: carries through a room and is no telephone. */
function ring(): void {
  audio ??= new AudioContext();
  muted.value = audio.state !== 'running';
  if (audio.state !== 'running') {
    unmute();
    return;
  }
  rung.value++;
  for (const [at, pitch] of [[0, 740], [0.22, 988]] as const) {
    const from = audio.currentTime + at;
    const tone = audio.createOscillator(), level = audio.createGain();
    tone.frequency.value = pitch;
    level.gain.setValueAtTime(0, from);
    level.gain.linearRampToValueAtTime(0.25, from + 0.02);
    level.gain.exponentialRampToValueAtTime(0.001, from + 0.4);
    tone.connect(level).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.45);
  }
}

effect(() => {
  if (phase.value !== 'in') waiting.value = [];
});
if (typeof AudioContext !== 'undefined') {
  effect(() => {
    if (!ringing.value || sound.value === 'off') return;
    untracked(ring);
    const timer = setInterval(ring, EVERY_MS);
    return () => clearInterval(timer);
  });
}
