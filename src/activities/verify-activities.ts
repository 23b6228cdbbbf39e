import { activityInfo } from '@temporalio/activity';
import type { Channel } from '../domain/message.js';
import type { CheckReply, CodeCheck, CodeMessage, ResendRequest, StartVerification } from '../domain/verification-request.js';
import { checkCode } from '../verify/check.js';
import { type ClosedVerification, closeVerification, type EndWhy } from '../verify/close.js';
import type { VerifyDeps } from '../verify/deps.js';
import { type OpenedVerification, openVerification } from '../verify/open.js';
import { resendCode, type Resent, sendByNextChannel } from '../verify/resend.js';
import { asFailure } from './failures.js';

export type { OpenedVerification } from '../verify/open.js';
export type { Resent } from '../verify/resend.js';
export type { EndWhy } from '../verify/close.js';

/** Steps that touch only our own database and limiter; run as local activities. All may be repeated. */
export interface VerifyActivities {
  openVerification(request: StartVerification): Promise<OpenedVerification>;
  checkCode(request: CodeCheck & { readonly verificationId: string }): Promise<CheckReply>;
  resendCode(request: ResendRequest & { readonly verificationId: string }): Promise<Resent>;
  sendByNextChannel(request: {
    readonly verificationId: string;
    readonly after: Channel;
  }): Promise<{ readonly message: CodeMessage | null; readonly channel: Channel } | null>;
  closeVerification(request: { readonly verificationId: string; readonly why: EndWhy }): Promise<ClosedVerification>;
}

/** A verification's local activities. */
export function createVerifyActivities(deps: VerifyDeps): VerifyActivities {
  return {
    openVerification: (request) => {
      const { workflowExecution } = activityInfo();
      const run = { workflowId: workflowExecution!.workflowId, runId: workflowExecution!.runId };
      return asFailure(() => openVerification(deps, request, run));
    },
    checkCode: (request) => asFailure(() => checkCode(deps, request)),
    resendCode: (request) => asFailure(() => resendCode(deps, request)),
    sendByNextChannel: (request) => asFailure(() => sendByNextChannel(deps, request)),
    closeVerification: (request) => asFailure(() => closeVerification(deps, request)),
  };
}
