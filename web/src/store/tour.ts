/* The touring mode: the map goes from township to township, the fullest first, until somebody takes it in hand or
 * something urgent comes in. */
import { effect, signal } from '@preact/signals';
import { waiting } from './alarm';
import { overview } from './live';
import { touring } from './ui';

const STAY_MS = 12_000;
export const at = signal<string | null>(null);

/** The stops of one round: areas with open work, the fullest first; without any, all. */
function stops(): string[] {
  const all = [...(overview.peek()?.by_area ?? [])].sort((a, b) => b.open - a.open);
  const busy = all.filter((one) => one.open > 0);
  return (busy.length > 0 ? busy : all).map((one) => one.area.code);
}

/** `show` moves the map to an area; null: back to the whole. */
export function runTour(show: (code: string | null) => void, stay = STAY_MS): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let round: string[] = [];
  const next = (): void => {
    if (round.length === 0) {
      round = stops();
      at.value = null; // the whole district between two rounds
    } else at.value = round.shift()!;
    show(at.value);
    timer = setTimeout(next, stay);
  };
  const stop = effect(() => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (!touring.value) {
      at.value = null;
      return;
    }
    round = stops();
    timer = setTimeout(next, 600);
  });
  const urgent = effect(() => {
    if (waiting.value.length > 0) touring.value = false;
  });
  return () => {
    stop();
    urgent();
    if (timer) clearTimeout(timer);
  };
}
