/**
 * One verification: send a code, compare what is typed back, and end by the first right code, the deadline or the budget of
 * checks.
 *
 * The rows in Postgres are its truth (src/verify); the workflow holds the clock, serialises nothing by itself and starts one
 * child for each code, which goes its own way: a message that is under way is settled whatever becomes of its verification.
 */
import { allHandlersFinished, condition, ParentClosePolicy, setCurrentDetails, setHandler, startChild } from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { EndWhy } from '../activities/verify-activities.js';
import type { Channel, MessageStatus } from '../domain/message.js';
import { MAIN_QUEUE, messageWorkflowId, PRIORITY, SEARCH_ATTRIBUTES } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';
import type { CheckReply, CodeMessage, ResendReply, StartVerification, VerificationAnswer } from '../domain/verification-request.js';
import type { VerificationStatus } from '../domain/verification.js';
import { message } from './message.js';
import { cancelVerificationUpdate, checkCodeUpdate, resendCodeUpdate, verificationStartUpdate } from './messages.js';
import { verifyBooks } from './verification-activities.js';

const accountKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.account, 'KEYWORD');
const countryKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.country, 'KEYWORD');
const phaseKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.phase, 'KEYWORD');

/** The newest code, as long as its channel may still be followed by another. */
interface Try {
  readonly messageId: string;
  readonly channel: Channel;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Its message ended without being delivered. */
  failed: boolean;
}

/** How a verification ended. */
export interface VerificationOutcome {
  readonly status: VerificationStatus | null;
}

export async function verification(request: StartVerification): Promise<VerificationOutcome> {
  const outcome = await run(request);
  await condition(allHandlersFinished);
  return outcome;
}

async function run(request: StartVerification): Promise<VerificationOutcome> {
  const { verificationId, policy } = request;
  const s = {
    status: 'PENDING' as VerificationStatus,
    answer: undefined as VerificationAnswer | undefined,
    cancelled: false,
    /** The channel of the newest code, and since when it has been tried; null once one was delivered or its time was over. */
    trying: null as Try | null,
    /** Messages that are being started: one whose parent ends meanwhile never is. */
    starting: 0,
  };
  const isOpen = () => s.status === 'PENDING' && !s.cancelled;

  setHandler(verificationStartUpdate, async () => {
    await condition(() => s.answer !== undefined);
    return s.answer!;
  });
  setHandler(checkCodeUpdate, async (check): Promise<CheckReply> => {
    await condition(() => s.answer !== undefined);
    const reply = await verifyBooks('compare a code').checkCode({ ...check, verificationId });
    tell(reply.status);
    return reply;
  });
  setHandler(resendCodeUpdate, async ({ sendKey, channel }): Promise<ResendReply> => {
    await condition(() => s.answer !== undefined);
    const sent = await verifyBooks(channel === null ? 'write another code' : `write another code (${channel})`).resendCode({
      verificationId,
      sendKey,
      channel,
    });
    if (sent.kind === 'sent') begin(sent.message);
    return sent.kind === 'sent' ? { kind: 'sent' } : sent;
  });
  setHandler(cancelVerificationUpdate, async () => {
    await condition(() => s.answer !== undefined);
    s.cancelled = true;
    await close('cancelled_by_client');
    return { kind: 'cancelled' as const };
  });

  function tell(status: VerificationStatus): void {
    s.status = status;
    const how = s.trying === null ? '' : `\n\nNewest code: by **${s.trying.channel}**`;
    setCurrentDetails(publicText(`**${status}** (${request.country})${how}`));
  }

  /** Starts what sends a code; a test number's has nothing to send. Nobody waits: that it was asked for is as durable as that it began. */
  function begin(code: CodeMessage | null): void {
    if (code === null || begun.has(code.messageId)) return;
    begun.add(code.messageId);
    s.trying = { messageId: code.messageId, channel: code.channel, since: Date.now(), failed: false };
    tell(s.status);
    void start(code).then(
      (status) => heardOf(code, status),
      () => heardOf(code, null),
    );
  }

  async function start(code: CodeMessage): Promise<MessageStatus | null> {
    s.starting += 1;
    const child = await startMessage(code).finally(() => {
      s.starting -= 1;
    });
    return (await child.result()).status;
  }

  function startMessage(code: CodeMessage) {
    return startChild(message, {
      workflowId: messageWorkflowId(code.messageId),
      taskQueue: MAIN_QUEUE,
      args: [code],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      // Ahead of verifications that have not begun; without it a child has its parent's.
      priority: { priorityKey: PRIORITY.send },
      typedSearchAttributes: [
        { key: accountKey, value: code.accountId },
        { key: countryKey, value: code.country },
        { key: phaseKey, value: 'QUEUED' },
      ],
      staticSummary: publicText(`send a code (${code.channel}) to ${code.country}`),
    });
  }

  function heardOf(code: CodeMessage, status: MessageStatus | null): void {
    // A code that arrived is awaited; what became of older ones does not matter beside a newer.
    if (s.trying?.messageId !== code.messageId) return;
    if (status === 'DELIVERED') s.trying = null;
    // Of what its carrier never speaks of nobody knows: it is given the channel's time.
    else if (status !== 'UNKNOWN') s.trying.failed = true;
  }

  const close = async (why: EndWhy) => {
    const how = s.status === 'PENDING' ? why.replaceAll('_', ' ') : s.status.toLowerCase();
    const { status, unbegun } = await verifyBooks(`close: ${how}`).closeVerification({ verificationId, why });
    tell(status);
    for (const code of unbegun ?? []) begin(code);
  };

  const begun = new Set<string>();
  const opened = await verifyBooks(`hold credit, write the first code to ${request.country}`).openVerification(request);
  if (opened.kind === 'answered') {
    s.answer = { verificationId: opened.verificationId, requestHash: opened.requestHash, failure: opened.failure };
    return { status: opened.status };
  }
  const until = Date.now() + opened.leftMs;
  begin(opened.message);
  s.answer = { verificationId, requestHash: request.requestHash, failure: null };

  while (isOpen() && Date.now() < until) {
    const tried = followed();
    // A channel that fails, or is silent for too long, is followed by the next; a code that arrived is given its time.
    const turn = tried === null ? until : Math.min(until, tried.since + policy.channelTimeoutSeconds * 1_000);
    if (tried !== null && (tried.failed || Date.now() >= turn)) {
      s.trying = null;
      const next = await verifyBooks(`write a code for the channel after ${tried.channel}`).sendByNextChannel({
        verificationId,
        after: tried.channel,
      });
      if (next !== null) begin(next.message);
      continue;
    }
    await condition(() => !isOpen() || followed() !== tried || tried?.failed === true, turn - Date.now(), {
      summary: publicText(tried === null ? 'until no code is accepted any more' : `wait for the code by ${tried.channel}`),
    });
  }
  if (!s.cancelled) await close('time_over');
  await condition(() => allHandlersFinished() && s.starting === 0);
  return { status: s.status };

  /** What is tried, where another channel would follow it; the last one is given all the time there is. */
  function followed(): Try | null {
    return s.trying !== null && request.channels.indexOf(s.trying.channel) < request.channels.length - 1 ? s.trying : null;
  }
}
