/* People: who they are, which grids they serve and when; and who stands in for whom. */
import { useState } from 'preact/hooks';
import { t, tOr } from '../../i18n';
import { dayName, full, serverNow } from '../../i18n/format';
import { Check, Choice, Text } from '../../ui/form';
import { Plus } from '../../ui/icons';
import { admin } from './api';
import type { PostOf, Shift, StaffItem, StandIn } from './api';
import { timeOut } from './fields';
import { Edit, Editor, List } from './kit';
import { people } from './tables';

const POSTS = ['manager', 'officer', 'lead', 'police', 'judicial', 'cadre', 'other'] as const;
const postText = (post: string): string => tOr(`post.${post}`, post);

export function Staff() {
  return (
    <List<StaffItem> section="staff" table={people} brings id={(p) => p.id} create="staff.add" read={(q, next, signal) => admin.staff({ q: q || undefined }, next, signal)}
      columns={[
        { key: 'staff.name', cell: (p) => <b translate={false}>{p.name}</b> },
        { key: 'staff.id', cell: (p) => <span class="code" translate={false}>{p.id} · {p.code}</span> },
        { key: 'staff.phone', cell: (p) => <span class="code" translate={false}>{p.phone ?? ''}</span> },
        { key: 'staff.org', cell: (p) => <span class="code" translate={false}>{p.org ?? ''}</span> },
        { key: 'staff.full', cell: (p) => <span class="whole">{p.full_time ? t('staff.full') : t('staff.part')}</span> },
        { key: 'staff.posts', cell: (p) => <span class="tags">{p.posts.map((x, i) => <span key={i} class="tag">{postText(x.post)} <span translate={false}>{x.grid}</span></span>)}</span> },
      ]}
      edit={(p, done) => <Person key={p?.version ?? 'new'} of={p} done={done} />} />
  );
}

function Person({ of, done }: { of: StaffItem | null; done: () => void }) {
  const [doing, setDoing] = useState<'person' | 'posts'>('person');
  return (
    <Editor title={of?.name ?? t('staff.add')} section="staff">
      {of && (
        <div class="switch" role="group" aria-label={t('admin.doing')}>
          <button type="button" data-doing="person" aria-pressed={doing === 'person'} onClick={() => setDoing('person')}>{t('staff.person')}</button>
          <button type="button" data-doing="posts" aria-pressed={doing === 'posts'} onClick={() => setDoing('posts')}>{t('staff.posts')}</button>
        </div>
      )}
      {doing === 'person' ? <Facts of={of} done={done} /> : <Posts of={of!} done={done} />}
    </Editor>
  );
}

function Facts({ of, done }: { of: StaffItem | null; done: () => void }) {
  const [code, setCode] = useState(of?.code ?? '');
  const [called, setCalled] = useState(of?.name ?? '');
  const [phone, setPhone] = useState(of?.phone ?? '');
  const [org, setOrg] = useState(of?.org ?? '');
  const [whole, setWhole] = useState(of?.full_time ?? true);
  const body = { name: called.trim(), ...(phone.trim() && { phone: phone.trim() }), ...(org.trim() && { org: org.trim() }), full_time: whole };
  return (
    <Edit label={t('admin.save')} done={done} ready={called.trim() !== ''} send={(why) => (of ? admin.changeStaff(of, { ...why, ...body }) : admin.addStaff({ ...why, ...body, code: code.trim() }))}>
      {(bad) => (
        <>
          <Text label={t('field.code')} need value={code} set={setCode} max={64} name="code" disabled={of !== null} bad={bad('code')} />
          <Text label={t('staff.name')} need value={called} set={setCalled} max={100} name="name" bad={bad('name')} />
          <Text label={t('staff.phone')} type="tel" value={phone} set={setPhone} max={40} name="phone" bad={bad('phone')} />
          <Text label={t('staff.org')} value={org} set={setOrg} max={63} name="org" bad={bad('org')} />
          <Check label={t('staff.full')} value={whole} set={setWhole} name="full_time" />
        </>
      )}
    </Edit>
  );
}

function Shifts({ all, set, bad }: { all: Shift[]; set: (to: Shift[]) => void; bad: string | undefined }) {
  const put = (i: number, part: Partial<Shift>): void => set(all.map((s, k) => (k === i ? { ...s, ...part } : s)));
  return (
    <div class="shifts">
      <span class="soft">{t('staff.shift')}: {t('staff.shift.hint')}</span>
      {all.map((s, i) => (
        <div key={i} class="shift">
          <div class="days" role="group" aria-label={t('staff.days')}>
            {[1, 2, 3, 4, 5, 6, 7].map((d) => (
              <button key={d} type="button" aria-pressed={s.days.includes(d)} onClick={() => put(i, { days: s.days.includes(d) ? s.days.filter((x) => x !== d) : [...s.days, d].sort() })}>{dayName(d)}</button>
            ))}
          </div>
          <Text label={t('account.from')} type="time" value={s.from} set={(from) => put(i, { from })} />
          <Text label={t('account.until')} type="time" value={s.to} set={(to) => put(i, { to })} />
          <button type="button" class="button small" onClick={() => set(all.filter((_, k) => k !== i))}>{t('staff.shift.drop')}</button>
        </div>
      ))}
      {bad && <span class="bad" translate={false}>{bad}</span>}
      {all.length < 20 && <button type="button" class="button small" onClick={() => set([...all, { days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }])}><Plus />{t('staff.shift.add')}</button>}
    </div>
  );
}

function Posts({ of, done }: { of: StaffItem; done: () => void }) {
  const [all, setAll] = useState<PostOf[]>(of.posts);
  const put = (i: number, part: Partial<PostOf>): void => setAll(all.map((p, k) => (k === i ? { ...p, ...part } : p)));
  return (
    <Edit label={t('admin.save')} done={done} send={(why) => admin.putPosts(of, { ...why, posts: all })}>
      {(bad) => (
        <>
          {all.map((p, i) => (
            <fieldset key={i} class="grant" data-post={i}>
              <legend>{t('staff.post.n', { n: i + 1 })}</legend>
              <Choice label={t('staff.post')} value={p.post} set={(post) => put(i, { post })} options={POSTS.map((x) => ({ value: x, text: postText(x) }))} bad={bad(`posts.${i}.post`)} />
              <Text label={t('staff.grid')} need value={p.grid} set={(grid) => put(i, { grid: grid.trim() })} max={63} name="grid" bad={bad(`posts.${i}.grid`)} />
              <Text label={t('staff.network')} value={p.network} set={(network) => put(i, { network: network.trim() })} max={63} bad={bad(`posts.${i}.network`)} />
              <Shifts all={p.shifts} set={(shifts) => put(i, { shifts })} bad={bad(`posts.${i}.shifts`)} />
              <button type="button" class="button small" data-drop-post onClick={() => setAll(all.filter((_, k) => k !== i))}>{t('staff.post.drop')}</button>
            </fieldset>
          ))}
          {all.length < 64 && <button type="button" class="button" onClick={() => setAll([...all, { post: 'manager', network: 'base', grid: '', shifts: [] }])}><Plus />{t('staff.post.add')}</button>}
        </>
      )}
    </Edit>
  );
}

const PAGES_MOST = 25;
const start = (s: StandIn): number => (s.from ? Date.parse(s.from) : 0);
/** The latest start first; without one it runs since ever. */
export const byStart = (a: StandIn, b: StandIn): number => start(b) - start(a);
export function stateOf(s: StandIn, at: number): 'ahead' | 'running' | 'over' {
  if (s.until && Date.parse(s.until) <= at) return 'over';
  return start(s) > at ? 'ahead' : 'running';
}

export function StandIns() {
  const at = (text: string | null) => (text ? <time translate={false} dateTime={text}>{full(Date.parse(text))}</time> : '');
  return (
    <List<StandIn> section="stand-ins" id={(s) => s.id} create="standin.add"
      read={async (q, next, signal) => {
        let page = await admin.standIns(next, signal);
        const items = page.items;
        for (let k = 1; page.next && k < PAGES_MOST; k++) { // all of them: the order is by time, the pages are not
          page = await admin.standIns(page.next, signal);
          items.push(...page.items);
        }
        const words = q.trim();
        return { ...page, items: items.filter((s) => !words || `${s.staff?.name} ${s.by?.name}`.includes(words)).sort(byStart) };
      }}
      columns={[
        { key: 'standin.staff', cell: (s) => <b translate={false}>{s.staff?.name ?? ''}</b> },
        { key: 'standin.by', cell: (s) => <span translate={false}>{s.by?.name ?? ''}</span> },
        { key: 'standin.state', cell: (s) => <span class={`tag tag-${stateOf(s, serverNow()) === 'running' ? 'check' : 'off'}`} data-state={stateOf(s, serverNow())}>{t(`standin.${stateOf(s, serverNow())}`)}</span> },
        { key: 'account.from', cell: (s) => at(s.from) },
        { key: 'account.until', cell: (s) => at(s.until) },
      ]}
      edit={(s, done) => (s
        ? <Editor title={`${s.staff?.name ?? ''} → ${s.by?.name ?? ''}`} section="stand-ins"><Edit label={t('standin.end')} danger send={(why) => admin.endStandIn(s, why)} done={done} /></Editor>
        : <NewStandIn done={done} />)} />
  );
}

function NewStandIn({ done }: { done: () => void }) {
  const [staff, setStaff] = useState('');
  const [by, setBy] = useState('');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  return (
    <Editor title={t('standin.add')} section="stand-ins">
      <p class="soft">{t('standin.hint')}</p>
      <Edit label={t('standin.add')} done={done} ready={staff !== '' && by !== ''}
        send={(why) => admin.addStandIn({ ...why, staff, by, ...(from && { from: timeOut(from) }), ...(until && { until: timeOut(until) }) })}>
        {(bad) => (
          <>
            <Text label={`${t('standin.staff')} (${t('staff.id')})`} need value={staff} set={(to) => setStaff(to.trim())} max={20} name="staff" bad={bad('staff')} />
            <Text label={`${t('standin.by')} (${t('staff.id')})`} need value={by} set={(to) => setBy(to.trim())} max={20} name="by" bad={bad('by')} />
            <Text label={t('account.from')} type="datetime-local" value={from} set={setFrom} bad={bad('from')} />
            <Text label={t('account.until')} type="datetime-local" value={until} set={setUntil} bad={bad('until')} />
          </>
        )}
      </Edit>
    </Editor>
  );
}
