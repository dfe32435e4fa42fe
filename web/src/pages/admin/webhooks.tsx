/* Programs that are told of incidents, and what could not be brought to them. */
import { useState } from 'preact/hooks';
import { name, t } from '../../i18n';
import { ago, full } from '../../i18n/format';
import { Check, Text } from '../../ui/form';
import { Alert } from '../../ui/icons';
import { admin } from './api';
import type { DeadLetter, Webhook, WebhookMade } from './api';
import { AreaField } from './fields';
import { Edit, Editor, List, Once } from './kit';

const When = ({ at }: { at: string }) => <time translate={false} dateTime={at} title={full(Date.parse(at))}>{ago(Date.parse(at))}</time>;
const host = (url: string): string => {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
};

export function Webhooks() {
  return (
    <List<Webhook> section="webhooks" id={(h) => h.id} create="webhook.add"
      read={async (q, next, signal) => {
        const page = await admin.webhooks(next, signal), words = q.trim().toLowerCase();
        return { ...page, items: page.items.filter((h) => !words || `${h.name} ${h.url}`.toLowerCase().includes(words)) };
      }}
      columns={[
        { key: 'webhook.name', cell: (h) => <b translate={false}>{h.name}</b> },
        { key: 'webhook.url', cell: (h) => <span class="code" translate={false}>{host(h.url)}</span> },
        { key: 'filter.area', cell: (h) => <span translate={false}>{h.area ? name(h.area.name, h.area.code) : ''}</span> },
        { key: 'webhook.kinds', cell: (h) => (h.kinds.length === 0 ? t('webhook.kinds.all') : <span translate={false}>{h.kinds.length}</span>) },
        { key: 'account.state', cell: (h) => (h.enabled ? <span class="tag tag-check">{t('webhook.on')}</span> : <span class="tag tag-queue">{t('webhook.off')}</span>) },
      ]}
      edit={(h, done) => (h ? <Known of={h} done={done} /> : <New done={done} />)} />
  );
}

function useFields(of?: Webhook) {
  const [called, setCalled] = useState(of?.name ?? '');
  const [url, setUrl] = useState(of?.url ?? '');
  const [area, setArea] = useState(of?.area?.code ?? '');
  const [kinds, setKinds] = useState(of?.kinds.join(' ') ?? '');
  const [enabled, setEnabled] = useState(of?.enabled ?? true);
  const body = { name: called.trim(), url: url.trim(), area, kinds: kinds.split(/[\s,;，；]+/).filter(Boolean), enabled };
  const fields = (bad: (field: string) => string | undefined) => (
    <>
      <Text label={t('webhook.name')} need value={called} set={setCalled} max={60} name="name" bad={bad('name')} />
      <Text label={t('webhook.url')} hint={t('webhook.url.hint')} need value={url} set={setUrl} max={1000} name="url" bad={bad('url')} />
      <AreaField label={t('filter.area')} value={area} set={setArea} bad={bad('area')} />
      <Text label={t('webhook.kinds')} hint={t('webhook.kinds.hint')} value={kinds} set={setKinds} max={2000} rows={2} name="kinds" bad={bad('kinds')} />
      <Check label={t('webhook.enabled')} value={enabled} set={setEnabled} name="enabled" />
    </>
  );
  return { body, fields, ready: body.name !== '' && body.url !== '' && area !== '' };
}

const Secret = ({ of, done }: { of: WebhookMade; done: () => void }) => (
  <>
    <Once label={t('webhook.secret')} value={of.secret} hint={t('webhook.secret.hint')} />
    <button type="button" class="button" onClick={done}>{t('admin.done')}</button>
  </>
);

function New({ done }: { done: () => void }) {
  const [made, setMade] = useState<WebhookMade | null>(null);
  const { body, fields, ready } = useFields();
  return (
    <Editor title={t('webhook.add')} section="webhooks">
      {made ? <Secret of={made} done={done} /> : (
        <>
          <p class="soft">{t('webhook.hint')}</p>
          <Edit label={t('webhook.add')} ready={ready} send={(why) => admin.addWebhook({ ...why, ...body })} done={(answer) => setMade(answer as WebhookMade)}>{fields}</Edit>
        </>
      )}
    </Editor>
  );
}

function Known({ of, done }: { of: Webhook; done: () => void }) {
  const [made, setMade] = useState<WebhookMade | null>(null);
  const [what, setWhat] = useState<'change' | 'secret' | 'drop'>('change');
  const { body, fields, ready } = useFields(of);
  if (made) return <Editor title={of.name} section="webhooks"><Secret of={made} done={done} /></Editor>;
  return (
    <Editor title={of.name} section="webhooks">
      {what === 'change' && <Edit label={t('admin.save')} ready={ready} send={(why) => admin.changeWebhook(of, { ...why, ...body })} done={done}>{fields}</Edit>}
      {what === 'secret' && <><p>{t('webhook.secret.again')}</p><Edit label={t('webhook.secret.new')} send={(why) => admin.webhookSecret(of, why)} done={(answer) => setMade(answer as WebhookMade)} /></>}
      {what === 'drop' && <><p>{t('webhook.drop.hint')}</p><Edit danger label={t('webhook.drop')} send={(why) => admin.dropWebhook(of, why)} done={done} /></>}
      <p class="actions">
        {what !== 'change' && <button type="button" class="button small" onClick={() => setWhat('change')}>{t('webhook.back')}</button>}
        {what === 'change' && <button type="button" class="button small" onClick={() => setWhat('secret')}>{t('webhook.secret.new')}</button>}
        {what === 'change' && <button type="button" class="button small" onClick={() => setWhat('drop')}>{t('webhook.drop')}</button>}
      </p>
    </Editor>
  );
}

export function DeadLetters() {
  return (
    <List<DeadLetter> section="letters" id={(l) => l.id}
      read={async (q, next, signal) => {
        const page = await admin.deadLetters(next, signal), words = q.trim().toLowerCase();
        return { ...page, items: page.items.filter((l) => !words || `${l.webhook?.name ?? ''} ${l.kind} ${l.error}`.toLowerCase().includes(words)) };
      }}
      columns={[
        { key: 'letter.to', cell: (l) => (l.webhook ? <b translate={false}>{l.webhook.name}</b> : <b>{t('letter.command')}{l.account && <span class="soft" translate={false}>{` · ${l.account.name}`}</span>}</b>) },
        { key: 'letter.kind', cell: (l) => <span class="code" translate={false}>{l.kind}</span> },
        { key: 'letter.at', cell: (l) => <When at={l.at} /> },
        { key: 'letter.tries', number: true, cell: (l) => <span translate={false}>{l.tries}</span> },
        { key: 'letter.error', cell: (l) => <span translate={false}>{l.error}</span> },
      ]}
      edit={(l, done) => (l ? <Letter of={l} done={done} /> : null)} />
  );
}

function Letter({ of, done }: { of: DeadLetter; done: () => void }) {
  const [all, setAll] = useState(false);
  const webhook = of.webhook?.id ?? 'command';
  return (
    <Editor title={of.webhook?.name ?? t('letter.command')} section="letters">
      <p class="problem"><Alert /><span translate={false}>{of.error}</span></p>
      <dl class="facts">
        <dt>{t('letter.kind')}</dt><dd class="code" translate={false}>{of.kind}</dd>
        <dt>{t('letter.at')}</dt><dd><When at={of.at} /></dd>
        <dt>{t('letter.incident')}</dt><dd><a href={`/#incident=${of.incident}`} translate={false}>{of.incident}</a></dd>
      </dl>
      <p class="soft">{t('letter.hint')}</p>
      <Edit label={t('letter.replay')} send={(why) => admin.replay({ ...why, webhook, ...(all ? {} : { ids: [of.id] }) })} done={done}>
        {() => <Check label={t('letter.all')} value={all} set={setAll} name="all" />}
      </Edit>
    </Editor>
  );
}
