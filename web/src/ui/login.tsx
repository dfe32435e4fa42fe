/* The door. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Problem } from '../api';
import { t } from '../i18n';
import { expired, signIn, trouble } from '../store/session';
import { Alert, Logo } from './icons';
import { LanguageSwitch } from './language';

export function Login() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const account = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  // Not away from somebody who types already: an effect may come late.
  useEffect(() => {
    if (document.activeElement === document.body) account.current?.focus();
  }, []);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const [who, word] = [account.current!.value.trim(), password.current!.value];
    if (!who || !word) {
      setProblem(t('login.need'));
      (who ? password : account).current?.focus();
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await signIn(who, word);
    } catch (error) {
      setProblem(error instanceof Problem ? error.message : String(error));
      setBusy(false);
      password.current?.select();
    }
  };

  return (
    <main class="door">
      <form class="door-card" onSubmit={(e) => void submit(e)} noValidate aria-labelledby="door-title">
        <div class="door-brand">
          <Logo />
          <div>
            <h1 id="door-title">{t('app.name')}</h1>
            <p class="soft">{t('login.lead')}</p>
          </div>
          <LanguageSwitch />
        </div>
        {expired.value && !problem && <p class="note" role="status">{t('login.expired')}</p>}
        <label class="field">
          <span>{t('login.name')}</span>
          <input ref={account} name="username" autocomplete="username" autocapitalize="none" spellcheck={false} maxLength={64} required
            aria-invalid={problem !== null} aria-describedby={problem ? 'door-problem' : undefined} />
        </label>
        <label class="field">
          <span>{t('login.password')}</span>
          <input ref={password} name="password" type="password" autocomplete="current-password" maxLength={256} required
            aria-invalid={problem !== null} aria-describedby={problem ? 'door-problem' : undefined} />
        </label>
        {problem && <p class="problem" id="door-problem" role="alert"><Alert /><span translate={false}>{problem}</span></p>}
        <button class="button primary wide" type="submit" disabled={busy}>{busy ? t('login.busy') : t('login.submit')}</button>
      </form>
    </main>
  );
}

/** The server does not answer yet: it is asked again by itself. */
export function Unreachable() {
  return (
    <main class="door">
      <div class="door-card">
        <div class="door-brand"><Logo /><div><h1>{t('app.name')}</h1></div><LanguageSwitch /></div>
        <p class="problem" role="alert"><Alert /><span translate={false}>{trouble.value}</span></p>
        <p class="soft">{t('app.waiting')}</p>
      </div>
    </main>
  );
}
