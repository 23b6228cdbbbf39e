import { z } from 'zod';
import type { OrderReading } from '../../domain/order.js';
import type { CallScope } from '../caller.js';
import { ProviderError } from '../provider-error.js';
import type { OrdersPage } from '../provider.js';
import { readRow } from './activation-row.js';
import type { Session } from './session.js';

/** HeroSMS lists at most a hundred (provider notes 3.1). */
export const PAGE_SIZE = 100;

/** The one page that HeroSMS's form holds: `data`, beside an `activeActivations` that is no list but a database result. */
const paged = z.object({ data: z.array(z.unknown()) });
/** SMS-Activate's form: everything at once. */
const wrapped = z.object({ activeActivations: z.array(z.unknown()) });
const resultObject = z.object({ activeActivations: z.object({ rows: z.array(z.unknown()) }) });

/**
 * A page of getActiveActivations. Three forms are in use (provider notes 2.2, 3.1, 4): SMS-Activate's wrapped list and
 * GrizzlySMS's plain list hold everything whatever page is asked for; HeroSMS's and Tiger's `data` is a page.
 *
 * @throws ProviderError `unreadable` if a single row has no id: a page with a hole would count as an order's absence.
 */
export async function openOrders(
  session: Session,
  page: { readonly offset: number; readonly limit: number },
  scope: CallScope,
): Promise<OrdersPage> {
  const limit = Math.max(1, Math.min(PAGE_SIZE, page.limit));
  const answer = await session.ask(
    { operation: 'open orders', action: 'getActiveActivations', params: { start: page.offset, limit }, maxBytes: 8_388_608 },
    scope,
  );
  const { reply, failure } = answer;
  if (failure?.code === 'NO_ACTIVATIONS' || failure?.code === 'NO_ACTIVATION') return { orders: [], more: false };
  if (failure !== null || reply.form !== 'json') throw session.error('open orders', answer);
  const rows = rowsOf(reply.value);
  if (rows === null) throw session.error('open orders', answer);
  const orders = rows.list.map((value) => {
    const reading = readRow(value, reply.http.dateHeaderMs);
    if (reading === null) {
      throw new ProviderError({ provider: session.caller.provider, code: 'unreadable', operation: 'open orders', raw: reply.http.raw });
    }
    return reading;
  });
  // A page longer than asked for is no page: the server ignores paging and has shown everything.
  return { orders: newestFirst(orders), more: rows.paged && orders.length === limit };
}

function rowsOf(value: unknown): { readonly list: readonly unknown[]; readonly paged: boolean } | null {
  if (Array.isArray(value)) return { list: value, paged: false };
  const one = wrapped.safeParse(value);
  if (one.success) return { list: one.data.activeActivations, paged: false };
  const page = paged.safeParse(value);
  const result = resultObject.safeParse(value);
  if (page.success && (page.data.data.length > 0 || !result.success)) return { list: page.data.data, paged: true };
  return result.success ? { list: result.data.activeActivations.rows, paged: true } : null;
}

/** Ids of one server grow; the newest order is the one that somebody waits for. */
function newestFirst(orders: readonly OrderReading[]): OrderReading[] {
  return orders.toSorted((a, b) => compareIds(b.providerOrderId, a.providerOrderId));
}

function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
