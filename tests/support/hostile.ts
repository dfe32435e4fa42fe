// What every edit must refuse, whoever wrote it: used by the tests of /admin's interface.
import { expect } from 'vitest';
import { type Client, expectProblem, type Json } from './client.ts';
import { demoNames, type DemoName, type Server } from './server.ts';

export interface Edit {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  good: Json; // a body that would be taken
  seen: boolean; // it names the version that was read
}

const send = (client: Client, e: Edit, body: unknown, headers: Record<string, string> = {}) =>
  client.send(e.method, e.path, typeof body === 'string' ? body : JSON.stringify(body), { 'Content-Type': 'application/json', ...headers });

// Members of the frame: reason, version, confirm; strangers; bodies that are no object. Nothing of it may write.
export async function refusesNonsense(client: Client, e: Edit): Promise<void> {
  const head = await client.head();
  const where = `${e.method} ${e.path}`;
  for (const body of ['', '[]', 'null', '"x"', '{', '{"reason":1}', '{"a":1,"a":2}', '\u0000']) expectProblem(await send(client, e, body), 400);
  const { reason: _, ...reasonless } = e.good;
  expectProblem(await send(client, e, reasonless), 400, 'reason');
  for (const reason of ['', 'x', '  ', 'x'.repeat(201), '字'.repeat(201), 'x'.repeat(3000), 7, {}, null]) expectProblem(await send(client, e, { ...e.good, reason }), 400, 'reason');
  expectProblem(await send(client, e, { ...e.good, stranger: 1 }), 400, 'stranger');
  for (const confirm of ['true', 1, {}]) expectProblem(await send(client, e, { ...e.good, confirm }), 400, 'confirm');
  for (const version of [1, {}, 'x'.repeat(65)]) expectProblem(await send(client, e, { ...e.good, version }), 400, 'version');
  if (e.seen) {
    const { version: __, ...unseen } = e.good;
    expectProblem(await send(client, e, unseen), 400, 'version');
    expectProblem(await send(client, e, unseen, { 'If-Match': '"0000000000000000"' }), 409, 'version');
  }
  const stale = await send(client, e, { ...e.good, version: '0123456789abcdef' });
  expect(stale.status, `${where}: ${stale.text}`).toBe(409);
  expect(stale.json.type).toBe('/problems/stale-version');
  expectProblem(await send(client, e, 'x'.repeat(300_000)), 413);
  expect(await client.head(), where).toBe(head);
}

// Every role but these is refused, before its body is looked at.
export async function onlyFor(server: Server, e: Edit, roles: DemoName[]): Promise<void> {
  for (const name of demoNames.filter((n) => !roles.includes(n))) expectProblem(await send(await server.as(name), e, '{'), 403);
  for (const name of roles) expectProblem(await send(await server.as(name), e, '{'), 400);
  expectProblem(await send(server.nobody(), e, '{'), 401);
}
