import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { putDecision, type StoredDecision } from '../../src/db/fraud-decisions.js';
import type { RuleFinding } from '../../src/domain/fraud.js';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let operator: TestClient;
let client: TestClient;
beforeAll(async () => {
  world = await createWorld();
  operator = await world.operator();
  client = await world.client();
});
afterAll(() => world.close());

const finding = (rule: string, mode: 'monitor' | 'enforce', verdict: 'limit' | 'block' = 'block'): RuleFinding => ({
  rule,
  mode,
  verdict,
  detail: { country: 'ID' },
});

let minute = 0;
async function put(findings: readonly RuleFinding[], more: Partial<StoredDecision> = {}): Promise<string> {
  minute += 1;
  const id = randomUUID();
  await putDecision(world.database, {
    id,
    accountId: client.accountId,
    verificationId: randomUUID(),
    numberHash: 'ab'.repeat(32),
    ipHash: 'cd'.repeat(32),
    prefix: '62812',
    country: 'ID',
    lineType: 'mobile',
    channel: 'sms',
    verdict: findings.some(({ mode }) => mode === 'enforce') ? 'block' : 'allow',
    mode: findings.length === 0 ? null : 'enforce',
    findings,
    at: new Date(Date.now() - 3_600_000 + minute * 60_000),
    ...more,
  });
  return id;
}

/** A verification that succeeded. */
async function verified(id: string): Promise<void> {
  await world.database.run(
    `INSERT INTO verifications (id, account_id, idempotency_key, request_hash, workflow_id, run_id, purpose, number_hash, country, brand, channels, policy,
       status, expires_at, next_send_at, verified_at)
     VALUES ($1::uuid, $2, $1::uuid::text, 'hash', 'verification/' || $1::uuid::text, 'run', 'login', decode($3, 'hex'), 'ID', 'App', '{sms}', '{}', 'VERIFIED',
       now(), now(), now())`,
    [id, client.accountId, 'ab'.repeat(32)],
  );
}

interface Page {
  readonly items: readonly { id: string }[];
  readonly next_cursor: string | null;
}
const list = async (query = '') => (await (await operator.fetch(`/v1/operator/fraud/decisions${query}`)).json()) as Page;
const idsOf = ({ items }: Page) => items.map(({ id }) => id);

test('decisions are listed with their reasons, page by page, by rule, verdict, account and verification', async () => {
  const verification = randomUUID();
  const allowed = await put([], { ipHash: null });
  const watched = await put([finding('voip', 'monitor')], { mode: 'monitor', verificationId: verification });
  const blocked = await put([finding('country', 'enforce'), finding('voip', 'monitor')]);
  expect(idsOf(await list())).toEqual([blocked, watched, allowed]);
  expect((await list()).items[0]).toEqual({
    id: blocked,
    account: client.accountId,
    verification: expect.any(String) as string,
    number: 'abababababababab',
    network: 'cdcdcdcdcdcdcdcd',
    prefix: '62812',
    country: 'ID',
    line_type: 'mobile',
    channel: 'sms',
    verdict: 'block',
    mode: 'enforce',
    findings: [finding('country', 'enforce'), finding('voip', 'monitor')],
    at: expect.stringMatching(/Z$/) as string,
  });
  expect(idsOf(await list('?rule=voip'))).toEqual([blocked, watched]);
  expect(idsOf(await list('?rule=country&verdict=block'))).toEqual([blocked]);
  expect(idsOf(await list('?verdict=allow'))).toEqual([watched, allowed]);
  expect(idsOf(await list(`?verification=${verification}`))).toEqual([watched]);
  expect(idsOf(await list(`?account=${randomUUID()}`))).toEqual([]);
  const page = await list('?limit=2');
  expect(idsOf(await list(`?limit=2&cursor=${page.next_cursor}`))).toEqual([allowed]);
});

test('what each rule found is counted, with the people whom enforcing it would have refused', async () => {
  const before = (await (await operator.fetch('/v1/operator/fraud/rules')).json()) as { decisions: number };
  const [person, resent] = [randomUUID(), randomUUID()];
  for (const verificationId of [person, resent, resent]) await put([finding('ip_country', 'monitor')], { mode: 'monitor', verificationId });
  await put([finding('ip_country', 'monitor')], { mode: 'monitor', numberHash: 'ef'.repeat(32) });
  await put([finding('ip_country', 'monitor')], { mode: 'monitor', at: new Date(Date.now() - 25 * 3_600_000) });
  await verified(person);
  await verified(resent);
  const now = (await (await operator.fetch('/v1/operator/fraud/rules')).json()) as { decisions: number; rules: { rule: string }[] };
  expect(now.decisions - before.decisions).toBe(4);
  expect(now.rules.find(({ rule }) => rule === 'ip_country')).toEqual({
    rule: 'ip_country',
    mode: 'monitor',
    verdict: 'block',
    count: 4,
    numbers: 2,
    typed_back: 2,
  });
  const week = (await (await operator.fetch('/v1/operator/fraud/rules?days=7')).json()) as { rules: { rule: string; count: number }[] };
  expect(week.rules.find(({ rule }) => rule === 'ip_country')?.count).toBe(5);
});

test('nonsense is said to be some, and nobody else reads it', async () => {
  for (const query of ['rule=Robert%27);', 'verdict=perhaps', 'account=me', 'cursor=zzz'])
    expect(await problemOf(await operator.fetch(`/v1/operator/fraud/decisions?${query}`))).toMatchObject({ status: 422 });
  for (const days of ['0', '91', 'all'])
    expect(await problemOf(await operator.fetch(`/v1/operator/fraud/rules?days=${days}`))).toMatchObject({ status: 422 });
  expect((await client.fetch('/v1/operator/fraud/decisions')).status).toBe(403);
  expect((await world.fetch('/v1/operator/fraud/rules')).status).toBe(401);
});
