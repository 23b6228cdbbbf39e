import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.js';
import { receiveHook } from '../../src/db/hooks.js';
import { bindInbox, storeSms } from '../../src/db/inbox.js';
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

describe('an SMS', () => {
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

  it('is one row, whether hook or poll told of it first, and confirmed by the poll alone', async () => {
    const hint = { provider: 'herosms', providerOrderId: '2001', code: '12345', text: null };
    const polled = () =>
      sql.transaction((tx) => storeSms(tx, keyring, { ...hint, text: 'Your code is 12345', source: 'poll', confirmed: true }));
    const rows = () => sql.rows("SELECT source, confirmed_at IS NOT NULL AS confirmed FROM inbox WHERE provider_order_id = '2001'");
    await receiveHook(sql, keyring, hint);
    expect(await rows()).toEqual([{ source: 'hook', confirmed: false }]);
    expect(await polled()).toMatchObject({ fresh: false, newlyConfirmed: true });
    expect(await polled()).toMatchObject({ fresh: false, newlyConfirmed: false });
    expect(await receiveHook(sql, keyring, hint)).toBe('known');
    expect(await rows()).toEqual([{ source: 'hook', confirmed: true }]);
  });

  it('of a later round that repeats an earlier code is that earlier SMS', async () => {
    const claimed = order('2002');
    await sql.transaction((tx) => claimOrder(tx, claimed));
    const polled = (code: string) =>
      sql.transaction((tx) =>
        storeSms(tx, keyring, { provider: 'herosms', providerOrderId: '2002', code, text: null, source: 'poll', confirmed: true }),
      );
    expect(await polled('11111')).toMatchObject({ fresh: true });
    await sql.run('UPDATE orders SET round = round + 1 WHERE id = $1', [claimed.id]);
    expect(await polled('11111')).toMatchObject({ fresh: false });
    expect(await polled('22222')).toMatchObject({ fresh: true });
    expect(await sql.rows("SELECT round FROM inbox WHERE provider_order_id = '2002' ORDER BY round")).toEqual([{ round: 0 }, { round: 1 }]);
  });
});
