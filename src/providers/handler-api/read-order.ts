import type { OrderReading, SmsReading } from '../../domain/order.js';
import type { CallScope } from '../caller.js';
import { smsReading } from '../sms-reading.js';
import { smsWithText } from './all-sms.js';
import { historyOf } from './history.js';
import type { Session } from './session.js';
import { mergeSms } from './sms-fields.js';

/** What getStatus said, with nothing looked up yet. */
export interface OrderStatus {
  /** The status word without its code: `STATUS_OK`. */
  readonly word: string;
  readonly open: boolean;
  /** The code behind the word; null if there is none. */
  readonly code: string | null;
}

/**
 * Asks getStatus. `STATUS_OK` and `STATUS_WAIT_RETRY` say "a code is there" only by the code behind them: a provider
 * once changed STATUS_OK to mean "number purchased" overnight (seeds/000).
 */
export async function statusOf(session: Session, id: string, scope: CallScope): Promise<OrderStatus> {
  const answer = await session.ask({ operation: 'read order', action: 'getStatus', params: { id } }, scope);
  const { reply, failure } = answer;
  if (failure !== null || reply.form !== 'token') throw session.error('read order', answer);
  const code = reply.rest === null || reply.rest === '' || /^null$/iu.test(reply.rest) ? null : unquoted(reply.rest);
  switch (reply.token) {
    case 'STATUS_WAIT_CODE':
    case 'STATUS_WAIT_RESEND':
      return { word: reply.token, open: true, code: null };
    case 'STATUS_OK':
    case 'STATUS_WAIT_RETRY':
      return { word: reply.token, open: true, code };
    case 'STATUS_CANCEL':
    case 'ACCESS_CANCEL':
    case 'STATUS_FINISH':
      return { word: reply.token, open: false, code: null };
    default:
      throw session.error('read order', answer);
  }
}

/**
 * Reads one order: its SMS first, then its end (ORDERS.md, rule 3). STATUS_CANCEL means cancelled *or* finished, so the
 * history decides; where it has no record the money is `unknown`.
 */
export async function readOrder(session: Session, id: string, scope: CallScope): Promise<OrderReading> {
  let status: OrderStatus;
  try {
    status = await statusOf(session, id, scope);
  } catch (error) {
    // Servers forget ended orders; their history may not.
    const recorded = isUnknownOrder(error) ? await historyOf(session, id, scope) : null;
    if (recorded?.condition === 'ended') return recorded;
    throw error;
  }
  if (!status.open) return readEnded(session, id, status, scope);
  if (status.word !== 'STATUS_OK' && status.code === null) return bare(id, status, []);
  const fromCode = smsReading({ code: status.code, text: null });
  if (fromCode === null) return bare(id, status, await smsWithText(session, id, true, scope));
  // The code is here; that its text cannot be had just now must not lose it.
  const fuller = await smsWithText(session, id, true, scope).catch((): SmsReading[] => []);
  return bare(id, status, mergeSms(fuller, [fromCode]));
}

async function readEnded(session: Session, id: string, status: OrderStatus, scope: CallScope): Promise<OrderReading> {
  const sms = await smsWithText(session, id, false, scope);
  const recorded = await historyOf(session, id, scope);
  if (recorded === null || recorded.condition !== 'ended') return { ...bare(id, status, sms), condition: 'ended', remainingMs: 0 };
  return { ...recorded, rawStatus: `${status.word} ${recorded.rawStatus}`, sms: mergeSms(sms, recorded.sms) };
}

function bare(id: string, status: OrderStatus, sms: readonly SmsReading[]): OrderReading {
  return {
    providerOrderId: id,
    condition: sms.length > 0 ? 'has_sms' : 'waiting',
    settlement: 'unknown',
    rawStatus: status.word,
    sms,
    service: null,
    country: null,
    operator: null,
    phoneNumber: null,
    price: null,
    currency: null,
    remainingMs: null,
  };
}

function unquoted(text: string): string {
  return text.replaceAll(/^(['"])(.*)\1$/gsu, '$2');
}

function isUnknownOrder(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'unknown_order';
}
