import type { Carrier, SendOutcome } from '../carriers/carrier.js';
import { carrierById } from '../db/carriers.js';
import { answerAttempt, type MessageAttemptRow, messageAttemptBySeq, openMessageAttempt } from '../db/message-attempts.js';
import { lockMessage, messageById, type MessageRow, moveMessage, noteMessage } from '../db/messages.js';
import { endsMessage, passesSoon } from '../domain/message.js';
import { costCeiling, MICROS_PER_UNIT, parseMoney } from '../domain/money.js';
import { places } from '../sealing/keyring.js';
import { takeAccepted } from './accepted.js';
import { hearSend, maySend } from './carrier-circuit.js';
import { drawCode, withCode } from './code.js';
import type { SendDeps } from './deps.js';
import type { CarrierPlan } from './open.js';

/** After which a carrier that was busy is asked again, where it does not say when. */
const MOMENT_MS = 2_000;

/** Milliseconds until a message that no other carrier took asks a carrier again whose circuit was open. */
const CIRCUIT_MS = 10_000;

/** Which try of which message. */
export interface SendRequest {
  readonly messageId: string;
  /** Counts the tries from 0. */
  readonly seq: number;
  readonly plan: CarrierPlan;
}

/** What the workflow learns of a try. */
export type SendResult =
  /** A carrier took it: a receipt says what became of it. `receipts`: one came before the reply and is stored. */
  | { readonly kind: 'accepted'; readonly receipts: boolean }
  /** Surely not sent. `final`: no other carrier is to be asked either. `againMs`: this one may take it after so long; null if not. */
  | { readonly kind: 'refused'; readonly reason: string; readonly final: boolean; readonly againMs: number | null }
  /** It may have been sent. */
  | { readonly kind: 'ambiguous' };

/**
 * One try to send a message. Runs once only: a second run of the same try finds its attempt and sends nothing. The attempt
 * is a row before anything is sent, and its id is the reference that the carrier is given.
 */
export async function sendMessage(deps: SendDeps, request: SendRequest): Promise<SendResult> {
  const { database } = deps;
  const { carrier: id } = request.plan;
  const [message, account] = [await messageById(database, request.messageId), await carrierById(database, id)];
  if (message === null || message.to_sealed === null || message.text_sealed === null)
    return { kind: 'refused', reason: 'message_over', final: true, againMs: null };
  if (account === null || account.paused_at !== null) return { kind: 'refused', reason: 'paused', final: false, againMs: null };
  const carrier = adapterOf(deps, id);
  if (message.status === 'SCHEDULED') await moveMessage(database, message, { from: 'SCHEDULED', to: 'QUEUED', reason: 'due' });
  const price = parseMoney(request.plan.price);
  const maxCost = (costCeiling(price, deps.markupOf(message.country)) * MICROS_PER_UNIT) / account.rate_micros;
  const key = `${message.id}:${request.seq}`;
  // Nearly always it is closed; a lock is for those who would be the probe.
  if (account.circuit_open_until !== null && !(await maySend(deps, id, key)))
    return { kind: 'refused', reason: 'circuit_open', final: false, againMs: CIRCUIT_MS };
  const opened = await openTry(deps, message, {
    id: deps.newId(),
    message_id: message.id,
    seq: request.seq,
    carrier: id,
    max_cost: maxCost,
    client_price: price,
  });
  if (opened === 'met') return resultOf(await messageAttemptBySeq(database, message.id, request.seq));
  if (opened === 'not_needed') return { kind: 'refused', reason: opened, final: true, againMs: null };
  const { attempt, text } = opened;
  const outcome = await carrier.send(
    {
      reference: attempt.id,
      channel: message.channel,
      to: deps.keyring.open(message.to_sealed, places.messageTo(message.id)),
      from: message.sender,
      text,
      encoding: message.encoding,
      segments: message.segments,
      validitySeconds: Math.max(60, Math.round((message.valid_until.getTime() - attempt.opened_at.getTime()) / 1_000)),
      maxPrice: maxCost,
      receiptUrl: deps.receiptUrl(id),
    },
    { timeoutMs: deps.replyWaitMs },
  );
  await hearSend(deps, { carrier: id, channel: message.channel, key }, outcome);
  return settle(deps, message, attempt, outcome);
}

/**
 * Opens a try, whose row is there before anything is sent, and says what it sends. Of a verification each try has a code of its
 * own.
 *
 * @returns `met` where the try was begun before, `not_needed` where the message's verification is over.
 */
async function openTry(
  deps: SendDeps,
  message: MessageRow,
  wanted: Parameters<typeof openMessageAttempt>[1],
): Promise<{ readonly attempt: MessageAttemptRow; readonly text: string } | 'met' | 'not_needed'> {
  const text = deps.keyring.open(message.text_sealed!, places.messageText(message.id));
  const { verification_id: verificationId } = message;
  if (verificationId === null) {
    const attempt = await openMessageAttempt(deps.database, wanted, deps.sendWithinMs);
    return attempt === null ? 'met' : { attempt, text };
  }
  return deps.database.transaction(async (sql) => {
    const begun = await messageAttemptBySeq(sql, message.id, wanted.seq);
    if (begun !== null) return 'met';
    const code = await drawCode(sql, deps, verificationId, { id: wanted.id, messageId: message.id });
    if (code === null) return 'not_needed';
    const attempt = await openMessageAttempt(sql, wanted, deps.sendWithinMs);
    // Another run of this try was faster: its code is the one that is sent.
    if (attempt === null) throw new Error(`try ${wanted.seq} of message ${message.id} was begun twice at once`);
    return { attempt, text: withCode(text, code, message.channel) };
  });
}

/** The adapter of a carrier account. @throws Error if it is not configured in this process. */
export function adapterOf(deps: Pick<SendDeps, 'carriers'>, id: string): Carrier {
  const carrier = deps.carriers.get(id);
  if (carrier === undefined) throw new Error(`carrier ${id} is not configured in this process`);
  return carrier;
}

async function settle(deps: SendDeps, message: MessageRow, attempt: MessageAttemptRow, outcome: SendOutcome): Promise<SendResult> {
  const { carrier } = attempt;
  switch (outcome.kind) {
    case 'accepted':
      return {
        kind: 'accepted',
        receipts: await deps.database.transaction((sql) =>
          takeAccepted(sql, deps, attempt, {
            messageId: outcome.messageId,
            price: outcome.price,
            raw: outcome.raw,
            ...(outcome.partIds === undefined ? {} : { partIds: outcome.partIds }),
          }),
        ),
      };
    case 'ambiguous':
      await noteLostReply(deps, attempt, outcome.why, outcome.raw);
      return { kind: 'ambiguous' };
    case 'refused':
    case 'fatal': {
      const status = outcome.kind === 'fatal' ? 'FATAL' : 'REFUSED';
      const code = outcome.kind === 'refused' ? outcome.code : null;
      await answerAttempt(deps.database, attempt.id, { status, reason: outcome.reason, code, raw: outcome.raw });
      await noteMessage(deps.database, message, { reason: 'refused', carrier, detail: { why: outcome.reason } });
      return {
        kind: 'refused',
        reason: outcome.reason,
        final: outcome.kind === 'refused' && endsMessage(outcome.reason),
        againMs: againMs(outcome.reason, outcome.kind === 'refused' ? outcome.retryAfterMs : undefined),
      };
    }
  }
}

/** A send whose reply was lost may have been taken: nothing is sent there again, and a receipt or a question resolves it. */
export async function noteLostReply(deps: Pick<SendDeps, 'database'>, attempt: MessageAttemptRow, why: string, raw: string): Promise<void> {
  await deps.database.transaction(async (sql) => {
    const message = await lockMessage(sql, attempt.message_id);
    if (!(await answerAttempt(sql, attempt.id, { status: 'AMBIGUOUS', reason: why, raw }))) return;
    if (message?.status !== 'QUEUED') return;
    await moveMessage(sql, message, { from: 'QUEUED', to: 'SENT', reason: 'reply_lost', carrier: attempt.carrier });
  });
}

function resultOf(attempt: MessageAttemptRow | null): SendResult {
  if (attempt === null || attempt.status === 'OPEN' || attempt.status === 'AMBIGUOUS') return { kind: 'ambiguous' };
  if (attempt.status === 'ACCEPTED') return { kind: 'accepted', receipts: true };
  const reason = attempt.reason ?? 'other';
  return { kind: 'refused', reason, final: false, againMs: againMs(reason) };
}

/** A carrier that says when it will take messages again is believed; one that does not is given a moment. */
function againMs(reason: string, told = MOMENT_MS): number | null {
  return passesSoon(reason) ? told : null;
}
