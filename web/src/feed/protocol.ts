/* The messages of GET /api/v1/events (docs/http.md, Feed). */
import type { Summary } from '../api';
import type { TileChange } from '../map/tiles';

export type Message =
  | { type: 'hello'; head: number; time: string }
  | ({ type: 'tiles' } & TileChange)
  | { type: 'incident'; seq: number; at: string; kind: string; incident: Summary }
  | { type: 'count'; seq: number; class: string }
  | { type: 'plan' | 'areas' | 'staff' | 'settings' | 'duty'; seq: number; at: string; kind: string; subject: string }
  | { type: 'positions'; time: string; workers: { id: string; lon: number; lat: number; at: string; accuracy_m?: number }[] }
  | { type: 'notice'; unread: number }
  | { type: 'tick'; time: string; head: number }
  | { type: 'reset'; head: number; why?: string }
  | { type: 'bye'; why: 'slow' | 'stopping' | 'signed-out' };

export const KINDS = [
  'hello', 'tiles', 'incident', 'count', 'plan', 'areas', 'staff', 'settings', 'duty', 'positions', 'notice', 'tick', 'reset', 'bye',
] as const satisfies readonly Message['type'][];

/** One message as it came: kept as text, so that it goes to other tabs without being built anew. */
export interface Raw { type: Message['type']; data: string; id: string }

/** Null for what is not JSON: a message that cannot be read is skipped, the stream goes on. */
export function parse(raw: Raw): Message | null {
  try {
    const data: unknown = JSON.parse(raw.data);
    return data && typeof data === 'object' ? ({ ...data, type: raw.type } as Message) : null;
  } catch {
    return null;
  }
}

/** The seq that an id names, or null. */
export function seqOf(id: string): number | null {
  return /^\d+$/.test(id) ? Number(id) : null;
}
