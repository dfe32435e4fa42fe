/* Keeps the tiles on the screen true to the feed: a `tiles` message names what changed, exactly that is read again.
 *
 * Two things could leave an old picture. A tile that was already being fetched when the change came may bring the
 * old content; and two fetches of one tile at once may arrive in the wrong order. So a source is refreshed only
 * when nothing of it is under way, or after a short wait at most, and then once more when all has come. (Tiles out
 * of view are not kept at all, see view.ts; and a tile whose ETag is unchanged costs nothing.) */
import { touched } from './tiles';
import type { LonLatBox, TileChange, TileId } from './tiles';

const WAIT_MS = 400; // the longest that a change waits for other fetches
const LOOK_MS = 50;

/** What is needed of the map. */
export interface TileMap {
  hasSource(id: string): boolean;
  isLoaded(id: string): boolean;
  refresh(id: string, tiles?: TileId[]): void;
  zooms(id: string): [number, number];
  view(): LonLatBox;
}
export interface Clock {
  now: () => number;
  later: (fn: () => void, ms: number) => unknown;
  cancel: (timer: unknown) => void;
}

interface Pending { changes: TileChange[]; all: boolean; since: number }

export class Refresher {
  private pending = new Map<string, Pending>();
  private timer: unknown = null;

  constructor(private readonly map: TileMap, private readonly clock: Clock) {}

  changed(change: TileChange): void {
    const p = this.of(change.layer);
    p.changes.push(change);
    if (p.changes.length > 512) p.all = true;
    this.pump();
  }
  /** Everything of a source, when it is not known what changed. */
  everything(layer: string): void {
    this.of(layer).all = true;
    this.pump();
  }
  stop(): void {
    this.clock.cancel(this.timer);
    this.timer = null;
    this.pending.clear();
  }

  private of(layer: string): Pending {
    let p = this.pending.get(layer);
    if (!p) this.pending.set(layer, (p = { changes: [], all: false, since: this.clock.now() }));
    return p;
  }

  private pump(): void {
    for (const [layer, p] of [...this.pending]) {
      if (!this.map.hasSource(layer)) {
        this.pending.delete(layer); // a source that is added later starts new
        continue;
      }
      const quiet = this.map.isLoaded(layer);
      if (!quiet && this.clock.now() - p.since < WAIT_MS) continue;
      this.pending.delete(layer);
      this.flush(layer, p);
      if (!quiet) this.pending.set(layer, { ...p, since: this.clock.now() });
    }
    this.clock.cancel(this.timer);
    this.timer = this.pending.size > 0 ? this.clock.later(() => this.pump(), LOOK_MS) : null;
  }

  private flush(layer: string, p: Pending): void {
    const [min, max] = this.map.zooms(layer);
    const tiles = p.all ? null : touched(p.changes, min, max, this.map.view());
    if (tiles === null) this.map.refresh(layer);
    else if (tiles.length > 0) this.map.refresh(layer, tiles);
  }
}
