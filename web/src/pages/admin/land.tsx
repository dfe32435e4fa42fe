/* Organisations, and the names and parents of areas. Boundaries are drawn elsewhere: as plans. */
import { useEffect, useState } from 'preact/hooks';
import { name, t } from '../../i18n';
import type { Names } from '../../i18n';
import { count } from '../../i18n/format';
import { areas } from '../../store/narrow';
import { Choice, Text } from '../../ui/form';
import { refName } from '../../ui/parts';
import { admin } from './api';
import type { AreaItem, Calendar, Org } from './api';
import { AreaField, NamesField } from './fields';
import { Edit, Editor, List } from './kit';
import * as tables from './tables';

function useCalendars(): Calendar[] {
  const [all, setAll] = useState<Calendar[]>([]);
  useEffect(() => {
    const asking = new AbortController();
    admin.calendars(asking.signal).then((page) => setAll(page.items), () => undefined);
    return () => asking.abort();
  }, []);
  return all;
}

export function Orgs() {
  const calendars = useCalendars();
  return (
    <List<Org> section="orgs" table={tables.orgs} brings id={(o) => o.code} create="org.add" read={admin.orgs}
      columns={[
        { key: 'org.name', cell: (o) => <b translate={false}>{name(o.name, o.code)}</b> },
        { key: 'field.code', cell: (o) => <span class="code" translate={false}>{o.code}</span> },
        { key: 'filter.area', cell: (o) => <span translate={false}>{refName(o.area)}</span> },
        { key: 'org.calendar', cell: (o) => (o.calendar ? <span translate={false}>{name(calendars.find((c) => c.code === o.calendar)?.name, o.calendar)}</span> : <span class="soft">{t('org.calendar.none')}</span>) },
      ]}
      edit={(o, done) => <OrgEditor calendars={calendars} of={o} done={done} />} />
  );
}

function OrgEditor({ of, calendars, done }: { of: Org | null; calendars: Calendar[]; done: () => void }) {
  const [code, setCode] = useState(of?.code ?? '');
  const [names, setNames] = useState<Names>(of?.name ?? {});
  const [area, setArea] = useState(of?.area?.code ?? '');
  const [calendar, setCalendar] = useState(of?.calendar ?? '');
  return (
    <Editor title={of ? name(of.name, of.code) : t('org.add')} section="orgs">
      <Edit label={t('admin.save')} done={done} send={(why) => admin.putOrg(code.trim(), { ...why, name: names, area: area || null, calendar: calendar || null, ...(of && { version: of.version }) })}>
        {(bad) => (
          <>
            <Text label={t('field.code')} need value={code} set={setCode} max={63} name="code" disabled={of !== null} bad={bad('code')} />
            <NamesField label={t('org.name')} value={names} set={setNames} bad={bad('name')} />
            <AreaField label={t('filter.area')} need={false} value={area} set={setArea} bad={bad('area')} />
            <Choice label={t('org.calendar')} hint={t('org.calendar.hint')} name="calendar" value={calendar} set={setCalendar} none={t('org.calendar.none')} bad={bad('calendar')}
              options={calendars.filter((c) => c.code !== 'work').map((c) => ({ value: c.code, text: name(c.name, c.code) }))} />
          </>
        )}
      </Edit>
      {of && <details class="more-actions"><summary>{t('admin.remove')}</summary><p class="soft">{t('org.remove.hint')}</p><Edit label={t('admin.remove')} danger send={(why) => admin.dropOrg(of, why)} done={done} /></details>}
    </Editor>
  );
}

export function AreasPart() {
  return (
    <List<AreaItem> section="areas" table={tables.areaTable} brings id={(a) => a.code} read={admin.areas}
      columns={[
        { key: 'areas.name', cell: (a) => <b translate={false} class={`depth-${Math.min(3, a.depth)}`}>{name(a.name, a.code)}</b> },
        { key: 'field.code', cell: (a) => <span class="code" translate={false}>{a.code}</span> },
        { key: 'area.level', cell: (a) => <span translate={false}>{name(a.level_name, a.level)}</span> },
        { key: 'area.parent', cell: (a) => <span translate={false}>{a.parent ? name(areas.value.get(a.parent)?.name, a.parent) : ''}</span> },
        { key: 'area.named', cell: (a) => (a.named ? '' : <span class="tag tag-queue">{t('area.unnamed')}</span>) },
        { key: 'area.grids', number: true, cell: (a) => <span translate={false}>{count(a.grids)}</span> },
      ]}
      edit={(a, done) => (a ? <AreaEditor of={a} done={done} /> : null)} />
  );
}

function AreaEditor({ of, done }: { of: AreaItem; done: () => void }) {
  const [names, setNames] = useState<Names>(of.name);
  const [parent, setParent] = useState(of.parent ?? '');
  const renamed = JSON.stringify(names) !== JSON.stringify(of.name), moved = parent !== (of.parent ?? '');
  return (
    <Editor title={name(of.name, of.code)} section="areas">
      <Edit label={t('admin.save')} done={done} ready={renamed || moved}
        send={(why) => admin.changeArea(of, { ...why, ...(renamed && { name: names }), ...(moved && { parent: parent || null }) })}>
        {(bad) => (
          <>
            <NamesField label={t('areas.name')} value={names} set={setNames} bad={bad('name')} />
            <AreaField label={t('area.parent')} need={false} value={parent} set={setParent} bad={bad('parent')} />
            <p class="soft">{t('area.parent.hint')}</p>
          </>
        )}
      </Edit>
    </Editor>
  );
}
