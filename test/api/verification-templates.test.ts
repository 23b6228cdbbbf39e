import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let operator: TestClient;
let accountId: string;
beforeAll(async () => {
  world = await createWorld();
  operator = await world.operator();
  ({ accountId } = await world.client());
});
afterAll(() => world.close());

interface Send {
  readonly variant: string;
  /** Of each code of this send, after how many seconds it was typed back. */
  readonly codes: readonly (number | null)[];
}

/** Writes a verification as its workflow would. */
async function verification(
  given: { status: string; test?: boolean; at?: string; locale?: string },
  sends: readonly Send[],
): Promise<void> {
  const id = randomUUID();
  const at = given.at ?? '2026-11-10T10:00:00Z';
  await world.database.run(
    `INSERT INTO verifications (id, account_id, idempotency_key, request_hash, workflow_id, run_id, purpose, number_hash, country, brand, channels, policy, status,
       test, created_at, expires_at, next_send_at)
     VALUES ($1, $2, $3, 'hash', $4, 'run', 'login', $5, 'DE', 'Acme', '{sms}', '{}', $6, $7, $8, $8, $8)`,
    [id, accountId, id, `verification/${id}`, randomBytes(32), given.status, given.test ?? false, at],
  );
  for (const [seq, { variant, codes }] of sends.entries()) {
    const sendId = randomUUID();
    await world.database.run(
      `INSERT INTO verification_sends (id, verification_id, account_id, seq, send_key, channel, template, variant, locale, created_at)
       VALUES ($1, $2, $3, $4, $5, 'sms', 'ours', $6, $7, $8)`,
      [sendId, id, accountId, seq, String(seq), variant, given.locale ?? 'en', at],
    );
    for (const seconds of codes) {
      await world.database.run(
        `INSERT INTO verification_codes (id, verification_id, send_id, code_hash, used_at)
         VALUES ($1, $2, $3, $4, $5::timestamptz + make_interval(secs => $6))`,
        [randomUUID(), id, sendId, randomBytes(32), at, seconds],
      );
    }
  }
}

const report = async (query = '?from=2026-11-01&to=2026-11-30') => {
  const response = await operator.fetch(`/v1/operator/verifications/templates${query}`);
  expect(response.status).toBe(200);
  return ((await response.json()) as { items: Record<string, unknown>[] }).items;
};

test('says of each variant how many of its codes were typed back, and how fast', async () => {
  expect(await report()).toEqual([]);
  // Two carriers were tried, and the second one's code was typed back.
  await verification({ status: 'VERIFIED' }, [{ variant: 'a', codes: [null, 20] }]);
  // A resend in other words worked; the first code did not.
  await verification({ status: 'VERIFIED' }, [
    { variant: 'a', codes: [null] },
    { variant: 'b', codes: [40] },
  ]);
  await verification({ status: 'VERIFIED' }, [{ variant: 'a', codes: [10] }]);
  await verification({ status: 'EXPIRED' }, [{ variant: 'a', codes: [null] }]);
  await verification({ status: 'PENDING' }, [{ variant: 'a', codes: [null] }]);
  // Nobody was asked to carry it: the words cannot help it.
  await verification({ status: 'EXPIRED' }, [{ variant: 'a', codes: [] }]);
  await verification({ status: 'VERIFIED', test: true }, [{ variant: 'a', codes: [1] }]);
  await verification({ status: 'VERIFIED', locale: 'de' }, [{ variant: 'a', codes: [5] }]);
  await verification({ status: 'VERIFIED', at: '2026-10-31T23:59:59.9Z' }, [{ variant: 'a', codes: [5] }]);
  await verification({ status: 'VERIFIED', at: '2026-12-01T00:00:00Z' }, [{ variant: 'a', codes: [5] }]);
  const of = { template: 'ours', channel: 'sms' };
  expect(await report()).toEqual([
    // By Wilson's formula 1 of 1 begins at 1 / (1 + z²), and 2 of 4 lies evenly around a half.
    { ...of, locale: 'de', variant: 'a', sent: 1, verified: 1, open: 0, rate: 1, rate_low: 0.2065, rate_high: 1, median_seconds: 5 },
    { ...of, locale: 'en', variant: 'a', sent: 5, verified: 2, open: 1, rate: 0.5, rate_low: 0.15, rate_high: 0.85, median_seconds: 15 },
    { ...of, locale: 'en', variant: 'b', sent: 1, verified: 1, open: 0, rate: 1, rate_low: 0.2065, rate_high: 1, median_seconds: 40 },
  ]);
  expect(await report('?from=2026-12-01&to=2026-12-01')).toHaveLength(1);
});

test('has no rate of what is open', async () => {
  await verification({ status: 'PENDING', at: '2026-09-01T00:00:00Z' }, [{ variant: 'a', codes: [null] }]);
  expect(await report('?from=2026-09-01&to=2026-09-01')).toEqual([
    expect.objectContaining({ sent: 1, open: 1, verified: 0, rate: null, rate_low: null, rate_high: null, median_seconds: null }),
  ]);
});

test('refuses days that are none, and whoever is no operator', async () => {
  const refused = await operator.fetch('/v1/operator/verifications/templates?from=2026-11-02&to=2026-11-01');
  expect(await problemOf(refused)).toMatchObject({ code: 'invalid_input', errors: [{ field: 'from' }] });
  const client = await world.client();
  expect((await client.fetch('/v1/operator/verifications/templates')).status).toBe(403);
});
