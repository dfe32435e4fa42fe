/* The door. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Problem } from '../api';
import { t } from '../i18n';
import { expired, signIn, signOn, trouble } from '../store/session';
import { Alert, Logo, Screen } from './icons';
import { LanguageSwitch } from './language';

/** `walls`: on the page that walls show, a screen may sign on with its code instead. */
export function Login({ walls }: { walls?: boolean }) {
  const [wall, setWall] = useState(false);
  return wall ? <WallDoor back={() => setWall(false)} /> : <AccountDoor other={walls ? () => setWall(true) : undefined} />;
}

function WallDoor({ back }: { back: () => void }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const code = useRef<HTMLInputElement>(null);
  useEffect(() => code.current?.focus(), []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await signOn(code.current!.value.trim());
    } catch (error) {
      setProblem(error instanceof Problem ? error.message : String(error));
      setBusy(false);
      code.current?.select();
    }
  };
  return (
    <main class="door">
      <form class="door-card" onSubmit={(e) => void submit(e)} noValidate aria-labelledby="door-title">
        <div class="door-brand"><Logo /><div><h1 id="door-title">{t('wall.door')}</h1><p class="soft">{t('app.name')}</p></div><LanguageSwitch /></div>
        <label class="field">
          <span>{t('wall.code')}</span>
          <input ref={code} name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck={false} maxLength={32} required
            aria-invalid={problem !== null} aria-describedby={problem ? 'door-problem' : 'door-hint'} />
          <span class="soft" id="door-hint">{t('wall.code.hint')}</span>
        </label>
        {problem && <p class="problem" id="door-problem" role="alert"><Alert /><span translate={false}>{problem}</span></p>}
        <button class="button primary wide" type="submit" disabled={busy}>{busy ? t('login.busy') : t('wall.door')}</button>
        <button class="button wide" type="button" onClick={back}>{t('wall.door.back')}</button>
      </form>
    </main>
  );
}

function AccountDoor({ other }: { other: (() => void) | undefined }) {
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
        {other && <button class="button wide" type="button" onClick={other}><Screen />{t('wall.door')}</button>}
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
