/* Small parts that several panels share. */
import type { ComponentChildren } from 'preact';
import type { Person, Ref, State, Summary } from '../api';
import { name, t, tOr } from '../i18n';
import { groupOf } from '../map/states';
import { Bolt, Clock, Eye, GroupSign, Lock } from './icons';

/** What came from the server and is in nobody's language to change: names, numbers, codes. */
export function Said({ children, class: c }: { children: ComponentChildren; class?: string }) {
  return <span translate={false} class={c}>{children}</span>;
}

export function StateTag({ state }: { state: State }) {
  const group = groupOf(state);
  return (
    <span class={`tag tag-${group}`}>
      <GroupSign group={group} size={13} />
      {tOr(`state.${state}`, state)}
    </span>
  );
}

export function Flags({ of }: { of: Pick<Summary, 'overdue' | 'severity' | 'class'> & Partial<Pick<Summary, 'urgent' | 'supervised'>> }) {
  return (
    <>
      {of.overdue && <span class="tag tag-overdue"><Clock />{t('overdue')}</span>}
      {of.supervised && of.supervised !== 'none' && <span class={`tag tag-sup tag-sup-${of.supervised}`}><Eye />{tOr(`level.${of.supervised}`, of.supervised)}</span>}
      {of.urgent && of.severity < 3 && <span class="tag tag-severity-3"><Bolt />{t('desk.urgent')}</span>}
      {of.severity >= 2 && <span class={`tag tag-severity-${of.severity}`}>{tOr(`severity.${of.severity}`, String(of.severity))}</span>}
      {of.class !== 'ordinary' && <span class="tag"><Lock />{tOr(`class.${of.class}`, of.class)}</span>}
    </>
  );
}

export function refName(ref: Ref | null | undefined): string {
  return ref ? name(ref.name, ref.code) : '';
}

export function PersonLine({ person }: { person: Person }) {
  return (
    <span class="person">
      {person.name && <Said class="person-name">{person.name}</Said>}
      {person.post && <span class="soft">{tOr(`post.${person.post}`, person.post)}</span>}
      {person.phone && <a href={`tel:${person.phone}`} translate={false}>{person.phone}</a>}
    </span>
  );
}

/** A row of a list of facts. */
export function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
