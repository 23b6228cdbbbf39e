import { createHash } from 'node:crypto';
import { isSandbox } from '../db/buyers.js';
import type { Database } from '../db/database.js';
import { wasAllowed } from '../db/fraud-decisions.js';
import { sendByKey } from '../db/verification-codes.js';
import { openVerificationOf } from '../db/verifications.js';
import { isBegun } from '../db/messages.js';
import { isSpendOver, type SpendLimits } from '../db/verification-spend.js';
import { DomainError, ERRORS, type ErrorCode } from '../domain/errors.js';
import type { FraudDecision, FraudGate, SendRisk } from '../domain/fraud.js';
import type { Channel } from '../domain/message.js';
import type { SendFailure, VerificationCommands } from '../domain/verification-request.js';
import type { TestNumber, VerificationPolicy } from '../domain/verification.js';
import type { VerifyHashes } from '../sealing/verify-hashes.js';
import { parseRecipient } from './phone-number.js';
import type { Turns } from './turns.js';
import type { VerificationRequest } from './schemas/verification.js';
import { keyReused } from './start-message.js';
import type { ReadVerification, VerificationReader } from './verification-reader.js';

/** What the configuration says of verifications, as far as requests need it. */
export interface VerifySettings {
  readonly brand: string;
  readonly channels: readonly Channel[];
  readonly policy: VerificationPolicy;
  readonly limits: SpendLimits;
  /** By their numbers in E.164. */
  readonly testNumbers: ReadonlyMap<string, TestNumber>;
  /** ISO 3166-1 alpha-2 of countries that nothing is sent to here. */
  readonly deniedCountries: ReadonlySet<string>;
  readonly phone: { readonly tierCompleted: number; readonly canBook: boolean };
}

/** What {@link startVerification} needs. */
export interface VerificationDeps {
  readonly database: Database;
  readonly reader: VerificationReader;
  readonly commands: VerificationCommands;
  readonly gate: FraudGate;
  readonly hashes: VerifyHashes;
  /** Checks of one verification, and starts by one key, one after the other: Temporal holds ten waiting updates of a workflow, and more hang. */
  readonly turns: Turns;
  readonly settings: VerifySettings;
  /** A new UUID. */
  readonly ids: () => string;
}

/** A wish to verify a phone. */
export interface WantedVerification {
  readonly accountId: string;
  readonly idempotencyKey: string;
  readonly body: VerificationRequest;
  /** Whether a limit that keeps a second code back is a failure (429) or answered with the code that is on its way. */
  readonly limited: 'refused' | 'joined';
}

/** A verification that is open, and whether it was before. */
export interface StartedVerification {
  readonly verification: ReadVerification;
  readonly joined: boolean;
}

const WAIT_MS = 10_000;
const TEST_RETRY_SECONDS = 60;

/**
 * Starts a verification, joins the one that is open for the same number and purpose (with another code, where the rules allow
 * one now), or answers from the one that this key started. The same key never sends twice.
 *
 * @throws DomainError `invalid_input`, `not_for_sale`, `blocked`, `rate_limited`, `spend_cap_reached`, `insufficient_credit`, `no_route`,
 *   `idempotency_key_reused`, `unavailable`.
 */
export function startVerification(deps: VerificationDeps, wanted: WantedVerification): Promise<StartedVerification> {
  // The same request twice at once is asked of the rules once.
  const { verificationId } = deps.commands.identify(wanted.accountId, wanted.idempotencyKey);
  return deps.turns.take(verificationId, () => startInTurn(deps, wanted, verificationId));
}

async function startInTurn(deps: VerificationDeps, wanted: WantedVerification, verificationId: string): Promise<StartedVerification> {
  const { accountId, idempotencyKey, body } = wanted;
  const recipient = parseRecipient(body.to);
  const requestHash = hashOf(body, recipient.number);
  const before = await deps.reader.read(accountId, verificationId);
  if (before !== null) return { verification: sameRequest(before, requestHash), joined: false };

  if (deps.settings.deniedCountries.has(recipient.country))
    throw new DomainError('not_for_sale', `Nothing is sent to ${recipient.country} here.`);
  const test = deps.settings.testNumbers.get(recipient.number);
  if (test !== undefined) playOutcome(test);
  const numberHash = deps.hashes.number(recipient.number);
  const channels = body.channels ?? deps.settings.channels;
  const risk: SendRisk = {
    accountId,
    verificationId,
    purpose: body.purpose,
    number: recipient.number,
    country: recipient.country,
    numberHash: numberHash.toString('hex'),
    channel: channels[0]!,
    again: false,
    ...personOf(body),
  };
  const open = await openVerificationOf(deps.database, { accountId, numberHash, purpose: body.purpose });
  // This very request began it while it was asked again: that is no wish for another code.
  if (open === verificationId) return { verification: sameRequest(await readBegun(deps, accountId, open), requestHash), joined: false };
  if (open !== null) return join(deps, wanted, { ...risk, verificationId: open, again: true }, test !== undefined);

  if (test === undefined) {
    // Whoever was told to ask again because nobody had come to begin it is not counted twice; one id sends its first code once.
    if (!(await wasAllowed(deps.database, risk))) allow(await deps.gate.decide(risk));
    // Who plays costs nobody anything.
    if ((await isSpendOver(deps.database, accountId, 1n, deps.settings.limits)) && !(await isSandbox(deps.database, accountId)))
      throw failureOf({ code: 'spend_cap_reached', detail: {} });
  }
  const outcome = await deps.commands.start(
    {
      verificationId,
      accountId,
      idempotencyKey,
      requestHash,
      purpose: body.purpose,
      to: recipient.number,
      numberHash: risk.numberHash,
      country: recipient.country,
      channels,
      locale: body.locale ?? null,
      brand: body.brand ?? deps.settings.brand,
      webOtpDomain: body.web_otp_domain ?? null,
      appHash: body.app_hash ?? null,
      policy: deps.settings.policy,
      person: { ip: risk.ip, subject: risk.subject },
      metadata: body.metadata,
    },
    WAIT_MS,
  );
  if (outcome.kind === 'answered') {
    const { answer } = outcome;
    if (answer.failure !== null) throw failureOf(answer.failure);
    // Another request for this number was faster by a moment: its code is on its way.
    if (answer.verificationId !== verificationId)
      return { verification: await readBegun(deps, accountId, answer.verificationId), joined: true };
  }
  const after = await deps.reader.read(accountId, verificationId);
  if (after !== null) return { verification: sameRequest(after, requestHash), joined: false };
  if (outcome.kind === 'ended')
    throw new DomainError('no_route', 'This request was answered before and sent nothing; use a new Idempotency-Key for a new one.');
  throw new DomainError('unavailable', 'The verification was not begun yet; send the same request again with the same Idempotency-Key.');
}

async function join(deps: VerificationDeps, wanted: WantedVerification, risk: SendRisk, isTest: boolean): Promise<StartedVerification> {
  const { accountId, idempotencyKey, limited } = wanted;
  const answer = async () => ({ verification: await readBegun(deps, accountId, risk.verificationId), joined: true });
  try {
    await sendAgain(deps, risk, { sendKey: idempotencyKey, channel: null, isTest });
  } catch (error) {
    // The code that is on its way is as good as another.
    if (limited === 'joined' && error instanceof DomainError && (error.code === 'rate_limited' || error.code === 'wrong_state'))
      return answer();
    throw error;
  }
  return answer();
}

/**
 * Sends another code of a verification that is open, if the rules allow it. Once for each key.
 *
 * @throws DomainError `blocked`, `rate_limited`, `wrong_state` (it is over), `spend_cap_reached`, `insufficient_credit`, `no_route`.
 */
export async function sendAgain(
  deps: VerificationDeps,
  risk: SendRisk,
  send: { readonly sendKey: string; readonly channel: Channel | null; readonly isTest: boolean },
): Promise<void> {
  const before = await sendByKey(deps.database, risk.verificationId, send.sendKey);
  // One that was written and never begun, because the engine died in between, is begun by asking again.
  if (before !== null && (send.isTest || (await isBegun(deps.database, before.id)))) return;
  if (before === null && !send.isTest) allow(await deps.gate.decide(risk));
  const reply = await deps.commands.resend(risk.verificationId, { sendKey: send.sendKey, channel: send.channel });
  if (reply.kind === 'failed') throw failureOf(reply.failure);
  if (reply.kind !== 'sent' && before === null)
    throw new DomainError('wrong_state', 'This verification is over: no other code is sent for it. Start a new one.', {
      state: reply.kind === 'over' ? reply.status : 'EXPIRED',
    });
}

/** What a request tells of the person who asks. */
export function personOf(
  body: Pick<VerificationRequest, 'ip' | 'subject' | 'user_agent' | 'captcha_token'>,
): Pick<SendRisk, 'ip' | 'subject' | 'userAgent' | 'captchaToken'> {
  return {
    ip: body.ip ?? null,
    subject: body.subject ?? null,
    userAgent: body.user_agent ?? null,
    captchaToken: body.captcha_token ?? null,
  };
}

async function readBegun(deps: VerificationDeps, accountId: string, id: string): Promise<ReadVerification> {
  const found = await deps.reader.read(accountId, id);
  if (found === null) throw new DomainError('unavailable', 'The verification is over by now; send the request again.');
  return found;
}

function sameRequest(read: ReadVerification, requestHash: string): ReadVerification {
  if (read.row.request_hash !== requestHash) throw keyReused();
  return read;
}

/** Says no where the rules do: an attacker learns no more than that. */
function allow({ verdict, reason, retryAfterMs, id }: FraudDecision): void {
  if (verdict === 'block')
    throw new DomainError('blocked', BLOCKED[reason ?? ''] ?? 'No code is sent there.', { reason: reason ?? 'blocked', decision: id });
  if (verdict === 'limit') throw tooSoon(Math.max(1, Math.ceil((retryAfterMs ?? 1_000) / 1_000)));
}

const BLOCKED: Readonly<Record<string, string>> = {
  captcha_required: 'Solve the CAPTCHA and send its token as captcha_token.',
  country: 'No codes are sent to phones of this country.',
  landline: 'This phone is a landline: it takes calls only. Name voice among the channels.',
};

function tooSoon(seconds: number): DomainError {
  return new DomainError('rate_limited', `No other code is sent there now; try again in ${seconds} s.`, { retry_after: seconds });
}

/** Some test numbers answer the request itself. */
function playOutcome({ outcome }: TestNumber): void {
  switch (outcome) {
    case 'blocked':
      throw new DomainError('blocked', 'No code is sent there.', { reason: 'blocked', test: true });
    case 'limited':
      throw tooSoon(TEST_RETRY_SECONDS);
    case 'no_route':
    case 'insufficient_credit':
    case 'unavailable':
      throw failureOf({ code: outcome, detail: { test: true } });
    default:
  }
}

const WORDS: Partial<Record<ErrorCode, string>> = {
  insufficient_credit: 'The account’s available credit does not cover the price of a code.',
  no_route: 'No carrier reaches this number by any of the channels.',
  spend_cap_reached:
    'Verifications have cost as much as they may in this day or month; no code is sent until then or until the cap is raised.',
};

function failureOf({ code, detail }: SendFailure): DomainError {
  return new DomainError(code, WORDS[code] ?? ERRORS[code].title, detail);
}

/** SHA-256, in hex, of the request in one spelling; who asks and what their CAPTCHA gave is of one try only. */
function hashOf(body: VerificationRequest, number: string): string {
  const metadata = Object.entries(body.metadata).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const { purpose, channels, locale, brand, web_otp_domain: domain, app_hash: app } = body;
  const canonical = [number, purpose, channels ?? null, locale ?? null, brand ?? null, domain ?? null, app ?? null, metadata];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}
