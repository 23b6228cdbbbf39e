import { z } from 'zod';
import { moneyFromProvider } from '../../domain/money.js';
import type { Movement, SimOrder } from '../order.js';
import { asNumber, jsonReply } from '../protocol.js';
import type { ProtocolRequest, Reply } from '../protocol.js';
import { shuffledPage } from '../shuffled-page.js';
import { orderShown, stamp, words } from './context.js';
import type { FiveSimContext } from './context.js';

/** Live it showed this whatever the real count (provider notes 1.2). */
const UNTRUE_TOTAL = 999_999;

/** check, finish, cancel and ban of one order. An unknown id is 404 at check and 400 elsewhere. */
export function actOnOrder(context: FiveSimContext, verb: 'check' | 'finish' | 'cancel' | 'ban', id: string, now: number): Reply {
  const order = context.books.orders.get(Number(id));
  if (order === undefined) return words('order not found', verb === 'check' ? 404 : 400);
  const shown = (): Reply => jsonReply(orderShown(context, order, now));
  if (verb === 'check') return shown();
  if (verb === 'finish') {
    switch (context.trade.finish(order, now)) {
      case 'finished':
        return shown();
      case 'no_sms':
        return words('order no sms');
      case 'not_active':
        return words('order expired');
    }
  }
  switch (context.trade.cancel(order, now, verb === 'ban' ? 'banned' : 'cancelled')) {
    case 'cancelled':
      return shown();
    case 'too_early':
      return words('you need to wait time');
    case 'has_sms':
    case 'new_sms':
      return words('order has sms');
    case 'not_active':
    case 'window_over':
      return words('order expired');
  }
}

/** GET /user/profile. `frozen_balance` holds what open orders cost; the balance itself has fallen already. */
export function profile(context: FiveSimContext, now: number): Reply {
  const open = [...context.books.orders.values()].filter((order) => order.status === 'open');
  const last = [...context.books.orders.values()].at(-1);
  return jsonReply({
    id: 1_234_567,
    email: 'simulator@example.com',
    balance: asNumber(context.trade.shownBalance(now)),
    rating: context.rating(),
    default_country: { name: '', iso: '', prefix: '' },
    default_operator: { name: '' },
    frozen_balance: asNumber(open.reduce((sum, order) => sum + order.charged, 0)),
    last_order:
      last === undefined
        ? ''
        : `${context.slugOf(last.country)}:${context.productOf(last.service)}:${last.operator}:1:${asNumber(last.price)}`,
    last_top_orders: '',
    last_top_idx: 0,
    total_active_orders: open.length,
    did_order: last !== undefined,
    is_totp: false,
  });
}

function paged<T>(request: ProtocolRequest, rows: readonly T[], shuffle: boolean): T[] {
  const limit = Math.min(1_000, Math.max(1, Number(request.params.get('limit') ?? 15) || 15));
  const offset = Math.max(0, Number(request.params.get('offset') ?? 0) || 0);
  const sorted = request.params.get('reverse') === 'true' ? rows.toReversed() : rows;
  return shuffle ? shuffledPage(sorted, offset, limit) : sorted.slice(offset, offset + limit);
}

/** GET /user/orders: every order of the category, ended ones too. */
export function orders(context: FiveSimContext, request: ProtocolRequest, now: number): Reply {
  const category = request.params.get('category');
  if (category !== 'activation' && category !== 'hosting') return words('category is incorrect');
  const rows = category === 'hosting' ? [] : [...context.books.orders.values()].filter((order) => order.inLists);
  const shuffle = context.traps.spring('list_shuffled', 'orders') !== null;
  const data = paged(request, rows, shuffle).map((order: SimOrder) => orderShown(context, order, now));
  return jsonReply({ Data: data, ProductNames: [], Statuses: [], Total: UNTRUE_TOTAL });
}

/**
 * GET /user/payments: top-ups, and a purchase once its order has ended as sold; cancelled orders have no row
 * (provider notes 1.6).
 */
export function payments(context: FiveSimContext, request: ProtocolRequest): Reply {
  const { books } = context;
  const rows: { readonly at: number; readonly row: Record<string, unknown> }[] = [];
  const rowOf = (movement: Movement, type: 'charge' | 'buy', provider: string, at: number): void => {
    rows.push({
      at,
      row: {
        ID: movement.id,
        TypeName: type,
        ProviderName: provider,
        Amount: asNumber(movement.amount),
        Balance: asNumber(movement.balanceAfter),
        CreatedAt: stamp(context, at),
      },
    });
  };
  for (const movement of books.movements) {
    if (movement.kind === 'opening' || movement.kind === 'top_up') rowOf(movement, 'charge', 'simulator', movement.at);
    const order = movement.kind === 'purchase' && movement.orderId !== null ? books.orders.get(movement.orderId) : undefined;
    if (order?.status === 'finished' && order.endedAt !== null) rowOf(movement, 'buy', '', order.endedAt);
  }
  const sorted = rows.toSorted((a, b) => a.at - b.at).map(({ row }) => row);
  return jsonReply({
    Data: paged(request, sorted, false),
    PaymentTypes: [{ Name: 'charge' }, { Name: 'buy' }],
    PaymentProviders: [{ Name: 'simulator' }],
    Total: UNTRUE_TOTAL,
  });
}

const maxPriceBody = z.object({ product_name: z.string().optional(), price: z.union([z.number(), z.string()]).optional() });

/** GET, POST and DELETE /user/max-prices. */
export function maxPrices(context: FiveSimContext, request: ProtocolRequest, now: number): Reply {
  if (request.method === 'GET') {
    return jsonReply(
      [...context.maxPrices].map(([product, { id, price, createdAt }]) => ({
        id,
        product,
        price: asNumber(price),
        CreatedAt: stamp(context, createdAt),
      })),
    );
  }
  let given: z.output<typeof maxPriceBody>;
  try {
    given = maxPriceBody.parse(JSON.parse(request.body === '' ? '{}' : request.body));
  } catch {
    return words('any error');
  }
  const { product_name: product = '', price } = given;
  if (product === '') return words('product_name is empty');
  if (request.method === 'DELETE') return context.maxPrices.delete(product) ? jsonReply({}) : words('record not found');
  try {
    context.maxPrices.set(product, { id: context.maxPrices.size + 1, price: Number(moneyFromProvider(price ?? '')), createdAt: now });
  } catch {
    return words('any error');
  }
  return jsonReply({});
}
