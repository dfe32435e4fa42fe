/* One incident: where, whose and why, its clocks, its position as sent and as converted, and what happened to it. */
import type { ComponentChildren } from 'preact';
import type { Incident, IncidentEvent, Summary } from '../api';
import { name, t, tOr } from '../i18n';
import { ago, degrees, full, short, span } from '../i18n/format';
import { now } from '../store/clock';
import { nameless } from '../api';
import { detail, readAgain } from '../store/detail';
import { account } from '../store/session';
import { mapHandle } from './mappane';
import { Alert, Pin } from './icons';
import { Attachments } from './attachments';
import { Fact, Flags, PersonLine, refName, Said, StateTag } from './parts';

export function IncidentPanel() {
  const { known, incident, events, problem, busy } = detail.value;
  const one: Summary | null = incident ?? known;
  if (!one) {
    if (problem) {
      return (
        <div class="panel-body">
          <p class="problem" role="alert"><Alert /><span>{problem.status === 404 || problem.status === 403 ? t('incident.gone') : <>{t('incident.failed', { why: problem.message })}</>}</span></p>
          <button type="button" class="button" onClick={readAgain}>{t('app.retry')}</button>
        </div>
      );
    }
    return <div class="panel-body"><p class="empty" role="status">{t('incident.loading')}</p></div>;
  }
  return (
    <div class="panel-body" aria-busy={busy}>
      <div class="incident-head">
        <h3 translate={false}>{name(one.category.name, one.category.code)}</h3>
        <div class="tags"><StateTag state={one.state} /><Flags of={one} />{one.category.retired && <span class="tag">{t('incident.retired')}</span>}</div>
        <Words of={one.description} read={incident !== null} />
      </div>
      {problem && <p class="problem" role="alert"><Alert /><span>{t('incident.failed', { why: problem.message })}</span></p>}
      <Owner one={one} why={incident?.why} />
      <Clocks one={one} />
      {incident && <Where one={incident} />}
      {incident && <Extra one={incident} />}
      {incident && <Attachments one={one} />}
      {incident && <History events={events} one={incident} />}
    </div>
  );
}

/** A list may come without the words; only the whole incident can tell that they were erased. */
function Words({ of, read }: { of: string | null; read: boolean }) {
  if (of) return <p class="incident-words" translate={false}>{of}</p>;
  return read && of === null ? <p class="soft">{nameless(account.value) ? t('incident.hidden') : t('incident.erased')}</p> : null;
}

function Block({ title, children }: { title: string; children: ComponentChildren }) {
  return <section class="block"><h4>{title}</h4>{children}</section>;
}

function Owner({ one, why }: { one: Summary; why: string | undefined }) {
  return (
    <section class="block owner">
      <dl class="facts">
        <Fact label={t('incident.worker')}>{one.responsible ? <PersonLine person={one.responsible} /> : <span class="late">{t('incident.queue')}</span>}</Fact>
        <Fact label={t('incident.grid')}>
          {one.grid ? <><Said>{refName(one.grid)}</Said> <span class="code" translate={false}>{one.grid.code}</span> <span class="soft">{tOr(`how.${one.how}`, one.how)}</span></> : t('how.none')}
        </Fact>
        <Fact label={t('incident.area')}>{one.area ? <Said>{refName(one.area)}</Said> : t('app.none')}</Fact>
        {one.grid && <Fact label={t('incident.plan')}>{t('incident.plan.n', { n: one.grid.plan_version })}</Fact>}
      </dl>
      {why && (
        <div class="why" data-why>
          <b>{one.responsible ? t('incident.why') : t('incident.why.queue')}</b>
          <p translate={false}>{why}</p>
        </div>
      )}
    </section>
  );
}

function Due({ label, at, open }: { label: string; at: string | null; open: boolean }) {
  if (!at) return null;
  const due = Date.parse(at);
  const left = due - now.value;
  return (
    <Fact label={label}>
      <time translate={false} dateTime={at}>{short(due)}</time>{' '}
      {open && <span class={left < 0 ? 'late' : 'soft'}>{left < 0 ? t('incident.over', { age: span(-left) }) : t('incident.left', { age: span(left) })}</span>}
    </Fact>
  );
}

function Clocks({ one }: { one: Summary }) {
  const at = (text: string): ComponentChildren => (
    <><time translate={false} dateTime={text}>{full(Date.parse(text))}</time> <span class="soft">{now.value > 0 && ago(Date.parse(text))}</span></>
  );
  return (
    <section class="block">
      <dl class="facts">
        <Fact label={t('incident.occurred')}>{at(one.occurred_at)}</Fact>
        <Fact label={t('incident.received')}>{at(one.received_at)}</Fact>
        <Due label={t('incident.accept')} at={one.deadlines.accept} open={one.open} />
        <Due label={t('incident.handle')} at={one.deadlines.handle} open={one.open} />
        <Fact label={t('incident.source')}>
          {one.source ? tOr(`source.${one.source}`, one.source) : t('app.none')}{one.reporter && <> · <Said>{one.reporter.name}</Said></>}
        </Fact>
      </dl>
    </section>
  );
}

export function Degrees({ lon, lat }: { lon: number; lat: number }) {
  return <span class="code" translate={false}>{degrees(lon)}, {degrees(lat)}</span>;
}

function Where({ one }: { one: Incident }) {
  const sameAsSent = one.raw?.crs === 'wgs84';
  const place = one.place ? Object.values(one.place).filter((v) => typeof v === 'string' || typeof v === 'number').join(' ') : '';
  return (
    <Block title={t('incident.position')}>
      <dl class="facts">
        {one.lon !== null && one.lat !== null ? (
          <>
            {one.raw && !sameAsSent && (
              <Fact label={t('incident.position.raw')}><Degrees lon={one.raw.lon} lat={one.raw.lat} /> <span class="tag" data-crs>{tOr(`crs.${one.raw.crs}`, one.raw.crs)}</span></Fact>
            )}
            <Fact label={sameAsSent ? t('incident.position.same') : t('incident.position.wgs84')}><Degrees lon={one.lon} lat={one.lat} /></Fact>
            {one.accuracy_m !== null && one.accuracy_m !== undefined && <Fact label={t('incident.accuracy')}>{t('unit.metres', { n: Math.round(one.accuracy_m * 10) / 10 })}</Fact>}
          </>
        ) : <Fact label={t('incident.position')}>{t('incident.position.none')}</Fact>}
        {place && <Fact label={t('incident.place')}><Said>{place}</Said></Fact>}
      </dl>
      {one.lon !== null && one.lat !== null && (
        <button type="button" class="button small" onClick={() => mapHandle.value?.go({ lon: one.lon!, lat: one.lat! }, 16)}><Pin />{t('incident.zoom')}</button>
      )}
    </Block>
  );
}

function Extra({ one }: { one: Incident }) {
  const more = Object.entries(one.attributes ?? {}).filter(([, v]) => v !== null && typeof v !== 'object');
  if (more.length === 0) return null;
  return (
    <Block title={t('incident.attributes')}>
      <dl class="facts" translate={false}>{more.map(([key, value]) => <Fact key={key} label={key}>{String(value)}</Fact>)}</dl>
    </Block>
  );
}

function History({ events, one }: { events: IncidentEvent[]; one: Incident }) {
  return (
    <Block title={t('incident.events')}>
      <ol class="history">
        {events.map((e) => {
          const words = Object.entries(e.private ?? {}).filter(([key, text]) => text && !(key === 'description' && text === one.description) && key !== 'attributes' && key !== 'place');
          return (
            <li key={e.seq} data-event={e.kind}>
              <span class="history-top"><b>{tOr(`event.${e.kind}`, e.kind)}</b><time translate={false} dateTime={e.at}>{full(Date.parse(e.at))}</time></span>
              <span class="soft">{e.actor ? <Said>{e.actor.name}</Said> : t('incident.event.system')}</span>
              {words.map(([key, text]) => <p key={key} translate={false}>{text}</p>)}
              <span class="history-hash" title={e.hash} translate={false}>#{e.seq} · {e.hash.slice(0, 12)}</span>
            </li>
          );
        })}
      </ol>
    </Block>
  );
}
