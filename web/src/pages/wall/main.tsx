/* The page `/`: the map wall. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { t } from '../../i18n';
import '../../ui/fonts';
import { Login, Unreachable } from '../../ui/login';
import { openSession, phase } from '../../store/session';
import { dressRoot } from '../../store/size';
import { holdAddress } from '../../store/ui';
import '../../ui/bar.css';
import '../../ui/wall.css';
import { Wall } from './wall';

function Page() {
  switch (phase.value) {
    case 'in': return <Wall />;
    case 'out': return <Login walls />;
    case 'unreachable': return <Unreachable />;
    case 'opening': return <main class="door"><p class="soft" role="status">{t('app.loading')}</p></main>;
  }
}

dressRoot();
holdAddress();
effect(() => {
  document.title = t('app.title');
});
render(<Page />, document.getElementById('app')!);
void openSession();
