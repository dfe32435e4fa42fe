/* A clock that stands until it is told to go on, with the timers that wait for it. */
export class FakeClock {
  private time = 0;
  private next = 1;
  private timers = new Map<number, { at: number; fn: () => void }>();
  now = (): number => this.time;
  later = (fn: () => void, ms: number): unknown => {
    this.timers.set(this.next, { at: this.time + ms, fn });
    return this.next++;
  };
  cancel = (timer: unknown): void => void this.timers.delete(timer as number);
  /** Runs every timer that falls due, in order, with what awaits in between. */
  async go(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await settle();
      const due = [...this.timers].filter(([, t]) => t.at <= end).sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].fn();
    }
    this.time = end;
    await settle();
  }
}

export async function settle(): Promise<void> {
  for (let i = 0; i < 12; i++) await Promise.resolve();
}
