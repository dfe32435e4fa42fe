/* Wall devices: screens that sign on once. */
import { useState } from 'preact/hooks';
import { Problem } from '../../api';
import { name, t } from '../../i18n';
import { ago, clock, full } from '../../i18n/format';
import { areas } from '../../store/narrow';
import { Text } from '../../ui/form';
import { Alert } from '../../ui/icons';
import { admin } from './api';
import type { Device, DeviceCode } from './api';
import { AreaField } from './fields';
import { Editor, List, Once, said } from './kit';

const when = (at: string | null) => (at ? <time translate={false} dateTime={at} title={full(Date.parse(at))}>{ago(Date.parse(at))}</time> : <span class="soft">{t('account.never')}</span>);
const areaName = (code: string): string => name(areas.value.get(code)?.name, code);

function state(d: Device) {
  if (d.revoked_at) return <span class="tag tag-queue">{t('device.revoked')}</span>;
  return d.signed_on_at ? <span class="tag tag-check">{t('device.on')}</span> : <span class="tag tag-centre">{t('device.waiting')}</span>;
}

export function Devices() {
  return (
    <List<Device> section="devices" id={(d) => d.id} create="device.add"
      read={async (q, next, signal) => {
        const page = await admin.devices(next, signal);
        const words = q.trim().toLowerCase();
        return { ...page, items: page.items.filter((d) => !words || `${d.name} ${areaName(d.area)}`.toLowerCase().includes(words)) };
      }}
      columns={[
        { key: 'device.name', cell: (d) => <b translate={false}>{d.name}</b> },
        { key: 'filter.area', cell: (d) => <span translate={false}>{areaName(d.area)}</span> },
        { key: 'account.state', cell: state },
        { key: 'device.seen', cell: (d) => when(d.last_seen_at) },
        { key: 'device.by', cell: (d) => <span translate={false}>{d.created_by?.name ?? ''}</span> },
      ]}
      edit={(d, done) => (d ? <Known of={d} done={done} /> : <New done={done} />)} />
  );
}

function Code({ code, done }: { code: DeviceCode; done: () => void }) {
  return (
    <>
      <Once label={t('device.code', { name: code.name })} value={code.code} hint={t('device.code.hint', { time: clock(Date.parse(code.code_expires_at)) })} />
      <button type="button" class="button" onClick={done}>{t('admin.done')}</button>
    </>
  );
}

/** A device is added, not edited: no reason is asked; who and when stand in the log. */
function useDo(): { busy: boolean; problem: Problem | null; run: (what: () => Promise<void>) => Promise<void> } {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (what: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    await what().then(() => (said.value = t('admin.saved')), (error: unknown) => setProblem(error instanceof Problem ? error : new Problem(0, String(error))));
    setBusy(false);
  };
  return { busy, problem, run };
}

function New({ done }: { done: () => void }) {
  const [called, setCalled] = useState('');
  const [area, setArea] = useState('');
  const [code, setCode] = useState<DeviceCode | null>(null);
  const { busy, problem, run } = useDo();
  return (
    <Editor title={t('device.add')} section="devices">
      {code ? <Code code={code} done={done} /> : (
        <form class="edit" noValidate onSubmit={(e) => { e.preventDefault(); void run(async () => setCode(await admin.addDevice({ name: called.trim(), area }))); }}>
          <p class="soft">{t('device.hint')}</p>
          <Text label={t('device.name')} need value={called} set={setCalled} max={64} name="name" bad={problem?.field === 'name' ? problem.message : undefined} />
          <AreaField label={t('filter.area')} value={area} set={setArea} bad={problem?.field === 'area' ? problem.message : undefined} />
          {problem && !['name', 'area'].includes(problem.field ?? '') && <p class="problem" role="alert"><Alert /><span translate={false}>{problem.message}</span></p>}
          <div class="actions"><button class="button primary" disabled={busy || !called.trim() || !area}>{t('device.add')}</button></div>
        </form>
      )}
    </Editor>
  );
}

function Known({ of, done }: { of: Device; done: () => void }) {
  const [code, setCode] = useState<DeviceCode | null>(null);
  const [sure, setSure] = useState(false);
  const { busy, problem, run } = useDo();
  return (
    <Editor title={of.name} section="devices">
      {code ? <Code code={code} done={done} /> : of.revoked_at ? <p class="soft">{t('device.revoked.hint')}</p> : (
        <div class="edit">
          <p>{t('device.code.again')}</p>
          <button type="button" class="button" disabled={busy} onClick={() => void run(async () => setCode(await admin.deviceCode(of)))}>{t('device.code.new')}</button>
          <p>{t('device.revoke.hint')}</p>
          {sure
            ? <button type="button" class="button danger" data-confirm disabled={busy} onClick={() => void run(async () => { await admin.revokeDevice(of); done(); })}>{t('device.revoke.sure')}</button>
            : <button type="button" class="button" onClick={() => setSure(true)}>{t('device.revoke')}</button>}
        </div>
      )}
      {problem && <p class="problem" role="alert"><Alert /><span translate={false}>{problem.message}</span></p>}
    </Editor>
  );
}
