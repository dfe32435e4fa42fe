/* The catalogue: what may be reported, how soon it is due, who sees it; as a table to take out, change and bring back. */
import { useRef, useState } from 'preact/hooks';
import { Problem } from '../../api';
import { name, t, tOr } from '../../i18n';
import type { Names } from '../../i18n';
import { Check, Choice, Text } from '../../ui/form';
import { Alert, Plus } from '../../ui/icons';
import { admin } from './api';
import type { CategoryImport, CategoryItem, FieldOf } from './api';
import { Changes, History } from './changes';
import { NamesField } from './fields';
import { Edit, Editor, go, List } from './kit';
import { limitFor, NO_RULES, spanText } from './rules';
import { RulesEditor } from './rules_editor';

const CLASSES = ['ordinary', 'restricted', 'sealed'] as const;
const TYPES = ['text', 'number', 'choice', 'photo'] as const;

export function Categories() {
  const [round, setRound] = useState(0);
  return (
    <List<CategoryItem> section="categories" id={(c) => c.code} create="category.add" read={admin.categories} again={round}
      tools={
        <>
          <a class="button" href="/api/v1/categories?format=csv" download="categories.csv">{t('admin.export')}</a>
          <button type="button" class="button" data-import onClick={() => go('categories', 'import')}>{t('admin.import')}</button>
        </>
      }
      columns={[
        { key: 'category.name', cell: (c) => <b translate={false}>{name(c.name, c.code)}</b> },
        { key: 'category.group', cell: (c) => <span translate={false}>{name(c.group_name, c.group)}</span> },
        { key: 'field.code', cell: (c) => <span class="code" translate={false}>{c.code}</span> },
        { key: 'category.severity', cell: (c) => <span class={`tag tag-severity-${c.severity}`}>{tOr(`severity.${c.severity}`, t('severity.1'))}</span> },
        { key: 'category.class', cell: (c) => tOr(`class.${c.class}`, c.class) },
        { key: 'category.accept', number: true, cell: (c) => spanText(limitFor(c.rules.limits.accept, c.severity)) },
        { key: 'category.handle', number: true, cell: (c) => spanText(limitFor(c.rules.limits.whole, c.severity)) },
        { key: 'account.state', cell: (c) => (c.retired ? <span class="tag tag-queue">{t('category.retired')}</span> : '') },
      ]}
      also={(id, done) => (id === 'import' ? <Import done={() => { setRound(round + 1); done(); }} /> : null)}
      edit={(c, done) => <CategoryEditor of={c} done={done} />} />
  );
}

function CategoryEditor({ of, done }: { of: CategoryItem | null; done: () => void }) {
  const [code, setCode] = useState(of?.code ?? '');
  const [names, setNames] = useState<Names>(of?.name ?? {});
  const [group, setGroup] = useState(of?.group ?? '');
  const [groupNames, setGroupNames] = useState<Names>(of?.group_name ?? {});
  const [severity, setSeverity] = useState(String(of?.severity ?? 1));
  const [sight, setSight] = useState(of?.class ?? 'ordinary');
  const [rules, setRules] = useState(of?.rules ?? NO_RULES);
  const [retired, setRetired] = useState(of?.retired ?? false);
  const [filing, setFiling] = useState(of?.filing_standard ?? '');
  const [closing, setClosing] = useState(of?.closing_standard ?? '');
  const [org, setOrg] = useState(of?.usual_org ?? '');
  const [fields, setFields] = useState<FieldOf[]>(of?.fields ?? []);
  return (
    <Editor title={of ? name(of.name, of.code) : t('category.add')} section="categories">
      <Edit label={t('admin.save')} done={done} send={(why) => admin.putCategory(code.trim(), {
        ...why, name: names, group: group.trim(), group_name: groupNames, severity: Number(severity), class: sight, retired, fields,
        rules,
        filing_standard: filing || null, closing_standard: closing || null, usual_org: org.trim() || null, ...(of && { version: of.version }),
      })}>
        {(bad) => (
          <>
            <Text label={t('field.code')} need value={code} set={setCode} max={63} name="code" disabled={of !== null} bad={bad('code')} />
            <NamesField label={t('category.name')} value={names} set={setNames} bad={bad('name')} />
            <Text label={t('category.group.code')} need value={group} set={setGroup} max={64} name="group" bad={bad('group')} />
            <NamesField label={t('category.group')} value={groupNames} set={setGroupNames} need={false} bad={bad('group_name')} />
            <Choice label={t('category.severity')} value={severity} set={setSeverity} name="severity" options={['1', '2', '3'].map((s) => ({ value: s, text: tOr(`severity.${s}`, s) }))} bad={bad('severity')} />
            <Choice label={t('category.class')} value={sight} set={setSight} name="class" options={CLASSES.map((c) => ({ value: c, text: tOr(`class.${c}`, c) }))} bad={bad('class')} />
            <RulesEditor of={rules} set={setRules} bad={bad} history={of && (of.rules.version ?? 1) > 1 ? <History code={of.code} /> : null} />
            <Text label={t('category.filing')} rows={2} max={1000} value={filing} set={setFiling} name="filing" bad={bad('filing_standard')} />
            <Text label={t('category.closing')} rows={2} max={1000} value={closing} set={setClosing} name="closing" bad={bad('closing_standard')} />
            <Text label={t('category.org')} value={org} set={setOrg} max={64} name="org" bad={bad('usual_org')} />
            <Fields all={fields} set={setFields} bad={bad} />
            {of && <Check label={t('category.retire')} value={retired} set={setRetired} name="retired" />}
          </>
        )}
      </Edit>
    </Editor>
  );
}

/** What a report of this kind is asked besides. */
function Fields({ all, set, bad }: { all: FieldOf[]; set: (to: FieldOf[]) => void; bad: (field: string) => string | undefined }) {
  const put = (i: number, part: Partial<FieldOf>): void => set(all.map((f, k) => (k === i ? { ...f, ...part } : f)));
  return (
    <>
      {all.map((f, i) => (
        <fieldset key={i} class="grant">
          <legend>{t('category.field.n', { n: i + 1 })}</legend>
          <Text label={t('field.code')} need value={f.code} set={(code) => put(i, { code })} max={63} bad={bad(`fields.${i}.code`)} />
          <NamesField label={t('category.field.name')} value={f.names} set={(names) => put(i, { names })} bad={bad(`fields.${i}.names`)} />
          <Choice label={t('category.field.type')} value={f.type} set={(type) => put(i, { type: type as FieldOf['type'] })} options={TYPES.map((x) => ({ value: x, text: tOr(`fieldtype.${x}`, x) }))} bad={bad(`fields.${i}.type`)} />
          {f.type === 'choice' && <Text label={t('category.field.values')} value={(f.values ?? []).join('; ')} set={(text) => put(i, { values: text.split(/[;；]/).map((v) => v.trim()).filter(Boolean) })} max={1000} bad={bad(`fields.${i}.values`)} />}
          <Check label={t('category.field.required')} value={f.required ?? false} set={(required) => put(i, { required })} />
          <button type="button" class="button small" onClick={() => set(all.filter((_, k) => k !== i))}>{t('category.field.drop')}</button>
        </fieldset>
      ))}
      {all.length < 40 && <button type="button" class="button" onClick={() => set([...all, { code: '', names: {}, type: 'text' }])}><Plus />{t('category.field.add')}</button>}
    </>
  );
}

/** First what it would do, row by row; then, with a reason, all of it or nothing. */
function Import({ done }: { done: () => void }) {
  const file = useRef<{ csv: string } | { catalogue: unknown } | null>(null);
  const [plan, setPlan] = useState<CategoryImport | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const look = async (picked: File | undefined): Promise<void> => {
    setPlan(null);
    setProblem(null);
    if (!picked) return;
    try {
      const text = await picked.text();
      file.current = /\.json$/i.test(picked.name) ? { catalogue: JSON.parse(text) as unknown } : { csv: text };
      setPlan(await admin.importCategories(file.current, true, {}));
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, String(error)));
    }
  };
  const rows = plan?.items.filter((r) => r.what !== 'same') ?? [];
  return (
    <Editor title={t('category.import')} section="categories">
      <p class="soft">{t('category.import.hint')}</p>
      <label class="field"><span>{t('admin.file')}</span><input type="file" accept=".csv,.json,text/csv,application/json" onChange={(e) => void look(e.currentTarget.files?.[0])} /></label>
      {problem && <p class="problem" role="alert"><Alert /><span translate={false}>{problem.field ? `${problem.field}: ` : ''}{problem.message}</span></p>}
      {plan && (
        <>
          <p role="status" data-plan>{t('category.import.sum', { added: plan.new, changed: plan.changed, same: plan.same })}</p>
          {rows.length > 0 && (
            <ul class="plan" tabIndex={0} aria-label={t('category.import.changes')}>
              {rows.map((r) => (
                <li key={r.row} data-row={r.code}>
                  <p class="plan-head"><b translate={false}>{name(r.name, r.code)}</b><span class="code" translate={false}>{r.code}</span><span class={`tag ${r.what === 'new' ? 'tag-new' : ''}`}>{r.what === 'new' ? t('admin.new') : t('admin.changed')}</span><span class="soft">{t('category.import.row', { n: r.row })}</span></p>
                  <Changes of={r.changes} />
                </li>
              ))}
            </ul>
          )}
          {rows.length > 0 && <Edit label={t('admin.import')} send={(why) => admin.importCategories(file.current!, false, { ...why, version: plan.version })} done={done} />}
        </>
      )}
    </Editor>
  );
}
