/* A list of listeners, for what is an occurrence and not a state. */
export class Bus<T> {
  private listeners = new Set<(value: T) => void>();
  on(fn: (value: T) => void): () => void {
    this.listeners.add(fn);
    return () => this.listeners.delete(fn);
  }
  say(value: T): void {
    for (const fn of this.listeners) fn(value);
  }
}
