import { z } from 'zod';
import type { OrderReading } from '../../domain/order.js';
import type { CallScope } from '../caller.js';
import type { CancelOutcome, FinishOutcome, OrdersPage } from '../provider.js';
import { parseOrder, readingOf } from './order-record.js';
import type { Answer, Session } from './session.js';

/** Orders on a page that we ask for; no limit is documented. */
export const PAGE_SIZE = 100;

const page = z.object({ Data: z.array(z.unknown()).nullable() });

/** Ids are put into paths, so nothing but digits may come near one. */
function pathOf(verb: string, id: string): string {
  return `/user/${verb}/${/^\d{1,20}$/u.test(id) ? id : '0'}`;
}

/** GET /user/check/{id}. */
export async function readOrder(session: Session, id: string, scope: CallScope): Promise<OrderReading> {
  const answer = await session.ask({ operation: 'read order', path: pathOf('check', id) }, scope);
  const record = answer.http.status === 200 ? parseOrder(answer.json) : null;
  if (record === null) throw session.error('read order', answer);
  return readingOf(record, answer.http.dateHeaderMs);
}

/**
 * GET /user/orders, newest first. It lists ended orders too, all of which are given back as readings. `Total` has been
 * seen at 999,999 (provider notes 1.2), so a full page is the only sign of a further one.
 *
 * @throws ProviderError `unreadable` if a single row is no order: a page with a hole would count as an order's absence.
 */
export async function openOrders(
  session: Session,
  at: { readonly offset: number; readonly limit: number },
  scope: CallScope,
): Promise<OrdersPage> {
  const limit = Math.max(1, Math.min(PAGE_SIZE, at.limit));
  const query = { category: 'activation', limit, offset: at.offset, order: 'id', reverse: 'true' };
  const answer = await session.ask({ operation: 'open orders', path: '/user/orders', query, maxBytes: 8_388_608 }, scope);
  const parsed = page.safeParse(answer.json);
  if (!parsed.success) throw session.error('open orders', answer);
  const rows = parsed.data.Data ?? [];
  const orders = rows.map((row) => {
    const record = parseOrder(row);
    if (record === null) throw session.error('open orders', answer, 'unreadable');
    return readingOf(record, answer.http.dateHeaderMs);
  });
  return { orders, more: rows.length >= limit };
}

/** How long to wait where 5SIM says "you need to wait time" and not for how long. */
const SHORTEST_WAIT_MS = 5_000;
const USUAL_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 60_000;

/** GET /user/cancel/{id}. */
export async function cancel(session: Session, id: string, scope: CallScope): Promise<CancelOutcome> {
  const answer = await session.ask({ operation: 'cancel', path: pathOf('cancel', id) }, scope);
  const { raw } = answer.http;
  const record = answer.http.status === 200 ? parseOrder(answer.json) : null;
  if (record !== null) {
    const { condition, sms } = readingOf(record, null);
    if (sms.length > 0) return { kind: 'has_sms', raw };
    return /^CANCELL?ED$/u.test(record.status.toUpperCase()) || condition !== 'ended'
      ? { kind: 'accepted', raw }
      : { kind: 'not_active', raw };
  }
  switch (answer.words) {
    case 'order has sms':
      return { kind: 'has_sms', raw };
    case 'order expired':
      return { kind: 'not_active', raw };
    case 'you need to wait time':
      return { kind: 'too_early', retryAfterMs: earliest(session, scope), raw };
    default:
      throw session.error('cancel', answer);
  }
}

/** The window's length is unknown: as long again as the order has been there, so that few requests find its end. */
function earliest(session: Session, scope: CallScope): number {
  const seen = scope.call.orderFirstSeenAt;
  if (seen === undefined) return USUAL_WAIT_MS;
  return Math.max(SHORTEST_WAIT_MS, Math.min(LONGEST_WAIT_MS, session.clock.now() - seen));
}

/** GET /user/finish/{id}. */
export async function finish(session: Session, id: string, scope: CallScope): Promise<FinishOutcome> {
  const answer: Answer = await session.ask({ operation: 'finish', path: pathOf('finish', id) }, scope);
  const { raw } = answer.http;
  const record = answer.http.status === 200 ? parseOrder(answer.json) : null;
  if (record !== null) return record.status.toUpperCase() === 'FINISHED' ? { kind: 'accepted', raw } : { kind: 'not_active', raw };
  if (answer.words === 'order no sms') return { kind: 'no_sms', raw };
  if (answer.words === 'order expired') return { kind: 'not_active', raw };
  throw session.error('finish', answer);
}
