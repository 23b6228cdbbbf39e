import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/db/database.js';
import { orderById, type OrderRow, watchedOrders } from '../../src/db/orders.js';
import { databaseNow } from '../../src/db/providers.js';
import type { StartActivation } from '../../src/domain/activation-request.js';
import type { ActivationStatus } from '../../src/domain/activation.js';
import type { OrderReading } from '../../src/domain/order.js';
import type { Policy } from '../../src/domain/policy.js';
import type { BoughtOrder, PurchaseOutcome, PurchaseRequest } from '../../src/domain/purchase.js';
import { checkLedger } from '../../src/ledger/check.js';
import { walletOf } from '../../src/ledger/credit.js';
import { expectedBalance } from '../../src/ledger/provider-money.js';
import type { CallContext, CancelOutcome, NumberProvider, OrdersPage, PaymentRow } from '../../src/providers/provider.js';
import { buyNumber, type BuyResult } from '../../src/rent/buy.js';
import type { RentDeps } from '../../src/rent/deps.js';
import { openActivation, type Opened } from '../../src/rent/open.js';
import { takeReading } from '../../src/rent/read.js';
import { createErrands } from '../../src/rent/watch/errands.js';
import { cancelOrphans, readMissing } from '../../src/rent/watch/housekeeping.js';
import { readList } from '../../src/rent/watch/list.js';
import type { WatchHost } from '../../src/rent/watch/watch.js';
import { type Books, createBooks } from './books.js';

/** Dollars and cents in micro units. */
export const CENTS = 10_000n;

/** A provider whose every reply a test decides. */
export interface ScriptedProvider {
  /** Calls in their order, with the order's id where one is named: `cancel n1`. */
  readonly calls: string[];
  purchase: (request: PurchaseRequest) => Promise<PurchaseOutcome> | PurchaseOutcome;
  /** What a page of the list shows; nothing unless told. */
  page: (page: { readonly offset: number; readonly limit: number }) => Promise<OrdersPage> | OrdersPage;
  /** One order's record; an order that nothing happens to unless told. */
  record: (providerOrderId: string, call: CallContext) => Promise<OrderReading> | OrderReading;
  cancel: (providerOrderId: string) => CancelOutcome;
}

/** Rent's steps over a real Postgres and two providers that are scripted: for moments that no real time hits. */
export interface Desk {
  readonly database: Database;
  readonly deps: RentDeps;
  readonly a: ScriptedProvider;
  readonly b: ScriptedProvider;
  /** What workflows were told, and whether they are there to hear it. */
  readonly told: string[];
  workflowsRun: boolean;
  readonly list: Books['list'];
  /** Opens an activation of telegram in Indonesia as its workflow would. */
  open(request?: Partial<StartActivation>, runId?: string): Promise<Opened & { readonly activationId: string }>;
  /** Tries to buy from provider `a` unless told otherwise, for 20 cents at most. */
  buy(activationId: string, how?: { readonly seq?: number; readonly provider?: string }): Promise<BuyResult>;
  /** Opens an activation and buys its number for 20 cents. */
  rent(request?: Partial<StartActivation>): Promise<Rented>;
  /** Takes over what a record says of one of our orders. */
  take(orderId: string, reading: OrderReading): ReturnType<typeof takeReading>;
  /** One step of the watcher of provider `a` each: the list, orders that it lacks, numbers that nobody waits for. */
  sweep(): Promise<void>;
  readMissing(): Promise<void>;
  cancelOrphans(): Promise<void>;
  order(id: string): Promise<OrderRow>;
  /** The order of that id at provider `a`, if it is booked. */
  booked(providerOrderId: string): Promise<OrderRow | null>;
  status(activationId: string): Promise<ActivationStatus>;
  expected(): Promise<bigint>;
  wallet(): ReturnType<typeof walletOf>;
  /** Lets this much time pass for attempts and sightings. */
  age(ms: number): Promise<void>;
  /** The ledger's problems; none when all is well. */
  problems(): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

export interface Rented {
  readonly activationId: string;
  readonly orderId: string;
  readonly providerOrderId: string;
}

/** What the steps of the watcher ask of whoever runs them. */
const HOST: Pick<WatchHost, 'signal' | 'alive' | 'now'> = { signal: new AbortController().signal, alive: () => {}, now: () => 0 };

/** A record of an order that waits for its SMS. */
export function readingOf(providerOrderId: string, change: Partial<OrderReading> = {}): OrderReading {
  return {
    providerOrderId,
    condition: 'waiting',
    settlement: 'unknown',
    rawStatus: change.condition ?? 'waiting',
    sms: [],
    service: 'telegram',
    country: 'ID',
    operator: null,
    phoneNumber: '+6281234567890',
    price: 20n * CENTS,
    currency: 'USD',
    remainingMs: 1_200_000,
    ...change,
  };
}

/** A purchase that went well. */
export function boughtAs(providerOrderId: string, change: Partial<BoughtOrder> = {}): PurchaseOutcome {
  return {
    kind: 'bought',
    order: {
      providerOrderId,
      phoneNumber: '+6281234567890',
      price: 20n * CENTS,
      currency: 'USD',
      operator: null,
      lifetimeMs: 1_200_000,
      cancelAllowedInMs: 0,
      canGetAnotherSms: null,
      rawStatus: 'bought',
      ...change,
    },
  };
}

/** An SMS as a record shows it. */
export function smsOf(code: string): OrderReading['sms'][number] {
  return { code, text: `Your code is ${code}`, sender: null, rawTime: null };
}

function scripted(id: string): ScriptedProvider & { readonly provider: NumberProvider } {
  const script: ScriptedProvider = {
    calls: [],
    purchase: () => ({ kind: 'refused', reason: 'no_numbers', raw: 'NO_NUMBERS' }),
    page: () => ({ orders: [], more: false }),
    record: (providerOrderId) => readingOf(providerOrderId),
    cancel: () => ({ kind: 'accepted', raw: 'ACCESS_CANCEL' }),
  };
  const heard = (call: string): void => {
    script.calls.push(call);
  };
  const unscripted = (): never => {
    throw new Error('no test scripts such a call');
  };
  const provider: NumberProvider = {
    id,
    capabilities: {
      bulkStatus: true,
      bulkPageSize: 100,
      anotherSms: false,
      finalRecord: false,
      payments: false,
      minCancelAgeMs: 0,
      defaultLifetimeMs: 1_200_000,
      webhooks: false,
      priceCeiling: 'always',
      saleLimits: { pair: null, account: null, rating: null },
    },
    async purchase(request) {
      heard('purchase');
      return script.purchase(request);
    },
    async openOrders(page) {
      heard('openOrders');
      return script.page(page);
    },
    async readOrder(providerOrderId, call) {
      heard(`readOrder ${providerOrderId}`);
      return script.record(providerOrderId, call);
    },
    async cancel(providerOrderId) {
      heard(`cancel ${providerOrderId}`);
      return script.cancel(providerOrderId);
    },
    async balance() {
      heard('balance');
      return { amount: 0n, currency: 'USD', raw: '0' };
    },
    payments: async (): Promise<PaymentRow[]> => [],
    finish: unscripted,
    requestAnotherSms: unscripted,
    prices: unscripted,
    countries: unscripted,
    price: unscripted,
    operators: unscripted,
    readHook: () => null,
  };
  return Object.assign(script, { provider });
}

/** A desk whose books are open, with armed proofs, credit, and an offer of 20 cents at either provider. */
export async function createDesk(policy: Partial<Policy> = {}): Promise<Desk> {
  const a = scripted('a');
  const b = scripted('b');
  const providers = new Map([a, b].map(({ provider }) => [provider.id, provider]));
  const books = await createBooks({ providers, die: () => 0, policy });
  const { database } = books;
  await database.run('UPDATE provider_proofs SET armed_at = now()');
  for (const provider of providers.keys()) await books.list(provider, [{ service: 'telegram', country: 'ID', cents: 20 }]);
  const accountId = (await database.row<{ id: string }>("SELECT id FROM accounts WHERE kind = 'client'"))!.id;
  const told: string[] = [];
  const tell =
    (what: string) =>
    async (activationId: string): Promise<boolean> => {
      told.push(`${what} ${activationId}`);
      return desk.workflowsRun;
    };
  const deps: RentDeps = {
    ...books.deps,
    lossDailyCap: 1_000_000_000n,
    signals: { smsReceived: tell('sms'), orderEnded: tell('ended'), refunded: tell('refunded') },
  };
  let numbers = 0;
  const desk: Desk = {
    database,
    deps,
    a,
    b,
    told,
    workflowsRun: true,
    list: (provider, rows) => books.list(provider, rows),
    async open(request = {}, runId) {
      const activationId = request.activationId ?? randomUUID();
      const opened = await openActivation(
        deps,
        {
          accountId,
          idempotencyKey: activationId,
          requestHash: 'hash',
          service: 'telegram',
          country: 'ID',
          operator: null,
          maxPrice: null,
          onNoCode: 'refund',
          metadata: {},
          ...request,
          activationId,
        },
        { workflowId: activationId, runId: runId ?? activationId, traceId: null },
      );
      return { ...opened, activationId };
    },
    buy: (activationId, how = {}) =>
      buyNumber(deps, {
        activationId,
        seq: how.seq ?? 0,
        service: 'telegram',
        country: 'ID',
        candidate: { provider: how.provider ?? 'a', operator: null, price: '0.20' },
      }),
    async rent(request) {
      const { activationId } = await desk.open(request);
      const providerOrderId = `n${(numbers += 1)}`;
      a.purchase = () => boughtAs(providerOrderId);
      const result = await desk.buy(activationId);
      if (result.kind !== 'bought') throw new Error(`not bought: ${JSON.stringify(result)}`);
      return { activationId, orderId: result.orderId, providerOrderId };
    },
    take: async (orderId, reading) => takeReading(deps, orderId, reading, await databaseNow(database)),
    async sweep() {
      await readList(deps, 'a', await watchedOrders(database, 'a'), new Map(), 'sweep');
    },
    async readMissing() {
      await readMissing(deps, createErrands(deps, 'a', HOST, Infinity), await watchedOrders(database, 'a'));
    },
    async cancelOrphans() {
      await cancelOrphans(deps, createErrands(deps, 'a', HOST, Infinity), await watchedOrders(database, 'a'));
    },
    order: async (id) => (await orderById(database, id))!,
    async booked(providerOrderId) {
      const row = await database.row<{ id: string }>("SELECT id FROM orders WHERE provider = 'a' AND provider_order_id = $1", [
        providerOrderId,
      ]);
      return row === null ? null : orderById(database, row.id);
    },
    async status(activationId) {
      return (await database.row<{ status: ActivationStatus }>('SELECT status FROM activations WHERE id = $1', [activationId]))!.status;
    },
    expected: () => expectedBalance(database, 'a', 'USD'),
    wallet: () => walletOf(database, accountId, 'USD'),
    async age(ms) {
      const back = `- $1::int * interval '1 ms'`;
      await database.run(`UPDATE attempts SET sent_at = sent_at ${back}, reply_by = reply_by ${back} WHERE sent_at IS NOT NULL`, [ms]);
      await database.run(`UPDATE sightings SET first_seen_at = first_seen_at ${back}`, [ms]);
    },
    async problems() {
      const report = await checkLedger(database);
      return report.verdict === 'incomplete' ? [report] : report.problems;
    },
    close: () => books.close(),
  };
  return desk;
}
