/* Settings: one typed table, each changed by itself. */
import { useState } from 'preact/hooks';
import { may } from '../../api';
import { name, t } from '../../i18n';
import { areas } from '../../store/narrow';
import { account } from '../../store/session';
import { Check, Choice, Text } from '../../ui/form';
import { admin } from './api';
import type { Setting, SettingValue } from './api';
import { AreaField } from './fields';
import { Edit, Editor, List } from './kit';
import { settings } from './tables';

function shown(of: Setting, value: SettingValue): string {
  if (typeof value === 'boolean') return value ? t('setting.yes') : t('setting.no');
  if (of.type === 'area') return name(areas.value.get(String(value))?.name, String(value));
  return Array.isArray(value) ? value.join(', ') : String(value);
}

export function Settings() {
  return (
    <List<Setting> section="settings" table={settings} brings={may(account.value, 'admin')} id={(s) => s.key}
      read={async (q, _next, signal) => {
        const page = await admin.settings(signal);
        const words = q.trim().toLowerCase();
        return { next: null, items: page.items.filter((s) => !words || `${s.key} ${Object.values(s.title ?? {}).join(' ')}`.toLowerCase().includes(words)) };
      }}
      columns={[
        { key: 'setting.name', cell: (s) => <b translate={false}>{name(s.title, s.key)}</b> },
        { key: 'setting.value', cell: (s) => <span translate={false}>{shown(s, s.value)}</span> },
        { key: 'setting.default', cell: (s) => <span class="soft" translate={false}>{shown(s, s.default)}</span> },
        { key: 'field.code', cell: (s) => <span class="code" translate={false}>{s.key}</span> },
      ]}
      edit={(s, done) => (s ? <One key={s.version} of={s} done={done} /> : null)} />
  );
}

/** The zones this browser knows: the server says if it knows one too. */
const zones = (): string[] => Intl.supportedValuesOf('timeZone');

function One({ of, done }: { of: Setting; done: () => void }) {
  const [value, setValue] = useState(Array.isArray(of.value) ? of.value.join(', ') : String(of.value));
  const open = may(account.value, of.key === 'exclusive_admins' ? 'grant' : 'admin');
  const out = (): SettingValue => {
    if (of.type === 'bool') return value === 'true';
    if (of.type === 'number' || of.type === 'integer') return Number(value);
    return of.type === 'languages' ? value.split(/[,，\s]+/).filter(Boolean) : value;
  };
  return (
    <Editor title={name(of.title, of.key)} section="settings">
      {!open ? <p class="soft">{t('account.readonly')}</p> : (
        <Edit label={t('admin.save')} done={done} send={(why) => admin.putSetting(of, { ...why, value: out() })}>
          {(bad) => (
            <>
              {of.type === 'bool' ? <Check label={t('setting.set')} value={value === 'true'} set={(to) => setValue(String(to))} name="value" />
                : of.type === 'area' ? <AreaField label={t('setting.new')} value={value} set={setValue} bad={bad('value')} />
                : of.type === 'zone' ? <Choice label={t('setting.new')} value={value} set={setValue} options={[...new Set([value, ...zones()])].map((z) => ({ value: z, text: z }))} name="value" bad={bad('value')} />
                : <Text label={t('setting.new')} need value={value} set={setValue} type={of.type === 'languages' || of.type === 'profile' ? 'text' : 'number'} name="value" bad={bad('value')}
                    hint={of.type === 'languages' ? t('setting.languages.hint') : of.type === 'profile' ? t('setting.profile.hint') : of.min !== null && of.max !== null ? t('setting.range', { min: of.min, max: of.max }) : undefined} />}
              {of.needs_restart && <p class="soft">{t('setting.restart')}</p>}
            </>
          )}
        </Edit>
      )}
    </Editor>
  );
}
