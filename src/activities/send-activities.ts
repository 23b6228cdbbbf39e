import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { StartMessage } from '../domain/message-request.js';
import type { CodeMessage } from '../domain/verification-request.js';
import { askCarrier, endMessage, type Heard, hearReceipts } from '../send/after.js';
import type { SendDeps } from '../send/deps.js';
import { type OpenedMessage, openMessage } from '../send/open.js';
import { sendMessage, type SendRequest, type SendResult } from '../send/send.js';
import { hearSilence, noteQueue, type Silence } from '../send/routing.js';
import { asFailure } from './failures.js';

export type { CarrierPlan, OpenedMessage } from '../send/open.js';
export type { SendRequest, SendResult } from '../send/send.js';
export type { Heard } from '../send/after.js';

/** Steps that touch only our own database; run as local activities. All may be repeated. */
export interface MessageBookActivities {
  openMessage(request: StartMessage | CodeMessage): Promise<OpenedMessage>;
  hearReceipts(request: { readonly messageId: string; readonly lastTry: boolean }): Promise<Heard>;
  hearSilence(request: { readonly messageId: string; readonly seq: number }): Promise<Silence>;
  endMessage(request: {
    readonly messageId: string;
    readonly why: 'refused' | 'cancelled' | 'validity_over';
    readonly reason: string;
  }): Promise<Heard>;
}

/** Steps that ask a carrier; run on its own task queue. */
export interface CarrierActivities {
  /** Runs once only: a lost reply is ambiguous, never a reason to send again. */
  sendMessage(request: SendRequest): Promise<SendResult>;
  /** Asks what became of a try; retries until the carrier answers. */
  askCarrier(request: { readonly messageId: string; readonly seq: number }): Promise<'sent' | 'not_sent' | 'unknown'>;
}

/** A message's local activities. */
export function createMessageBookActivities(deps: SendDeps): MessageBookActivities {
  return {
    openMessage: (request) => {
      const { workflowExecution } = activityInfo();
      return asFailure(() => openMessage(deps, request, { workflowId: workflowExecution!.workflowId, runId: workflowExecution!.runId }));
    },
    hearReceipts: (request) => asFailure(() => hearReceipts(deps, request)),
    hearSilence: (request) => asFailure(() => hearSilence(deps, request)),
    endMessage: (request) => asFailure(() => endMessage(deps, request)),
  };
}

/** A message's activities on a carrier's queue. */
export function createCarrierActivities(deps: SendDeps): CarrierActivities {
  return {
    sendMessage: (request) =>
      asFailure(async () => {
        await noteQueue(deps, request.plan.carrier, new Date(activityInfo().currentAttemptScheduledTimestampMs));
        return sendMessage(deps, request);
      }),
    askCarrier: (request) =>
      asFailure(async () => {
        try {
          return await askCarrier(deps, request);
        } catch (error) {
          throw ApplicationFailure.create({
            message: `the carrier does not say what became of ${request.messageId}/${request.seq}`,
            type: 'not_yet',
            category: ApplicationFailureCategory.BENIGN,
            ...(error instanceof Error ? { cause: error } : {}),
          });
        }
      }),
  };
}
