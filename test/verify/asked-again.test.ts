import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startVerification, type VerificationDeps } from '../../src/api/start-verification.js';
import { createTurns } from '../../src/api/turns.js';
import { createVerificationReader } from '../../src/api/verification-reader.js';
import { verificationRequest } from '../../src/api/schemas/verification.js';
import { insertVerification } from '../../src/db/verifications.js';
import type { SendRisk } from '../../src/domain/fraud.js';
import { createKeyring, places } from '../../src/sealing/keyring.js';
import { createGateWorld, type GateWorld } from '../fraud/gate-world.js';
import { TEST_KEYS } from '../stack/namespace.js';
import { refuseVerifications, TEST_VERIFY, verifyParts, verifySettings } from './verify-parts.js';

/** What a request comes to that is sent again, as it was told to, because nobody had come to begin the verification. */

const TO = '+14155552671';
const keyring = createKeyring(TEST_KEYS);
let world: GateWorld;
beforeAll(async () => {
  world = await createGateWorld();
});
afterAll(() => world?.close());

/** One key's requests; `begun` is done when the workflow is asked to start. */
function requests(change: Partial<VerificationDeps> = {}) {
  const id = randomUUID();
  const deps: VerificationDeps = {
    database: world.database,
    reader: createVerificationReader(world.database, keyring, 'USD'),
    commands: {
      ...refuseVerifications(),
      identify: () => ({ verificationId: id, workflowId: 'none' }),
      start: () => Promise.resolve({ kind: 'pending' }),
    },
    gate: world.gate(),
    hashes: verifyParts.hashes,
    turns: createTurns(),
    ids: randomUUID,
    settings: verifySettings(),
    ...change,
  };
  return {
    id,
    ask: (to: string, accountId = world.accountId) =>
      startVerification(deps, { accountId, idempotencyKey: 'one', body: verificationRequest.parse({ to }), limited: 'joined' }),
  };
}

const decisionsOf = async (id: string) =>
  world.database.rows<{ verdict: string }>('SELECT verdict FROM fraud_decisions WHERE verification_id = $1', [id]);

it('the rules are asked once, and its limits count it once', async () => {
  const { id, ask } = requests();
  for (let tries = 0; tries < 5; tries += 1) await expect(ask(TO)).rejects.toMatchObject({ code: 'unavailable' });
  expect(await decisionsOf(id)).toEqual([{ verdict: 'allow' }]);
  // Another number under the same key has its own answer.
  await expect(ask('+14155552672')).rejects.toMatchObject({ code: 'unavailable' });
  expect(await decisionsOf(id)).toHaveLength(2);
});

it('what was refused is not allowed by asking again', async () => {
  const { id, ask } = requests();
  for (let tries = 0; tries < 2; tries += 1) await expect(ask('+6281234567890')).rejects.toMatchObject({ code: 'blocked' });
  expect(await decisionsOf(id)).toEqual([{ verdict: 'block' }, { verdict: 'block' }]);
});

it('that is begun at this very moment sends no second code', async () => {
  const asked: SendRisk[] = [];
  const accountId = await world.account();
  const real = createVerificationReader(world.database, keyring, 'USD');
  let reads = 0;
  const { id, ask } = requests({
    gate: {
      decide: (risk) => {
        asked.push(risk);
        return Promise.resolve({ id: randomUUID(), verdict: 'allow', retryAfterMs: null, reason: null, findings: [] });
      },
      proven: () => Promise.resolve(),
    },
    reader: {
      ...real,
      async read(account, one) {
        reads += 1;
        if (reads > 1) return real.read(account, one);
        await begin(accountId, one);
        return null;
      },
    },
  });
  const { verification, joined } = await ask(TO, accountId);
  expect([verification.shown.id, joined]).toEqual([id, false]);
  expect(asked).toEqual([]);
});

/** What the workflow's first step writes. */
async function begin(accountId: string, id: string): Promise<void> {
  const body = verificationRequest.parse({ to: TO });
  const canonical = [TO, body.purpose, null, null, null, null, null, []];
  await insertVerification(world.database, {
    id,
    accountId,
    idempotencyKey: 'one',
    requestHash: createHash('sha256').update(JSON.stringify(canonical)).digest('hex'),
    workflowId: `verification/${id}`,
    runId: randomUUID(),
    purpose: body.purpose,
    toSealed: keyring.seal(TO, places.verificationTo(id)),
    personSealed: keyring.seal('{}', places.verificationPerson(id)),
    numberHash: verifyParts.hashes.number(TO),
    country: 'US',
    brand: 'watchword',
    webOtpDomain: null,
    appHash: null,
    channels: ['sms'],
    locale: null,
    policy: TEST_VERIFY.policy,
    test: false,
    validitySeconds: 600,
    metadata: {},
  });
}
