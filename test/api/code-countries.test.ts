import { afterAll, beforeAll, expect, test } from 'vitest';
import { COUNTRIES } from '../../src/domain/countries.js';
import { createWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await createWorld({ settings: { countries: COUNTRIES, codeCountries: new Set(['US', 'GB', 'DE', 'KP']) } });
});
afterAll(() => world.close());

interface Listed {
  readonly items: readonly { code: string; allowed: boolean }[];
}

test('an app without a key, in a browser, shows where codes are sent and how numbers look there', async () => {
  const response = await world.fetch('/v1/verifications/countries');
  expect(response.status).toBe(200);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  const { items } = (await response.json()) as Listed;
  const of = (code: string) => items.find((item) => item.code === code);
  expect(of('DE')).toEqual({ code: 'DE', name: 'Germany', calling_code: '+49', example: '+49 1512 3456789', allowed: true });
  expect(of('US')).toMatchObject({ calling_code: '+1', allowed: true });
  expect(of('FR')).toMatchObject({ calling_code: '+33', allowed: false });
  // Denied wins over allowed; nobody has a phone in Antarctica.
  expect(of('KP')).toMatchObject({ allowed: false });
  expect(of('AQ')).toBeUndefined();
  expect(items.length).toBeGreaterThan(230);
  expect(items.map(({ code }) => code)).toEqual(items.map(({ code }) => code).toSorted());
});

test('who has the list already is told so', async () => {
  const etag = (await world.fetch('/v1/verifications/countries')).headers.get('etag')!;
  const again = await world.fetch('/v1/verifications/countries', { headers: { 'if-none-match': etag } });
  expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  expect((await world.fetch('/v1/verifications/countries', { headers: { 'if-none-match': '"another"' } })).status).toBe(200);
});
