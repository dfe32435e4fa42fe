/* Files of an incident: photos as a grid with a light box, recordings to listen to, other files to fetch; and a
 * button to add more. Used by the wall's panel and by the desk. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, nameless, Problem, type Attachment, type Summary } from '../api';
import { t, tOr } from '../i18n';
import { age, full } from '../i18n/format';
import { account } from '../store/session';
import { attachFile, type AttachmentKind } from '../upload';
import { Alert, Close } from './icons';
import { Said } from './parts';
import './attachments.css';

const accept = 'image/jpeg,image/png,image/webp,audio/*,video/mp4,video/webm,application/pdf,text/plain';
const source = (a: Attachment, size?: 'thumb' | 'public') => `/api/v1/attachments/${a.id}${size ? `?size=${size}` : ''}`;
const isPhoto = (a: Attachment) => !a.erased && a.type.startsWith('image/');

/** "35 m from the spot, 12 minutes before the report" */
function Taken({ of }: { of: Attachment }) {
  const c = of.camera;
  if (!c) return null;
  const parts: string[] = [];
  if (c.distance_m !== null) parts.push(t('files.distance', { n: c.distance_m }));
  if (c.before_report_s !== null) parts.push(t(c.before_report_s >= 0 ? 'files.before' : 'files.after', { age: age(Math.abs(c.before_report_s) * 1000) }));
  if (parts.length === 0) return null;
  return <span class={c.distance_m !== null && c.distance_m > 200 ? 'late' : 'soft'}>{parts.join(t('files.comma'))}</span>;
}

function LightBox({ all, at, go, close }: { all: Attachment[]; at: number; go: (to: number) => void; close: () => void }) {
  const box = useRef<HTMLDialogElement>(null);
  const one = all[at]!;
  useEffect(() => {
    box.current?.showModal();
  }, []);
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'ArrowRight') go((at + 1) % all.length);
    if (e.key === 'ArrowLeft') go((at + all.length - 1) % all.length);
  };
  return (
    <dialog class="light-box" ref={box} aria-label={t('files.photo')} onClose={close} onKeyDown={keys} onClick={(e) => e.target === box.current && box.current?.close()}>
      <img src={source(one, 'public')} alt={one.note ?? t('files.photo')} />
      <footer>
        <b>{tOr(`attached.${one.kind}`, one.kind)}</b>
        {one.name && <Said>{one.name}</Said>}
        <time translate={false} dateTime={one.at}>{full(Date.parse(one.at))}</time>
        <Taken of={one} />
        {one.note && <p translate={false}>{one.note}</p>}
        <a href={source(one)} download>{t('files.original')}</a>
      </footer>
      <button type="button" class="icon-button light-close" aria-label={t('app.close')} onClick={() => box.current?.close()}><Close /></button>
    </dialog>
  );
}

function Row({ of }: { of: Attachment }) {
  return (
    <li class="file-row" data-attachment={of.id}>
      <span class="file-top"><b>{tOr(`attached.${of.kind}`, of.kind)}</b>{of.name && <Said>{of.name}</Said>}<time translate={false} class="soft" dateTime={of.at}>{full(Date.parse(of.at))}</time></span>
      {of.erased ? <span class="soft">{t('files.erased')}</span>
        : of.type.startsWith('audio/') ? <audio controls preload="none" src={source(of)} />
          : of.type.startsWith('video/') ? <video controls preload="none" src={source(of)} />
            : <a href={source(of)} download>{t('files.fetch')}</a>}
      {of.note && <p translate={false}>{of.note}</p>}
    </li>
  );
}

interface Sending { name: string; share: number; failed?: string }

/** kind: what photos added here are of; else "scene". changed: after each that was added. */
export function Attachments({ one, kind, changed }: { one: Summary; kind?: AttachmentKind; changed?: () => void }) {
  const [items, setItems] = useState<Attachment[] | null>(null);
  const [problem, setProblem] = useState('');
  const [sending, setSending] = useState<Sending[]>([]);
  const [at, setAt] = useState(-1);
  const pick = useRef<HTMLInputElement>(null);
  const hidden = nameless(account.value);

  useEffect(() => {
    if (hidden) return undefined;
    const stop = new AbortController();
    api.attachments(one.id, stop.signal).then((page) => {
      setItems(page.items);
      setProblem('');
    }).catch((error) => !stop.signal.aborted && setProblem(error instanceof Problem ? error.message : String(error)));
    return () => stop.abort();
  }, [one.id, one.seq, hidden]);

  if (hidden) return null;
  const may = (account.value?.may ?? []) as string[];
  const adds = may.includes('direct') || may.includes('work') || (one.reporter !== null && one.reporter.id === account.value?.id);
  const photos = (items ?? []).filter(isPhoto);
  const others = (items ?? []).filter((a) => !isPhoto(a));

  const send = async (list: FileList | null) => {
    for (const file of list ?? []) {
      const mine: Sending = { name: file.name, share: 0 };
      const show = (more: Partial<Sending>) => setSending((all) => all.map((s) => (s.name === mine.name ? { ...s, ...more } : s)));
      setSending((all) => [...all.filter((s) => s.name !== mine.name), mine]);
      try {
        const made = await attachFile(one.id, file, file.type.startsWith('image/') ? kind : undefined, (share) => show({ share }));
        setItems((all) => [...(all ?? []).filter((a) => a.id !== made.id), made]);
        setSending((all) => all.filter((s) => s.name !== mine.name));
        changed?.();
      } catch (error) {
        show({ failed: error instanceof Error ? error.message : String(error) });
      }
    }
    if (pick.current) pick.current.value = '';
  };

  if (!adds && items?.length === 0 && !problem) return null;
  return (
    <section class="block attachments" data-attachments>
      <h4>{t('files.title')}{items && items.length > 0 && <span class="soft" translate={false}> {items.length}</span>}</h4>
      {problem && <p class="problem" role="alert"><Alert /><span>{problem}</span></p>}
      {photos.length > 0 && (
        <ul class="photo-grid">
          {photos.map((a, i) => (
            <li key={a.id}>
              <button type="button" onClick={() => setAt(i)} aria-label={t('files.open', { what: tOr(`attached.${a.kind}`, a.kind) })} data-attachment={a.id}>
                <img src={source(a, 'thumb')} alt="" loading="lazy" />
                <span class="photo-kind">{tOr(`attached.${a.kind}`, a.kind)}</span>
              </button>
              <Taken of={a} />
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && <ul class="file-list">{others.map((a) => <Row key={a.id} of={a} />)}</ul>}
      {sending.map((s) => (
        <div key={s.name} class="sending" role="status">
          <span translate={false}>{s.name}</span>
          {s.failed ? <span class="late">{s.failed}</span> : <progress value={s.share} max={1} aria-label={t('files.sending')} />}
        </div>
      ))}
      {adds && (
        <>
          <input ref={pick} class="unseen" type="file" multiple accept={accept} tabIndex={-1} aria-label={t('files.add')} onChange={(e) => void send(e.currentTarget.files)} />
          <button type="button" class="button small" onClick={() => pick.current?.click()}>{t('files.add')}</button>
        </>
      )}
      {at >= 0 && photos[at] && <LightBox all={photos} at={at} go={setAt} close={() => setAt(-1)} />}
    </section>
  );
}
