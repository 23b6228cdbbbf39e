import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../src/db/database.js';
import { orderById, type OrderRow } from '../../src/db/orders.js';
import { registerProviders } from '../../src/db/providers.js';
import type { OrderCondition, Settlement, SmsReading } from '../../src/domain/order.js';
import { DEFAULT_POLICY, type Policy } from '../../src/domain/policy.js';
import { checkLedger } from '../../src/ledger/check.js';
import { expectedBalance } from '../../src/ledger/provider-money.js';
import type { NumberProvider, PaymentRow } from '../../src/providers/provider.js';
import { bookOrder } from '../../src/rent/claim.js';
import type { RentDeps } from '../../src/rent/deps.js';
import { createKeyring } from '../../src/sealing/keyring.js';
import { createTestDatabase } from '../stack/database.js';
import { TEST_KEYS } from '../stack/namespace.js';
import { providerAccount } from '../stack/provider-account.js';

/** What the scripted provider knows of an order. */
export interface ScriptedOrder {
  readonly id: string;
  readonly price: bigint;
  condition: OrderCondition;
  settlement: Settlement;
  sms: SmsReading[];
}

/** One provider account whose every reply a test decides, over a real Postgres: for interleavings that no real time hits. */
export interface Account {
  readonly database: Database;
  readonly deps: RentDeps;
  /** The balance that the provider shows. */
  balance: bigint;
  readonly orders: Map<string, ScriptedOrder>;
  payments: PaymentRow[];
  /** Runs when a call was answered and before the answer is ours: `balance`, `openOrders`, `readOrder`, `payments`. */
  before: (call: string) => Promise<void> | void;
  /** Calls in their order. */
  readonly calls: string[];
  /** Buys a number at the provider, and books it as the house's unless told otherwise. */
  buy(price: bigint, booked?: boolean): Promise<{ readonly scripted: ScriptedOrder; readonly id: string }>;
  book(scripted: ScriptedOrder): Promise<string>;
  order(id: string): Promise<OrderRow>;
  expected(): Promise<bigint>;
  /** The ledger's problems; none when all is well. */
  problems(): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

export const ACCOUNT = 'acme';

/** Registers the account; its books are not open yet. */
export async function createAccount(
  options: { readonly policy?: Partial<Policy>; readonly finalRecord?: boolean; readonly payments?: boolean } = {},
): Promise<Account> {
  const own = await createTestDatabase();
  const database = openDatabase({ url: own.url, applicationName: 'account', poolSize: 6 });
  await database.transaction((sql) => registerProviders(sql, [providerAccount(ACCOUNT, { requestsPerSecond: 100, burst: 100 })]));
  const orders = new Map<string, ScriptedOrder>();
  const finalRecord = options.finalRecord ?? false;
  const answer = async <T>(call: string, what: () => T): Promise<T> => {
    account.calls.push(call);
    const answered = what();
    await account.before(call);
    return answered;
  };
  const readingOf = (order: ScriptedOrder) => ({
    providerOrderId: order.id,
    condition: order.condition,
    settlement: order.settlement,
    rawStatus: order.condition,
    sms: [...order.sms],
    service: 'telegram',
    country: 'ID',
    operator: null,
    phoneNumber: '+6281234567',
    price: order.price,
    currency: 'USD',
    remainingMs: order.condition === 'ended' ? null : 1_200_000,
  });
  const unscripted = () => {
    throw new Error('this test scripts no such call');
  };
  const provider: NumberProvider = {
    id: ACCOUNT,
    capabilities: {
      bulkStatus: true,
      bulkPageSize: 100,
      anotherSms: false,
      finalRecord,
      payments: options.payments ?? false,
      minCancelAgeMs: 0,
      defaultLifetimeMs: 1_200_000,
      webhooks: false,
      priceCeiling: 'always',
      saleLimits: { pair: null, account: null, rating: null },
    },
    purchase: unscripted,
    readOrder: (id) => answer('readOrder', () => readingOf(orders.get(id)!)),
    openOrders: () =>
      answer('openOrders', () => ({
        orders: [...orders.values()].filter(({ condition }) => finalRecord || condition !== 'ended').map(readingOf),
        more: false,
      })),
    cancel: unscripted,
    finish: unscripted,
    requestAnotherSms: unscripted,
    balance: () => answer('balance', () => ({ amount: account.balance, currency: 'USD', raw: String(account.balance) })),
    prices: unscripted,
    countries: unscripted,
    price: unscripted,
    operators: unscripted,
    payments: () => answer('payments', () => [...account.payments]),
    readHook: () => null,
  };
  const deps: RentDeps = {
    database,
    keyring: createKeyring(TEST_KEYS),
    policy: { ...DEFAULT_POLICY, ...options.policy },
    walletCurrency: 'USD',
    lossDailyCap: 1_000_000_000n,
    markupOf: () => ({ basisPoints: 0, fixed: 0n }),
    offersOf: () => Promise.resolve([]),
    die: () => 0,
    providers: new Map([[ACCOUNT, provider]]),
    signals: {
      smsReceived: () => Promise.resolve(true),
      orderEnded: () => Promise.resolve(true),
      refunded: () => Promise.resolve(true),
    },
    newId: randomUUID,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  };
  const account: Account = {
    database,
    deps,
    balance: 100_000_000n,
    orders,
    payments: [],
    before: () => {},
    calls: [],
    async buy(price, booked = true) {
      const scripted: ScriptedOrder = { id: `n${orders.size + 1}`, price, condition: 'waiting', settlement: 'unknown', sms: [] };
      orders.set(scripted.id, scripted);
      account.balance -= price;
      return { scripted, id: booked ? await account.book(scripted) : '' };
    },
    async book(scripted) {
      const order = await database.transaction((sql) =>
        bookOrder(
          sql,
          deps,
          {
            providerOrderId: scripted.id,
            phoneNumber: '+6281234567',
            price: scripted.price,
            currency: 'USD',
            service: 'telegram',
            country: 'ID',
            operator: null,
            rawStatus: 'waiting',
            lifetimeMs: 1_200_000,
            cancelAllowedInMs: null,
            canGetAnotherSms: null,
          },
          { provider: ACCOUNT, origin: 'foreign', beneficiary: 'house', activationId: null, attemptId: null },
        ),
      );
      return order!.id;
    },
    async order(id) {
      return (await orderById(database, id))!;
    },
    expected: () => expectedBalance(database, ACCOUNT, 'USD'),
    async problems() {
      const report = await checkLedger(database);
      return report.verdict === 'incomplete' ? [report] : report.problems;
    },
    async close() {
      await database.close();
      await own.drop();
    },
  };
  return account;
}
