/**
 * One activation: buy a number, wait for its SMS, and end in a delivered code or a proven refund.
 *
 * States: DESIGN.md section 3, in Postgres; the workflow holds only what it waits for. Events: 25 at most from the start to
 * the code, 36 at the close (finish, expiry or cancel), 7 more for each refused candidate, 11 more for a cancel that waits.
 */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
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

const providerKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.provider, 'KEYWORD');
const phaseKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.phase, 'KEYWORD');

/** What the workflow is started with. `quietMs`: after this long without a further SMS the activation is completed. */
export type ActivationInput = StartActivation & { readonly quietMs: number };

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
    bought: undefined as BoughtResult | undefined,
    cancelAllowedAt: 0,
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
      const dueAt = Math.max(s.cancelAllowedAt, s.cancelDueAt ?? 0);
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
    const provider = s.bought === undefined ? '' : `\n\nProvider: **${s.bought.provider}**`;
    const until = s.until === null ? '' : `\n\nUntil: ${new Date(s.until).toISOString()}`;
    setCurrentDetails(
      publicText(`**${status}** (${pair})${provider}${waitingFor === null ? '' : `\n\nWaiting for: ${waitingFor}`}${until}`),
    );
  }

  async function deliver(): Promise<void> {
    s.smsWaiting = false;
    const delivered = await books('store SMS, capture hold').deliverSms({ activationId });
    s.status = delivered.status;
  }

  // ── Buy ──
  tell('REQUESTED', 'a number');
  const opened = await books(`hold credit, rank offers of ${pair}`).openActivation(request);
  if (opened.kind === 'answered') {
    s.answer = { activationId, requestHash: opened.requestHash, failure: opened.failure };
    tell(opened.status, null);
    return { status: opened.status };
  }
  const found = await buyFrom(request, opened.candidates);
  if (found.bought === null) {
    await books('release hold').failActivation({ activationId, tried: found.tried });
    tell('FAILED', null);
    s.answer = {
      activationId,
      requestHash: request.requestHash,
      failure: { code: 'no_numbers', detail: { tried: found.tried.map((one) => ({ ...one })) } },
    };
    return { status: 'FAILED' };
  }
  const bought = found.bought;
  s.bought = bought;
  s.cancelAllowedAt = Date.now() + bought.cancelAllowedInMs;
  const deadline = Date.now() + bought.expiresInMs;
  const order = { activationId, orderId: bought.orderId };
  upsertSearchAttributes([
    { key: providerKey, value: bought.provider },
    { key: phaseKey, value: 'WAITING' },
  ]);
  tell('WAITING', 'an SMS', bought.expiresInMs);
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

  async function waitForEnd(): Promise<void> {
    while (s.status === 'WAITING') {
      if (!s.cancelAsked) {
        await condition(() => s.smsWaiting || s.cancelAsked || orderEnded(), Math.max(1, deadline - Date.now()), {
          summary: publicText(`wait for an SMS of ${pair}`),
        });
      }
      if (s.smsWaiting) await deliver();
      else await end(s.cancelAsked && Date.now() < deadline ? 'cancel' : 'expire');
    }
  }

  async function end(why: 'cancel' | 'expire'): Promise<void> {
    if (why === 'cancel' && (await waitUntilCancelAllowed())) return;
    tell(
      'WAITING',
      why === 'cancel' ? `the end of the order at ${bought.provider}, to cancel` : `the end of the order at ${bought.provider}`,
    );
    const summary = why === 'cancel' ? `cancel at ${bought.provider} and read the end` : `read the end at ${bought.provider}`;
    const result = await endOrCode(() => providerSteps(bought.provider, 'urgent', summary).endOrder({ ...order, why }));
    if (result === 'sms' || result.kind === 'sms') return deliver();
    if (result.kind === 'too_early') {
      s.cancelDueAt = Date.now() + result.retryAfterMs;
      await condition(() => s.smsWaiting, result.retryAfterMs, { summary: publicText('cancel is refused until then') });
      return;
    }
    tell('PROVIDER_REFUND_PENDING', `proof that ${bought.provider} gave the money back`);
    upsertSearchAttributes([{ key: phaseKey, value: 'PROVIDER_REFUND_PENDING' }]);
  }

  /** Waits out the time in which the provider refuses a cancel. @returns whether an SMS or the end came first. */
  async function waitUntilCancelAllowed(): Promise<boolean> {
    const early = s.cancelAllowedAt - Date.now();
    if (early <= 0) return false;
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
      const left = orderEnded() ? 0 : Math.min(request.quietMs, deadline - Date.now());
      tell('RECEIVED', 'further SMS, or the client to finish', Math.max(0, left));
      const stirred =
        left > 0 &&
        (await condition(() => s.smsWaiting || s.finishAsked || s.resendAsked || orderEnded(), left, {
          summary: publicText('quiet time after a code'),
        }));
      if (s.smsWaiting) await deliver();
      else if (s.resendAsked && !s.finishAsked) {
        s.resendAsked = false;
        await providerSteps(bought.provider, 'calm', `ask ${bought.provider} for another SMS`).requestAnotherSms(order);
      } else {
        const why = s.finishAsked ? 'finished_by_client' : stirred || orderEnded() || Date.now() >= deadline ? 'ended' : 'quiet';
        await providerSteps(bought.provider, 'calm', `finish at ${bought.provider}`).finishOrder({ ...order, why });
        tell('COMPLETED', null);
      }
    }
  }
}

/** Tries candidates in their order until one has a number. */
async function buyFrom(
  request: StartActivation,
  candidates: readonly CandidatePlan[],
): Promise<{ readonly bought: BoughtResult | null; readonly tried: readonly Tried[] }> {
  const tried: Tried[] = [];
  for (const [seq, candidate] of candidates.entries()) {
    const result = await tryBuy({ activationId: request.activationId, seq, service: request.service, country: request.country, candidate });
    if (result.kind === 'bought') return { bought: result, tried };
    tried.push({ provider: candidate.provider, operator: candidate.operator, reason: result.reason });
  }
  return { bought: null, tried };
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
