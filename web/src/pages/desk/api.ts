/* The desk's side of the server's surface (docs/http.md, The desk and what is done there). */
import { call, query } from '../../api';
import type { Hit, Page, Person, Ref, State, Summary } from '../../api';
import type { Names } from '../../i18n';

const id = encodeURIComponent;

export interface Inbox { code: string; title: string; count: number; overdue: number }
export interface InboxPage extends Page<Summary> { count: number }

/** A member of an action's request: what the action's row in the table asks for. */
export type Say = 'reason' | 'to_org' | 'to_staff' | 'to_area' | 'orgs' | 'days' | 'level' | 'basis' | 'into' | 'parts' | 'score' | 'until';
export interface Offer { action: string; title: string; needs: Say[]; takes: Say[] }
export interface Hold { clock: string; org: Ref | null; staff: Person | null; from: string; until: string | null; work_minutes: number; late: boolean }
export interface Suggestion { org: Ref | null; staff: Person | null; why: string; usual: boolean; sent: number; returned: number }
export interface Near { metres: number; incident: Summary }
export interface Work {
  version: number;
  /** Who rang up: told to the centre that has it only. */
  caller?: { name?: string; phone?: string } | null;
  actions: Offer[];
  parties: { org: Ref | null; how: 'handed' | 'co' | 'copied' | 'former' }[];
  relatives: { id: string; number: string; kind: 'linked' | 'merged' | 'part'; state: State }[];
  holds: Hold[];
  near: Near[];
  suggestions: Suggestion[];
}
/** What is sent: the members that were filled in. */
export interface Deed extends Partial<Record<Say, unknown>> { id: string; action: string; client_id: string; version?: number; after?: string }
export interface Result { id: string; client_id: string; status: number; incident: Summary | null; code?: string; field?: string; detail?: string }
/** Words that somebody has ready; with `action`, for that action only. */
export interface Phrase { text: string; action?: string | null }
export interface Org { code: string; name: Names; area: Ref | null }
export interface Colleague { id: string; name: string; phone: string | null; org: string | null; posts: { post: string; grid: string }[] }

export const desk = {
  inboxes: () => call<{ inboxes: Inbox[] }>('GET', '/api/v1/desk'),
  inbox: (box: string, limit: number) => call<InboxPage>('GET', `/api/v1/desk/${id(box)}${query({ limit })}`),
  more: (path: string) => call<InboxPage>('GET', path),
  work: (which: string, signal?: AbortSignal) => call<Work>('GET', `/api/v1/incidents/${id(which)}/work`, { signal }),
  act: ({ id: which, ...body }: Deed) => call<Summary>('POST', `/api/v1/incidents/${id(which)}/actions`, { body }),
  acts: (mode: 'all' | 'each', items: Deed[]) => call<{ items: Result[] }>('POST', '/api/v1/actions', { body: { mode, items } }),
  phrases: () => call<{ items: Phrase[] }>('GET', '/api/v1/phrases'),
  keepPhrases: (items: Phrase[]) => call<{ items: Phrase[] }>('PUT', '/api/v1/phrases', { body: { items } }),
  orgs: () => call<Page<Org>>('GET', `/api/v1/orgs${query({ limit: 1000 })}`),
  findOrgs: (q: string, signal: AbortSignal) => call<Page<Org>>('GET', `/api/v1/orgs${query({ q, limit: 8 })}`, { signal }),
  findStaff: (q: string, signal: AbortSignal) => call<Page<Colleague>>('GET', `/api/v1/staff${query({ q, limit: 8 })}`, { signal }),
  find: (q: string, signal: AbortSignal) => call<{ items: Hit[] }>('GET', `/api/v1/search${query({ q, limit: 12 })}`, { signal }),
};
