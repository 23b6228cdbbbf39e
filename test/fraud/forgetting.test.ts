import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eraseAccount } from '../../src/db/account-erasure.js';
import { putDecision } from '../../src/db/fraud-decisions.js';
import { FRAUD_BATCH } from '../../src/db/fraud-erasure.js';
import { putProof } from '../../src/db/fraud-proofs.js';
import { putLineType } from '../../src/db/line-lookups.js';
import { eraseExpired } from '../../src/privacy/erase-expired.js';
import { createGateWorld, numberHashOf, type GateWorld } from './gate-world.js';

const DAY_MS = 86_400_000;
let world: GateWorld;
beforeAll(async () => {
  world = await createGateWorld();
});
afterAll(() => world.close());

const hash = () => numberHashOf(randomUUID());
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);

async function put(accountId: string, decisionDays: number, untilDays: number): Promise<void> {
  await putDecision(world.database, {
    id: randomUUID(),
    accountId,
    verificationId: randomUUID(),
    numberHash: hash(),
    ipHash: null,
    prefix: '14155',
    country: 'US',
    lineType: 'mobile',
    channel: 'sms',
    verdict: 'allow',
    mode: null,
    findings: [],
    at: inDays(-decisionDays),
  });
  await putProof(world.database, { accountId, numberHash: hash(), whoHash: hash(), kind: 'ip', until: inDays(untilDays) });
  await putLineType(world.database, { numberHash: hash(), lineType: 'mobile', until: inDays(untilDays) });
}

const kept = async () => {
  const counts: number[] = [];
  for (const table of ['fraud_decisions', 'fraud_proofs', 'line_lookups'])
    counts.push((await world.database.row<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`))?.count ?? -1);
  return counts;
};

test('the schedule removes what is past its time, and says when more waits', async () => {
  await put(world.accountId, 89, 1);
  await put(world.accountId, 91, -1);
  expect(await eraseExpired(world.database, DAY_MS)).toMatchObject({ more: false });
  expect(await kept()).toEqual([1, 1, 1]);
  await world.database.run(
    `INSERT INTO line_lookups (number_hash, line_type, good_until)
     SELECT sha256(i::text::bytea), 'mobile', now() - interval '1 day' FROM generate_series(1, $1::int) AS i`,
    [FRAUD_BATCH + 1],
  );
  expect(await eraseExpired(world.database, DAY_MS)).toMatchObject({ more: true });
  expect(await eraseExpired(world.database, DAY_MS)).toMatchObject({ more: false });
  expect(await kept()).toEqual([1, 1, 1]);
});

test('an account that is erased takes its people along', async () => {
  const other = await world.account();
  await put(other, 1, 1);
  const before = await kept();
  await world.database.transaction((sql) => eraseAccount(sql, other));
  expect(await kept()).toEqual([before[0]! - 1, before[1]! - 1, before[2]!]);
});
