/* Several incidents at one place of the map: which one is meant? */
import { name, t } from '../i18n';
import { groupOf } from '../map/states';
import { categories, stream } from '../store/live';
import { selection } from '../store/ui';
import type { Found } from '../store/ui';
import { GroupSign } from './icons';
import { Flags, Said, StateTag } from './parts';

export function SeveralPanel({ found }: { found: Found[] }) {
  const called = new Map(categories.value.map((c) => [c.code, name(c.name, c.code)]));
  return (
    <div class="panel-body">
      <ul class="several">
        {found.map((one) => {
          const known = stream.value.find((s) => s.id === one.id);
          return (
            <li key={one.id}>
              <button type="button" data-several={one.id} onClick={() => (selection.value = { kind: 'incident', id: one.id })}>
                <GroupSign group={groupOf(one.state)} />
                <span class="row-main">
                  <Said class="row-title">{called.get(one.category) ?? one.category}</Said>
                  <span class="row-words" translate={false}>{known?.description || one.number}</span>
                  <span class="tags"><StateTag state={one.state} /><Flags of={known ?? { ...one, class: 'ordinary' }} /></span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <p class="soft">{t('several.hint')}</p>
    </div>
  );
}
