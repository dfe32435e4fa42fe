/* The page `/admin`: accounts, the catalogue, people, settings, the log. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { t } from '../../i18n';
import '../../ui/fonts';
import { Login, Unreachable } from '../../ui/login';
import { openSession, phase } from '../../store/session';
import { dressRoot } from '../../store/size';
import '../../ui/admin.css';
import { Admin } from './admin';

function Page() {
  switch (phase.value) {
    case 'in': return <Admin />;
    case 'out': return <Login />;
    case 'unreachable': return <Unreachable />;
    case 'opening': return <main class="door"><p class="soft" role="status">{t('app.loading')}</p></main>;
  }
}

dressRoot();
effect(() => {
  document.title = t('admin.title');
});
render(<Page />, document.getElementById('app')!);
void openSession();
