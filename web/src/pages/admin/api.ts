/* The administrators' side of the server's surface (docs/http.md, Edits by administrators). */
import { call, query } from '../../api';
import type { Page, Ref } from '../../api';
import type { Names } from '../../i18n';
import type { Why } from './kit';
import type { Rules } from './rules';

const id = encodeURIComponent;
type Seen = { version: string };

export interface Grant { role: string; area: Ref | null; org: string | null; from: string | null; until: string | null }
export interface AccountItem extends Seen {
  id: string; name: string; staff: { id: string; name: string | null } | null; disabled: boolean; demo: boolean; grants: Grant[]; last_sign_in: string | null;
}
export type AccountMade = AccountItem & { password?: string; ended?: number };
export interface NewGrant { role: string; area: string; org?: string; from?: string; until?: string }
export interface Org extends Seen { code: string; name: Names; area: Ref | null; calendar: string | null }
export interface AreaItem extends Seen { code: string; name: Names; level: string; level_name: Names; depth: number; parent: string | null; named: boolean; grids: number }
export interface FieldOf { code: string; names: Names; type: 'text' | 'number' | 'choice' | 'photo'; required?: boolean; values?: string[] }
export interface CategoryItem extends Seen {
  code: string; name: Names; group: string; group_name: Names; severity: number; class: string; retired: boolean;
  rules: Rules; fields: FieldOf[];
  filing_standard: string | null; closing_standard: string | null; usual_org: string | null;
}
export type CategoryBody = Partial<Omit<CategoryItem, 'code' | 'version'>>;
export interface Change { member: string; was: unknown; now: unknown }
export interface CategoryImport { dry_run: boolean; new: number; changed: number; same: number; version: string; items: { row: number; code: string; name: Names; what: 'new' | 'changed' | 'same'; changes: Change[] }[] }
export interface Shift { days: number[]; from: string; to: string }
export interface PostOf { post: string; network: string; grid: string; shifts: Shift[] }
export interface StaffItem extends Seen { id: string; code: string; name: string; phone: string | null; org: string | null; full_time: boolean; posts: PostOf[] }
export interface StaffBody { name: string; phone?: string; org?: string; full_time: boolean }
export interface StandIn extends Seen { id: string; staff: { id: string; name: string } | null; by: { id: string; name: string } | null; from: string | null; until: string | null }
export const LEAVES = ['annual', 'sick', 'training', 'other'] as const;
export interface LeaveItem extends Seen { id: string; staff: { id: string; name: string } | null; kind: string; from: string; until: string | null }
export interface CoverItem extends Seen { id: string; staff: { id: string; name: string } | null; network: string; grid: string; from: string; until: string }
export type SettingValue = string | number | boolean | string[];
export interface Setting extends Seen {
  key: string; value: SettingValue; type: 'zone' | 'number' | 'integer' | 'bool' | 'area' | 'languages' | 'profile'; title: Names;
  min: number | null; max: number | null; default: SettingValue; needs_restart: boolean;
}
export interface DayName { days: string; name: string }
export interface CalendarYear extends Seen { year: number; holidays: string[]; working: string[]; names: DayName[]; provisional: boolean }
export interface Hours { from: string; to: string }
export interface CalendarBody { name: Names; timezone: string; weekdays: number[]; hours: Hours[]; other_hours: { weekday: number; hours: Hours[] }[] }
export interface Calendar extends Seen, CalendarBody { code: string; years: CalendarYear[] }
export interface CalendarImport { dry_run: boolean; version: string; items: (CalendarYear & { what: 'new' | 'changed' | 'same'; before: CalendarYear | null })[] }
export interface Device {
  id: string; name: string; area: string; created_at: string; created_by: { id: string; name: string } | null;
  signed_on_at: string | null; last_seen_at: string | null; revoked_at: string | null;
}
export interface DeviceCode { id: string; name: string; area: string; code: string; code_expires_at: string }
export interface Webhook extends Seen { id: string; name: string; url: string; area: Ref | null; kinds: string[]; enabled: boolean; created_at: string; created_by: { id: string; name: string } | null }
export type WebhookMade = Webhook & { secret: string };
export interface WebhookBody { name: string; url: string; area: string; kinds: string[]; enabled: boolean }
/** webhook null: it was the command's. */
export interface DeadLetter {
  id: string; webhook: { id: string; name: string } | null; account: { id: string; name: string } | null;
  incident: string; seq: number; at: string; kind: string; tries: number; error: string;
}
export interface Access { id: string; at: string; account: string | null; name: string; address: string; what: string; detail: string; ok: boolean }

const list = <T>(path: string, values: object, next: string | null, signal: AbortSignal) => call<Page<T>>('GET', next ?? `${path}${query(values)}`, { signal });

export const admin = {
  accounts: (values: { q?: string; role?: string }, next: string | null, signal: AbortSignal) => list<AccountItem>('/api/v1/accounts', values, next, signal),
  addAccount: (body: Why & { name: string; staff?: string }) => call<AccountMade>('POST', '/api/v1/accounts', { body }),
  changeAccount: (of: AccountItem, body: Why & { name?: string; disabled?: boolean }) => call<AccountItem>('PATCH', `/api/v1/accounts/${id(of.id)}`, { body: { ...body, version: of.version } }),
  grant: (of: AccountItem, body: Why & { grants: NewGrant[] }) => call<AccountItem>('PUT', `/api/v1/accounts/${id(of.id)}/grants`, { body: { ...body, version: of.version } }),
  resetPassword: (of: AccountItem, body: Why) => call<AccountMade>('POST', `/api/v1/accounts/${id(of.id)}/password`, { body: { ...body, version: of.version } }),
  signOutAll: (of: AccountItem, body: Why) => call<AccountMade>('DELETE', `/api/v1/accounts/${id(of.id)}/sessions`, { body: { ...body, version: of.version } }),

  devices: (next: string | null, signal: AbortSignal) => list<Device>('/api/v1/devices', { limit: 200 }, next, signal),
  addDevice: (body: { name: string; area: string }) => call<DeviceCode>('POST', '/api/v1/devices', { body }),
  deviceCode: (of: Device) => call<DeviceCode>('POST', `/api/v1/devices/${id(of.id)}/code`),
  revokeDevice: (of: Device) => call<void>('DELETE', `/api/v1/devices/${id(of.id)}`),

  webhooks: (next: string | null, signal: AbortSignal) => list<Webhook>('/api/v1/webhooks', { limit: 200 }, next, signal),
  addWebhook: (body: Why & WebhookBody) => call<WebhookMade>('POST', '/api/v1/webhooks', { body }),
  changeWebhook: (of: Webhook, body: Why & WebhookBody) => call<Webhook>('PUT', `/api/v1/webhooks/${id(of.id)}`, { body: { ...body, version: of.version } }),
  webhookSecret: (of: Webhook, body: Why) => call<WebhookMade>('POST', `/api/v1/webhooks/${id(of.id)}/secret`, { body: { ...body, version: of.version } }),
  dropWebhook: (of: Webhook, body: Why) => call<void>('DELETE', `/api/v1/webhooks/${id(of.id)}`, { body: { ...body, version: of.version } }),
  deadLetters: (next: string | null, signal: AbortSignal) => list<DeadLetter>('/api/v1/dead-letters', { limit: 200 }, next, signal),
  replay: (body: Why & { webhook: string; ids?: string[] }) => call<{ replayed: number }>('POST', '/api/v1/dead-letters/replay', { body }),

  categories: (q: string, next: string | null, signal: AbortSignal) => list<CategoryItem>('/api/v1/categories', { q: q || undefined, limit: 500 }, next, signal),
  rulesOf: (code: string, next: string | null, signal: AbortSignal) => list<Rules>(`/api/v1/categories/${id(code)}/rules`, { limit: 20 }, next, signal),
  putCategory: (code: string, body: Why & CategoryBody & { version?: string }) => call<CategoryItem>('PUT', `/api/v1/categories/${id(code)}`, { body }),
  importCategories: (file: { csv: string } | { catalogue: unknown }, dry: boolean, body: Partial<Why> & { version?: string }) =>
    call<CategoryImport>('POST', `/api/v1/categories/import${dry ? '?dry_run=1' : ''}`, { body: { ...file, ...body } }),

  orgs: (q: string, next: string | null, signal: AbortSignal) => list<Org>('/api/v1/orgs', { q: q || undefined, limit: 200 }, next, signal),
  putOrg: (code: string, body: Why & { name: Names; area: string | null; calendar?: string | null; version?: string }) => call<Org>('PUT', `/api/v1/orgs/${id(code)}`, { body }),
  dropOrg: (of: Org, body: Why) => call<void>('DELETE', `/api/v1/orgs/${id(of.code)}`, { body: { ...body, version: of.version } }),

  areas: (q: string, next: string | null, signal: AbortSignal) => list<AreaItem>('/api/v1/areas', { q: q || undefined, limit: 200 }, next, signal),
  changeArea: (of: AreaItem, body: Why & { name?: Names; parent?: string | null }) => call<AreaItem>('PATCH', `/api/v1/areas/${id(of.code)}`, { body: { ...body, version: of.version } }),

  staff: (values: { q?: string; grid?: string }, next: string | null, signal: AbortSignal) => list<StaffItem>('/api/v1/staff', values, next, signal),
  addStaff: (body: Why & StaffBody & { code: string }) => call<StaffItem>('POST', '/api/v1/staff', { body }),
  changeStaff: (of: StaffItem, body: Why & StaffBody) => call<StaffItem>('PUT', `/api/v1/staff/${id(of.id)}`, { body: { ...body, version: of.version } }),
  putPosts: (of: StaffItem, body: Why & { posts: PostOf[] }) => call<StaffItem>('PUT', `/api/v1/staff/${id(of.id)}/posts`, { body: { ...body, version: of.version } }),
  standIns: (next: string | null, signal: AbortSignal) => list<StandIn>('/api/v1/stand-ins', { limit: 200 }, next, signal),
  addStandIn: (body: Why & { staff: string; by: string; from?: string; until?: string }) => call<StandIn>('POST', '/api/v1/stand-ins', { body }),
  endStandIn: (of: StandIn, body: Why) => call<void>('DELETE', `/api/v1/stand-ins/${id(of.id)}`, { body: { ...body, version: of.version } }),

  leaves: (next: string | null, signal: AbortSignal) => list<LeaveItem>('/api/v1/leaves', { limit: 1000 }, next, signal),
  addLeave: (body: Why & { staff: string; kind: string; from: string; until?: string }) => call<LeaveItem>('POST', '/api/v1/leaves', { body }),
  endLeave: (of: LeaveItem, body: Why) => call<void>('DELETE', `/api/v1/leaves/${id(of.id)}`, { body: { ...body, version: of.version } }),
  covers: (next: string | null, signal: AbortSignal) => list<CoverItem>('/api/v1/covers', { limit: 1000 }, next, signal),
  addCover: (body: Why & { staff: string; network?: string; grid: string; from: string; until: string }) => call<CoverItem>('POST', '/api/v1/covers', { body }),
  endCover: (of: CoverItem, body: Why) => call<void>('DELETE', `/api/v1/covers/${id(of.id)}`, { body: { ...body, version: of.version } }),

  settings: (signal: AbortSignal) => call<Page<Setting>>('GET', '/api/v1/settings', { signal }),
  putSetting: (of: Setting, body: Why & { value: SettingValue }) => call<Setting>('PUT', `/api/v1/settings/${id(of.key)}`, { body: { ...body, version: of.version } }),

  calendars: (signal: AbortSignal) => call<Page<Calendar>>('GET', '/api/v1/calendars', { signal }),
  putCalendar: (code: string, body: Why & CalendarBody & { version?: string }) => call<Calendar>('PUT', `/api/v1/calendars/${id(code)}`, { body }),
  importYears: (code: string, dry: boolean, body: Partial<Why> & { text: string; year?: number; provisional?: boolean; version?: string }) =>
    call<CalendarImport>('POST', `/api/v1/calendars/${id(code)}/import${dry ? '?dry_run=1' : ''}`, { body }),
  putYear: (code: string, year: number, body: Why & { holidays: string[]; working: string[]; names?: DayName[]; provisional?: boolean; version?: string }) =>
    call<CalendarYear>('PUT', `/api/v1/calendars/${id(code)}/${year}`, { body }),

  log: (values: { q?: string; what?: string; since?: string; until?: string; ok?: number }, next: string | null, signal: AbortSignal) =>
    list<Access>('/api/v1/access-log', values, next, signal),
};
