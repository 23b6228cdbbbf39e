import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase, type Sql } from '../../src/db/database.js';
import { available, COST, GRANTS, REVENUE, SANDBOX_GRANTS, SANDBOX_REVENUE } from '../../src/ledger/accounts.js';
import { checkLedger } from '../../src/ledger/check.js';
import { capture, captureLate, grant, hold, release, walletOf } from '../../src/ledger/credit.js';
import { post } from '../../src/ledger/post.js';
import { expectedBalance, postCharge, postFunding, postReturned, postSold } from '../../src/ledger/provider-money.js';
import { createTestDatabase, type TestDatabase } from '../stack/database.js';

let own: TestDatabase;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase();
  database = openDatabase({ url: own.url, applicationName: 'ledger test' });
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

async function newAccount(credit: bigint): Promise<string> {
  const id = randomUUID();
  await database.run("INSERT INTO accounts (id, name, kind) VALUES ($1, 'test', 'client')", [id]);
  if (credit > 0n) await database.transaction((sql) => grant(sql, { accountId: id, amount: credit, currency: 'USD', idempotencyKey: id }));
  return id;
}
const wallet = (accountId: string) => walletOf(database, accountId, 'USD');
const holdFor = (accountId: string, amount: bigint, activationId: string = randomUUID()) =>
  database.transaction((sql) => hold(sql, { accountId, activationId, amount, currency: 'USD' }));

describe('holds', () => {
  it('captures once, releases the rest, and never both', async () => {
    const accountId = await newAccount(1_000n);
    const activationId = randomUUID();
    expect(await holdFor(accountId, 400n, activationId)).toBe(true);
    expect(await wallet(accountId)).toEqual({ available: 600n, held: 400n });
    expect(await database.transaction((sql) => capture(sql, activationId, 300n))).toBe(true);
    expect(await wallet(accountId)).toEqual({ available: 700n, held: 0n });
    expect(await database.transaction((sql) => capture(sql, activationId, 300n))).toBe(false);
    expect(await database.transaction((sql) => release(sql, activationId, 'refunded'))).toBe(0n);
    expect(await wallet(accountId)).toEqual({ available: 700n, held: 0n });
  });

  it('releases once, and a released hold is not captured', async () => {
    const accountId = await newAccount(500n);
    const activationId = randomUUID();
    await holdFor(accountId, 500n, activationId);
    expect(await database.transaction((sql) => release(sql, activationId, 'trim', 200n))).toBe(300n);
    expect(await database.transaction((sql) => release(sql, activationId, 'refunded'))).toBe(200n);
    expect(await database.transaction((sql) => release(sql, activationId, 'refunded'))).toBe(0n);
    expect(await database.transaction((sql) => capture(sql, activationId, 1n))).toBe(false);
    expect(await wallet(accountId)).toEqual({ available: 500n, held: 0n });
  });

  it('grants twenty parallel holds on credit for one exactly one', async () => {
    const accountId = await newAccount(100n);
    const results = await Promise.all(Array.from({ length: 20 }, () => holdFor(accountId, 100n)));
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await wallet(accountId)).toEqual({ available: 0n, held: 100n });
  });

  it('beside captures that give back meet in one order: none has to begin again', async () => {
    const accountId = await newAccount(100_000n);
    const open = Array.from({ length: 40 }, () => randomUUID());
    for (const id of open) await holdFor(accountId, 100n, id);
    let begun = 0;
    const once = (work: (sql: Sql) => Promise<unknown>) =>
      database.transaction((sql) => {
        begun += 1;
        return work(sql);
      });
    await Promise.all(
      open.flatMap((activationId) => [
        once((sql) => capture(sql, activationId, 60n)),
        once((sql) => hold(sql, { accountId, activationId: randomUUID(), amount: 10n, currency: 'USD' })),
      ]),
    );
    // Whoever is in a deadlock is rolled back and begins again.
    expect(begun).toBe(80);
    expect(await wallet(accountId)).toEqual({ available: 100_000n - 40n * 70n, held: 400n });
  });

  it('refuses what is not there and changes nothing', async () => {
    const accountId = await newAccount(0n);
    expect(await holdFor(accountId, 1n)).toBe(false);
    expect(await wallet(accountId)).toEqual({ available: 0n, held: 0n });
  });

  it('grants an idempotency key once', async () => {
    const accountId = await newAccount(5n);
    const again = () => database.transaction((sql) => grant(sql, { accountId, amount: 5n, currency: 'USD', idempotencyKey: accountId }));
    expect(await again()).toBe(false);
    expect((await wallet(accountId)).available).toBe(5n);
    await expect(
      database.transaction((sql) => grant(sql, { accountId, amount: 6n, currency: 'USD', idempotencyKey: accountId })),
    ).rejects.toThrow(/other inputs/);
  });
});

describe('the database itself', () => {
  it('refuses a transfer that does not sum to zero', async () => {
    const accountId = await newAccount(0n);
    const lopsided = post(database, {
      key: randomUUID(),
      kind: 'test',
      lines: [{ account: available(accountId), currency: 'USD', amount: 1n }],
    });
    await expect(lopsided).rejects.toThrow(/sum to zero/);
  });

  it('refuses currencies that only balance together', async () => {
    const lines = [
      { account: GRANTS, currency: 'USD', amount: 5n },
      { account: GRANTS, currency: 'EUR', amount: -5n },
    ];
    await expect(post(database, { key: randomUUID(), kind: 'test', lines })).rejects.toThrow(/sum to zero/);
  });

  it('refuses a negative user balance', async () => {
    const accountId = await newAccount(3n);
    const lines = [
      { account: available(accountId), currency: 'USD', amount: -4n },
      { account: REVENUE, currency: 'USD', amount: 4n },
    ];
    await expect(post(database, { key: randomUUID(), kind: 'test', lines })).rejects.toMatchObject({ constraint: 'never_negative' });
    expect((await wallet(accountId)).available).toBe(3n);
  });

  it.each([
    'UPDATE transfers SET kind = kind',
    'DELETE FROM transfers',
    'UPDATE entries SET amount = amount + 1',
    'DELETE FROM entries',
    'TRUNCATE entries',
  ])('refuses %s, even from its owner', async (statement) => {
    const { default: pg } = await import('pg');
    const admin = new pg.Client({ connectionString: own.adminUrl });
    await admin.connect();
    await expect(admin.query(statement)).rejects.toThrow(/append-only/);
    await admin.end();
  });
});

describe("providers' money", () => {
  const rate = { walletCurrency: 'USD', rateMicros: 11_000n };

  it('books a sale in another currency as a cost in the wallet’s', async () => {
    const order = { orderId: randomUUID(), activationId: null, provider: 'rubles', currency: 'RUB', cost: 100_000_000n };
    await database.transaction(async (sql) => {
      await postFunding(sql, { key: 'a', kind: 'top_up', provider: 'rubles', currency: 'RUB', amount: 500_000_000n });
      await postCharge(sql, order);
      await postSold(sql, order, rate);
    });
    expect(await expectedBalance(database, 'rubles', 'RUB')).toBe(400_000_000n);
    const cost = await database.row<{ sum: bigint }>(
      'SELECT sum(amount)::bigint AS sum FROM ledger_balances WHERE account_id = $1 AND currency = $2',
      [COST.id, 'USD'],
    );
    expect(cost?.sum).toBe(1_100_000n);
  });

  it('puts a returned charge back, once', async () => {
    const order = { orderId: randomUUID(), activationId: null, provider: 'p', currency: 'USD', cost: 70n };
    await database.transaction(async (sql) => {
      await postFunding(sql, { key: 'a', kind: 'opening', provider: 'p', currency: 'USD', amount: 100n });
      await postCharge(sql, order);
      await postCharge(sql, order);
    });
    expect(await expectedBalance(database, 'p', 'USD')).toBe(30n);
    await postReturned(database, order, { observed: '1' });
    await postReturned(database, order, { observed: '2' });
    expect(await expectedBalance(database, 'p', 'USD')).toBe(100n);
  });
});

describe('money of accounts that play', () => {
  const balance = async ({ id }: { readonly id: string }) =>
    (await database.row<{ sum: bigint }>('SELECT coalesce(sum(amount), 0)::bigint AS sum FROM ledger_balances WHERE account_id = $1', [
      id,
    ]))!.sum;
  const player = async () => {
    const id = randomUUID();
    await database.run("INSERT INTO accounts (id, name, kind, sandbox) VALUES ($1, 'test', 'client', true)", [id]);
    await database.transaction((sql) => grant(sql, { accountId: id, amount: 1_000n, currency: 'USD', idempotencyKey: id }));
    return id;
  };
  const apart = async () =>
    (await checkLedger(database)).problems.filter(({ check }) => check === 'sandbox money stays apart' || check.startsWith('families'));

  it('comes from a source and goes to a revenue of their own', async () => {
    const before = await Promise.all([GRANTS, REVENUE, SANDBOX_GRANTS, SANDBOX_REVENUE].map(balance));
    const accountId = await player();
    const activationId = randomUUID();
    await holdFor(accountId, 400n, activationId);
    await database.transaction((sql) => capture(sql, activationId, 300n));
    const late = { activationId, orderId: randomUUID(), accountId, amount: 50n, currency: 'USD' };
    await database.transaction((sql) => captureLate(sql, late));
    expect(await wallet(accountId)).toEqual({ available: 650n, held: 0n });
    const after = await Promise.all([GRANTS, REVENUE, SANDBOX_GRANTS, SANDBOX_REVENUE].map(balance));
    expect(after.map((sum, index) => sum - before[index]!)).toEqual([0n, 0n, -1_000n, 350n]);
    expect(await apart()).toEqual([]);
  });

  it.each(['as revenue', 'into a wallet of money'])('is found by the checker where it is booked %s', async (how) => {
    // What is posted stays posted: these books are thrown away.
    const spoilt = await createTestDatabase();
    const books = openDatabase({ url: spoilt.url, applicationName: 'spoilt' });
    try {
      const [player_, other] = [randomUUID(), randomUUID()];
      await books.run("INSERT INTO accounts (id, name, kind, sandbox) VALUES ($1, 'a', 'client', true), ($2, 'b', 'client', false)", [
        player_,
        other,
      ]);
      await books.transaction((sql) => grant(sql, { accountId: player_, amount: 1_000n, currency: 'USD', idempotencyKey: 'a' }));
      expect((await checkLedger(books)).problems).toEqual([]);
      const from = { account: available(player_), currency: 'USD', amount: -10n };
      const to = { account: how === 'as revenue' ? REVENUE : available(other), currency: 'USD', amount: 10n };
      await books.transaction((sql) => post(sql, { key: 'mixed', kind: 'capture', accountId: player_, lines: [from, to] }));
      const checks = new Set((await checkLedger(books)).problems.map(({ check }) => check));
      expect(checks).toEqual(new Set(['families of accounts sum to zero', ...(how === 'as revenue' ? ['sandbox money stays apart'] : [])]));
    } finally {
      await books.close();
      await spoilt.drop();
    }
  });
});

describe('any sequence of movements', () => {
  it('keeps every balance equal to its entries and no wallet negative', async () => {
    const step = fc.record({
      kind: fc.constantFrom('grant', 'hold', 'capture', 'release'),
      amount: fc.bigInt({ min: 1n, max: 500n }),
      pick: fc.nat(7),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const accountId = await newAccount(1_000n);
        const activations = Array.from({ length: 8 }, () => randomUUID());
        let granted = 1_000n;
        for (const { kind, amount, pick } of steps) {
          const activationId = activations[pick]!;
          await database
            .transaction(async (sql) => {
              if (kind === 'grant' && (await grant(sql, { accountId, amount, currency: 'USD', idempotencyKey: randomUUID() })))
                granted += amount;
              if (kind === 'hold') await hold(sql, { accountId, activationId, amount, currency: 'USD' });
              if (kind === 'capture') await capture(sql, activationId, amount);
              if (kind === 'release') await release(sql, activationId, 'refunded');
            })
            // A second hold of one activation is refused by its key.
            .catch((error: Error) => expect(error.message).toMatch(/duplicate key|other inputs/));
        }
        const { available: free, held } = await wallet(accountId);
        const spent = await database.row<{ sum: bigint }>(
          'SELECT coalesce(sum(captured), 0)::bigint AS sum FROM holds WHERE account_id = $1',
          [accountId],
        );
        expect(free + held + spent!.sum).toBe(granted);
        expect(free >= 0n && held >= 0n).toBe(true);
      }),
      { numRuns: 15 },
    );
  });
});

describe('checker', () => {
  it('finds nothing wrong with money alone, and says what is when something is', async () => {
    const before = await checkLedger(database);
    // These tests post orders' money without orders and holds without activations: just that is reported.
    expect(new Set(before.problems.map(({ check }) => check))).toEqual(new Set(['hold has its activation']));
    const { default: pg } = await import('pg');
    const admin = new pg.Client({ connectionString: own.adminUrl });
    await admin.connect();
    await admin.query(
      "UPDATE ledger_balances SET amount = amount + 1 WHERE account_id = 'grants' AND shard = (SELECT min(shard) FROM ledger_balances WHERE account_id = 'grants')",
    );
    await admin.end();
    const after = await checkLedger(database);
    expect(after.verdict).toBe('differences');
    expect(after.problems.map(({ check }) => check)).toContain('balance equals its entries');
  });

  it('says incomplete when it cannot read all', async () => {
    const closed = openDatabase({ url: own.url.replace(own.name, 'no_such_database'), applicationName: 'checker test' });
    expect(await checkLedger(closed)).toMatchObject({ verdict: 'incomplete', problems: [] });
    await closed.close();
  });
});
