/* What happened to the incident, in words, and who spent what of its time. */
import type { IncidentEvent } from '../../api';
import { t, tOr } from '../../i18n';
import { full, short } from '../../i18n/format';
import { now } from '../../store/clock';
import { areas } from '../../store/narrow';
import { name } from '../../i18n';
import { refName, Said } from '../../ui/parts';
import type { Hold, Work } from './api';
import { bars } from './deeds';
import { orgName } from './state';

function holderOf(h: Hold): string {
  return h.org ? refName(h.org) : (h.staff?.name ?? t('desk.centre'));
}

/** A length of working time; a day of work is not a day. */
export function minutes(n: number): string {
  if (n < 1) return t('unit.less');
  return n < 60 ? t('unit.m', { n }) : t('span.hours', { n: Math.round((n / 60) * 10) / 10 });
}

export function Holds({ of }: { of: Hold[] }) {
  if (of.length === 0) return null;
  const at = bars(of, now.value);
  return (
    <ol class="holds">
      {of.map((h, k) => (
        <li key={k} class={h.late ? 'hold-late' : ''} data-hold={h.clock}>
          <span class="hold-who"><b>{tOr(`clock.${h.clock}`, h.clock)}</b> <Said>{holderOf(h)}</Said></span>
          <span class="hold-bar" aria-hidden="true"><i class={h.until ? '' : 'hold-now'} style={{ insetInlineStart: `${at[k]!.left}%`, width: `${at[k]!.width}%` }} /></span>
          <span class="hold-time" title={`${full(Date.parse(h.from))} – ${h.until ? full(Date.parse(h.until)) : ''}`}>{minutes(h.work_minutes)}{h.late && <span class="late"> {t('overdue')}</span>}</span>
        </li>
      ))}
    </ol>
  );
}

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');

/** To whom, how long, which level: what an event's body adds to its name. */
function Says({ e, staff }: { e: IncidentEvent; staff: ReadonlyMap<string, string> }) {
  const b = e.body, parts: string[] = [];
  const orgs = [text(b['to_org']), ...(Array.isArray(b['orgs']) ? b['orgs'].map(text) : [])].filter(Boolean);
  const person = text(b['to_staff']);
  if (orgs.length > 0) parts.push(t('story.to', { who: orgs.map(orgName).join(', ') }));
  else if (person && staff.has(person)) parts.push(t('story.to', { who: staff.get(person)! }));
  const area = text(b['to_area']);
  if (area) parts.push(t('story.to', { who: name(areas.value.get(area)?.name, area) }));
  if (b['days']) parts.push(t('story.days', { n: Number(b['days']) }));
  if (b['level']) parts.push(tOr(`level.${text(b['level'])}`, text(b['level'])));
  if (b['basis']) parts.push(tOr(`basis.${text(b['basis'])}`, ''));
  if (b['points']) parts.push(t('story.points', { n: Number(b['points']) }));
  if (b['ruling']) parts.push(t('story.ruling'));
  const held = b['held'] as { late?: boolean; work_ms?: number; clock?: string } | undefined;
  if (held?.work_ms !== undefined) parts.push(t('story.took', { clock: tOr(`clock.${held.clock}`, ''), age: minutes(Math.round(held.work_ms / 60_000)) }));
  if (parts.length === 0) return null;
  return <span class="story-says" translate={false}>{parts.join(' · ')}{held?.late && <span class="late"> {t('overdue')}</span>}</span>;
}

export function Story({ events, work, description }: { events: IncidentEvent[]; work: Work | null; description: string | null }) {
  const staff = new Map((work?.holds ?? []).flatMap((h) => (h.staff?.id && h.staff.name ? [[h.staff.id, h.staff.name] as const] : [])));
  for (const s of work?.suggestions ?? []) if (s.staff?.id && s.staff.name) staff.set(s.staff.id, s.staff.name);
  return (
    <ol class="story">
      {[...events].reverse().map((e) => {
        const words = Object.entries(e.private ?? {}).filter(([key, said]) => said && said !== description && key !== 'attributes' && key !== 'place' && key !== 'caller');
        return (
          <li key={e.seq} data-event={e.kind}>
            <time translate={false} dateTime={e.at} title={full(Date.parse(e.at))}>{short(Date.parse(e.at))}</time>
            <div class="story-main">
              <span class="story-top"><b>{tOr(`deed.${text(e.body['action'])}`, tOr(`event.${e.kind}`, e.kind))}</b> <span class="soft">{e.actor ? <Said>{e.actor.name}</Said> : t('incident.event.system')}</span></span>
              <Says e={e} staff={staff} />
              {words.map(([key, said]) => <q key={key} translate={false}>{said}</q>)}
              {e.private && Object.values(e.private).some((said) => said === null) && <span class="soft">{t('incident.erased')}</span>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
