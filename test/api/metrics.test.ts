import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerProviders } from '../../src/db/providers.js';
import type { TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';
import { providerAccount } from '../stack/provider-account.js';

let world: World;
let operator: TestClient;
beforeAll(async () => {
  world = await createWorld();
  operator = await world.operator();
  await world.database.transaction((sql) => registerProviders(sql, [providerAccount('herosms')]));
});
afterAll(() => world.close());

const scrape = async () => (await operator.fetch('/metrics')).text();
const valueOf = (text: string, sample: string) =>
  text
    .split('\n')
    .find((line) => line.startsWith(`${sample} `))
    ?.split(' ')
    .at(-1);

test('an operator’s key scrapes, nobody else does', async () => {
  const reply = await operator.fetch('/metrics');
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect((await fetch(`${world.url}/metrics`)).status).toBe(401);
  expect((await (await world.client()).fetch('/metrics')).status).toBe(403);
});

test('every sample has its help and type, and every line is one of the format', async () => {
  const lines = (await scrape()).split('\n').filter((line) => line !== '');
  for (const line of lines)
    expect(line).toMatch(/^(# (HELP|TYPE) [a-z_][a-z0-9_]* .+|[a-z_][a-z0-9_]*(\{[^}]*\})? (-?[0-9.e+-]+|NaN|\+Inf))$/i);
  const typed = new Set(lines.flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []));
  const sampled = lines.flatMap((line) => /^([a-z_]\w*)/i.exec(line)?.[1] ?? []);
  for (const name of sampled) expect(typed.has(name) || typed.has(name.replace(/_(bucket|sum|count)$/, ''))).toBe(true);
});

test('requests are counted by the route as declared, never by the address', async () => {
  const id = await world.putActivation(operator.accountId);
  const client = await world.client();
  await client.fetch(`/v1/activations/${id}`);
  await expect
    .poll(scrape)
    .toMatch(/watchword_http_request_duration_seconds_count\{[^}]*route="\/v1\/activations\/:id"[^}]*status="404"[^}]*\} 1/);
  expect(await scrape()).not.toContain(id);
});

test('the state of the installation is read at each scrape', async () => {
  expect(valueOf(await scrape(), 'watchword_provider_proof_frozen{provider="herosms",currency="USD"}')).toBe('0');
  await world.database.run("UPDATE provider_proofs SET frozen_at = now(), frozen_reason = 'x' WHERE provider = 'herosms'");
  await world.database.run("UPDATE providers SET circuit_open_until = now() + interval '1 hour' WHERE id = 'herosms'");
  const { accountId } = await world.client();
  await world.putActivation(accountId);
  const text = await scrape();
  expect(valueOf(text, 'watchword_provider_proof_frozen{provider="herosms",currency="USD"}')).toBe('1');
  expect(valueOf(text, 'watchword_provider_circuit_open{provider="herosms",currency="USD"}')).toBe('1');
  expect(Number(valueOf(text, 'watchword_activations_live{status="WAITING"}'))).toBeGreaterThanOrEqual(1);
  expect(valueOf(text, 'watchword_sms_undelivered')).toBe('0');
});

test('two scrapes at once do not mix', async () => {
  const texts = await Promise.all(Array.from({ length: 10 }, scrape));
  for (const text of texts) expect(text.match(/^# TYPE watchword_paid_from_loss gauge$/gm)).toHaveLength(1);
});

test('every alert looks at metrics that there are, and has its page in the runbook', async () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const alerts = read('deploy/prometheus-alerts.yaml');
  const text = await scrape();
  const rules = alerts.replaceAll(/^\s*#.*$/gm, '');
  const named = [...new Set(rules.match(/watchword_\w+/g)?.map((name) => name.replace(/_(bucket|sum|count)$/, '')))];
  expect(named.length).toBeGreaterThan(8);
  for (const name of named) expect(text).toContain(`# TYPE ${name} `);
  const sections = new Set([...read('docs/runbook.md').matchAll(/^## (\w+)$/gm)].map(([, title]) => title));
  const titles = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, title]) => title!);
  expect(sections).toEqual(new Set(titles));
  for (const title of titles) expect(alerts).toContain(`runbook: 'docs/runbook.md#${title.toLowerCase()}'`);
});
