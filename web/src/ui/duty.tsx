/* What the counters "unmanned" and "waiting for the centre" list: grids without anybody, and reports that the centre has to
 * send on their way, the most pressing clock first. */
import { api } from '../api';
import type { Duty, Ref } from '../api';
import { t, tOr } from '../i18n';
import { count, short } from '../i18n/format';
import { groupOf } from '../map/states';
import { centreQueue, duty } from '../store/duty';
import { selection } from '../store/ui';
import { Clock, GroupSign } from './icons';
import { mapHandle } from './mappane';
import { Flags, Said, refName } from './parts';

const MOST = 200; // rows: the numbers above are of all

async function go(code: string): Promise<void> {
  const grid = await api.grid(code).catch(() => null);
  if (grid?.bbox) mapHandle.value?.fit(grid.bbox);
}

function Grids({ rows }: { rows: { grid: Ref | null; area: Ref | null; at: string | null }[] }) {
  return (
    <ul class="several duty-grids">
      {rows.slice(0, MOST).map(({ grid, area, at }) => grid && (
        <li key={grid.code}>
          <button type="button" data-unmanned={grid.code} onClick={() => void go(grid.code)}>
            <span class="hatch" aria-hidden="true" />
            <span class="row-main">
              <Said class="row-title">{refName(grid)}</Said>
              <span class="row-words" translate={false}>{refName(area)}</span>
              {at && <span class="soft">{short(Date.parse(at))}</span>}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Listed({ of }: { of: Duty }) {
  return (
    <>
      <h3 class="duty-head">{t('duty.now')} <b translate={false}>{count(of.unmanned)}</b></h3>
      {of.unmanned === 0 ? <p class="empty">{t('duty.none')}</p> : <Grids rows={of.now.map((x) => ({ ...x, at: x.since }))} />}
      <h3 class="duty-head">{t('duty.soon')} <b translate={false}>{count(of.unmanned_soon)}</b></h3>
      {of.unmanned_soon === 0 ? <p class="empty">{t('duty.soon.none')}</p> : <Grids rows={of.soon.map((x) => ({ ...x, at: x.from }))} />}
    </>
  );
}

export function DutyPanel() {
  const of = duty.value;
  return (
    <div class="panel-body">
      <p class="soft">{t('duty.hint')}</p>
      {of ? <Listed of={of} /> : <p class="empty" role="status">{t('app.loading')}</p>}
    </div>
  );
}

export function QueuePanel() {
  const items = centreQueue.value;
  return (
    <div class="panel-body">
      <p class="soft">{t('queue.hint')}</p>
      {items === null && <p class="empty" role="status">{t('app.loading')}</p>}
      {items?.length === 0 && <p class="empty">{t('queue.none')}</p>}
      <ul class="several">
        {items?.slice(0, MOST).map(({ reason, clock, candidates, incident }) => (
          <li key={incident.id}>
            <button type="button" data-queued={incident.id} onClick={() => (selection.value = { kind: 'incident', id: incident.id })}>
              <GroupSign group={groupOf(incident.state)} />
              <span class="row-main">
                <Said class="row-title">{refName(incident.category)}</Said>
                <span class="row-words" translate={false}>{incident.number}</span>
                <span class="tags">
                  <span class="tag">{tOr(`queue.${reason}`, reason)}</span>
                  <Flags of={incident} />
                  {clock && !incident.overdue && <span class="tag"><Clock />{short(Date.parse(clock))}</span>}
                </span>
                {candidates.length > 1 && (
                  <span class="queue-shares">
                    {candidates.slice(0, 3).map((c) => (
                      <span key={c.grid.code} class="queue-share" translate={false}>
                        <meter min={0} max={1} value={c.probability} />{refName(c.grid)} {Math.round(c.probability * 100)}%
                      </span>
                    ))}
                  </span>
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
