/* The desk: what waits, the list of it, and the one that is chosen, with what may be done about it. */
import { useEffect } from 'preact/hooks';
import { may } from '../../api';
import { name, t } from '../../i18n';
import '../../store/areas';
import { lost, startLive, stopLive } from '../../store/live';
import { account, server } from '../../store/session';
import { dark, selection, theme } from '../../store/ui';
import { Banner } from '../../ui/banner';
import { Live, ServerClock, Turn, Who } from '../../ui/header';
import { Alert, Close, Gear, Keys, Layers, Logo, Moon, Phone, Sun } from '../../ui/icons';
import { LanguageSwitch } from '../../ui/language';
import { Notices } from '../../ui/notices';
import { PlacePanel } from '../../ui/place';
import { Search } from '../../ui/search';
import { SeveralPanel } from '../../ui/several';
import { WorkerPanel } from '../../ui/worker';
import { Bulk, Results } from './bulk';
import { Hotline } from './hotline';
import { IncidentMain, IncidentSide } from './incident';
import { KeyTable, useKeys } from './keys';
import { Inboxes, List } from './list';
import { DeskMap } from './map';
import { chosenId, keysShown, marked, results, startDesk, told } from './state';

function Bar() {
  const s = server.value;
  const admin = (['admin', 'audit', 'see-accounts', 'grant'] as const).some((verb) => may(account.value, verb));
  return (
    <header class="bar">
      <div class="bar-brand">
        <Logo /><h1>{t('app.name')}</h1><span class="bar-place">{t('desk.name')}</span>
        {s?.root && <span class="soft bar-root" translate={false}>{name(s.root.name, s.root.code)}</span>}
        {s?.demo && <span class="demo" title={t('app.demo.hint')}>{t('app.demo')}</span>}
      </div>
      <Search />
      <div class="bar-right">
        {may(account.value, 'report') && <button type="button" class="button on-bar" data-hotline aria-pressed={selection.value?.kind === 'report'} onClick={() => (selection.value = selection.value?.kind === 'report' ? null : { kind: 'report', at: null })}><Phone />{t('hotline.start')}</button>}
        <Notices />
        <div class="desk-links">
          <a class="icon-button" href="/" aria-label={t('desk.wall')} title={t('desk.wall')}><Layers /></a>
          {admin && <a class="icon-button" href="/admin" aria-label={t('wall.link')} title={t('wall.link')}><Gear /></a>}
          <Turn label={t('keys.title')} press={() => (keysShown.value = true)}><Keys /></Turn>
          <Turn label={dark.value ? t('theme.light') : t('theme.dark')} press={() => (theme.value = dark.value ? 'light' : 'dark')}>{dark.value ? <Sun /> : <Moon />}</Turn>
        </div>
        <Live /><ServerClock /><LanguageSwitch /><Who />
      </div>
    </header>
  );
}

/** A place, a worker or several, pressed on the map. */
function Else() {
  const at = selection.value;
  if (!at || at.kind === 'incident' || at.kind === 'report' || at.kind === 'duty' || at.kind === 'queue') return null;
  const title = at.kind === 'several' ? t('several.title', { n: at.found.length }) : at.kind === 'place' ? t('place.title') : t('worker.title');
  return (
    <section class="inc" aria-label={title}>
      <div class="inc-top"><h2>{title}</h2><button type="button" class="icon-button" aria-label={t('app.close')} title={t('app.close')} onClick={() => (selection.value = null)}><Close /></button></div>
      {at.kind === 'several' ? <SeveralPanel found={at.found} /> : at.kind === 'place' ? <PlacePanel at={at.at} /> : at.kind === 'worker' ? <WorkerPanel of={at} /> : null}
    </section>
  );
}

function Pane() {
  const at = selection.value;
  const many = marked.value.size > 0, after = results.value !== null;
  const kind = many ? 'many' : after ? 'many' : at === null ? 'none' : at.kind === 'incident' ? 'incident' : at.kind === 'report' ? 'report' : 'else';
  return (
    <main class={`desk-pane desk-pane-${kind}`} id="main" tabIndex={-1}>
      <div class="pane-main">
        {many ? <Bulk /> : after ? <Results /> : kind === 'incident' ? <IncidentMain key={chosenId.value} /> : at?.kind === 'report' ? <Hotline at={at.at} /> : kind === 'else' ? <Else /> : null}
      </div>
      <DeskMap />
      {kind === 'incident' && <div class="pane-side"><IncidentSide /></div>}
      {kind === 'none' && <p class="pane-hint">{t('desk.choose.hint')} <kbd translate={false}>{'j'}</kbd></p>}
    </main>
  );
}

export function Desk() {
  useKeys();
  useEffect(() => {
    startLive();
    const stop = startDesk();
    return () => {
      stop();
      stopLive();
    };
  }, []);
  if (!may(account.value, 'see-incident')) {
    return <div class="desk"><Bar /><main class="door"><p class="problem"><Alert /><span>{t('desk.forbidden')}</span><a class="button small" href="/">{t('desk.wall')}</a></p></main></div>;
  }
  const open = selection.value !== null || marked.value.size > 0 || results.value !== null;
  return (
    <>
      <nav aria-label={t('app.skip')}>
        <a class="skip" href="#list" onClick={(e) => { e.preventDefault(); document.querySelector<HTMLElement>('#list button')?.focus(); }}>{t('app.skip.list')}</a>
      </nav>
      <div class={`desk${open ? ' desk-open' : ''}${lost.value ? ' desk-lost' : ''}`}>
        <Bar />
        <div class="notes"><Banner /></div>
        <div class="desk-body"><Inboxes /><List /><Pane /></div>
        <div class="unseen" role="status" translate={false}>{told.value}</div>
        <KeyTable />
      </div>
    </>
  );
}
