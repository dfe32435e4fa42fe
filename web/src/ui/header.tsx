/* The bar on top: what district, whether what is seen is live, the server's time, who is signed in. */
import { name, t, tOr } from '../i18n';
import { clock, dateLine } from '../i18n/format';
import { now } from '../store/clock';
import { line } from '../store/live';
import { account, server, signOut } from '../store/session';
import { may } from '../api';
import { selection } from '../store/ui';
import { Leave, Logo, Pencil, Person } from './icons';
import { LanguageSwitch } from './language';

function Live() {
  const at = line.value;
  return (
    <span class={`live live-${at}`} data-line={at}>
      <span class="live-dot" aria-hidden="true" />
      {at === 'live' ? t('live.on') : at === 'lost' ? t('live.lost') : t('live.connecting')}
    </span>
  );
}

function ServerClock() {
  return (
    <time class="clock" title={t('live.clock')} translate={false} dateTime={new Date(now.value).toISOString()}>
      <span class="clock-date">{dateLine(now.value)}</span>
      <span class="clock-time">{clock(now.value)}</span>
    </time>
  );
}

function Who() {
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
      <div class="bar-right">
        {may(account.value, 'report') && (
          <button type="button" class="button on-bar" aria-pressed={selection.value?.kind === 'report'}
            onClick={() => (selection.value = selection.value?.kind === 'report' ? null : { kind: 'report', at: null })}>
            <Pencil />{t('report.start')}
          </button>
        )}
        <Live />
        <ServerClock />
        <LanguageSwitch />
        <Who />
      </div>
    </header>
  );
}
