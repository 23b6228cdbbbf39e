import type { CallScope } from '../caller.js';
import type { AnotherSmsOutcome, CancelOutcome, FinishOutcome } from '../provider.js';
import { statusOf } from './read-order.js';
import type { Answer, Session } from './session.js';

const SET_STATUS = { anotherSms: 3, finish: 6 } as const;

/** Codes that say that the order is no longer open. NO_ACTIVATION is what the classic server says of an ended one, too. */
const NOT_ACTIVE: ReadonlySet<string> = new Set([
  'ACTIVATION_NOT_ACTIVE',
  'NO_ACTIVATION',
  'FREE_CANCELLATION_EXPIRED',
  'ALREADY_CANCEL',
  'ALREADY_FINISH',
]);
const SMS_IS_THERE: ReadonlySet<string> = new Set(['OTP_RECEIVED', 'NEW_OTP_RECEIVED']);

/** Longest wait that is believed; the documented window is two minutes. */
const LONGEST_WINDOW_S = 3_600;

function accepted(answer: Answer, token: string): boolean {
  const { reply, failure } = answer;
  if (failure !== null) return false;
  if (reply.form === 'empty') return true;
  if (reply.form === 'token') return reply.token === token;
  return (
    reply.form === 'json' &&
    typeof reply.value === 'object' &&
    reply.value !== null &&
    'status' in reply.value &&
    reply.value.status === 'success'
  );
}

async function setStatus(session: Session, operation: string, id: string, status: number, scope: CallScope): Promise<Answer> {
  return session.ask({ operation, action: 'setStatus', params: { id, status } }, scope);
}

/** Asks for a cancel (8, or −1 at some clones). */
export async function cancel(session: Session, id: string, scope: CallScope): Promise<CancelOutcome> {
  const answer = await setStatus(session, 'cancel', id, session.cancelStatus, scope);
  const { raw } = answer.reply.http;
  if (accepted(answer, 'ACCESS_CANCEL')) return { kind: 'accepted', raw: raw === '' ? '204' : raw };
  const code = answer.failure?.code ?? '';
  if (code === 'EARLY_CANCEL_DENIED') return { kind: 'too_early', retryAfterMs: earliest(session, answer, scope), raw };
  if (SMS_IS_THERE.has(code)) return { kind: 'has_sms', raw };
  if (NOT_ACTIVE.has(code)) return { kind: 'not_active', raw };
  if (code === 'BAD_STATUS') {
    // The classic server says the same of an order with a code and of an ended one: its status tells them apart.
    const status = await statusOf(session, id, scope);
    return { kind: status.open && status.code !== null ? 'has_sms' : 'not_active', raw };
  }
  throw session.error('cancel', answer);
}

/**
 * Milliseconds until a cancel that came too early may be asked again. The reply names the age that an order must have
 * (`info.minActivationTime`, seconds; two minutes where it does not), so our first sight of the order tells the rest.
 */
function earliest(session: Session, answer: Answer, scope: CallScope): number {
  const named = Number(answer.failure?.info['minActivationTime']);
  const windowMs = named > 0 && named <= LONGEST_WINDOW_S ? named * 1_000 : session.minCancelAgeMs;
  const seen = scope.call.orderFirstSeenAt;
  if (seen === undefined) return windowMs;
  // The provider bought before we saw it, so what is left by our clock is enough; it is never less than a second.
  return Math.max(1_000, Math.min(windowMs, seen + windowMs - session.clock.now()));
}

/** Says that the order is done with (6). */
export async function finish(session: Session, id: string, scope: CallScope): Promise<FinishOutcome> {
  const answer = await setStatus(session, 'finish', id, SET_STATUS.finish, scope);
  const { raw } = answer.reply.http;
  if (accepted(answer, 'ACCESS_ACTIVATION')) return { kind: 'accepted', raw: raw === '' ? '204' : raw };
  const code = answer.failure?.code ?? '';
  if (NOT_ACTIVE.has(code)) return { kind: 'not_active', raw };
  if (code === 'BAD_STATUS') {
    const status = await statusOf(session, id, scope);
    return { kind: status.open && status.code === null ? 'no_sms' : 'not_active', raw };
  }
  throw session.error('finish', answer);
}

/** Asks for another SMS on the same order (3). */
export async function requestAnotherSms(session: Session, id: string, scope: CallScope): Promise<AnotherSmsOutcome> {
  const answer = await setStatus(session, 'another sms', id, SET_STATUS.anotherSms, scope);
  const { raw } = answer.reply.http;
  if (accepted(answer, 'ACCESS_RETRY_GET')) return { kind: 'accepted', raw: raw === '' ? '204' : raw };
  const code = answer.failure?.code ?? '';
  if (NOT_ACTIVE.has(code)) return { kind: 'not_active', raw };
  if (code === 'BAD_STATUS' || code === 'BAD_SERVICE' || SMS_IS_THERE.has(code)) return { kind: 'refused', raw };
  throw session.error('another sms', answer);
}
