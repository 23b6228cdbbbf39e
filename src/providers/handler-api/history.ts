import type { OrderReading } from '../../domain/order.js';
import type { CallScope } from '../caller.js';
import { readRow } from './activation-row.js';
import { saysNoSuchAction } from './failure-meaning.js';
import type { Session } from './session.js';

const PAGE = 100;
/** 2,000 rows of one window; a search that needs more is given up as "no record". */
const MOST_PAGES = 20;
const HOUR_MS = 3_600_000;
/** Where our first sight is not known: the longest lifetime is an hour, so a day holds every order that still matters. */
const WIDE_MS = 24 * HOUR_MS;

/**
 * The final record of an order from getHistory: 6 sold, 8 and 10 given back (provider notes 3.1, 3.2). Null where the
 * server keeps no history or the order is not in the window around our first sight; absence is no evidence (rule 3).
 */
export async function historyOf(session: Session, id: string, scope: CallScope): Promise<OrderReading | null> {
  if (session.knowledge.history === false) return null;
  // The window is the server's, by its own clock; what the window's width covers is left alone.
  const aheadMs = Math.abs(session.knowledge.aheadMs) < HOUR_MS / 4 ? 0 : session.knowledge.aheadMs;
  const now = session.clock.now() + aheadMs;
  const seen = scope.call.orderFirstSeenAt === undefined ? undefined : scope.call.orderFirstSeenAt + aheadMs;
  // An hour before, because clocks are not read at once; four after, because an order may live one and be recorded late.
  const start = Math.floor((seen === undefined ? now - WIDE_MS : seen - HOUR_MS) / 1_000);
  const end = Math.ceil(Math.min(now + HOUR_MS, seen === undefined ? now + HOUR_MS : seen + 4 * HOUR_MS) / 1_000);
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await session.ask(
      { operation: 'history', action: 'getHistory', params: { start, end, offset: page * PAGE, limit: PAGE }, maxBytes: 4_194_304 },
      scope,
    );
    const { reply, failure } = answer;
    if (failure !== null) {
      if (saysNoSuchAction(failure)) session.knowledge.history = false;
      if (saysNoSuchAction(failure) || /^NO_|^WRONG_DATE$/u.test(failure.code)) return null;
      throw session.error('history', answer);
    }
    if (reply.form !== 'json' || !Array.isArray(reply.value)) throw session.error('history', answer);
    session.knowledge.history = true;
    for (const value of reply.value) {
      const reading = readRow(value, reply.http.dateHeaderMs);
      if (reading?.providerOrderId === id) return reading;
    }
    if (reply.value.length < PAGE) return null;
  }
  return null;
}
