/* A worker on the map: who, where, and how long ago. */
import { t } from '../i18n';
import { ago, full } from '../i18n/format';
import { now } from '../store/clock';
import type { Selection } from '../store/ui';
import { Degrees } from './incident';
import { Fact, Said } from './parts';

export function WorkerPanel({ of }: { of: Extract<Selection, { kind: 'worker' }> }) {
  const on = now.value - of.seen < 600_000;
  return (
    <div class="panel-body">
      <div class="incident-head">
        <h3 translate={false}>{of.name || of.id}</h3>
        <div class="tags"><span class={`tag ${on ? 'tag-check' : ''}`}>{on ? t('worker.on') : t('worker.off')}</span></div>
      </div>
      <section class="block">
        <dl class="facts">
          {of.seen > 0 && <Fact label={t('worker.seen')}><Said>{full(of.seen)}</Said> <span class="soft">{ago(of.seen)}</span></Fact>}
          <Fact label={t('incident.position')}><Degrees lon={of.at.lon} lat={of.at.lat} /></Fact>
        </dl>
      </section>
    </div>
  );
}
