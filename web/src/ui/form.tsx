/* Fields of forms: a label above, what is wrong below. The value is the caller's. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../i18n';

interface Base { label: string; hint?: string; bad?: string | undefined; need?: boolean; disabled?: boolean }

function Row({ label, hint, bad, need, id, children }: Base & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label}{need && <span class="need" title={t('form.need')}> *</span>}</label>
      {children}
      {hint && !bad && <span class="soft" id={`${id}-hint`}>{hint}</span>}
      {bad && <span class="bad" id={`${id}-bad`} translate={false}>{bad}</span>}
    </div>
  );
}
const marks = (id: string, bad: string | undefined) => ({ 'aria-invalid': bad !== undefined, 'aria-describedby': bad ? `${id}-bad` : undefined });

export function Text({ value, set, max = 200, type = 'text', rows, name, ...base }: Base & {
  value: string; set: (to: string) => void; max?: number; type?: 'text' | 'tel' | 'date' | 'datetime-local' | 'number' | 'time'; rows?: number; name?: string;
}) {
  const id = useId();
  return (
    <Row {...base} id={id}>
      {rows
        ? <textarea id={id} name={name} rows={rows} maxLength={max} value={value} disabled={base.disabled} required={base.need} {...marks(id, base.bad)} onInput={(e) => set(e.currentTarget.value)} />
        : <input id={id} name={name} type={type as 'text' /* the types differ by kind, for the sake of lists */} maxLength={max} value={value} disabled={base.disabled} required={base.need} autocomplete="off" {...marks(id, base.bad)} onInput={(e) => set(e.currentTarget.value)} />}
    </Row>
  );
}

export function Choice({ value, set, options, none, name, ...base }: Base & {
  value: string; set: (to: string) => void; options: readonly { value: string; text: string }[]; none?: string; name?: string;
}) {
  const id = useId();
  return (
    <Row {...base} id={id}>
      <select id={id} name={name} value={value} disabled={base.disabled} required={base.need} {...marks(id, base.bad)} onChange={(e) => set(e.currentTarget.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {options.map((one) => <option key={one.value} value={one.value} translate={false}>{one.text}</option>)}
      </select>
    </Row>
  );
}

export function Check({ value, set, label, disabled, name }: { value: boolean; set: (to: boolean) => void; label: string; disabled?: boolean; name?: string }) {
  return <label class="check"><input type="checkbox" name={name} checked={value} disabled={disabled} onChange={(e) => set(e.currentTarget.checked)} />{label}</label>;
}
