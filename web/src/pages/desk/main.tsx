/* The page `/desk`: for the centre, departments and leaders. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { t } from '../../i18n';
import '../../ui/fonts';
import { Login, Unreachable } from '../../ui/login';
import { openSession, phase } from '../../store/session';
import { dressRoot } from '../../store/size';
import { canBeWall } from '../../store/ui';
import '../../ui/bar.css';
import '../../ui/wall.css';
import '../../ui/desk.css';
import { Desk } from './desk';
import { holdAddress } from './state';

function Page() {
  switch (phase.value) {
    case 'in': return <Desk />;
    case 'out': return <Login />;
    case 'unreachable': return <Unreachable />;
    case 'opening': return <main class="door"><p class="soft" role="status">{t('app.loading')}</p></main>;
  }
}

canBeWall.value = false;
dressRoot();
holdAddress();
effect(() => {
  document.title = t('desk.title');
});
render(<Page />, document.getElementById('app')!);
void openSession();
