/* Accounts and what they may. */
import { useState } from 'preact/hooks';
import { may } from '../../api';
import { t, tOr } from '../../i18n';
import type { Key } from '../../i18n';
import { ago, full } from '../../i18n/format';
import { account } from '../../store/session';
import { Check, Choice, Text } from '../../ui/form';
import { Plus } from '../../ui/icons';
import { refName } from '../../ui/parts';
import { admin } from './api';
import type { AccountItem, AccountMade, Grant, NewGrant } from './api';
import { AreaField, timeIn, timeOut } from './fields';
import { Edit, Editor, List, Once } from './kit';
import { accounts as table } from './tables';

const ROLES = ['admin', 'security', 'auditor', 'planner', 'dispatcher', 'leader', 'department', 'worker'] as const;
const roleText = (role: string): string => tOr(`role.${role}`, role);

function Roles({ of }: { of: AccountItem }) {
  if (of.grants.length === 0) return <span class="soft">{t('account.grants.none')}</span>;
  return (
    <span class="tags">
      {of.grants.map((g, i) => <span key={i} class="tag">{roleText(g.role)}{g.area && <span translate={false}> · {refName(g.area)}</span>}</span>)}
    </span>
  );
}

function State({ of }: { of: AccountItem }) {
  return <span class="tags">{of.disabled && <span class="tag tag-queue">{t('account.disabled')}</span>}{of.demo && <span class="tag">{t('app.demo')}</span>}</span>;
}

export function Accounts() {
  const [role, setRole] = useState('');
  return (
    <List<AccountItem> section="accounts" table={table} brings={may(account.value, 'admin') && may(account.value, 'grant')} id={(a) => a.id} create={may(account.value, 'admin') ? 'account.add' : undefined} again={role}
      read={(q, next, signal) => admin.accounts({ q: q || undefined, role: role || undefined }, next, signal)}
      tools={<Choice label={t('account.role')} value={role} set={setRole} none={t('filter.any')} options={[...ROLES, 'wall'].map((r) => ({ value: r, text: roleText(r) }))} />}
      columns={[
        { key: 'account.name', cell: (a) => <b translate={false}>{a.name}</b> },
        { key: 'account.person', cell: (a) => <span translate={false}>{a.staff?.name ?? a.staff?.id ?? ''}</span> },
        { key: 'account.may', cell: (a) => <Roles of={a} /> },
        { key: 'account.last', cell: (a) => (a.last_sign_in ? <time translate={false} dateTime={a.last_sign_in} title={full(Date.parse(a.last_sign_in))}>{ago(Date.parse(a.last_sign_in))}</time> : <span class="soft">{t('account.never')}</span>) },
        { key: 'account.state', cell: (a) => <State of={a} /> },
      ]}
      edit={(a, done) => (a ? <Known key={a.id + a.version} of={a} done={done} /> : <New done={done} />)} />
  );
}

function New({ done }: { done: () => void }) {
  const [name, setName] = useState('');
  const [staff, setStaff] = useState('');
  const [made, setMade] = useState<AccountMade | null>(null);
  return (
    <Editor title={t('account.add')} section="accounts">
      {made?.password ? (
        <>
          <Once label={t('account.once', { name: made.name })} value={made.password} hint={t('account.once.hint')} />
          <button type="button" class="button" onClick={done}>{t('admin.done')}</button>
        </>
      ) : (
        <Edit label={t('account.add')} ready={name.trim() !== ''} send={(why) => admin.addAccount({ ...why, name: name.trim(), ...(staff.trim() && { staff: staff.trim() }) })} done={(got) => setMade(got as AccountMade)}>
          {(bad) => (
            <>
              <Text label={t('account.name')} need value={name} set={setName} max={64} name="name" bad={bad('name')} />
              <Text label={t('account.staff')} hint={t('account.staff.hint')} value={staff} set={setStaff} max={32} name="staff" bad={bad('staff')} />
            </>
          )}
        </Edit>
      )}
    </Editor>
  );
}

const DOINGS = ['grants', 'state', 'password', 'sign-out'] as const;
type Doing = (typeof DOINGS)[number];
const DOING_KEYS: Record<Doing, Key> = { grants: 'account.may', state: 'account.state', password: 'account.reset', 'sign-out': 'account.out' };

function Known({ of, done }: { of: AccountItem; done: () => void }) {
  const open = DOINGS.filter((d) => (d === 'grants' ? may(account.value, 'grant') : may(account.value, 'admin')));
  const [doing, setDoing] = useState<Doing | undefined>(open[0]);
  const [made, setMade] = useState<AccountMade | null>(null);
  const [disabled, setDisabled] = useState(of.disabled);
  const [name, setName] = useState(of.name);
  return (
    <Editor title={of.name} section="accounts">
      <div class="switch" role="group" aria-label={t('admin.doing')}>
        {open.map((d) => <button key={d} type="button" data-doing={d} aria-pressed={doing === d} onClick={() => setDoing(d)}>{t(DOING_KEYS[d])}</button>)}
      </div>
      {open.length === 0 && <ReadGrants of={of} />}
      {doing === 'grants' && <Grants of={of} done={done} />}
      {doing === 'state' && (
        <Edit label={t('admin.save')} send={(why) => admin.changeAccount(of, { ...why, ...(disabled !== of.disabled && { disabled }), ...(name.trim() !== of.name && { name: name.trim() }) })} done={done}
          ready={disabled !== of.disabled || name.trim() !== of.name}>
          {(bad) => (
            <>
              <Text label={t('account.name')} need value={name} set={setName} max={64} name="name" bad={bad('name')} />
              <Check label={t('account.disable')} value={disabled} set={setDisabled} name="disabled" />
            </>
          )}
        </Edit>
      )}
      {doing === 'password' && (made?.password
        ? <><Once label={t('account.once', { name: made.name })} value={made.password} hint={t('account.once.hint')} /><button type="button" class="button" onClick={done}>{t('admin.done')}</button></>
        : <><p>{t('account.reset.hint')}</p><Edit label={t('account.reset')} danger send={(why) => admin.resetPassword(of, why)} done={(got) => setMade(got as AccountMade)} /></>)}
      {doing === 'sign-out' && <><p>{t('account.out.hint')}</p><Edit label={t('account.out')} danger send={(why) => admin.signOutAll(of, why)} done={done} /></>}
    </Editor>
  );
}

function ReadGrants({ of }: { of: AccountItem }) {
  return <div class="edit"><Roles of={of} /><p class="soft">{t('account.readonly')}</p></div>;
}

interface Draft { role: string; area: string; org: string; from: string; until: string }
const draft = (g: Grant): Draft => ({ role: g.role, area: g.area?.code ?? '', org: g.org ?? '', from: timeIn(g.from), until: timeIn(g.until) });

function Grants({ of, done }: { of: AccountItem; done: () => void }) {
  const [all, setAll] = useState<Draft[]>(of.grants.map(draft));
  const set = (i: number, part: Partial<Draft>): void => setAll(all.map((g, k) => (k === i ? { ...g, ...part } : g)));
  const out = (): NewGrant[] => all.map((g) => ({
    role: g.role, area: g.area, ...(g.org && { org: g.org }), ...(g.from && { from: timeOut(g.from) }), ...(g.until && { until: timeOut(g.until) }),
  }));
  return (
    <Edit label={t('admin.save')} send={(why) => admin.grant(of, { ...why, grants: out() })} done={done}>
      {(bad) => (
        <>
          {all.map((g, i) => (
            <fieldset key={i} class="grant" data-grant={i}>
              <legend>{t('account.grant.n', { n: i + 1 })}</legend>
              <Choice label={t('account.role')} need value={g.role} set={(role) => set(i, { role })} options={ROLES.map((r) => ({ value: r, text: roleText(r) }))} name="role" bad={bad(`grants.${i}.role`)} />
              <AreaField label={t('filter.area')} value={g.area} set={(area) => set(i, { area })} bad={bad(`grants.${i}.area`)} />
              <Text label={t('account.org')} value={g.org} set={(org) => set(i, { org })} max={63} name="org" bad={bad(`grants.${i}.org`)} />
              <div class="two">
                <Text label={t('account.from')} type="datetime-local" value={g.from} set={(from) => set(i, { from })} bad={bad(`grants.${i}.from`)} />
                <Text label={t('account.until')} type="datetime-local" value={g.until} set={(until) => set(i, { until })} bad={bad(`grants.${i}.until`)} />
              </div>
              <button type="button" class="button small" onClick={() => setAll(all.filter((_, k) => k !== i))}>{t('account.grant.take')}</button>
            </fieldset>
          ))}
          {all.length < 16 && <button type="button" class="button" data-add-grant onClick={() => setAll([...all, { role: 'dispatcher', area: '', org: '', from: '', until: '' }])}><Plus />{t('account.grant.add')}</button>}
        </>
      )}
    </Edit>
  );
}
