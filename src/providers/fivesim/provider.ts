import type { Clock, HttpClient } from '../../http/client.js';
import { createCaller } from '../caller.js';
import type { RequestGate } from '../gate.js';
import type { NumberProvider, ProviderCapabilities } from '../provider.js';
import { balance, payments } from './money.js';
import { cancel, finish, openOrders, PAGE_SIZE, readOrder } from './orders.js';
import { allPrices, operators, pricesOfPair, pricesOfService } from './price-list.js';
import { purchase } from './purchase.js';
import { createSession } from './session.js';

export interface FiveSimOptions {
  /** Our id of the account. */
  readonly id: string;
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly http: HttpClient;
  readonly gate: RequestGate;
  readonly clock: Clock;
}

const CAPABILITIES: ProviderCapabilities = {
  bulkStatus: true,
  bulkPageSize: PAGE_SIZE,
  anotherSms: false,
  finalRecord: true,
  payments: true,
  minCancelAgeMs: 0,
  // Documented; orders have been seen to live 20 minutes, which is why `expires` is what counts.
  defaultLifetimeMs: 900_000,
  webhooks: false,
  priceCeiling: 'any_operator_only',
  // Provider notes 1.6: the least that a code earns (finished by itself) and the most that a number without one costs (time
  // over). At 0 nothing is sold for a day.
  saleLimits: { pair: null, account: null, rating: { full: 96, gain: 0.4, loss: 0.15 } },
};

/** 5SIM, API v1. */
export function createFiveSimProvider(options: FiveSimOptions): NumberProvider {
  const { id, http, gate, clock, apiKey, baseUrl } = options;
  const caller = createCaller({ provider: id, http, gate, clock, secrets: [apiKey] });
  const session = createSession({ caller, clock, baseUrl, apiKey });
  return {
    id,
    capabilities: CAPABILITIES,
    purchase: (request, call) => purchase(session, request, call),
    readOrder: async (order, call) => readOrder(session, order, caller.scope(call)),
    openOrders: async (page, call) => openOrders(session, page, caller.scope(call)),
    cancel: async (order, call) => cancel(session, order, caller.scope(call)),
    finish: async (order, call) => finish(session, order, caller.scope(call)),
    // There is nothing to ask: an open order goes on collecting SMS.
    requestAnotherSms: async () => ({ kind: 'accepted', raw: '' }),
    balance: async (call) => balance(session, caller.scope(call)),
    prices: async (call) => allPrices(session, caller.scope(call)),
    async countries(service, call) {
      const rows = await pricesOfService(session, service, caller.scope(call));
      return [...new Set(rows.map((row) => row.country))];
    },
    async price(service, country, call) {
      const rows = await pricesOfPair(session, service, country, caller.scope(call));
      const inStock = rows.filter((row) => row.stock > 0).toSorted((a, b) => Number(a.price - b.price));
      return inStock[0] ?? null;
    },
    operators: async (country, call) => operators(session, country, caller.scope(call)),
    payments: async (page, call) => payments(session, page, caller.scope(call)),
    // 5SIM documents no webhook, so whatever is posted as one is none of its (provider notes 1.1).
    readHook: () => null,
  };
}
