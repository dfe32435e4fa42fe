// Who rang up: kept beside the log, and told to the centre that has the matter, to nobody else.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectProblem, type Client, type Json } from '../support/client.ts';
import { Server } from '../support/server.ts';
import { unchanged } from '../support/unchanged.ts';

let server: Server, centre: Client, department: Client, body: Json;
let serial = 0;
beforeAll(async () => {
  server = await Server.start();
  [centre, department] = await Promise.all([server.as('dispatcher'), server.as('department')]);
  const [w, s, e, n] = (await centre.read('/api/v1/grids?limit=1')).items[0].bbox;
  const category = (await centre.read('/api/v1/categories')).items.find((c: Json) => c.class === 'ordinary' && !c.retired).code;
  body = { lon: (w + e) / 2, lat: (s + n) / 2, category, description: '楼下井盖缺失', source: 'hotline' };
});
afterAll(() => server.stopWhole());
const report = (more: Json) => centre.post('/api/v1/incidents', { ...body, client_id: `ring-${(serial += 1)}`, ...more });

test('the centre is told who rang up; a department that has the matter is not, nor does it stand in the chain', async () => {
  const answer = await report({ caller: { name: '刘女士', phone: '12900001234' } });
  expect(answer.status, answer.text).toBe(201);
  const { id } = answer.json;
  expect(answer.text).not.toContain('刘女士');
  expect((await centre.read(`/api/v1/incidents/${id}/work`)).caller).toEqual({ name: '刘女士', phone: '12900001234' });
  let i = answer.json;
  for (const [action, more] of [['accept', {}], ['dispatch', { to_org: 'dept-urban' }]] as const) {
    const done = await centre.post(`/api/v1/incidents/${id}/actions`, { action, client_id: `ring-${(serial += 1)}`, version: i.version, ...more });
    expect(done.status, done.text).toBe(200);
    i = done.json;
  }
  expect((await department.read(`/api/v1/incidents/${id}/work`)).caller).toBeNull();
  for (const path of ['', '/events', '/work']) expect(JSON.stringify(await department.read(`/api/v1/incidents/${id}${path}`)), path).not.toMatch(/刘女士|12900001234/);
  const first = (await centre.read(`/api/v1/incidents/${id}/events`)).items[0];
  expect(first.private.caller).toContain('刘女士');
  expect(first.body.caller).toMatch(/^[0-9a-f]{64}$/);
  const theirs = (await department.read(`/api/v1/incidents/${id}/events`)).items[0];
  expect(theirs.private).not.toHaveProperty('caller');
  expect(theirs.hash).toBe(first.hash); // the proof is the same for both
});

test('a report without one has none; a caller that says nothing, or too much, is refused by its name', async () => {
  const plain = await report({});
  expect((await centre.read(`/api/v1/incidents/${plain.json.id}/work`)).caller).toBeNull();
  await unchanged(centre, async () => {
    expectProblem(await report({ caller: {} }), 400, 'caller');
    expectProblem(await report({ caller: { name: 'x'.repeat(101) } }), 400, 'name');
    expectProblem(await report({ caller: { name: '刘', age: 40 } }), 400, 'age');
    expectProblem(await report({ caller: 'Liu' }), 400, 'caller');
  });
});
