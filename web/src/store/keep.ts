/* What this browser remembers between visits. A browser that keeps nothing starts anew each time. */
import { effect, signal } from '@preact/signals';
import type { Signal } from '@preact/signals';

export function kept<T extends string>(key: string, values: readonly T[], first: T): Signal<T> {
  const name = `wangge.${key}`;
  let at = first;
  try {
    const text = localStorage.getItem(name);
    at = values.find((one) => one === text) ?? first;
  } catch {
    /* no storage */
  }
  const it = signal(at);
  let opened = false;
  effect(() => {
    const value = it.value;
    if (!opened) {
      opened = true;
      return;
    }
    try {
      localStorage.setItem(name, value);
    } catch {
      /* it holds for this visit only */
    }
  });
  return it;
}
