import { z } from 'zod';
import { formatMoney, parseMoney } from '../domain/money.js';
import type { Books } from './books.js';
import type { SimOrder } from './order.js';
import type { ProtocolRequest, Reply } from './protocol.js';
import { jsonReply } from './protocol.js';
import type { Settings } from './settings.js';
import { TRAPS } from './trap-catalogue.js';
import type { TrapDescription } from './trap-catalogue.js';
import type { Trade } from './trade.js';
import type { Traps } from './traps.js';

/** Ways for a provider to be away. */
export const OUTAGES = ['refuse', 'unavailable', 'hang', 'reset'] as const;
export type OutageMode = (typeof OUTAGES)[number];

/** What the control endpoints act on. */
export interface Controlled {
  readonly books: Books;
  readonly trade: Trade;
  readonly traps: Traps;
  readonly settings: () => Settings;
  mergeSettings(patch: unknown): Settings;
  outage(mode: OutageMode, durationMs: number): Promise<void>;
  readonly requests: () => { readonly since: number; readonly total: number; readonly byAction: Readonly<Record<string, number>> };
  readonly hookCounts: () => unknown;
  reset(): void;
}

const MOST_MS = 31_536_000_000;
const purchaseBody = z.strictObject({
  service: z.string(),
  country: z.string(),
  operator: z.string().optional(),
  lifetimeMs: z.number().int().min(1).max(MOST_MS).optional(),
  silent: z.boolean().optional(),
});
const smsBody = z.strictObject({ code: z.string().max(100).optional(), text: z.string().max(2_000).optional() });
const outageBody = z.strictObject({
  mode: z.enum(OUTAGES).default('refuse'),
  durationMs: z.number().int().min(0).max(MOST_MS).default(21_600_000),
});
const topUpBody = z.strictObject({ amount: z.string() });

/** Answers the control endpoints. Anything that cannot be done is a 4xx with a `message`. */
export async function control(request: ProtocolRequest, it: Controlled, now: number): Promise<Reply> {
  try {
    const reply = await route(request, it, now);
    return reply ?? jsonReply({ message: `there is no ${request.method} ${request.path}` }, 404);
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : 'unknown';
    return jsonReply({ message }, 400);
  }
}

async function route(request: ProtocolRequest, it: Controlled, now: number): Promise<Reply | null> {
  const [, , resource = '', name = '', verb = ''] = request.path.split('/');
  const body: unknown = request.body === '' ? {} : JSON.parse(request.body);
  switch (`${request.method} ${resource}`) {
    case 'GET books':
      return jsonReply(booksShown(it));
    case 'GET settings':
      return jsonReply(it.settings());
    case 'PUT settings':
      return jsonReply(it.mergeSettings(body));
    case 'GET traps':
      return jsonReply(trapsShown(it.traps));
    case 'POST traps': {
      const { name: trap, ...rest } = z.looseObject({ name: z.string() }).parse(body);
      it.traps.set(trap, rest);
      return jsonReply(trapsShown(it.traps).set, 201);
    }
    case 'DELETE traps': {
      const given = name === '' ? z.looseObject({ name: z.string().optional() }).parse(body).name : name;
      if (given === undefined) it.traps.clear();
      else if (!(given in TRAPS)) throw new RangeError(`there is no trap "${given}"`);
      else it.traps.unset(given);
      return jsonReply(trapsShown(it.traps).set);
    }
    case 'POST top-up': {
      const amount = Number(parseMoney(topUpBody.parse(body).amount));
      it.books.move('top_up', amount, null, now);
      return jsonReply({ balance: money(it.books.balance) }, 201);
    }
    case 'POST purchases': {
      const { service, country, operator, lifetimeMs, silent = false } = purchaseBody.parse(body);
      const operators = operator === undefined ? [] : [operator];
      const bought = it.trade.buy(
        { service, country, operators, maxPrice: null, foreign: true, silent, ...(lifetimeMs === undefined ? {} : { lifetimeMs }) },
        now,
      );
      return bought.kind === 'bought' ? jsonReply(orderShown(bought.order), 201) : jsonReply({ message: bought.kind }, 409);
    }
    case 'POST orders': {
      const order = it.books.orders.get(Number(name));
      if (order === undefined) return jsonReply({ message: `there is no order ${name}` }, 404);
      if (verb === 'sms') {
        const { code, text } = smsBody.parse(body);
        it.trade.deliver(order, now, { ...(code === undefined ? {} : { code }), ...(text === undefined ? {} : { text }) });
        return jsonReply(orderShown(order), 201);
      }
      if (verb === 'expire') {
        order.expiresAt = Math.min(order.expiresAt, now);
        it.books.touch(order);
        it.books.advance(now);
        return jsonReply(orderShown(order));
      }
      return null;
    }
    case 'POST outage': {
      const { mode, durationMs } = outageBody.parse(body);
      await it.outage(mode, durationMs);
      return jsonReply({ mode, durationMs }, 202);
    }
    case 'GET requests':
      return jsonReply({ ...it.requests(), hooks: it.hookCounts() });
    case 'POST reset':
      it.reset();
      return jsonReply({ balance: money(it.books.balance) });
    default:
      return null;
  }
}

function money(micros: number): string {
  return formatMoney(BigInt(micros));
}

/** An order as GET /control/books shows it. */
export function orderShown(order: SimOrder): unknown {
  return {
    ...order,
    id: String(order.id),
    price: money(order.price),
    charged: money(order.charged),
    boughtAt: new Date(order.boughtAt).toISOString(),
    expiresAt: new Date(order.expiresAt).toISOString(),
    endedAt: order.endedAt === null ? null : new Date(order.endedAt).toISOString(),
  };
}

function booksShown(it: Controlled): unknown {
  return {
    balance: money(it.books.balance),
    currency: it.settings().currency,
    orders: [...it.books.orders.values()].map(orderShown),
    movements: it.books.movements.map((movement) => ({
      ...movement,
      at: new Date(movement.at).toISOString(),
      amount: money(movement.amount),
      orderId: movement.orderId === null ? null : String(movement.orderId),
      balanceAfter: money(movement.balanceAfter),
    })),
  };
}

function trapsShown(traps: Traps): { readonly set: readonly unknown[]; readonly known: readonly unknown[] } {
  const known = Object.entries<TrapDescription>(TRAPS).map(([name, { description, params = {} }]) => ({ name, description, params }));
  return { set: traps.list(), known };
}
