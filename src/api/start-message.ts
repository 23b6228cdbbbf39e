import { createHash } from 'node:crypto';
import { DomainError, ERRORS, type ErrorCode, type Json } from '../domain/errors.js';
import type { MessageCommands, PreparedMessage } from '../domain/message-request.js';
import type { MessageReader, ReadMessage } from './message-reader.js';
import { parseRecipient } from './phone-number.js';
import { invalidField } from './problem.js';
import type { MessageRequest, ShownMessage } from './schemas/message.js';
import { segmentsOf } from '../send/segments.js';

/** What {@link startMessage} needs. */
export interface StartMessageDeps {
  readonly reader: MessageReader;
  readonly commands: MessageCommands;
  readonly clock: () => Date;
  readonly deniedCountries: ReadonlySet<string>;
}

const MOST_AHEAD_MS = 30 * 86_400_000;
const MOST_SEGMENTS = 10;
const WAIT_MS = 10_000;

/**
 * Reads a request into what the workflow is started with: the number in E.164, the text counted.
 *
 * @throws DomainError `invalid_input`, `not_for_sale`.
 */
export function prepareMessage(deps: Pick<StartMessageDeps, 'clock' | 'deniedCountries'>, body: MessageRequest): PreparedMessage {
  const recipient = parseRecipient(body.to);
  if (deps.deniedCountries.has(recipient.country)) throw new DomainError('not_for_sale', `Nothing is sent to ${recipient.country} here.`);
  const { encoding, segments } = segmentsOf(body.text);
  if (segments > MOST_SEGMENTS) throw invalidField('text', `The text takes ${segments} segments; at most ${MOST_SEGMENTS} are sent.`);
  const now = deps.clock().getTime();
  const sendAt = body.send_at === null || body.send_at === undefined ? null : Date.parse(body.send_at);
  if (sendAt !== null && sendAt > now + MOST_AHEAD_MS) throw invalidField('send_at', 'A message can be scheduled at most 30 days ahead.');
  return {
    requestHash: hashOf(body, recipient.number),
    channel: body.channel,
    to: recipient.number,
    country: recipient.country,
    from: body.from ?? null,
    text: body.text,
    encoding,
    segments,
    maxPrice: body.max_price ?? null,
    carriers: body.carriers ?? null,
    failover: body.failover,
    sendAt: sendAt === null || sendAt <= now ? null : new Date(sendAt).toISOString(),
    validitySeconds: body.validity_seconds,
    metadata: body.metadata,
  };
}

/**
 * Sends a message, or answers from the one that this key sent. The same key never sends twice.
 *
 * @throws DomainError `insufficient_credit`, `no_route`, `idempotency_key_reused`, `invalid_input`, `unavailable`.
 */
export async function startMessage(
  deps: StartMessageDeps,
  request: { readonly accountId: string; readonly idempotencyKey: string; readonly body: MessageRequest },
): Promise<ShownMessage> {
  const { accountId, idempotencyKey } = request;
  const prepared = prepareMessage(deps, request.body);
  const { messageId } = deps.commands.identify(accountId, idempotencyKey);
  const before = await deps.reader.read(accountId, messageId);
  if (before !== null) return sameRequest(before, prepared);
  const outcome = await deps.commands.start({ ...prepared, messageId, accountId, idempotencyKey, batchId: null }, WAIT_MS);
  if (outcome.kind === 'answered') {
    if (outcome.answer.requestHash !== prepared.requestHash) throw keyReused();
    if (outcome.answer.failure !== null) throw failureOf(outcome.answer.failure);
  }
  const after = await deps.reader.read(accountId, messageId);
  if (after !== null) return sameRequest(after, prepared);
  if (outcome.kind === 'ended')
    throw new DomainError('no_route', 'This request was answered before and sent nothing; use a new Idempotency-Key for a new one.');
  throw new DomainError('unavailable', 'The message was not taken yet; send the same request again with the same Idempotency-Key.');
}

function sameRequest({ row, shown }: ReadMessage, prepared: PreparedMessage): ShownMessage {
  if (row.request_hash !== prepared.requestHash) throw keyReused();
  return shown;
}

/** SHA-256, in hex, of the request in one spelling. */
function hashOf(body: MessageRequest, number: string): string {
  const metadata = Object.entries(body.metadata).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const canonical = [
    number,
    body.text,
    body.channel,
    body.from ?? null,
    body.max_price ?? null,
    body.carriers ?? null,
    body.failover,
    body.send_at ?? null,
    body.validity_seconds,
    metadata,
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}

/** The key stands for another request. */
export function keyReused(): DomainError {
  return new DomainError('idempotency_key_reused', 'This Idempotency-Key was used with another request; use a new key for a new request.');
}

const WORDS: Partial<Record<ErrorCode, string>> = {
  insufficient_credit: 'The account’s available credit does not cover the price of this message.',
  no_route: 'No carrier reaches this number by this channel within the ceiling.',
};

function failureOf({ code, detail }: { readonly code: ErrorCode; readonly detail: { readonly [key: string]: Json } }): DomainError {
  return new DomainError(code, WORDS[code] ?? ERRORS[code].title, detail);
}
