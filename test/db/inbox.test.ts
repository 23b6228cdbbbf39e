import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.js';
import { receiveHook } from '../../src/db/hooks.js';
import { bindInbox } from '../../src/db/inbox.js';
import { claimOrder, type NewOrder } from '../../src/db/orders.js';
import { createKeyring } from '../../src/sealing/keyring.js';
import { createTestDatabase, type TestDatabase } from '../stack/database.js';
import { TEST_KEYS } from '../stack/namespace.js';

const keyring = createKeyring(TEST_KEYS);

function order(providerOrderId: string): NewOrder {
  return {
    id: randomUUID(),
    provider: 'herosms',
    providerOrderId,
    activationId: null,
    attemptId: null,
    origin: 'foreign',
    beneficiary: 'house',
    service: 'telegram',
    country: 'ID',
    operator: null,
    phoneSealed: null,
    currency: 'USD',
    cost: 1n,
    costKnown: true,
    money: 'expected',
    rawStatus: '4',
    canGetAnother: null,
    lifetimeMs: 60_000,
    cancelAllowedInMs: 0,
  };
}

describe('a hook that arrives while its order is being claimed', () => {
  let database: TestDatabase;
  let sql: Database;

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = openDatabase({ url: database.url, applicationName: 'inbox' });
  });
  afterAll(async () => {
    await sql.close();
    await database.drop();
  });

  const ownerOf = async (providerOrderId: string) =>
    (await sql.row<{ order_id: string | null }>('SELECT order_id FROM inbox WHERE provider_order_id = $1', [providerOrderId]))?.order_id;
  const hook = (providerOrderId: string) => receiveHook(sql, keyring, { provider: 'herosms', providerOrderId, code: '12345', text: null });

  it('belongs to the order when it comes before the claim commits', async () => {
    const claimed = order('1001');
    let stored: Promise<unknown> = Promise.resolve();
    await sql.transaction(async (tx) => {
      await claimOrder(tx, claimed);
      await bindInbox(tx, claimed);
      stored = hook('1001');
      await sleep(300);
    });
    await stored;
    expect(await ownerOf('1001')).toBe(claimed.id);
  });

  it('belongs to the order when it comes before the claim begins', async () => {
    const claimed = order('1002');
    await hook('1002');
    expect(await ownerOf('1002')).toBeNull();
    await sql.transaction(async (tx) => {
      await claimOrder(tx, claimed);
      await bindInbox(tx, claimed);
    });
    expect(await ownerOf('1002')).toBe(claimed.id);
  });
});
