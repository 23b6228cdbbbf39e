import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { StartActivation } from '../domain/activation-request.js';
import type { OrderOfActivation, ResendResult } from '../rent/after-code.js';
import { finishOrder, requestAnotherSms } from '../rent/after-code.js';
import { type BuyRequest, type BuyResult, buyNumber, lookUpAttempt } from '../rent/buy.js';
import { type Delivery, deliverSms } from '../rent/deliver.js';
import type { RentDeps } from '../rent/deps.js';
import { type EndRequest, type EndResult, endOrder } from '../rent/end.js';
import { failActivation, type Tried } from '../rent/fail.js';
import { noteCancelDue } from '../rent/intentions.js';
import { type CandidatePlan, openActivation, type Opened } from '../rent/open.js';
import { enterRefundPending } from '../rent/refund-pending.js';
import { planReplacement } from '../rent/replace.js';
import { asFailure } from './failures.js';

export type { CandidatePlan } from '../rent/open.js';
export type { BoughtResult, BuyRequest, BuyResult } from '../rent/buy.js';
export type { EndRequest, EndResult } from '../rent/end.js';
export type { Tried } from '../rent/fail.js';

/** Steps that touch only our own database; run as local activities. All may be repeated. */
export interface BookActivities {
  openActivation(request: StartActivation): Promise<Opened>;
  failActivation(request: { readonly activationId: string; readonly tried: readonly Tried[] }): Promise<void>;
  deliverSms(request: { readonly activationId: string }): Promise<Delivery>;
  /** What could follow a number that brings no SMS; empty while nothing fits. */
  planReplacement(request: { readonly activationId: string }): Promise<{ readonly candidates: readonly CandidatePlan[] }>;
  /** No number followed the one that was given up: the activation ends with it. @returns false when an SMS is there. */
  endWaiting(request: EndRequest): Promise<boolean>;
  noteCancelDue(request: { readonly activationId: string; readonly inMs: number }): Promise<void>;
}

/** Steps that ask a provider; run on its own task queue. */
export interface ProviderActivities {
  /** Runs once only: a lost reply is ambiguous, never a reason to buy again. */
  buyNumber(request: BuyRequest): Promise<BuyResult>;
  endOrder(request: EndRequest): Promise<EndResult>;
  finishOrder(request: OrderOfActivation & { readonly why: 'finished_by_client' | 'quiet' | 'ended' }): Promise<void>;
  requestAnotherSms(request: OrderOfActivation): Promise<ResendResult>;
}

/** Steps of the main queue. */
export interface WaitActivities {
  /** Retries until the attempt is resolved. */
  lookUpAttempt(request: BuyRequest): Promise<Exclude<BuyResult, { kind: 'ambiguous' }>>;
}

/** Rent's local activities; `traceId` is the trace of the activity that runs. */
export function createBookActivities(deps: RentDeps, traceId: () => string | null): BookActivities {
  return {
    openActivation: (request) => {
      const { workflowExecution } = activityInfo();
      const { workflowId, runId } = workflowExecution!;
      return asFailure(() => openActivation(deps, request, { workflowId, runId, traceId: traceId() }));
    },
    failActivation: ({ activationId, tried }) => asFailure(() => failActivation(deps, activationId, tried)),
    deliverSms: ({ activationId }) => asFailure(() => deliverSms(deps, activationId)),
    planReplacement: ({ activationId }) => asFailure(() => planReplacement(deps, activationId)),
    endWaiting: (request) => asFailure(() => enterRefundPending(deps, request)),
    noteCancelDue: ({ activationId, inMs }) => asFailure(() => noteCancelDue(deps, activationId, inMs)),
  };
}

/** Rent's activities on a provider's queue. */
export function createProviderActivities(deps: RentDeps): ProviderActivities {
  return {
    buyNumber: (request) => asFailure(() => buyNumber(deps, request)),
    endOrder: (request) => asFailure(() => endOrder(deps, request)),
    finishOrder: (request) => asFailure(() => finishOrder(deps, request)),
    requestAnotherSms: (request) => asFailure(() => requestAnotherSms(deps, request)),
  };
}

/** Rent's activities on the main queue. */
export function createWaitActivities(deps: RentDeps): WaitActivities {
  return {
    lookUpAttempt: (request) =>
      asFailure(async () => {
        const result = await lookUpAttempt(deps, request);
        if (result !== null) return result;
        throw ApplicationFailure.create({
          message: `the purchase ${request.activationId}/${request.seq} is not resolved yet`,
          type: 'not_yet',
          category: ApplicationFailureCategory.BENIGN,
        });
      }),
  };
}
