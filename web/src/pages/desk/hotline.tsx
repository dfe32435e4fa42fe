/* A report by telephone, in one screen: where (an address, a grid, a place, or a point on the map beside), what (by name),
 * in whose words. Who it falls to is said before it is sent; sending again after a broken line never files it twice. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { api, newClientId, Problem } from '../../api';
import type { Report } from '../../api';
import { name, t, tOr } from '../../i18n';
import { serverNow } from '../../i18n/format';
import { detail } from '../../store/detail';
import { categories } from '../../store/live';
import { selection } from '../../store/ui';
import type { At } from '../../store/ui';
import { Choice as Select, Text } from '../../ui/form';
import { Alert, Check, Close, Phone, Pin } from '../../ui/icons';
import { Degrees } from '../../ui/incident';
import { mapHandle } from '../../ui/mappane';
import { refName, Said } from '../../ui/parts';
import { Answer } from '../../ui/place';
import { desk } from './api';
import { Pick, Picked } from './pick';
import type { Choice } from './pick';
import { freshen, told } from './state';

const spots = new Map<string, { at: At | null; bbox: [number, number, number, number] | null }>();
async function findSpots(words: string, signal: AbortSignal): Promise<Choice[]> {
  if (!words) return [];
  const hits = (await desk.find(words, signal)).items.filter((h) => ['place', 'grid', 'area', 'coordinate'].includes(h.type));
  return hits.slice(0, 8).map((h) => {
    const key = `${h.type} ${h.id}`;
    spots.set(key, { at: h.lon !== null && h.lat !== null ? { lon: h.lon, lat: h.lat } : null, bbox: h.bbox });
    return { id: key, text: name(h.name, h.id), sub: [tOr(`hit.${h.type}`, ''), h.detail, refName(h.area)].filter(Boolean).join(' · ') };
  });
}
async function findCategories(words: string): Promise<Choice[]> {
  return categories.peek().filter((c) => !c.retired && (!words || c.code === words || [...Object.values(c.name ?? {}), ...Object.values(c.group_name ?? {})].some((n) => n.toLowerCase().includes(words.toLowerCase()))))
    .slice(0, 10).map((c) => ({ id: c.code, text: name(c.name, c.code), sub: name(c.group_name, c.group) }));
}

export function Hotline({ at }: { at: At | null }) {
  const { place, problem: placeProblem, busy: asking } = detail.value;
  const [category, setCategory] = useState<Choice | null>(null);
  const [words, setWords] = useState('');
  const [address, setAddress] = useState('');
  const [extra, setExtra] = useState<Record<string, string>>({});
  const [caller, setCaller] = useState({ name: '', phone: '' });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const draft = useRef<Report | null>(null), form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => form.current?.querySelector('input')?.focus({ preventScroll: true }), []);
  useEffect(() => { draft.current = null; }, [at, category, words, address, caller, extra]); // another content is another report

  const fields = (categories.value.find((c) => c.code === category?.id)?.fields ?? []).filter((x) => x.type !== 'photo');
  const bad = (field: string): string | undefined => (problem?.field?.split('.')[0] === field ? problem.message : undefined);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const lacks = !at ? ['lon', t('hotline.need.place')] : !category ? ['category', t('report.need.category')] : fields.find((x) => x.required && !extra[x.code]?.trim()) ? [`attributes.${fields.find((x) => x.required && !extra[x.code]?.trim())!.code}`, t('desk.lacks')] : !words.trim() ? ['description', t('report.need.words')] : null;
    if (lacks) {
      setProblem(new Problem(400, lacks[1]!, lacks[0]));
      form.current?.querySelector<HTMLElement>(`[name="${lacks[0]}"]`)?.focus();
      return;
    }
    const time = new Date(serverNow()).toISOString();
    const said = { name: caller.name.trim(), phone: caller.phone.trim() };
    draft.current ??= {
      lon: Number(at!.lon.toFixed(7)), lat: Number(at!.lat.toFixed(7)), crs: 'wgs84', category: category!.id, description: words.trim(), occurred_at: time, sent_at: time, client_id: newClientId(), source: 'hotline',
      ...(fields.some((x) => extra[x.code]?.trim()) && { attributes: Object.fromEntries(fields.filter((x) => extra[x.code]?.trim()).map((x) => [x.code, x.type === 'number' ? Number(extra[x.code]) : extra[x.code]!.trim()])) }),
      ...(address.trim() && { place: { address: address.trim() } }),
      ...((said.name || said.phone) && { caller: said }),
    };
    setBusy(true);
    setProblem(null);
    try {
      const made = await api.report(draft.current);
      told.value = t('report.sent', { number: made.number });
      freshen();
      selection.value = { kind: 'incident', id: made.id };
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, String(error)));
      setBusy(false);
    }
  };
  const kept = problem !== null && (problem.status === 0 || problem.status >= 500);
  return (
    <form ref={form} class="inc hotline" data-form="hotline" noValidate onSubmit={(e) => void send(e)}>
      <header class="inc-head">
        <div class="inc-top"><span class="hotline-sign"><Phone /></span><h2>{t('hotline.title')}</h2><button type="button" class="icon-button" aria-label={t('app.close')} title={t('app.close')} onClick={() => (selection.value = null)}><Close /></button></div>
        <p class="soft">{t('hotline.lead')}</p>
      </header>
      <fieldset class="hotline-part">
        <legend>{t('hotline.caller')}</legend>
        <div class="pair">
          <Text label={t('hotline.caller.name')} name="caller" value={caller.name} max={100} bad={bad('caller')} set={(to) => setCaller({ ...caller, name: to })} />
          <Text label={t('hotline.caller.phone')} name="phone" type="tel" value={caller.phone} max={32} set={(to) => setCaller({ ...caller, phone: to })} />
        </div>
        <span class="soft hotline-note">{t('hotline.caller.hint')}</span>
      </fieldset>
      <fieldset class="hotline-part">
        <legend>{t('hotline.where')}</legend>
        <Pick label={t('hotline.find')} hint={t('hotline.find.hint')} find={findSpots} need name="lon" bad={bad('lon')}
          take={(one) => {
            const spot = spots.get(one.id);
            if (!address && one.id.startsWith('place ')) setAddress(one.text);
            if (spot?.at && !one.id.startsWith('area ')) { selection.value = { kind: 'report', at: spot.at }; mapHandle.peek()?.go(spot.at, 16); }
            else if (spot?.bbox) mapHandle.peek()?.fit(spot.bbox);
          }} />
        {!at && <p class="report-pick"><Pin />{t('hotline.click')}</p>}
        {at && (
          <div class="hotline-owner">
            <p class="report-at"><Degrees lon={at.lon} lat={at.lat} /><button type="button" class="button small" onClick={() => (selection.value = { kind: 'report', at: null })}>{t('report.again')}</button></p>
            {asking && <p class="soft" role="status">{t('place.loading')}</p>}
            {placeProblem && <p class="problem" role="alert"><Alert /><span>{t('place.failed', { why: placeProblem.message })}</span></p>}
            {place && <Answer place={place} />}
          </div>
        )}
        <Text label={t('hotline.address')} name="address" max={200} value={address} bad={bad('place')} set={setAddress} />
      </fieldset>
      <fieldset class="hotline-part">
        <legend>{t('hotline.what')}</legend>
        {category ? <div class="field"><span>{t('report.category')}</span><Picked of={[category]} drop={() => setCategory(null)} /></div>
          : <Pick label={t('report.category')} need hint={t('hotline.category.hint')} find={findCategories} take={setCategory} name="category" bad={bad('category')} />}
        {fields.map((x) => {
          const all = { label: name(x.names, x.code), need: x.required === true, name: `attributes.${x.code}`, value: extra[x.code] ?? '', bad: problem?.field === `attributes.${x.code}` ? problem.message : undefined, set: (to: string) => setExtra({ ...extra, [x.code]: to }) };
          return x.type === 'choice' ? <Select key={x.code} {...all} none={t('desk.choose')} options={(x.values ?? []).map((v) => ({ value: v, text: v }))} /> : <Text key={x.code} {...all} type={x.type === 'number' ? 'number' : 'text'} />;
        })}
        <Text label={t('report.words')} need rows={4} max={4000} name="description" value={words} bad={bad('description')} set={setWords} />
      </fieldset>
      {problem && !['lon', 'category', 'description', 'caller', 'place', 'attributes'].includes(problem.field?.split('.')[0] ?? '') && <p class="problem" role="alert"><Alert /><span><Said>{problem.message}</Said>{kept && <> {t('report.keep')}</>}</span></p>}
      <div class="act-foot"><button type="submit" class="button primary" disabled={busy}><Check />{busy ? t('report.sending') : t('report.send')}</button><button type="button" class="button" onClick={() => (selection.value = null)}>{t('report.cancel')}</button></div>
    </form>
  );
}
