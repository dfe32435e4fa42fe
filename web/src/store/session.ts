/* Who is signed in. */
import { signal } from '@preact/signals';
import { api, Problem, whenSignedOut } from '../api';
import type { Account, ServerInfo } from '../api';
import { setServerTime, zone } from '../i18n/format';

export type Phase = 'opening' | 'out' | 'in' | 'unreachable';

export const phase = signal<Phase>('opening');
export const account = signal<Account | null>(null);
export const server = signal<ServerInfo | null>(null);
/** The session ended by itself, not by the person's wish. */
export const expired = signal(false);

async function enter(first: boolean): Promise<void> {
  const me = await api.me(first);
  zone.value = me.server.timezone;
  setServerTime(Date.parse(me.server.time));
  server.value = me.server;
  account.value = me.account;
  expired.value = false;
  phase.value = 'in';
}

/** What is told of the server at the start, once more: a district that was empty has been filled. */
export async function lookAgain(): Promise<void> {
  await enter(false).catch(() => undefined); // the next message asks again
}

/** Why the server does not answer as it should, in its words where it has any ("starting; try again"). */
export const trouble = signal('');
const AGAIN_MS = 2_000;

export async function openSession(): Promise<void> {
  try {
    await enter(true);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      phase.value = 'out';
      return;
    }
    trouble.value = error instanceof Problem ? error.message : String(error);
    phase.value = 'unreachable';
    setTimeout(() => {
      if (phase.value === 'unreachable') void openSession();
    }, AGAIN_MS);
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  await api.login(name, password);
  await enter(false);
}

/** A wall's screen, with the code that an administrator made for it: once, for good. */
export async function signOn(code: string): Promise<void> {
  await api.signOn(code);
  await enter(false);
}

export async function signOut(): Promise<void> {
  try {
    await api.logout();
  } catch {
    /* gone either way */
  }
  leave(false);
}

function leave(byItself: boolean): void {
  account.value = null;
  expired.value = byItself;
  phase.value = 'out';
}

whenSignedOut(() => {
  if (phase.value === 'in') leave(true);
});
export const sessionEnded = (): void => leave(true);
