/* The bar on top: what district, search, whether what is seen is live, the server's time, the wall's switches, who
 * is signed in. */
import type { ComponentChildren } from 'preact';
import { name, t, tOr } from '../i18n';
import { clock, dateLine } from '../i18n/format';
import { now } from '../store/clock';
import { line } from '../store/live';
import { account, server, signOut } from '../store/session';
import { may } from '../api';
import { dark, filtered, mode, selection, sound, theme, touring, wall } from '../store/ui';
import { filtersOpen } from './filters';
import { Filter, Gear, Inbox, Leave, Logo, Moon, Mute, Pencil, Person, Screen, Sound, Sun, Tour } from './icons';
import { LanguageSwitch } from './language';
import { Notices } from './notices';
import { Search } from './search';

export function Live() {
  const at = line.value;
  return (
    <span class={`live live-${at}`} data-line={at}>
      <span class="live-dot" aria-hidden="true" />
      {at === 'live' ? t('live.on') : at === 'lost' ? t('live.lost') : t('live.connecting')}
    </span>
  );
}

export function ServerClock() {
  return (
    <time class="clock" title={t('live.clock')} translate={false} dateTime={new Date(now.value).toISOString()}>
      <span class="clock-date">{dateLine(now.value)}</span>
      <span class="clock-time">{clock(now.value)}</span>
    </time>
  );
}

export function Who() {
  const who = account.value;
  if (!who) return null;
  const role = who.grants[0];
  return (
    <div class="who">
      <Person />
      <span class="who-name">
        <b translate={false}>{who.staff?.name ?? who.name}</b>
        {role && <span class="soft">{tOr(`role.${role.role}`, role.role)}</span>}
      </span>
      <button type="button" class="icon-button" aria-label={t('login.out')} title={t('login.out')} onClick={() => void signOut()}><Leave /></button>
    </div>
  );
}

export function Turn({ on, label, press, children }: { on?: boolean; label: string; press: () => void; children: ComponentChildren }) {
  return <button type="button" class="icon-button" aria-label={label} title={label} aria-pressed={on} onClick={press}>{children}</button>;
}

function Turns() {
  const sees = may(account.value, 'see-incident');
  return (
    <div class="turns" role="group" aria-label={t('turn.title')}>
      {sees && <Turn on={filtersOpen.value || filtered.value} label={t('filter.title')} press={() => (filtersOpen.value = !filtersOpen.value)}><Filter /></Turn>}
      {sees && <Turn on={touring.value} label={t('tour.title')} press={() => (touring.value = !touring.value)}><Tour /></Turn>}
      {sees && <Turn on={sound.value === 'on'} label={sound.value === 'on' ? t('sound.on') : t('sound.off')} press={() => (sound.value = sound.value === 'on' ? 'off' : 'on')}>{sound.value === 'on' ? <Sound /> : <Mute />}</Turn>}
      <Turn label={dark.value ? t('theme.light') : t('theme.dark')} press={() => (theme.value = dark.value ? 'light' : 'dark')}>{dark.value ? <Sun /> : <Moon />}</Turn>
      <Turn on={wall.value} label={wall.value ? t('mode.desk') : t('mode.wall')} press={() => (mode.value = wall.value ? 'desk' : 'wall')}><Screen /></Turn>
      {(['admin', 'audit', 'see-accounts', 'grant'] as const).some((verb) => may(account.value, verb)) && <a class="icon-button" href="/admin" aria-label={t('wall.link')} title={t('wall.link')}><Gear /></a>}
    </div>
  );
}

export function Header() {
  const s = server.value;
  return (
    <header class="bar">
      <div class="bar-brand">
        <Logo />
        <h1>{t('app.name')}</h1>
        {s?.root && <span class="bar-place" translate={false}>{name(s.root.name, s.root.code)}</span>}
        {s?.demo && <span class="demo" title={t('app.demo.hint')}>{t('app.demo')}</span>}
      </div>
      <Search />
      <div class="bar-right">
        {may(account.value, 'report') && (
          <button type="button" class="button on-bar" aria-pressed={selection.value?.kind === 'report'}
            onClick={() => (selection.value = selection.value?.kind === 'report' ? null : { kind: 'report', at: null })}>
            <Pencil />{t('report.start')}
          </button>
        )}
        {may(account.value, 'work') && <a class="icon-button" href="/desk" aria-label={t('desk.link')} title={t('desk.link')}><Inbox /></a>}
        <Turns />
        <Notices />
        <Live />
        <ServerClock />
        <LanguageSwitch />
        <Who />
      </div>
    </header>
  );
}
