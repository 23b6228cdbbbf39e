import { countSpend } from '../db/verification-spend.js';
import { insertCode, insertSend } from '../db/verification-codes.js';
import type { Sql } from '../db/database.js';
import { carriersOfVerification } from '../db/messages.js';
import { noteVerification, type VerificationRow } from '../db/verifications.js';
import { type CodeText, putCode } from '../domain/code-template.js';
import type { Channel } from '../domain/message.js';
import { messageWorkflowId } from '../domain/names.js';
import type { CodeMessage, SendFailure } from '../domain/verification-request.js';
import { insertOpened } from '../send/open.js';
import { segmentsOf } from '../send/segments.js';
import { places } from '../sealing/keyring.js';
import type { VerifyDeps } from './deps.js';

/** Some carriers take no shorter validity than a minute. */
const LEAST_VALIDITY_SECONDS = 60;

/** Which code is to be sent. */
export interface WantedCode {
  readonly sendKey: string;
  readonly channel: Channel;
}

/** What became of it. `message` is null for a test number. */
export type WrittenCode =
  | { readonly kind: 'written'; readonly message: CodeMessage | null }
  | { readonly kind: 'failed'; readonly failure: SendFailure };

/** Undoes a transaction in which no code could be written: nothing is kept of what cannot be sent. */
export class NotWritten extends Error {
  override readonly name = 'NotWritten';
  readonly failure: SendFailure;
  constructor(failure: SendFailure) {
    super(failure.code);
    this.failure = failure;
  }
}

/**
 * Writes one code's send: its text, and the message that carries it with the money held. Nothing is sent here. In the caller's
 * transaction, which has locked the verification and must roll back where this fails.
 */
export async function writeCode(sql: Sql, deps: VerifyDeps, verification: VerificationRow, wanted: WantedCode): Promise<WrittenCode> {
  const { send } = deps;
  const to = send.keyring.open(verification.to_sealed!, places.verificationTo(verification.id));
  const id = send.newId();
  const { policy } = verification;
  const rendered = deps.textOf({
    channel: wanted.channel,
    purpose: verification.purpose,
    locale: verification.locale,
    brand: verification.brand,
    minutes: Math.max(1, Math.round(policy.validitySeconds / 60)),
    webOtpDomain: verification.web_otp_domain,
    appHash: verification.app_hash,
    draw: send.die(),
  });
  const write = () => writeSend(sql, verification, wanted, id, rendered);
  const note = (detail: { readonly [key: string]: string | number }) =>
    noteVerification(sql, verification, {
      from: 'PENDING',
      to: 'PENDING',
      reason: 'code_sent',
      detail: { channel: wanted.channel, ...detail },
    });
  if (verification.test) {
    await write();
    await keepTestCode(sql, deps, verification, to, id);
    await note({ test: 'yes' });
    return { kind: 'written', message: null };
  }
  const { encoding, segments } = segmentsOf(putCode(rendered.text, '0'.repeat(policy.codeLength)));
  const message = codeMessageOf(verification, { id, channel: wanted.channel });
  const opened = await insertOpened(
    sql,
    send,
    {
      ...message,
      idempotencyKey: `verification:${verification.id}:${verification.sends}`,
      batchId: null,
      to,
      from: null,
      text: rendered.text,
      encoding,
      segments,
      maxPrice: null,
      carriers: null,
      failover: true,
      metadata: {},
    },
    { workflowId: messageWorkflowId(id), runId: '' },
    {
      verificationId: verification.id,
      tried: await carriersOfVerification(sql, verification.id),
      count: (tx, amount) => countSpend(tx, { id, accountId: verification.account_id, amount }, deps.limits),
    },
  );
  if (opened.kind === 'answered') return { kind: 'failed', failure: opened.failure! };
  await write();
  await note({ template: rendered.template, variant: rendered.variant, locale: rendered.locale });
  return { kind: 'written', message };
}

/** The message of a send, as its child workflow is started with it. */
export function codeMessageOf(verification: VerificationRow, send: { readonly id: string; readonly channel: Channel }): CodeMessage {
  return {
    messageId: send.id,
    accountId: verification.account_id,
    channel: send.channel,
    country: verification.country,
    validitySeconds: Math.max(LEAST_VALIDITY_SECONDS, verification.seconds_left),
    queueTimeoutSeconds: verification.policy.queueTimeoutSeconds,
    sendAt: null,
    requestHash: '',
  };
}

function writeSend(sql: Sql, verification: VerificationRow, wanted: WantedCode, id: string, text: CodeText): Promise<void> {
  return insertSend(
    sql,
    {
      id,
      verificationId: verification.id,
      accountId: verification.account_id,
      seq: verification.sends,
      sendKey: wanted.sendKey,
      channel: wanted.channel,
      template: text.template,
      variant: text.variant,
      locale: text.locale,
    },
    verification.policy.resendAfterSeconds,
  );
}

/** The code of a test number is always the same one, and there from the start; of one that nobody delivers to there is none. */
async function keepTestCode(sql: Sql, deps: VerifyDeps, verification: VerificationRow, to: string, sendId: string): Promise<void> {
  const number = deps.testNumbers.get(to);
  if (number === undefined || number.outcome === 'undelivered') return;
  await insertCode(sql, {
    id: sendId,
    verificationId: verification.id,
    sendId,
    hash: deps.send.hashes.code(verification, number.code),
  });
}
