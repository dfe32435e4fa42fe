/* Who owns this place: the grid, the one who answers for it, why, and who serves beside. */
import { may } from '../api';
import type { Resolved } from '../api';
import { t, tOr } from '../i18n';
import { percent } from '../i18n/format';
import { detail, readAgain } from '../store/detail';
import { account } from '../store/session';
import { selection } from '../store/ui';
import type { At } from '../store/ui';
import { Alert, Pencil } from './icons';
import { Degrees } from './incident';
import { Fact, PersonLine, refName, Said } from './parts';

export function Answer({ place }: { place: Resolved }) {
  return (
    <>
      <dl class="facts">
        <Fact label={t('incident.worker')}>{place.responsible ? <PersonLine person={place.responsible} /> : <span class="late">{t('incident.queue')}</span>}</Fact>
        <Fact label={t('incident.grid')}>
          {place.grid
            ? <><Said>{refName(place.grid)}</Said> <span class="code" translate={false}>{place.grid.code}</span> <span class="soft">{tOr(`how.${place.how}`, place.how)}</span></>
            : t('place.nobody')}
        </Fact>
        {place.area && <Fact label={t('incident.area')}><Said>{refName(place.area)}</Said></Fact>}
      </dl>
      <div class="why" data-why><b>{t('place.why')}</b><p translate={false}>{place.why}</p></div>
    </>
  );
}

export function PlacePanel({ at }: { at: At }) {
  const { place, grid, problem, busy } = detail.value;
  return (
    <div class="panel-body" aria-busy={busy}>
      <p class="soft"><Degrees lon={at.lon} lat={at.lat} /></p>
      {problem && (
        <p class="problem" role="alert"><Alert /><span>{t('place.failed', { why: problem.message })}</span>
          <button type="button" class="button small" onClick={readAgain}>{t('app.retry')}</button></p>
      )}
      {busy && <p class="empty" role="status">{t('place.loading')}</p>}
      {place && (
        <>
          <section class="block owner"><Answer place={place} /></section>
          {place.candidates && place.candidates.length > 1 && (
            <section class="block"><h4>{t('place.candidates')}</h4>
              <dl class="facts">
                {place.candidates.map((c) => <Fact key={c.grid.code} label={percent(c.probability)}><Said>{refName(c.grid)}</Said></Fact>)}
                {(place.outside ?? 0) > 0 && <Fact label={percent(place.outside!)}>{t('place.outside')}</Fact>}
              </dl>
            </section>
          )}
          {(place.team?.length ?? 0) > 0 && (
            <section class="block"><h4>{t('place.team')}</h4><ul class="people">{place.team!.map((p) => <li key={p.id}><PersonLine person={p} /></li>)}</ul></section>
          )}
          {grid && grid.posts?.length > 0 && (
            <section class="block"><h4>{t('place.posts')}</h4>
              <ul class="people">
                {grid.posts.map((p) => (
                  <li key={`${p.id} ${p.post}`}><PersonLine person={p} /><span class={`tag ${p.on_duty ? 'tag-check' : ''}`}>{p.on_duty ? t('post.on') : t('post.off')}</span></li>
                ))}
              </ul>
            </section>
          )}
          {grid && <section class="block"><dl class="facts"><Fact label={t('place.open')}>{t('place.open.n', { n: grid.open })}</Fact></dl></section>}
          {may(account.value, 'report') && (
            <button type="button" class="button wide" onClick={() => (selection.value = { kind: 'report', at })}><Pencil />{t('place.report')}</button>
          )}
        </>
      )}
    </div>
  );
}
