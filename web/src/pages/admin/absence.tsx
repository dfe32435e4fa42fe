/* Leave, and grids that somebody covers for a time: the latest start in front, with what is running now. */
import { useEffect, useId, useState } from 'preact/hooks';
import type { Page } from '../../api';
import { t, tOr } from '../../i18n';
import { full, serverNow } from '../../i18n/format';
import { Choice, Text } from '../../ui/form';
import { LEAVES, admin } from './api';
import type { CoverItem, LeaveItem } from './api';
import { timeOut } from './fields';
import { Edit, Editor, List } from './kit';

type Span = { from: string; until: string | null };
export type State = 'coming' | 'running' | 'over';
export function stateOf(of: Span, now: number): State {
  if (Date.parse(of.from) > now) return 'coming';
  return of.until !== null && Date.parse(of.until) <= now ? 'over' : 'running';
}

const PAGES = 20; // of 1000: more is no list that anybody reads

/** All of them, since they are sorted here: the server has them by id. */
export async function everyone<T extends Span & { staff: { name: string } | null }>(
  read: (next: string | null, signal: AbortSignal) => Promise<Page<T>>, words: string, signal: AbortSignal,
): Promise<Page<T>> {
  const items: T[] = [];
  let next: string | null = null;
  for (let page = 0; page === 0 || (next !== null && page < PAGES); page++) {
    const more: Page<T> = await read(next, signal);
    items.push(...more.items);
    next = more.next;
  }
  const found = items.filter((x) => !words || Object.values({ ...x, staff: x.staff?.name }).some((v) => typeof v === 'string' && v.includes(words)));
  return { items: found.sort((a, b) => Date.parse(b.from) - Date.parse(a.from)), next: null };
}

const at = (text: string | null) => (text ? <time translate={false} dateTime={text}>{full(Date.parse(text))}</time> : <span class="soft">{t('absence.open')}</span>);
const mark = (of: Span) => {
  const state = stateOf(of, serverNow());
  return <span class={state === 'running' ? 'tag' : 'soft'} data-state={state}>{t(`absence.${state}`)}</span>;
};

/** A person by id; who types a name picks from those that bear it. */
function StaffField({ value, set, bad }: { value: string; set: (id: string) => void; bad: string | undefined }) {
  const id = useId();
  const [known, setKnown] = useState<{ id: string; name: string; code: string }[]>([]);
  useEffect(() => {
    const asking = new AbortController();
    const timer = setTimeout(() => {
      admin.staff(/^\d*$/.test(value) ? {} : { q: value }, null, asking.signal).then((page) => setKnown(page.items), () => undefined);
    }, value ? 200 : 0);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [value]);
  const named = known.filter((p) => p.name === value);
  const who = known.find((p) => p.id === value) ?? (named.length === 1 ? named[0] : undefined);
  return (
    <div class="field">
      <label for={id}>{t('absence.who')}<span class="need"> *</span></label>
      <input id={id} name="staff" list={`${id}-list`} value={value} maxLength={100} autocomplete="off" required aria-invalid={bad !== undefined}
        onInput={(e) => set(e.currentTarget.value.trim())} onBlur={() => { if (who) set(who.id); }} />
      <datalist id={`${id}-list`}>{known.slice(0, 50).map((p) => <option key={p.id} value={p.id}>{`${p.name} · ${p.code}`}</option>)}</datalist>
      <span class={bad ? 'bad' : 'soft'} translate={false}>{bad ?? (who ? `${who.name} · ${who.code}` : t('absence.who.hint'))}</span>
    </div>
  );
}

export function Leaves() {
  return (
    <List<LeaveItem> section="leaves" id={(x) => x.id} create="leave.add" read={(words, _, signal) => everyone(admin.leaves, words.trim(), signal)}
      columns={[
        { key: 'absence.who', cell: (x) => <b translate={false}>{x.staff?.name ?? ''}</b> },
        { key: 'leave.kind', cell: (x) => <span>{tOr(`leavekind.${x.kind}`, x.kind)}</span> },
        { key: 'account.from', cell: (x) => at(x.from) },
        { key: 'account.until', cell: (x) => at(x.until) },
        { key: 'absence.state', cell: mark },
      ]}
      edit={(x, done) => (x
        ? <Editor title={x.staff?.name ?? ''} section="leaves"><p class="soft">{at(x.from)} – {at(x.until)}</p><Edit label={t('leave.end')} danger send={(why) => admin.endLeave(x, why)} done={done} /></Editor>
        : <NewLeave done={done} />)} />
  );
}

function NewLeave({ done }: { done: () => void }) {
  const [staff, setStaff] = useState('');
  const [kind, setKind] = useState<string>('annual');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  return (
    <Editor title={t('leave.add')} section="leaves">
      <p class="soft">{t('leave.hint')}</p>
      <Edit label={t('leave.add')} done={done} ready={staff !== '' && from !== ''}
        send={(why) => admin.addLeave({ ...why, staff, kind, from: timeOut(from), ...(until && { until: timeOut(until) }) })}>
        {(bad) => (
          <>
            <StaffField value={staff} set={setStaff} bad={bad('staff')} />
            <Choice label={t('leave.kind')} value={kind} set={setKind} name="kind" options={LEAVES.map((x) => ({ value: x, text: t(`leavekind.${x}`) }))} bad={bad('kind')} />
            <Text label={t('account.from')} need type="datetime-local" value={from} set={setFrom} name="from" bad={bad('from')} />
            <Text label={t('account.until')} hint={t('leave.until.hint')} type="datetime-local" value={until} set={setUntil} name="until" bad={bad('until')} />
          </>
        )}
      </Edit>
    </Editor>
  );
}

export function Covers() {
  return (
    <List<CoverItem> section="covers" id={(x) => x.id} create="cover.add" read={(words, _, signal) => everyone(admin.covers, words.trim(), signal)}
      columns={[
        { key: 'absence.who', cell: (x) => <b translate={false}>{x.staff?.name ?? ''}</b> },
        { key: 'cover.grid', cell: (x) => <span class="code" translate={false}>{x.network === 'base' ? x.grid : `${x.network} · ${x.grid}`}</span> },
        { key: 'account.from', cell: (x) => at(x.from) },
        { key: 'account.until', cell: (x) => at(x.until) },
        { key: 'absence.state', cell: mark },
      ]}
      edit={(x, done) => (x
        ? <Editor title={`${x.staff?.name ?? ''} → ${x.grid}`} section="covers"><p class="soft">{at(x.from)} – {at(x.until)}</p><Edit label={t('cover.end')} danger send={(why) => admin.endCover(x, why)} done={done} /></Editor>
        : <NewCover done={done} />)} />
  );
}

function NewCover({ done }: { done: () => void }) {
  const [staff, setStaff] = useState('');
  const [network, setNetwork] = useState('base');
  const [grid, setGrid] = useState('');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  return (
    <Editor title={t('cover.add')} section="covers">
      <p class="soft">{t('cover.hint')}</p>
      <Edit label={t('cover.add')} done={done} ready={staff !== '' && grid !== '' && from !== '' && until !== ''}
        send={(why) => admin.addCover({ ...why, staff, grid, ...(network && { network }), from: timeOut(from), until: timeOut(until) })}>
        {(bad) => (
          <>
            <StaffField value={staff} set={setStaff} bad={bad('staff')} />
            <Text label={t('staff.grid')} need value={grid} set={(to) => setGrid(to.trim())} max={63} name="grid" bad={bad('grid')} />
            <Text label={t('staff.network')} value={network} set={(to) => setNetwork(to.trim())} max={63} bad={bad('network')} />
            <Text label={t('account.from')} need type="datetime-local" value={from} set={setFrom} name="from" bad={bad('from')} />
            <Text label={t('account.until')} need type="datetime-local" value={until} set={setUntil} name="until" bad={bad('until')} />
          </>
        )}
      </Edit>
    </Editor>
  );
}
