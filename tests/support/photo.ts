// Photos for tests: a small picture, with what a camera writes into it.
import { createHash } from 'node:crypto';
import type { Client, Json } from './client.ts';

export const picture = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCABAAGADASIAAhEBAxEB/8QAGAABAQEBAQAAAAAAAAAAAAAAAwABBQb/xAAWEAADAAAAAAAAAAAAAAAAAAAAAQL/xAAXAQEBAQEAAAAAAAAAAAAAAAAEAgMG/8QAGBEAAgMAAAAAAAAAAAAAAAAAAAIBERP/2gAMAwEAAhEDEQA/APJqBVAqglA2WzM1ewlAqgVQSgiWzEK9hKBVAqglBMtmIV7CUDKBVBigiWzEK9hKBlAqgxQRLZiVewlAygVQYoIlsxCvZy1AqgVQSg2lszjFewlAqgVQSgiWzEK9hKBVAqglBEtmIV7CUDKBVBigmWzEK9hKBlAqgxQRLZiFewlAygVQYoIlsxCvZy1AqgVQSg2lszjVewlAqgVQSgiWzEK9hKBlAiglBEtmIV7CUDKBVBigmWzEK9hKBlAqgxQRLZiFewlAygVQYoIlsxCvZy1AqgVQSg2lszjVewlAqgVQSgiWzEK9hKBlAiglBEtmIV7CUDKBVBigmWzEK9hKBlAqgxQRLZiFewlAygVQYoIlsxCvZ//Z',
  'base64',
);

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

// The picture with EXIF (big-endian TIFF): where and when it was taken.
export function photo(at: { lon: number; lat: number; time: string; zone?: string }, salt = ''): Buffer {
  const ascii = (text: string) => Buffer.from(text + '\0', 'latin1');
  const degrees = (v: number) => {
    const b = Buffer.alloc(24);
    const whole = Math.floor(Math.abs(v)), minutes = (Math.abs(v) - whole) * 60, full = Math.floor(minutes);
    [whole, 1, full, 1, Math.round((minutes - full) * 60 * 10000), 10000].forEach((n, i) => b.writeUInt32BE(n, i * 4));
    return b;
  };
  const ifd = (start: number, entries: [tag: number, type: number, count: number, value: Buffer | number][]): Buffer => {
    const head = Buffer.alloc(2 + entries.length * 12 + 4);
    const tail: Buffer[] = [];
    let next = start + head.length;
    head.writeUInt16BE(entries.length, 0);
    entries.forEach(([tag, type, count, value], i) => {
      const o = 2 + i * 12;
      head.writeUInt16BE(tag, o);
      head.writeUInt16BE(type, o + 2);
      head.writeUInt32BE(count, o + 4);
      if (typeof value === 'number') head.writeUInt32BE(value, o + 8);
      else if (value.length <= 4) value.copy(head, o + 8);
      else {
        head.writeUInt32BE(next, o + 8);
        tail.push(value);
        next += value.length;
      }
    });
    return Buffer.concat([head, ...tail]);
  };
  const time: [number, number, number, Buffer][] = [[0x9003, 2, 20, ascii(at.time)]];
  if (at.zone) time.push([0x9011, 2, at.zone.length + 1, ascii(at.zone)]);
  const root = (exif: number, gps: number) => ifd(8, [[0x8769, 4, 1, exif], [0x8825, 4, 1, gps]]);
  const exifAt = 8 + root(0, 0).length;
  const exif = ifd(exifAt, time);
  const gpsAt = exifAt + exif.length;
  const gps = ifd(gpsAt, [
    [1, 2, 2, ascii(at.lat < 0 ? 'S' : 'N')], [2, 5, 3, degrees(at.lat)], [3, 2, 2, ascii(at.lon < 0 ? 'W' : 'E')], [4, 5, 3, degrees(at.lon)],
  ]);
  const tiff = Buffer.concat([Buffer.from('MM\0*\0\0\0\b', 'latin1'), root(exifAt, gpsAt), exif, gps]);
  const app1 = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const size = Buffer.alloc(2);
  size.writeUInt16BE(app1.length + 2);
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 2 + salt.length]), Buffer.from(salt, 'latin1')]);
  return Buffer.concat([picture.subarray(0, 2), Buffer.from([0xff, 0xe1]), size, app1, comment, picture.subarray(2)]);
}

export const begin = (client: Client, id: string, bytes: Uint8Array, more: Json = {}) =>
  client.post('/api/v1/uploads', { id, size: bytes.length, hash: sha256(bytes), name: '现场.jpg', type: 'image/jpeg', ...more });
export const piece = (client: Client, id: string, offset: number, bytes: Uint8Array) =>
  client.send('PUT', `/api/v1/uploads/${id}?offset=${offset}`, bytes as BodyInit, { 'Content-Type': 'application/octet-stream' });

let serial = 0;
// Uploads whole and attaches: the answer of the last step.
export async function attach(client: Client, incident: string, bytes: Uint8Array, more: Json = {}, upload: Json = {}) {
  const id = `up-${++serial}`;
  const begun = await begin(client, id, bytes, upload);
  if (begun.status >= 300) return begun;
  if (!begun.json.complete) {
    const put = await piece(client, id, 0, bytes);
    if (put.status !== 200) return put;
  }
  return client.post(`/api/v1/incidents/${incident}/attachments`, { upload: id, kind: 'scene', client_id: `at-${serial}`, ...more });
}
