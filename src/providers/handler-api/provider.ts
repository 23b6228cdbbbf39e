import type { SaleLimits } from '../../domain/resting.js';
import type { Clock, HttpClient } from '../../http/client.js';
import { createCaller } from '../caller.js';
import type { RequestGate } from '../gate.js';
import { ProviderError } from '../provider-error.js';
import type { NumberProvider } from '../provider.js';
import { balance } from './balance.js';
import { readHook } from './hook.js';
import { openOrders, PAGE_SIZE } from './open-orders.js';
import { operators, prices } from './price-list.js';
import { purchase } from './purchase.js';
import { readOrder } from './read-order.js';
import { createSession } from './session.js';
import type { HandlerDialect, Knowledge } from './session.js';
import { cancel, finish, requestAnotherSms } from './transitions.js';

export interface HandlerApiOptions {
  /** Our id of the account. */
  readonly id: string;
  /** Full URL of handler_api.php. */
  readonly url: string;
  readonly apiKey: string;
  /** `auto` learns from the replies; the others spare a request or two that the server would refuse. */
  readonly dialect?: HandlerDialect;
  /** The account's currency, ISO 4217. */
  readonly currency: string;
  readonly http: HttpClient;
  readonly gate: RequestGate;
  readonly clock: Clock;
  /** GET unless told; POST keeps the key out of access logs where the server takes it (SMSBower does not). */
  readonly method?: 'GET' | 'POST';
  /** setStatus code of a cancel: 8, or −1 at some clones (provider notes 2.4). */
  readonly cancelStatus?: 8 | -1;
  /** Milliseconds in which a cancel is refused; 120,000 unless told. */
  readonly minCancelAgeMs?: number;
  /** Milliseconds that an order lives where nothing says otherwise; 20 minutes unless told. */
  readonly defaultLifetimeMs?: number;
}

const DAY_MS = 86_400_000;
/**
 * HeroSMS's (provider notes 3.3), which no clone is known to be milder than. Over how long it counts is not documented; its
 * thread limits are reset once a day.
 */
const SALE_LIMITS: SaleLimits = Object.freeze({
  pair: { numbers: 100, successRate: 0.06, windowMs: DAY_MS },
  account: { numbers: 500, successRate: 0.03, windowMs: DAY_MS },
  rating: null,
});

/** A supplier that speaks SMS-Activate's handler_api.php, in any of its dialects. */
export function createHandlerApiProvider(options: HandlerApiOptions): NumberProvider {
  const { id, http, gate, clock, apiKey, dialect = 'auto', minCancelAgeMs = 120_000 } = options;
  const caller = createCaller({ provider: id, http, gate, clock, secrets: [apiKey] });
  const knowledge: Knowledge = {
    numberV2: null,
    history: null,
    allSms: dialect === 'classic' || dialect === 'hybrid' ? false : null,
    statusV2: null,
    aheadMs: 0,
  };
  const session = createSession({
    caller,
    clock,
    url: options.url,
    apiKey,
    method: options.method ?? 'GET',
    currency: options.currency,
    cancelStatus: options.cancelStatus ?? 8,
    minCancelAgeMs,
    knowledge,
  });
  return {
    id,
    get capabilities() {
      return {
        bulkStatus: true,
        bulkPageSize: PAGE_SIZE,
        anotherSms: true,
        // Until a server has said that it keeps none.
        finalRecord: knowledge.history !== false,
        payments: false,
        minCancelAgeMs,
        defaultLifetimeMs: options.defaultLifetimeMs ?? 1_200_000,
        webhooks: true,
        priceCeiling: 'always',
        saleLimits: SALE_LIMITS,
      } as const;
    },
    purchase: (request, call) => purchase(session, request, call),
    readOrder: async (order, call) => readOrder(session, order, caller.scope(call)),
    openOrders: async (page, call) => openOrders(session, page, caller.scope(call)),
    cancel: async (order, call) => cancel(session, order, caller.scope(call)),
    finish: async (order, call) => finish(session, order, caller.scope(call)),
    requestAnotherSms: async (order, call) => requestAnotherSms(session, order, caller.scope(call)),
    balance: async (call) => balance(session, caller.scope(call)),
    prices: async (call) => prices(session, {}, caller.scope(call)),
    async countries(service, call) {
      const rows = await prices(session, { service }, caller.scope(call));
      return [...new Set(rows.map((row) => row.country))];
    },
    async price(service, country, call) {
      const rows = await prices(session, { service, country }, caller.scope(call));
      return rows.find((row) => row.service === service && row.country === country && row.stock > 0) ?? null;
    },
    operators: async (country, call) => operators(session, country, caller.scope(call)),
    async payments() {
      throw new ProviderError({ provider: id, code: 'unsupported', operation: 'payments' });
    },
    readHook,
  };
}
