/* What is known of the thing that is chosen: the incident with its history, or the place with its owner. */
import { effect, signal } from '@preact/signals';
import { api, Problem } from '../api';
import type { GridDetail, Incident, IncidentEvent, Resolved, Summary } from '../api';
import { healed, stream, touchedIncidents } from './live';
import { phase } from './session';
import { selection } from './ui';

export interface Detail {
  /** From the list, shown until the whole has come. */
  known: Summary | null;
  incident: Incident | null;
  events: IncidentEvent[];
  place: Resolved | null;
  grid: GridDetail | null;
  problem: Problem | null;
  busy: boolean;
}
const EMPTY: Detail = { known: null, incident: null, events: [], place: null, grid: null, problem: null, busy: false };
export const detail = signal<Detail>(EMPTY);

let asking: AbortController | null = null;

function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, String(error));
}

async function readIncident(id: string, quiet: boolean): Promise<void> {
  asking?.abort();
  const mine = (asking = new AbortController());
  if (!quiet) detail.value = { ...EMPTY, known: stream.peek().find((s) => s.id === id) ?? null, busy: true };
  try {
    const [incident, events] = await Promise.all([api.incident(id, mine.signal), api.incidentEvents(id, mine.signal)]);
    if (asking === mine) detail.value = { ...EMPTY, incident, events: events.items };
  } catch (error) {
    if (asking !== mine || mine.signal.aborted) return;
    // What was shown stays while the line is down; only a real answer replaces it.
    const problem = asProblem(error);
    if (!quiet || problem.status !== 0) detail.value = { ...detail.value, problem, busy: false };
  }
}

async function readPlace(lon: number, lat: number): Promise<void> {
  asking?.abort();
  const mine = (asking = new AbortController());
  detail.value = { ...EMPTY, busy: true };
  try {
    const place = await api.resolve(lon, lat, mine.signal);
    if (asking !== mine) return;
    detail.value = { ...EMPTY, place };
    if (place.grid) {
      const grid = await api.grid(place.grid.code, mine.signal).catch(() => null);
      if (asking === mine) detail.value = { ...EMPTY, place, grid };
    }
  } catch (error) {
    if (asking === mine && !mine.signal.aborted) detail.value = { ...EMPTY, problem: asProblem(error) };
  }
}

export function readAgain(): void {
  const chosen = selection.peek();
  if (chosen?.kind === 'incident') void readIncident(chosen.id, false);
  else if ((chosen?.kind === 'place' || chosen?.kind === 'report') && chosen.at) void readPlace(chosen.at.lon, chosen.at.lat);
}

/** Looks once more without clearing what is shown. */
export function readQuietly(): void {
  const chosen = selection.peek();
  if (chosen?.kind === 'incident') void readIncident(chosen.id, true);
}

effect(() => {
  const chosen = selection.value;
  if (phase.value !== 'in' || !chosen) {
    asking?.abort();
    asking = null;
    detail.value = EMPTY;
    return;
  }
  readAgain();
});

touchedIncidents.on((ids) => {
  const chosen = selection.peek();
  if (chosen?.kind === 'incident' && ids.has(chosen.id)) void readIncident(chosen.id, true);
});
healed.on(readQuietly);
