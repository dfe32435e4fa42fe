/* The frame: what there is to keep, by right, and the chosen part of it. */
import type { ComponentChildren } from 'preact';
import { may } from '../../api';
import type { Verb } from '../../api';
import { name, t, tOr } from '../../i18n';
import type { Key } from '../../i18n';
import '../../store/areas';
import { account, server, signOut } from '../../store/session';
import { dark, theme } from '../../store/ui';
import { Alert, Book, Clock, Gear, Hook, House, Inbox, Layers, Leave, Letter, Logo, Moon, People, Person, Pin, Screen, Sun, Swap, Today } from '../../ui/icons';
import { LanguageSwitch } from '../../ui/language';
import { AccessLog } from './log';
import { AreasPart, Orgs } from './land';
import { CalendarPart } from './calendar';
import { Categories } from './categories';
import { Accounts } from './accounts';
import { Devices } from './devices';
import { go, place, said } from './kit';
import { Covers, Leaves } from './absence';
import { Settings } from './settings';
import { Staff, StandIns } from './staff';
import { DeadLetters, Webhooks } from './webhooks';

interface Part { id: string; key: Key; needs: Verb; sign: ComponentChildren; body: () => ComponentChildren }
const PARTS: Part[] = [
  { id: 'accounts', key: 'admin.accounts', needs: 'see-accounts', sign: <Person />, body: () => <Accounts /> },
  { id: 'staff', key: 'admin.staff', needs: 'admin', sign: <People />, body: () => <Staff /> },
  { id: 'stand-ins', key: 'admin.standins', needs: 'admin', sign: <Swap />, body: () => <StandIns /> },
  { id: 'leaves', key: 'admin.leaves', needs: 'admin', sign: <Clock />, body: () => <Leaves /> },
  { id: 'covers', key: 'admin.covers', needs: 'admin', sign: <Pin />, body: () => <Covers /> },
  { id: 'categories', key: 'admin.categories', needs: 'admin', sign: <Inbox />, body: () => <Categories /> },
  { id: 'orgs', key: 'admin.orgs', needs: 'admin', sign: <House />, body: () => <Orgs /> },
  { id: 'areas', key: 'admin.areas', needs: 'admin', sign: <Layers />, body: () => <AreasPart /> },
  { id: 'calendar', key: 'admin.calendar', needs: 'admin', sign: <Today />, body: () => <CalendarPart /> },
  { id: 'devices', key: 'admin.devices', needs: 'grant', sign: <Screen />, body: () => <Devices /> },
  { id: 'webhooks', key: 'admin.webhooks', needs: 'grant', sign: <Hook />, body: () => <Webhooks /> },
  { id: 'letters', key: 'admin.letters', needs: 'grant', sign: <Letter />, body: () => <DeadLetters /> },
  { id: 'settings', key: 'admin.settings', needs: 'see-accounts', sign: <Gear />, body: () => <Settings /> },
  { id: 'log', key: 'admin.log', needs: 'audit', sign: <Book />, body: () => <AccessLog /> },
];

export function Admin() {
  const parts = PARTS.filter((p) => may(account.value, p.needs));
  const part = parts.find((p) => p.id === place.value.section) ?? parts[0];
  const who = account.value!, s = server.value;
  return (
    <div class="admin">
      <a class="skip" href="#main" onClick={(e) => { e.preventDefault(); document.querySelector<HTMLElement>('#main')?.focus(); }}>{t('admin.skip')}</a>
      <header class="bar">
        <div class="bar-brand">
          <Logo />
          <h1>{t('app.name')}</h1>
          <span class="bar-place">{t('admin.name')}</span>
          {s?.root && <span class="soft" translate={false}>{name(s.root.name, s.root.code)}</span>}
          {s?.demo && <span class="demo" title={t('app.demo.hint')}>{t('app.demo')}</span>}
        </div>
        <div class="bar-right">
          <a class="bar-link" href="/">{t('admin.wall')}</a>
          <button type="button" class="icon-button" aria-label={dark.value ? t('theme.light') : t('theme.dark')} title={dark.value ? t('theme.light') : t('theme.dark')} onClick={() => (theme.value = dark.value ? 'light' : 'dark')}>{dark.value ? <Sun /> : <Moon />}</button>
          <LanguageSwitch />
          <div class="who"><Person /><span class="who-name"><b translate={false}>{who.staff?.name ?? who.name}</b>{who.grants[0] && <span class="soft">{tOr(`role.${who.grants[0].role}`, who.grants[0].role)}</span>}</span>
            <button type="button" class="icon-button" aria-label={t('login.out')} title={t('login.out')} onClick={() => void signOut()}><Leave /></button></div>
        </div>
      </header>
      {part ? (
        <div class="admin-body">
          <nav class="admin-nav" aria-label={t('admin.name')}>
            <ul>{parts.map((p) => <li key={p.id}><a href={`#${p.id}`} aria-current={p === part ? 'page' : undefined} onClick={(e) => { e.preventDefault(); go(p.id); }}>{p.sign}<span>{t(p.key)}</span></a></li>)}</ul>
          </nav>
          <main id="main" tabIndex={-1} key={part.id} aria-label={t(part.key)}><h2 class="admin-head">{t(part.key)}</h2>{part.body()}</main>
        </div>
      ) : <main class="door"><p class="problem"><Alert /><span>{t('admin.forbidden')}</span><a class="button small" href="/">{t('admin.wall')}</a></p></main>}
      <div class="unseen" role="status">{said.value}</div>
    </div>
  );
}
