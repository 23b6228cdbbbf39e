import { lockOpening } from '../db/activations.js';
import { lockBuyer } from '../db/buyers.js';
import type { Sql } from '../db/database.js';
import { sendByKey } from '../db/verification-codes.js';
import { endOverdue, insertVerification, lockVerification, openVerificationOf, type VerificationRow } from '../db/verifications.js';
import type { CodeMessage, SendFailure, StartVerification } from '../domain/verification-request.js';
import type { VerificationStatus } from '../domain/verification.js';
import { places } from '../sealing/keyring.js';
import type { Run } from '../send/open.js';
import type { VerifyDeps } from './deps.js';
import { codeMessageOf, NotWritten, writeCode, type WrittenCode } from './write-code.js';

/** What a verification's first step found or made. */
export type OpenedVerification =
  /** It is open. `message` is null for a test number, `leftMs` what is left of its time. */
  | { readonly kind: 'opened'; readonly message: CodeMessage | null; readonly leftMs: number }
  /** The row of this key answers, or one that was open before for the same number and purpose, or nothing could be sent. */
  | {
      readonly kind: 'answered';
      readonly verificationId: string;
      readonly status: VerificationStatus | null;
      readonly requestHash: string;
      readonly failure: SendFailure | null;
    };

/** Key of the code that the start itself sends. */
export const FIRST_SEND = 'start';

/**
 * A verification's first step, in one transaction: meet the row of its key, join the one that is open for the same number and
 * purpose, or write it with its first code's message and the money held. Where nothing can be sent nothing is kept. Repeatable.
 */
export async function openVerification(deps: VerifyDeps, request: StartVerification, run: Run): Promise<OpenedVerification> {
  const answered = (of: Partial<Omit<Extract<OpenedVerification, { kind: 'answered' }>, 'kind'>>): OpenedVerification => ({
    kind: 'answered',
    verificationId: request.verificationId,
    status: null,
    requestHash: request.requestHash,
    failure: null,
    ...of,
  });
  try {
    return await deps.send.database.transaction(async (sql) => {
      await lockOpening(sql, request.verificationId);
      const known = await lockVerification(sql, request.verificationId);
      if (known !== null && known.run_id === run.runId) return openedBefore(sql, known);
      if (known !== null) return answered({ status: known.status, requestHash: known.request_hash });
      if ((await lockBuyer(sql, request.accountId)) === null)
        throw new NotWritten({ code: 'no_route', detail: { country: request.country } });
      const number = { accountId: request.accountId, numberHash: Buffer.from(request.numberHash, 'hex'), purpose: request.purpose };
      await endOverdue(sql, number);
      if (!(await insertRow(sql, deps, request, run))) {
        const other = await openVerificationOf(sql, number);
        if (other === null) throw new Error('a verification that is open is over: try again');
        return answered({ verificationId: other });
      }
      const row = (await lockVerification(sql, request.verificationId))!;
      const written = await firstThatCan(sql, deps, row);
      if (written.kind === 'failed') throw new NotWritten(written.failure);
      return { kind: 'opened', message: written.message, leftMs: row.seconds_left * 1_000 };
    });
  } catch (error) {
    if (error instanceof NotWritten) return answered({ failure: error.failure });
    throw error;
  }
}

/** The first channel that has a carrier sends; what is wrong with the account is wrong with all of them. */
async function firstThatCan(sql: Sql, deps: VerifyDeps, row: VerificationRow): Promise<WrittenCode> {
  let last: WrittenCode | null = null;
  for (const channel of row.channels) {
    last = await writeCode(sql, deps, row, { sendKey: FIRST_SEND, channel });
    if (last.kind === 'written' || last.failure.code !== 'no_route') return last;
  }
  return last!;
}

/** The same run asks again: what it wrote is there. Also where its time is over by now: its message is still to be begun, to give its money back. */
async function openedBefore(sql: Sql, row: VerificationRow): Promise<OpenedVerification> {
  const send = (await sendByKey(sql, row.id, FIRST_SEND))!;
  const message = row.test ? null : codeMessageOf(row, send);
  return { kind: 'opened', message, leftMs: row.status === 'PENDING' ? Math.max(0, row.seconds_left) * 1_000 : 0 };
}

function insertRow(sql: Sql, deps: VerifyDeps, request: StartVerification, run: Run): Promise<boolean> {
  const test = deps.testNumbers.get(request.to) ?? null;
  return insertVerification(sql, {
    id: request.verificationId,
    accountId: request.accountId,
    idempotencyKey: request.idempotencyKey,
    requestHash: request.requestHash,
    workflowId: run.workflowId,
    runId: run.runId,
    purpose: request.purpose,
    toSealed: deps.send.keyring.seal(request.to, places.verificationTo(request.verificationId)),
    personSealed: deps.send.keyring.seal(JSON.stringify(request.person), places.verificationPerson(request.verificationId)),
    numberHash: Buffer.from(request.numberHash, 'hex'),
    country: request.country,
    brand: request.brand,
    webOtpDomain: request.webOtpDomain,
    appHash: request.appHash,
    channels: request.channels,
    locale: request.locale,
    policy: request.policy,
    test: test !== null,
    validitySeconds: test?.outcome === 'expired' ? 1 : request.policy.validitySeconds,
    metadata: request.metadata,
  });
}
