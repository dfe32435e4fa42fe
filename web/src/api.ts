/* The server's JSON surface, typed. The shapes are docs/http.md's. */
import { lang, t } from './i18n';
import type { Names } from './i18n';

export type Verb =
  | 'see-map' | 'see-incident' | 'report' | 'see-staff' | 'see-workers' | 'send-position' | 'export' | 'admin' | 'audit'
  | 'see-accounts' | 'grant' | 'direct' | 'work' | 'review';

export interface Ref { code: string; name: Names }
/** Of a nameless viewer (a wall) only the post is told. */
export interface Person { id: string | null; name: string | null; post?: string; phone?: string }

export interface Account {
  id: string;
  name: string;
  staff: { id: string; name: string } | null;
  grants: { role: string; area: Ref | null; org?: string | null; from?: string | null; until?: string | null }[];
  may: Verb[];
}
export interface Raster { urls: string[]; attribution: string; minzoom: number; maxzoom: number; tile_size: number }
export interface ServerInfo { time: string; version: string; timezone: string; demo: boolean; root: Ref | null; raster: Raster | null; datums: { code: string; name: Names }[] }

export type State =
  | 'reported' | 'accepted' | 'refused' | 'verifying' | 'filed' | 'void' | 'review' | 'dispatched' | 'claimed'
  | 'handling' | 'returned' | 'done' | 'checked' | 'closed' | 'evaluated' | 'merged';

export interface Summary {
  id: string;
  number: string;
  state: State;
  open: boolean;
  severity: number;
  class: string;
  lon: number | null;
  lat: number | null;
  network: string;
  grid: (Ref & { plan_version: number }) | null;
  area: Ref | null;
  responsible: Person | null;
  how: string;
  category: { code: string; name: Names; retired: boolean };
  deadlines: { accept: string | null; handle: string | null };
  overdue: boolean;
  /** The clock that runs now; none for who may not know. */
  step: { clock: string; since: string; due: string | null } | null;
  /** The code of the organisation that has it. */
  org: string | null;
  urgent: boolean;
  supervised: 'none' | 'ordinary' | 'yellow' | 'red' | 'listed';
  suspended: boolean;
  occurred_at: string;
  received_at: string;
  description: string | null;
  source: string | null;
  reporter: { id: string; name: string } | null;
  client_id: string | null;
  version: number;
  seq: number;
}
export interface Incident extends Summary {
  raw: { lon: number; lat: number; crs: string } | null;
  accuracy_m: number | null;
  why: string;
  attributes: Record<string, unknown> | null;
  place: Record<string, unknown> | null;
  sent_at: string | null;
  raw_occurred_at: string | null;
  returns: number;
  days_asked: number;
  review_owed: boolean;
}
export interface IncidentEvent {
  seq: number;
  at: string;
  kind: string;
  actor: { id: string; name: string } | null;
  body: Record<string, unknown>;
  private: Record<string, string | null> | null;
  hash: string;
  prev_hash: string;
}
/** A file on an incident. Erased ones keep their row, and nothing else. */
export interface Attachment {
  id: string;
  incident: string;
  seq: number;
  at: string;
  by: { id: string; name: string } | null;
  kind: 'before' | 'after' | 'scene' | 'audio' | 'file';
  type: string;
  size: number;
  width: number;
  height: number;
  hash: string;
  name: string | null;
  note: string | null;
  erased: boolean;
  camera: { at: string | null; before_report_s: number | null; lon: number | null; lat: number | null; distance_m: number | null } | null;
}
export interface Duty {
  now: { grid: Ref | null; area: Ref | null; since: string | null }[];
  unmanned: number;
  soon: { grid: Ref | null; area: Ref | null; from: string | null }[];
  unmanned_soon: number;
  until: string | null;
}
export interface QueueItem {
  reason: string;
  sentence: string;
  clock: string | null;
  candidates: { grid: Ref; probability: number }[];
  incident: Summary;
}

export interface Overview {
  time: string;
  seq: number;
  open: number;
  today: number;
  overdue: number;
  unassigned: number;
  supervised: number;
  restricted: number;
  workers_online: number;
  unreached?: number;
  unmanned: number;
  queue: Record<string, number>;
  by_state: Partial<Record<State, number>>;
  by_area: { area: Ref; open: number; overdue: number }[];
  networks?: string[];
}
export interface NoticeIncident { id: string; number: string; state: State; category: { code: string; name: Names }; area: Ref | null }
export interface Notice { id: string; seq: number; at: string; kind: string; title: Names; read: boolean; incident: NoticeIncident }
/** Of a kind of which one is told by number only. */
export interface NoticeCount { kind: string; title: Names; n: number; seq: number; at: string; incident: NoticeIncident | null }
export interface Resolved {
  lon: number;
  lat: number;
  network: string;
  how: string;
  plan_version: number;
  grid: Ref | null;
  area: Ref | null;
  responsible: Person | null;
  team?: Person[];
  why: string;
  distance_m: number | null;
  candidates?: { grid: Ref; probability: number }[];
  outside?: number;
}
export interface CategoryField { code: string; names: Names; type: 'text' | 'number' | 'choice' | 'photo'; required?: boolean; values?: string[] }
export interface Category {
  fields?: CategoryField[];
  code: string;
  name: Names;
  group: string;
  group_name: Names;
  severity: number;
  class: string;
  retired: boolean;
}
/** What the lists, the counters and the tiles are narrowed to. */
export interface Narrow { area?: string; network?: string; category?: string; since?: string }
export interface Intake {
  date: string;
  weeks: number;
  hours: { hour: number; today: number | null; usual: number }[];
  today: number;
  usual_until_now: number;
}
export interface Hit {
  type: 'coordinate' | 'grid' | 'incident' | 'area' | 'place' | 'staff';
  id: string;
  name: Names;
  detail: string | null;
  lon: number | null;
  lat: number | null;
  bbox: [number, number, number, number] | null;
  area: Ref | null;
}
export interface Area { code: string; name: Names; level: string; depth: number; parent: string | null; bbox: [number, number, number, number] | null }
export interface GridItem { code: string; name: Names; area: Ref; bbox: [number, number, number, number] }
export interface GridDetail extends GridItem {
  posts: (Person & { on_duty: boolean })[];
  open: number;
}
export interface Report {
  lon: number;
  lat: number;
  crs: 'wgs84';
  category: string;
  description: string;
  occurred_at: string;
  sent_at: string;
  client_id: string;
  source: string;
  place?: { address: string };
  attributes?: Record<string, string | number>;
  /** Who rang up; kept as a personal text. */
  caller?: { name: string; phone: string };
}
export interface Page<T> { items: T[]; next: string | null }
export interface TileLayer { id: string; minzoom: number; maxzoom: number }

/** An answer that is not what was asked for. `status` 0: the server was not reached. */
export interface Touched { count: number; first: string[] }
export class Problem extends Error {
  /** Of an edit that would leave work without an owner. */
  touches?: Record<'open_incidents' | 'grids_without_manager' | 'accounts' | 'staff' | 'categories', Touched>;
  constructor(readonly status: number, message: string, readonly field?: string, readonly code?: string) {
    super(message);
  }
}

/** Called once for every 401 outside of log-in. */
let onSignedOut: () => void = () => undefined;
export function whenSignedOut(fn: () => void): void {
  onSignedOut = fn;
}

interface Options { body?: unknown; blob?: Blob; signal?: AbortSignal; signingIn?: boolean }

export async function call<T>(method: string, path: string, { body, blob, signal, signingIn }: Options = {}): Promise<T> {
  const headers: Record<string, string> = { 'Accept-Language': lang(), Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (blob) headers['Content-Type'] = 'application/octet-stream';
  let answer: Response;
  try {
    answer = await fetch(path, {
      method, headers, signal, credentials: 'same-origin', cache: 'no-cache',
      body: blob ?? (body === undefined ? undefined : JSON.stringify(body)),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, t('error.network'));
  }
  if (answer.ok) return answer.status === 204 ? (undefined as T) : ((await answer.json()) as T);
  const problem = await readProblem(answer);
  if (answer.status === 401 && !signingIn) onSignedOut();
  throw problem;
}

async function readProblem(answer: Response): Promise<Problem> {
  try {
    const p = (await answer.json()) as { detail?: string; title?: string; field?: string; type?: string; code?: string; touches?: Problem['touches'] };
    const said = p.detail ?? p.title;
    if (said) {
      const problem = new Problem(answer.status, said, p.field, p.code ?? p.type?.split('/').pop());
      problem.touches = p.touches;
      return problem;
    }
  } catch {
    /* not JSON: the status alone must do */
  }
  return new Problem(answer.status, t('error.unknown', { status: answer.status }));
}

export function query(values: object): string {
  const q = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) if (value !== undefined) q.set(key, String(value));
  const text = q.toString();
  return text ? `?${text}` : '';
}
const id = encodeURIComponent;

export const api = {
  login: (name: string, password: string) =>
    call<{ account: Account; expires_at: string }>('POST', '/api/v1/login', { body: { name, password }, signingIn: true }),
  signOn: (code: string) => call<{ account: Account }>('POST', '/api/v1/devices/sign-on', { body: { code }, signingIn: true }),
  logout: () => call<void>('POST', '/api/v1/logout', { signingIn: true }),
  me: (first = false) => call<{ account: Account; server: ServerInfo }>('GET', '/api/v1/me', { signingIn: first }),
  overview: (narrow: Narrow = {}) => call<Overview>('GET', `/api/v1/overview${query({ area: narrow.area, network: narrow.network, category: narrow.category })}`),
  notices: (limit: number) => call<Page<Notice> & { unread: number; counts: NoticeCount[] }>('GET', `/api/v1/notices${query({ limit })}`),
  readNotices: (what: { ids: string[] } | { up_to: number }) => call<{ unread: number }>('POST', '/api/v1/notices/read', { body: what }),
  intake: (area?: string) => call<Intake>('GET', `/api/v1/intake${query({ area })}`),
  search: (q: string, signal?: AbortSignal) => call<{ items: Hit[] }>('GET', `/api/v1/search${query({ q, limit: 12 })}`, { signal }),
  areas: (after?: string) => call<Page<Area>>('GET', after ?? `/api/v1/areas${query({ limit: 1000 })}`),
  incidents: (values: Narrow & { limit?: number; state?: string } = {}) =>
    call<Page<Summary>>('GET', `/api/v1/incidents${query(values)}`),
  next: <T>(path: string) => call<Page<T>>('GET', path),
  incident: (which: string, signal?: AbortSignal) => call<Incident>('GET', `/api/v1/incidents/${id(which)}`, { signal }),
  incidentEvents: (which: string, signal?: AbortSignal) =>
    call<Page<IncidentEvent>>('GET', `/api/v1/incidents/${id(which)}/events`, { signal }),
  attachments: (which: string, signal?: AbortSignal) => call<Page<Attachment>>('GET', `/api/v1/incidents/${id(which)}/attachments`, { signal }),
  report: (report: Report) => call<Incident>('POST', '/api/v1/incidents', { body: report }),
  resolve: (lon: number, lat: number, signal?: AbortSignal) =>
    call<Resolved>('GET', `/api/v1/resolve${query({ lon: lon.toFixed(7), lat: lat.toFixed(7) })}`, { signal }),
  categories: () => call<Page<Category>>('GET', '/api/v1/categories'),
  grid: (code: string, signal?: AbortSignal) => call<GridDetail>('GET', `/api/v1/grids/${id(code)}`, { signal }),
  duty: (area?: string) => call<Duty>('GET', `/api/v1/duty${query({ area, limit: 20000 })}`),
  queue: (area?: string) => call<Page<QueueItem>>('GET', `/api/v1/queue${query({ area, limit: 200 })}`),
  gridsOf: (area: string) => call<Page<GridItem>>('GET', `/api/v1/grids${query({ area, limit: 1000 })}`),
  tileLayers: () => call<{ layers: TileLayer[] }>('GET', '/tiles'),
  tileBounds: (layer: string) => call<{ bounds?: [number, number, number, number] }>('GET', `/tiles/${layer}.json`),
};

export function may(account: Account | null, verb: Verb): boolean {
  return account?.may.includes(verb) ?? false;
}

/** One who sees matters by being a party to them, not by area: the tiles, made by area, hold none of them. */
export function partyOnly(account: Account | null): boolean {
  return account !== null && account.grants.every((g) => g.role === 'department' || g.role === 'worker');
}

/** A wall's screen: it is told no names, phones or words. */
export function nameless(account: Account | null): boolean {
  return account !== null && account.grants.length > 0 && account.grants.every((g) => g.role === 'wall');
}

/** A random id for a report; the plain generator works without a secure context (a desk on http in the office). */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}
