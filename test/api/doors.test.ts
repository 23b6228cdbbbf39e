import { afterAll, beforeAll, expect, test } from 'vitest';
import { route, type AnyRoute } from '../../src/api/route.js';
import { createRouter } from '../../src/api/router.js';
import type { GuardDeps } from '../../src/api/guard.js';
import { HOOK_TOKEN, problemOf } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

function addressOf(spec: AnyRoute): string {
  return spec.path
    .replace(':id', '00000000-0000-4000-8000-000000000000')
    .replace(':provider', 'herosms')
    .replace(':token', 'x'.repeat(32))
    .replace(':code', 'not_found');
}

function walk(spec: AnyRoute, headers: Record<string, string>): Promise<Response> {
  if (spec.page === true) {
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
    return fetch(world.url + addressOf(spec), {
      method: spec.method.toUpperCase(),
      redirect: 'manual',
      headers: form,
      ...(spec.method === 'post' ? { body: 'next=/operator' } : {}),
    });
  }
  const body = spec.method === 'post' ? { body: '{}', headers: { ...headers, 'content-type': 'application/json' } } : { headers };
  return world.fetch(addressOf(spec), { method: spec.method.toUpperCase(), ...body });
}

test('without credentials, only public routes let anybody in', async () => {
  for (const spec of world.api.routes.filter(({ door }) => door === 'public')) {
    const response = await walk(spec, {});
    // The form answers a wrong key with itself, and whoever signs out lands there.
    const welcome = spec.page === true && spec.method === 'post' ? [401, 303] : [200, 503];
    expect([spec.path, welcome.includes(response.status)]).toEqual([spec.path, true]);
    expect([spec.path, response.headers.get('set-cookie') ?? 'Max-Age=0']).toEqual([spec.path, expect.stringContaining('Max-Age=0')]);
    await response.body?.cancel();
  }
  for (const spec of world.api.routes.filter(({ door }) => door === 'provider' || door === 'carrier')) {
    expect([spec.path, (await problemOf(await walk(spec, {}))).code]).toEqual([spec.path, 'not_found']);
  }
  for (const spec of world.api.routes.filter(({ door }) => door === 'client' || door === 'operator')) {
    const response = await walk(spec, {});
    if (spec.page === true) {
      expect([spec.path, response.status, response.headers.get('location')]).toEqual([
        spec.path,
        303,
        expect.stringMatching(/^\/operator\/sign-in/),
      ]);
      continue;
    }
    expect([spec.path, (await problemOf(response)).code]).toEqual([spec.path, 'unauthenticated']);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
  }
});

test.each([
  ['an unknown key', `Bearer ww_live_${'a'.repeat(43)}`],
  ['another scheme', 'Basic d3c6d3c='],
  ['a key that is too short', 'Bearer abc'],
  ['a key with strange characters', `Bearer ${'a'.repeat(30)}'--`],
  ['an endless key', `Bearer ${'a'.repeat(5_000)}`],
  ['nothing after the scheme', 'Bearer '],
])('with %s, no route for keys lets anybody in', async (_what, authorization) => {
  for (const spec of world.api.routes.filter(({ door, page }) => page !== true && (door === 'client' || door === 'operator'))) {
    expect([spec.path, (await problemOf(await walk(spec, { authorization }))).code]).toEqual([spec.path, 'unauthenticated']);
  }
});

test('a key of the other role is told so', async () => {
  const keys = { client: (await world.client()).key, operator: (await world.operator()).key };
  for (const spec of world.api.routes) {
    if (spec.door !== 'client' && spec.door !== 'operator') continue;
    const other = spec.door === 'client' ? keys.operator : keys.client;
    expect([spec.path, (await problemOf(await walk(spec, { authorization: `Bearer ${other}` }))).code]).toEqual([spec.path, 'forbidden']);
  }
});

test('revoked keys and suspended accounts are refused', async () => {
  const revoked = await world.client();
  await world.database.run("UPDATE api_keys SET revoked_at = now() - interval '1 second' WHERE account_id = $1", [revoked.accountId]);
  expect((await problemOf(await revoked.fetch('/v1/balance'))).code).toBe('unauthenticated');
  const suspended = await world.client();
  await world.database.run('UPDATE accounts SET suspended_at = now() WHERE id = $1', [suspended.accountId]);
  expect((await problemOf(await suspended.fetch('/v1/balance'))).code).toBe('forbidden');
});

test('a hook’s token opens its own provider only', async () => {
  const hook = { json: { activationId: 1, code: '1' } };
  expect((await world.fetch(`/hooks/providers/herosms/${HOOK_TOKEN}`, hook)).status).toBe(200);
  for (const path of [
    `/hooks/providers/fivesim/${HOOK_TOKEN}`,
    `/hooks/providers/herosms/${HOOK_TOKEN}x`,
    '/hooks/providers/herosms/',
    `/hooks/providers//${HOOK_TOKEN}`,
  ]) {
    expect([path, (await problemOf(await world.fetch(path, hook))).code]).toEqual([path, 'not_found']);
  }
});

const guardDeps = {} as GuardDeps;
const declared = route({
  method: 'get',
  path: '/x',
  door: 'public',
  limit: 'none',
  tag: 'Test',
  summary: 'x',
  answers: { 200: { description: 'x' } },
  problems: [],
  handle: () => ({ status: 200 }),
});

test.each([
  ['no door', { ...declared, door: undefined }, /does not declare its door/],
  ['an unknown door', { ...declared, door: 'anyone' }, /does not declare its door/],
  ['no answers', { ...declared, answers: {} }, /declares no answer/],
  ['no limit on its keys', { ...declared, door: 'client' }, /declares no limit/],
])('a server with a route that declares %s does not start', (_what, spec, message) => {
  expect(() => createRouter([spec as unknown as AnyRoute], guardDeps)).toThrow(message);
});

test('a route declared twice keeps the server from starting', () => {
  expect(() => createRouter([declared, declared], guardDeps)).toThrow(/declared twice/);
});

test('last_used_at is noted at most once a minute', async () => {
  const client = await world.client();
  const used = async () =>
    (await world.database.row<{ at: Date | null }>('SELECT last_used_at AS at FROM api_keys WHERE account_id = $1', [client.accountId]))
      ?.at ?? null;
  expect(await used()).toBeNull();
  await client.fetch('/v1/balance');
  const first = await used();
  expect(first).not.toBeNull();
  await client.fetch('/v1/balance');
  expect(await used()).toEqual(first);
  await world.database.run("UPDATE api_keys SET last_used_at = now() - interval '61 seconds' WHERE account_id = $1", [client.accountId]);
  await client.fetch('/v1/balance');
  expect((await used())!.getTime()).toBeGreaterThan(Date.now() - 10_000);
});
