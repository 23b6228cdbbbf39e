import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../src/db/database.js';
import { claimOrder, moveOrder, recordOutcome } from '../../src/db/orders.js';
import { storePrices } from '../../src/db/price-rows.js';
import { setOpened } from '../../src/db/proofs.js';
import { registerProviders } from '../../src/db/providers.js';
import { DEFAULT_POLICY, type Policy } from '../../src/domain/policy.js';
import { grant } from '../../src/ledger/credit.js';
import type { NumberProvider } from '../../src/providers/provider.js';
import type { RentDeps } from '../../src/rent/deps.js';
import { openActivation } from '../../src/rent/open.js';
import { createKeyring } from '../../src/sealing/keyring.js';
import { createRentDeps } from '../../src/worker/rent-deps.js';
import { createTestDatabase } from '../stack/database.js';
import { TEST_KEYS } from '../stack/namespace.js';
import { providerAccount } from '../stack/provider-account.js';

/** Rent's steps over a database of their own, with adapters given by the test; no Temporal and no simulators. */
export interface Books {
  readonly database: Database;
  readonly deps: RentDeps;
  readonly logs: string[];
  /** For a worker of its own over the same database. */
  readonly url: string;
  /** Lists an offer of one of the providers, cents of its price. */
  list(provider: string, rows: readonly { service: string; country: string; operator?: string; cents: number }[]): Promise<void>;
  /** A further client with credit. */
  account(sandbox: boolean): Promise<string>;
  /** Opens an activation as its workflow would; of the first client unless told. */
  open(
    pair: { readonly service: string; readonly country: string },
    client?: string,
  ): Promise<{ readonly id: string; readonly candidates: readonly Reasons[] }>;
  /** Books an order that was bought, and returns its id. */
  bought(provider: string, pair: { readonly service: string; readonly country: string }, operator?: string): Promise<string>;
  /** Writes down whether an order brought its code. */
  ended(orderId: string, succeeded: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Why a candidate stands where it stands, as it is kept with the activation. */
export interface Reasons {
  readonly provider: string;
  readonly operator: string | null;
  readonly price: string;
  readonly success_rate: number;
  readonly samples: number;
  readonly expected_rate: number;
  readonly ranked_by_rate: number;
  readonly resting: string | null;
}

/** Books over these adapters. `die` decides what is explored. */
export async function createBooks(options: {
  readonly providers: ReadonlyMap<string, NumberProvider>;
  readonly die: () => number;
  readonly policy?: Partial<Policy>;
}): Promise<Books> {
  const own = await createTestDatabase();
  const database = openDatabase({ url: own.url, applicationName: 'books', poolSize: 10 });
  const logs: string[] = [];
  const log = (level: string) => (fields: object, message: string) => {
    logs.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  const ids = [...options.providers.keys()];
  await database.transaction((sql) =>
    registerProviders(
      sql,
      ids.map((id) => providerAccount(id, { fingerprint: id, requestsPerSecond: 100, burst: 100 })),
    ),
  );
  for (const id of ids) await setOpened(database, id, { observed: 0n, expected: 0n, seenPayments: [], paymentsCursor: null });
  const accountId = randomUUID();
  await database.run("INSERT INTO accounts (id, name, kind) VALUES ($1, 'test', 'client')", [accountId]);
  await database.transaction((sql) => grant(sql, { accountId, amount: 1_000_000_000n, currency: 'USD', idempotencyKey: accountId }));
  const deps = createRentDeps(
    {
      config: {
        policy: { ...DEFAULT_POLICY, ...options.policy },
        currency: 'USD',
        lossDailyCap: 0n,
        markup: { standard: { basisPoints: 0, fixed: 0n }, overrides: [] },
        denied: { services: new Set(), countries: new Set() },
      },
      database,
      keyring: createKeyring(TEST_KEYS),
      log: { info: log('info'), warn: log('warn'), error: log('error') },
    },
    options.providers,
    { smsReceived: async () => false, orderEnded: async () => false, refunded: async () => false },
    randomUUID,
    options.die,
  );
  return {
    database,
    deps,
    logs,
    url: own.url,
    async list(provider, rows) {
      await database.transaction((sql) =>
        storePrices(
          sql,
          provider,
          rows.map((row) => ({ ...row, operator: row.operator ?? '', price: BigInt(row.cents) * 10_000n, stock: 100, rate: null })),
          new Date(),
        ),
      );
    },
    async account(sandbox) {
      const id = randomUUID();
      await database.run("INSERT INTO accounts (id, name, kind, sandbox) VALUES ($1, 'test', 'client', $2)", [id, sandbox]);
      await database.transaction((sql) => grant(sql, { accountId: id, amount: 1_000_000_000n, currency: 'USD', idempotencyKey: id }));
      return id;
    },
    async open(pair, client = accountId) {
      const id = randomUUID();
      await openActivation(
        deps,
        {
          activationId: id,
          accountId: client,
          idempotencyKey: id,
          requestHash: 'hash',
          ...pair,
          operator: null,
          maxPrice: null,
          onNoCode: 'refund',
          metadata: {},
        },
        { workflowId: id, runId: id, traceId: null },
      );
      const row = await database.row<{ candidates: readonly Reasons[] }>('SELECT candidates FROM activations WHERE id = $1', [id]);
      return { id, candidates: row!.candidates };
    },
    async bought(provider, pair, operator) {
      const id = randomUUID();
      await claimOrder(database, {
        id,
        provider,
        providerOrderId: id,
        activationId: null,
        attemptId: null,
        origin: 'reply',
        beneficiary: 'activation',
        ...pair,
        operator: operator ?? null,
        phoneSealed: null,
        currency: 'USD',
        cost: 100_000n,
        costKnown: true,
        money: 'expected',
        rawStatus: '',
        canGetAnother: null,
        lifetimeMs: 1_200_000,
        cancelAllowedInMs: 0,
      });
      return id;
    },
    async ended(orderId, succeeded) {
      const note = { reason: 'test' };
      await moveOrder(database, orderId, 'OPEN', succeeded ? 'CLOSED_WITH_SMS' : 'EXPIRED', note);
      if (!succeeded) await moveOrder(database, orderId, 'EXPIRED', 'REFUND_PENDING', note);
      await recordOutcome(database, orderId, succeeded);
    },
    async close() {
      await database.close();
      await own.drop();
    },
  };
}
