/* Who signed in, took data out, read personal data. */
import { useState } from 'preact/hooks';
import { t, tOr } from '../../i18n';
import { full } from '../../i18n/format';
import { Choice, Text } from '../../ui/form';
import { admin } from './api';
import type { Access } from './api';
import { timeOut } from './fields';
import { List } from './kit';

const KINDS = ['sign-in', 'sign-out', 'password', 'export', 'read-staff', 'read-accounts', 'read-log'] as const;

/** A path as it was typed, not as it travelled. */
function readable(detail: string): string {
  try {
    return decodeURIComponent(detail);
  } catch {
    return detail;
  }
}

export function AccessLog() {
  const [what, setWhat] = useState('');
  const [since, setSince] = useState('');
  const [failed, setFailed] = useState('');
  return (
    <List<Access> section="log" id={(x) => x.id} again={`${what} ${since} ${failed}`}
      read={(q, next, signal) => admin.log({ q: q || undefined, what: what || undefined, since: since ? timeOut(since) : undefined, ok: failed ? 0 : undefined }, next, signal)}
      tools={
        <>
          <Choice label={t('log.what')} value={what} set={setWhat} none={t('filter.any')} options={KINDS.map((k) => ({ value: k, text: tOr(`log.${k}`, k) }))} />
          <Choice label={t('log.result')} value={failed} set={setFailed} none={t('filter.any')} options={[{ value: '1', text: t('log.refused') }]} />
          <Text label={t('log.since')} type="datetime-local" value={since} set={setSince} />
        </>
      }
      columns={[
        { key: 'log.at', cell: (x) => <time translate={false} dateTime={x.at}>{full(Date.parse(x.at))}</time> },
        { key: 'account.name', cell: (x) => <b translate={false}>{x.name}</b> },
        { key: 'log.what', cell: (x) => tOr(`log.${x.what}`, x.what) },
        { key: 'log.result', cell: (x) => (x.ok ? t('log.done') : <span class="late">{t('log.refused')}</span>) },
        { key: 'log.address', cell: (x) => <span class="code" translate={false}>{x.address}</span> },
        { key: 'log.detail', cell: (x) => <span class="code wrap" translate={false}>{readable(x.detail)}</span> },
      ]} />
  );
}
