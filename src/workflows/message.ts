/**
 * One message: hold the money, send it by the best carrier, and wait for the receipt that says what became of it.
 *
 * States: src/domain/message.ts, in Postgres; the workflow holds only what it waits for. A carrier that refuses, or is silent
 * for longer than its own receipts take, is followed by the next while the message is of use; the client pays once.
 */
import { allHandlersFinished, condition, setCurrentDetails, setHandler, sleep, upsertSearchAttributes } from '@temporalio/workflow';
import { ActivityFailure, defineSearchAttributeKey, TimeoutFailure } from '@temporalio/common';
import type { CarrierPlan, Heard, SendResult } from '../activities/send-activities.js';
import { isFinal, type MessageStatus } from '../domain/message.js';
import type { MessageAnswer, MessageCancelReply, StartMessage } from '../domain/message-request.js';
import type { CodeMessage } from '../domain/verification-request.js';
import { SEARCH_ATTRIBUTES } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';
import { queueWaitMs, shareOf } from '../domain/queue-wait.js';
import { carrierQuestion, messageBooks, sending } from './message-activities.js';
import { cancelMessageUpdate, messageStartUpdate, receiptSignal } from './messages.js';

/** How a message ended. */
export interface MessageOutcome {
  readonly status: MessageStatus | null;
}

/** How often carriers are asked that are busy, and the shortest pause, which doubles. */
const ROUNDS = 6;
const PAUSE_MS = 1_000;
/** After which a send that surely was not made may be tried again. */
const MOMENT_MS = 2_000;

const carrierKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.provider, 'KEYWORD');

export async function message(request: StartMessage | CodeMessage): Promise<MessageOutcome> {
  const outcome = await run(request);
  await condition(allHandlersFinished);
  return outcome;
}

async function run(request: StartMessage | CodeMessage): Promise<MessageOutcome> {
  const { messageId, country, channel } = request;
  const s = {
    status: (request.sendAt === null ? 'QUEUED' : 'SCHEDULED') as MessageStatus,
    answer: undefined as MessageAnswer | undefined,
    cancelled: false,
    receiptWaiting: false,
    failed: false,
  };

  setHandler(messageStartUpdate, async () => {
    await condition(() => s.answer !== undefined);
    return s.answer!;
  });
  setHandler(receiptSignal, () => {
    s.receiptWaiting = true;
  });
  setHandler(cancelMessageUpdate, (): MessageCancelReply => {
    if (s.status !== 'SCHEDULED') return { kind: 'refused', status: s.status };
    s.cancelled = true;
    return { kind: 'cancelled' };
  });

  function tell(status: MessageStatus, waitingFor: string | null, carrier: string | null): void {
    s.status = status;
    const by = carrier === null ? '' : `\n\nCarrier: **${carrier}**`;
    setCurrentDetails(
      publicText(`**${status}** (${channel} to ${country})${by}${waitingFor === null ? '' : `\n\nWaiting for: ${waitingFor}`}`),
    );
  }

  const heard = ({ status, failed }: Heard) => {
    s.status = status;
    s.failed = failed;
    return isFinal(status);
  };
  const hear = async (lastTry: boolean) => {
    s.receiptWaiting = false;
    return heard(await messageBooks('read receipts').hearReceipts({ messageId, lastTry }));
  };
  const end = async (why: 'refused' | 'cancelled' | 'validity_over', reason: string) => {
    heard(await messageBooks(`end: ${reason.replaceAll('_', ' ')}`).endMessage({ messageId, why, reason }));
    tell(s.status, null, null);
    return { status: s.status };
  };

  const opened = await messageBooks(`hold credit, rank carriers to ${country}`).openMessage(request);
  if (opened.kind === 'answered') {
    s.answer = { messageId, requestHash: opened.requestHash, failure: opened.failure };
    return { status: opened.status };
  }
  s.answer = { messageId, requestHash: request.requestHash, failure: null };

  if (request.sendAt !== null) {
    tell('SCHEDULED', `its time, ${request.sendAt}`, null);
    const early = Date.parse(request.sendAt) - Date.now();
    if (early > 0) await condition(() => s.cancelled, early, { summary: publicText('scheduled for later') });
    if (s.cancelled) return end('cancelled', 'cancelled_by_client');
  }

  // ── Send: one carrier after the other, until one's receipt says what became of it ──
  const validUntil = Date.now() + request.validitySeconds * 1_000;
  let sent = false;
  let over = false;
  // Codes of before this was pinned wait like any message.
  const queueTimeoutSeconds = ('queueTimeoutSeconds' in request ? request.queueTimeoutSeconds : undefined) ?? null;
  let lastRefusal = 'no_carrier';
  let seq = 0;
  let asked = opened.carriers;
  tell('QUEUED', 'a carrier', null);
  // A carrier that is busy is asked again, as long as nobody took the message and it is of use.
  for (let round = 0; ; round += 1) {
    const busy: { readonly plan: CarrierPlan; readonly againMs: number }[] = [];
    for (const [index, plan] of asked.entries()) {
      if (Date.now() >= validUntil) break;
      const queueMs = queueWaitMs({
        timeoutSeconds: queueTimeoutSeconds,
        round,
        // In the last round whoever is busy is waited for: nobody is asked after it.
        others: round < ROUNDS - 1 && (index < asked.length - 1 || busy.length > 0),
        sent,
        leftMs: validUntil - Date.now(),
        share: shareOf(messageId),
      });
      const result = await tryCarrier(seq, plan, queueMs);
      seq += 1;
      if (result.kind === 'refused') {
        lastRefusal = result.reason;
        over = result.final;
        if (over) break;
        if (result.againMs !== null) busy.push({ plan, againMs: result.againMs });
        continue;
      }
      if (!sent) upsertSearchAttributes([{ key: carrierKey, value: plan.carrier }]);
      sent = true;
      // Its acceptance is all that will ever be known: another carrier would only send it twice.
      if (plan.mute === true && result.kind === 'accepted') return end('validity_over', 'carrier_gives_no_receipts');
      const isLast = index === asked.length - 1;
      const until = isLast ? validUntil : Math.min(validUntil, Date.now() + plan.receiptWaitMs);
      tell('SENT', 'a delivery receipt', plan.carrier);
      const word = await waitForReceipt(until, isLast);
      if (word === 'final') return { status: s.status };
      if (word === 'failed') continue;
      // Silence: the carrier is asked once, where it can be, before the next one is.
      const known = await ask(seq - 1, plan.carrier);
      if (known === 'not_sent') {
        sent = false;
        continue;
      }
      if (await hear(isLast)) return { status: s.status };
      if (!isLast && (await sitOut(seq - 1)) === 'final') return { status: s.status };
    }
    asked = busy.map(({ plan }) => plan);
    if (asked.length === 0 || sent || over || round === ROUNDS - 1) break;
    const pause = Math.max(PAUSE_MS * 2 ** round, Math.min(...busy.map(({ againMs }) => againMs)));
    if (Date.now() + pause >= validUntil) break;
    tell('QUEUED', 'a carrier that is busy', null);
    await sleep(pause, { summary: publicText('wait until a carrier is less busy') });
  }
  if (!sent) return end('refused', lastRefusal);
  // Somebody took it: what is still awaited is their word, as long as the message is of use.
  if ((await waitForReceipt(validUntil, true)) === 'final') return { status: s.status };
  return end('validity_over', 'no_receipt');

  /** `failed`: the carrier that was asked last says that it did not deliver. */
  async function waitForReceipt(until: number, lastTry: boolean): Promise<'final' | 'failed' | 'silent'> {
    for (let left = until - Date.now(); left > 0; left = until - Date.now()) {
      if (!s.receiptWaiting) await condition(() => s.receiptWaiting, left, { summary: publicText('wait for a delivery receipt') });
      if (!s.receiptWaiting) return 'silent';
      if (await hear(lastTry)) return 'final';
      if (!lastTry && s.failed) return 'failed';
    }
    return 'silent';
  }

  /** When every carrier is slow the next one would be as silent: the message waits on instead of going out twice. */
  async function sitOut(tried: number): Promise<'final' | 'over'> {
    while (Date.now() < validUntil) {
      const silence = await messageBooks('weigh a silence').hearSilence({ messageId, seq: tried });
      if (silence.kind === 'move_on') return 'over';
      tell('SENT', 'a delivery receipt: every carrier is slow', null);
      const word = await waitForReceipt(Math.min(validUntil, Date.now() + silence.forMs), false);
      if (word === 'final') return 'final';
      if (word === 'failed') return 'over';
    }
    return 'over';
  }

  /** One try; a send whose activity gave no answer is ambiguous unless it surely was not begun. */
  async function tryCarrier(seq: number, plan: CarrierPlan, queueMs: number): Promise<SendResult> {
    try {
      const result = await sending(plan.carrier, queueMs, `send by ${plan.carrier} for ${plan.price}`).sendMessage({
        messageId,
        seq,
        plan,
      });
      if (result.kind === 'accepted' && result.receipts) s.receiptWaiting = true;
      if (result.kind !== 'ambiguous') return result;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      if (error.cause instanceof TimeoutFailure && error.cause.timeoutType === 'SCHEDULE_TO_START')
        return { kind: 'refused', reason: 'queue_full', final: false, againMs: MOMENT_MS };
    }
    return (await ask(seq, plan.carrier)) === 'not_sent'
      ? { kind: 'refused', reason: 'never_sent', final: false, againMs: MOMENT_MS }
      : { kind: 'ambiguous' };
  }

  async function ask(seq: number, carrier: string): Promise<'sent' | 'not_sent' | 'unknown'> {
    try {
      return await carrierQuestion(carrier, `ask ${carrier} what became of it`).askCarrier({ messageId, seq });
    } catch (error) {
      if (error instanceof ActivityFailure) return 'unknown';
      throw error;
    }
  }
}
