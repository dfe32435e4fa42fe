/* The panel beside the map: one thing at a time. Escape closes it and the focus goes back to where it came from. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { detail } from '../store/detail';
import { selection } from '../store/ui';
import { Close } from './icons';
import { DutyPanel, QueuePanel } from './duty';
import { IncidentPanel } from './incident';
import { PlacePanel } from './place';
import { ReportPanel } from './report';
import { SeveralPanel } from './several';
import { WorkerPanel } from './worker';

export function Panel() {
  const chosen = selection.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const from = useRef<HTMLElement | null>(null);
  const key = chosen ? `${chosen.kind} ${'id' in chosen ? chosen.id : ''}` : null;

  useLayoutEffect(() => {
    if (!key) {
      if (from.current?.isConnected) from.current.focus({ preventScroll: true });
      from.current = null;
      return;
    }
    const active = document.activeElement;
    if (active instanceof HTMLElement && active !== document.body && !active.closest('.panel')) from.current = active;
    if (chosen?.kind !== 'report') heading.current?.focus({ preventScroll: true });
  }, [key]);

  useEffect(() => {
    const onKey = (e: KeyboardEvent): void => {
      if (e.key === 'Escape' && selection.peek()) selection.value = null;
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  if (!chosen || (chosen.kind === 'report' && chosen.at === null)) return null;
  const number = detail.value.incident?.number ?? detail.value.known?.number ?? '';
  const title =
    chosen.kind === 'incident' ? t('incident.title', { number })
    : chosen.kind === 'several' ? t('several.title', { n: chosen.found.length })
    : chosen.kind === 'place' ? t('place.title')
    : chosen.kind === 'duty' ? t('duty.title') : chosen.kind === 'queue' ? t('queue.title')
    : chosen.kind === 'worker' ? t('worker.title') : t('report.title');
  return (
    <aside class="panel" aria-label={t('side.panel')} data-panel={chosen.kind}>
      <div class="panel-head">
        <h2 ref={heading} tabIndex={-1}>{title}</h2>
        <button type="button" class="icon-button" aria-label={t('app.close')} title={t('app.close')} onClick={() => (selection.value = null)}><Close /></button>
      </div>
      {chosen.kind === 'incident' && <IncidentPanel />}
      {chosen.kind === 'several' && <SeveralPanel found={chosen.found} />}
      {chosen.kind === 'place' && <PlacePanel at={chosen.at} />}
      {chosen.kind === 'duty' && <DutyPanel />}
      {chosen.kind === 'queue' && <QueuePanel />}
      {chosen.kind === 'worker' && <WorkerPanel of={chosen} />}
      {chosen.kind === 'report' && <ReportPanel at={chosen.at} />}
    </aside>
  );
}
