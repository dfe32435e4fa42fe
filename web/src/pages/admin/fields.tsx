/* Fields that several sections use: an area by code or name, times in the server's zone. */
import { useId } from 'preact/hooks';
import { name, t } from '../../i18n';
import type { Names } from '../../i18n';
import { offsetAt } from '../../i18n/format';
import { areas } from '../../store/narrow';
import { Text } from '../../ui/form';

/** The code of the one area whose name begins so; else what was typed. */
function codeOf(typed: string): string {
  if (!typed || areas.value.has(typed)) return typed;
  const found = [...areas.value.values()].filter((a) => Object.values(a.name ?? {}).some((n) => n.startsWith(typed)));
  return found.length === 1 ? found[0]!.code : typed;
}

export function AreaField({ label, value, set, bad, need = true }: { label: string; value: string; set: (code: string) => void; bad?: string | undefined; need?: boolean }) {
  const id = useId();
  const known = areas.value.get(value);
  return (
    <div class="field">
      <label for={id}>{label}{need && <span class="need"> *</span>}</label>
      <input id={id} name="area" list={`${id}-list`} value={value} maxLength={63} autocomplete="off" required={need} aria-invalid={bad !== undefined} onInput={(e) => set(e.currentTarget.value.trim())} onBlur={() => set(codeOf(value))} onKeyDown={(e) => { if (e.key === 'Enter') set(codeOf(value)); }} />
      <datalist id={`${id}-list`}>{[...areas.value.values()].map((a) => <option key={a.code} value={a.code}>{name(a.name, a.code)}</option>)}</datalist>
      <span class={bad ? 'bad' : 'soft'} translate={false}>{bad ?? (known ? name(known.name) : value ? t('field.area.unknown') : t('field.area.hint'))}</span>
    </div>
  );
}

/** A name in both languages; what else there is of it stays. */
export function NamesField({ label, value, set, bad, need = true }: { label: string; value: Names; set: (to: Record<string, string>) => void; bad?: string | undefined; need?: boolean }) {
  const now = value ?? {};
  const put = (tag: string, text: string): void => {
    const { [tag]: _, ...rest } = now;
    set(text ? { ...rest, [tag]: text } : rest);
  };
  return (
    <div class="two">
      <Text label={`${label} · ${t('app.lang.zh')}`} need={need} value={now['zh'] ?? now['und'] ?? ''} set={(to) => put('zh', to)} max={100} name="name_zh" bad={bad} />
      <Text label={`${label} · ${t('app.lang.en')}`} value={now['en'] ?? ''} set={(to) => put('en', to)} max={100} name="name_en" />
    </div>
  );
}

/** RFC 3339 → the value of a datetime-local field in the server's zone, and back. */
export function timeIn(text: string | null): string {
  if (!text) return '';
  const at = Date.parse(text);
  return new Date(at + offsetAt(at)).toISOString().slice(0, 16);
}
export function timeOut(local: string): string {
  const as = Date.parse(`${local}:00Z`);
  const at = as - offsetAt(as - offsetAt(as)); // the offset of that very moment, not of now
  return new Date(at).toISOString();
}
