/* Files to the server in pieces: each is acknowledged, and what was cut off goes on where it ended. */
import { sha256 } from '@noble/hashes/sha2.js';
import { call, newClientId, type Attachment } from './api';

export type AttachmentKind = Attachment['kind'];
interface Progress { id: string; offset: number; size: number; complete: boolean; piece_max: number }

const tries = [500, 1500, 4000];
const rest = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Plain http by an address has no crypto.subtle: there a library computes the same. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = globalThis.crypto?.subtle ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)) : sha256(bytes);
  return Array.from(hash, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** The kinds the server tells by their content; browsers have other words for some. */
export function typeOf(file: { type: string; name: string }): string {
  const said = file.type.split(';')[0]!;
  const same: Record<string, string> = { 'audio/x-m4a': 'audio/mp4', 'audio/m4a': 'audio/mp4', 'audio/mp3': 'audio/mpeg', 'audio/x-wav': 'audio/wav', 'audio/wave': 'audio/wav', 'application/ogg': 'audio/ogg' };
  return same[said] ?? (said || (/\.txt$/i.test(file.name) ? 'text/plain' : 'application/octet-stream'));
}

export function kindFor(type: string, photo: AttachmentKind = 'scene'): AttachmentKind {
  return type.startsWith('audio/') ? 'audio' : type.startsWith('image/') || type.startsWith('video/') ? photo : 'file';
}

async function again<T>(what: () => Promise<T>): Promise<T> {
  for (let n = 0; ; n++) {
    try {
      return await what();
    } catch (error) {
      const status = (error as { status?: number }).status ?? -1;
      if ((status !== 0 && status !== 503) || n >= tries.length) throw error;
      await rest(tries[n]!);
    }
  }
}

async function put(id: string, offset: number, piece: Blob): Promise<Progress> {
  return call<Progress>('PUT', `/api/v1/uploads/${id}?offset=${offset}`, { blob: piece });
}

/** Sends the file and puts it on the incident. `told`: the share that is on the server's disk. */
export async function attachFile(incident: string, file: File, kind: AttachmentKind | undefined, told: (share: number) => void): Promise<Attachment> {
  const id = newClientId();
  const type = typeOf(file);
  const hash = await sha256Hex(new Uint8Array(await file.arrayBuffer()));
  const name = file.name.replace(/[/\\\p{Cc}]/gu, '_').slice(0, 60) || id;
  const begin = () => call<Progress>('POST', '/api/v1/uploads', { body: { id, size: file.size, hash, name, type } });
  let is = await again(begin);
  while (!is.complete) {
    const from = is.offset;
    is = await again(async () => {
      const now = await begin(); // also after a lost answer: the server says how far it came
      return now.complete ? now : put(id, now.offset, file.slice(now.offset, now.offset + now.piece_max));
    });
    if (!is.complete && is.offset === from) throw new Error(name);
    told(is.offset / is.size);
  }
  return again(() => call<Attachment>('POST', `/api/v1/incidents/${encodeURIComponent(incident)}/attachments`, { body: { upload: id, kind: kind ?? kindFor(type), client_id: id } }));
}
