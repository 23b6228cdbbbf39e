/**
 * One activation: buy a number, wait for its SMS, and end in a delivered code or a proven refund.
 *
 * States: DESIGN.md section 3, in Postgres; the workflow holds only what it waits for. Events: 25 at most from the start to
 * the code, 36 at the close (finish, expiry or cancel), 7 more for each refused candidate, 11 more for a cancel that waits, 21
 * more for each number that is replaced.
 */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { ActivityFailure, defineSearchAttributeKey, TimeoutFailure } from '@temporalio/common';
import type { BoughtResult, BuyRequest, BuyResult, CandidatePlan, EndResult, Tried } from '../activities/rent-activities.js';
import type { AskReply, StartActivation, StartAnswer } from '../domain/activation-request.js';
import { judgeIntention, type ActivationStatus } from '../domain/activation.js';
import { SEARCH_ATTRIBUTES } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';
import { attemptLookUp, books, providerSteps, purchase } from './activation-activities.js';
import { askUpdate, orderEndedSignal, refundedSignal, smsReceivedSignal, startUpdate, storyQuery } from './messages.js';

/** How an activation ended. */
export interface ActivationOutcome {
  readonly status: ActivationStatus;
}

/** A number that was bought; times are milliseconds of the workflow's clock. */
interface RentedNumber extends BoughtResult {
  readonly deadline: number;
  readonly cancelAllowedAt: number;
}

const providerKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.provider, 'KEYWORD');
const phaseKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.phase, 'KEYWORD');

/**
 * What the workflow is started with, its policy pinned. `quietMs`: after this long without a further SMS the activation is
 * completed. `replace`: a number without an SMS is given up after `afterMs` for another one, so many times (rule 14).
 */
export type ActivationInput = StartActivation & {
  readonly quietMs: number;
  readonly replace?: { readonly afterMs: number; readonly atMost: number };
};

export async function activation(request: ActivationInput): Promise<ActivationOutcome> {
  // Cancelled from Temporal's UI, an activation ends like one that its client cancelled: with the number given back.
  const pressed = CancellationScope.current().cancelRequested;
  return CancellationScope.nonCancellable(async () => {
    const outcome = await run(request, pressed);
    // The starting update answers in the same task as the workflow ends.
    await condition(allHandlersFinished);
    return outcome;
  });
}

async function run(request: ActivationInput, pressed: Promise<never>): Promise<ActivationOutcome> {
  const { activationId } = request;
  const pair = `${request.service} ${request.country}`;
  const s = {
    status: 'REQUESTED' as ActivationStatus,
    answer: undefined as StartAnswer | undefined,
    /** The number that serves the client, and all that were bought. */
    bought: undefined as RentedNumber | undefined,
    numbers: new Map<string, RentedNumber>(),
    servingOrderId: null as string | null,
    tries: 0,
    /** When a number that brings nothing is given up for another; Infinity where none may follow. */
    replaceAt: Infinity,
    replacementsLeft: request.replace?.atMost ?? 0,
    waitingFor: null as string | null,
    until: null as number | null,
    cancelAsked: false,
    cancelDueAt: null as number | null,
    finishAsked: false,
    resendAsked: false,
    smsWaiting: false,
    endedOrders: new Set<string>(),
    refunded: false,
    heard: new Set<string>(),
  };

  const orderEnded = () => s.bought !== undefined && s.endedOrders.has(s.bought.orderId);
  const number = () => s.bought!;
  const order = () => ({ activationId, orderId: number().orderId });
  const provider = () => number().provider;

  pressed.catch(() => {
    s.cancelAsked = true;
  });
  setHandler(startUpdate, async () => {
    await condition(() => s.answer !== undefined);
    return s.answer!;
  });
  setHandler(smsReceivedSignal, ({ inboxId }) => {
    if (s.heard.has(inboxId)) return;
    s.heard.add(inboxId);
    s.smsWaiting = true;
  });
  setHandler(orderEndedSignal, ({ orderId }) => {
    // It may arrive before this workflow has learned which order it got.
    s.endedOrders.add(orderId);
  });
  setHandler(refundedSignal, () => {
    s.refunded = true;
  });
  setHandler(storyQuery, () => ({
    phase: s.status,
    waitingFor: s.waitingFor,
    until: s.until === null ? null : new Date(s.until).toISOString(),
    provider: s.bought?.provider ?? null,
  }));
  setHandler(askUpdate, ({ intention }): AskReply => {
    const verdict = judgeIntention(s.status, intention);
    if (!verdict.accepted) return { kind: 'refused', reason: verdict.reason };
    if (verdict.already) return { kind: 'done' };
    if (intention === 'cancel') {
      s.cancelAsked = true;
      const dueAt = Math.max(s.bought?.cancelAllowedAt ?? 0, s.cancelDueAt ?? 0);
      return { kind: 'accepted', dueAt: dueAt > Date.now() ? new Date(dueAt).toISOString() : null };
    }
    if (intention === 'finish') s.finishAsked = true;
    else s.resendAsked = true;
    return { kind: 'accepted', dueAt: null };
  });

  function tell(status: ActivationStatus, waitingFor: string | null, untilMs?: number): void {
    s.status = status;
    s.waitingFor = waitingFor;
    s.until = untilMs === undefined ? null : Date.now() + untilMs;
    const seller = s.bought === undefined ? '' : `\n\nProvider: **${s.bought.provider}**`;
    const until = s.until === null ? '' : `\n\nUntil: ${new Date(s.until).toISOString()}`;
    setCurrentDetails(publicText(`**${status}** (${pair})${seller}${waitingFor === null ? '' : `\n\nWaiting for: ${waitingFor}`}${until}`));
  }

  async function deliver(): Promise<void> {
    s.smsWaiting = false;
    const delivered = await books('store SMS, capture hold').deliverSms({ activationId });
    s.status = delivered.status;
    // The SMS may have come to a number that had been replaced, or is only just being bought.
    s.servingOrderId = delivered.orderId ?? null;
    const serving = s.numbers.get(delivered.orderId ?? '');
    if (serving !== undefined) serveBy(serving);
  }

  function keep(bought: BoughtResult): RentedNumber {
    const now = Date.now();
    const rented = { ...bought, deadline: now + bought.expiresInMs, cancelAllowedAt: now + bought.cancelAllowedInMs };
    s.numbers.set(bought.orderId, rented);
    return rented;
  }

  function serveBy(rented: RentedNumber): void {
    const isFirst = s.bought === undefined;
    const changed = s.bought?.provider !== rented.provider;
    s.bought = rented;
    if (!changed) return;
    upsertSearchAttributes([{ key: providerKey, value: rented.provider }, ...(isFirst ? [{ key: phaseKey, value: 'WAITING' }] : [])]);
  }

  function waitWith(next: RentedNumber): void {
    serveBy(next);
    const earliest = Math.max(Date.now() + (request.replace?.afterMs ?? 0), next.cancelAllowedAt);
    s.replaceAt = s.replacementsLeft === 0 ? Infinity : earliest;
    tell('WAITING', 'an SMS', next.expiresInMs);
  }

  // ── Buy ──
  tell('REQUESTED', 'a number');
  const opened = await books(`hold credit, rank offers of ${pair}`).openActivation(request);
  if (opened.kind === 'answered') {
    s.answer = { activationId, requestHash: opened.requestHash, failure: opened.failure };
    tell(opened.status, null);
    return { status: opened.status };
  }
  const tried: Tried[] = [];
  const bought = await buyFrom(opened.candidates);
  if (bought === null) {
    await books('release hold').failActivation({ activationId, tried });
    tell('FAILED', null);
    s.answer = {
      activationId,
      requestHash: request.requestHash,
      failure: { code: 'no_numbers', detail: { tried: tried.map((one) => ({ ...one })) } },
    };
    return { status: 'FAILED' };
  }
  waitWith(keep(bought));
  s.answer = { activationId, requestHash: request.requestHash, failure: null };

  // ── Wait: a code, the client's cancel, or the end, whichever comes first ──
  await waitForEnd();
  // An SMS may also come while the refund is being proven.
  while (s.status === 'PROVIDER_REFUND_PENDING') {
    await condition(() => s.refunded || s.smsWaiting);
    if (s.smsWaiting) await deliver();
    else tell('REFUNDED', null);
  }
  if (s.status === 'RECEIVED') await keepReceiving();
  return { status: s.status };

  /** Tries candidates in their order until one has a number. An SMS to an earlier number is delivered meanwhile. */
  async function buyFrom(candidates: readonly CandidatePlan[]): Promise<BoughtResult | null> {
    for (const candidate of candidates) {
      const { service, country } = request;
      const seq = s.tries;
      s.tries += 1;
      let answered = false;
      const buying = tryBuy({ activationId, seq, service, country, candidate }).finally(() => {
        answered = true;
      });
      if (s.bought !== undefined) {
        await condition(() => answered || s.smsWaiting);
        if (s.smsWaiting) await deliver();
      }
      const result = await buying;
      if (result.kind === 'bought') return result;
      tried.push({ provider: candidate.provider, operator: candidate.operator, reason: result.reason });
      if (s.bought !== undefined && (s.status !== 'WAITING' || s.cancelAsked)) return null;
    }
    return null;
  }

  async function waitForEnd(): Promise<void> {
    while (s.status === 'WAITING') {
      if (!s.cancelAsked) {
        const left = Math.min(number().deadline, s.replaceAt) - Date.now();
        await condition(() => s.smsWaiting || s.cancelAsked || orderEnded(), Math.max(1, left), {
          summary: publicText(`wait for an SMS of ${pair}`),
        });
      }
      if (s.smsWaiting) await deliver();
      else if (s.cancelAsked) await end(Date.now() < number().deadline ? 'cancel' : 'expire');
      else if (s.replacementsLeft > 0) await replace();
      else await end('expire');
    }
  }

  /** Gives the number up for another one, if one fits what is held; a code that is there after all ends the failover (rule 14). */
  async function replace(): Promise<void> {
    const over = orderEnded() || Date.now() >= number().deadline;
    const { candidates } = await books(`rank offers of ${pair} again`).planReplacement({ activationId });
    if (s.smsWaiting || s.cancelAsked) return;
    if (candidates.length === 0) {
      s.replaceAt = Date.now() + (request.replace?.afterMs ?? Infinity);
      return over ? end('expire') : undefined;
    }
    if (!(await giveUp(over ? 'expire' : 'cancel'))) return;
    s.endedOrders.add(number().orderId);
    s.replacementsLeft -= 1;
    tell('WAITING', 'another number');
    const next = s.cancelAsked ? null : await buyFrom(candidates);
    if (next !== null) {
      const bought = keep(next);
      if (s.status === 'WAITING') return waitWith(bought);
      if (s.servingOrderId === bought.orderId) serveBy(bought);
    }
    // Nobody had one, or the client cancelled meanwhile: the activation ends with the number that was given up.
    if (s.status !== 'WAITING' || s.smsWaiting) return;
    const why = s.cancelAsked ? 'cancel' : 'expire';
    if (await books('end without another number').endWaiting({ ...order(), why })) enterRefundPending();
    else await deliver();
  }

  /** Ends the number without ending the activation. @returns false when that is refused, or an SMS is there. */
  async function giveUp(why: 'cancel' | 'expire'): Promise<boolean> {
    tell('WAITING', `the end of the order at ${provider()}, for another number`);
    const summary = why === 'cancel' ? `give the number back to ${provider()} for another` : `read the end at ${provider()}`;
    const result = await endOrCode(() => providerSteps(provider(), 'urgent', summary).endOrder({ ...order(), why, next: 'replace' }));
    if (result === 'sms' || result.kind === 'sms') {
      await deliver();
      return false;
    }
    if (result.kind === 'refund_pending') return true;
    s.replaceAt = Date.now() + result.retryAfterMs;
    return false;
  }

  async function end(why: 'cancel' | 'expire'): Promise<void> {
    if (why === 'cancel' && (await waitUntilCancelAllowed())) return;
    tell('WAITING', why === 'cancel' ? `the end of the order at ${provider()}, to cancel` : `the end of the order at ${provider()}`);
    const summary = why === 'cancel' ? `cancel at ${provider()} and read the end` : `read the end at ${provider()}`;
    const result = await endOrCode(() => providerSteps(provider(), 'urgent', summary).endOrder({ ...order(), why }));
    if (result === 'sms' || result.kind === 'sms') return deliverAfterEnd();
    if (result.kind === 'too_early') {
      s.cancelDueAt = Date.now() + result.retryAfterMs;
      await condition(() => s.smsWaiting, result.retryAfterMs, { summary: publicText('cancel is refused until then') });
      return;
    }
    enterRefundPending();
  }

  /** The order shows an SMS. Where there is nothing to deliver after all, the end is not asked for again and again. */
  async function deliverAfterEnd(): Promise<void> {
    await deliver();
    if (s.status === 'WAITING' && !s.smsWaiting && patched('pause-where-nothing-is-delivered')) {
      await condition(() => s.smsWaiting, '15s', { summary: publicText('no SMS is there yet, look again') });
    }
  }

  function enterRefundPending(): void {
    tell('PROVIDER_REFUND_PENDING', `proof that ${provider()} gave the money back`);
    upsertSearchAttributes([{ key: phaseKey, value: 'PROVIDER_REFUND_PENDING' }]);
  }

  /** Waits out the time in which the provider refuses a cancel. @returns whether an SMS or the end came first. */
  async function waitUntilCancelAllowed(): Promise<boolean> {
    const early = number().cancelAllowedAt - Date.now();
    if (early <= 0) return false;
    // There is nothing to wait for where the provider has ended it; without this the wait would end at once, again and again.
    if (orderEnded() && patched('no-wait-for-an-ended-order')) return false;
    await books('note when the cancel is due').noteCancelDue({ activationId, inMs: early });
    tell('WAITING', 'the moment from which the provider accepts a cancel', early);
    return condition(() => s.smsWaiting || orderEnded(), early, { summary: publicText('cancel is refused until then') });
  }

  /** The provider's end, or an SMS that is confirmed meanwhile. */
  async function endOrCode(step: () => Promise<EndResult>): Promise<EndResult | 'sms'> {
    const scope = new CancellationScope();
    const ending = scope.run(step);
    const first = await Promise.race([ending, condition(() => s.smsWaiting).then(() => 'sms' as const)]);
    if (first !== 'sms') return first;
    scope.cancel();
    await ending.catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
    return 'sms';
  }

  async function keepReceiving(): Promise<void> {
    while (s.status === 'RECEIVED') {
      const left = orderEnded() ? 0 : Math.min(request.quietMs, number().deadline - Date.now());
      tell('RECEIVED', 'further SMS, or the client to finish', Math.max(0, left));
      const stirred =
        left > 0 &&
        (await condition(() => s.smsWaiting || s.finishAsked || s.resendAsked || orderEnded(), left, {
          summary: publicText('quiet time after a code'),
        }));
      if (s.smsWaiting) await deliver();
      else if (s.resendAsked && !s.finishAsked) {
        s.resendAsked = false;
        await providerSteps(provider(), 'calm', `ask ${provider()} for another SMS`).requestAnotherSms(order());
      } else {
        const why = s.finishAsked ? 'finished_by_client' : stirred || orderEnded() || Date.now() >= number().deadline ? 'ended' : 'quiet';
        await providerSteps(provider(), 'calm', `finish at ${provider()}`).finishOrder({ ...order(), why });
        tell('COMPLETED', null);
      }
    }
  }
}

async function tryBuy(request: BuyRequest): Promise<Exclude<BuyResult, { kind: 'ambiguous' }>> {
  const operator = request.candidate.operator === null ? '' : ` (${request.candidate.operator})`;
  const { provider } = request.candidate;
  const summary = `buy at ${provider}${operator}, listed for ${request.candidate.price}`;
  let result: BuyResult | null = null;
  try {
    result = await purchase(provider, summary).buyNumber(request);
  } catch (error) {
    if (isCancellation(error)) throw error;
    // Only a task that never started is surely not sent (ORDERS.md, rule 7).
    if (error instanceof ActivityFailure && error.cause instanceof TimeoutFailure && error.cause.timeoutType === 'SCHEDULE_TO_START') {
      return { kind: 'refused', provider, reason: 'no_worker' };
    }
  }
  if (result !== null && result.kind !== 'ambiguous') return result;
  return attemptLookUp(`find out whether ${provider} sold a number`).lookUpAttempt(request);
}
