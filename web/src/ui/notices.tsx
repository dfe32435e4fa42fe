/* The bell: how much one was told and has not read, and what that is. */
import { useEffect, useRef } from 'preact/hooks';
import { nameless } from '../api';
import { name, t } from '../i18n';
import { ago, count, full } from '../i18n/format';
import { counts, listOpen, notices, openList, openNotice, readAllNotices, reading, unread } from '../store/notices';
import { account } from '../store/session';
import { selection } from '../store/ui';
import { Alert, Bell, Check } from './icons';

const When = ({ at }: { at: string }) => <time translate={false} dateTime={at} title={full(Date.parse(at))}>{ago(Date.parse(at))}</time>;

function Counts() {
  if (counts.value.length === 0) return null;
  return (
    <ul class="notice-counts" aria-label={t('notice.counts')}>
      {counts.value.map((c) => (
        <li key={c.kind}>
          <button type="button" disabled={!c.incident} data-notice-count={c.kind} title={t('notice.newest')}
            onClick={() => { if (c.incident) { selection.value = { kind: 'incident', id: c.incident.id }; openList(false); } }}>
            <b translate={false}>{count(c.n)}</b><span translate={false}>{name(c.title, c.kind)}</span><When at={c.at} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Each() {
  return (
    <ul class="notice-list">
      {notices.value.map((n) => (
        <li key={n.id} class={n.read ? '' : 'notice-new'}>
          <button type="button" data-notice={n.id} onClick={() => openNotice(n)}>
            <span class="notice-dot" role="img" aria-label={n.read ? t('notice.read') : t('notice.unread')} />
            <span class="notice-what"><b translate={false}>{name(n.title, n.kind)}</b><When at={n.at} /></span>
            <span class="notice-of" translate={false}>{name(n.incident.category.name, n.incident.category.code)}{n.incident.area && ` · ${name(n.incident.area.name, n.incident.area.code)}`}</span>
            <span class="notice-number" translate={false}>{n.incident.number}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Pane() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus({ preventScroll: true });
    const away = (e: Event): void => {
      if (e instanceof KeyboardEvent ? e.key === 'Escape' : !box.current?.parentElement?.contains(e.target as Node)) openList(false);
    };
    document.addEventListener('keydown', away);
    document.addEventListener('pointerdown', away);
    return () => {
      document.removeEventListener('keydown', away);
      document.removeEventListener('pointerdown', away);
    };
  }, []);
  const none = notices.value.length === 0 && counts.value.length === 0;
  return (
    <div ref={box} class="notices" role="dialog" aria-label={t('notice.title')} tabIndex={-1}>
      <div class="panel-head">
        <h2>{t('notice.title')}</h2>
        {unread.value > 0 && <button type="button" class="button small" data-read-all onClick={() => void readAllNotices()}><Check />{t('notice.all')}</button>}
      </div>
      {reading.value === 'failed' && <p class="problem" role="alert"><Alert /><span>{t('error.network')}</span></p>}
      <div class="notices-body">
        <Counts />
        <Each />
        {none && <p class="empty">{reading.value === 'yes' ? t('app.loading') : t('notice.none')}</p>}
      </div>
    </div>
  );
}

export function Notices() {
  if (!account.value || nameless(account.value)) return null;
  const n = unread.value;
  return (
    <div class="bell">
      <button type="button" class="icon-button" aria-haspopup="dialog" aria-expanded={listOpen.value} data-bell={n}
        aria-label={n > 0 ? t('notice.some', { n: count(n) }) : t('notice.title')} title={t('notice.title')} onClick={() => openList(!listOpen.value)}>
        <Bell />
        {n > 0 && <span class="bell-count" translate={false} aria-hidden="true">{n > 99 ? '99+' : count(n)}</span>}
      </button>
      {listOpen.value && <Pane />}
    </div>
  );
}
