import { createHash } from 'node:crypto';
import type { ActivationCommands } from '../domain/activation-request.js';
import { DomainError, ERRORS, type ErrorCode, type Json } from '../domain/errors.js';
import type { ActivationReader, ReadActivation } from './activation-reader.js';
import type { ApiSettings } from './deps.js';
import type { Activation, ActivationRequest } from './schemas/activation.js';
import { timeText } from './schemas/scalars.js';

/** Route name under which idempotency keys of activations are kept apart from those of other routes. */
const ROUTE = 'activations';

/** A number that was bought, or a request that goes on. */
export interface Started {
  readonly bought: boolean;
  readonly shown: Activation;
}

/** One client's wish for a number. */
export interface StartRequest {
  readonly accountId: string;
  readonly idempotencyKey: string;
  readonly body: ActivationRequest;
  readonly waitMs: number;
}

/** What {@link startActivation} needs. */
export interface StartDeps {
  readonly reader: ActivationReader;
  readonly commands: ActivationCommands;
  readonly settings: Pick<ApiSettings, 'currency' | 'denied' | 'services' | 'countries'>;
  readonly clock: () => Date;
}

/**
 * Starts an activation, or answers from the one that this key started. A key that was answered once is answered from its
 * row, without the workflow: the same number, or the same failure (ORDERS.md, rule 22).
 *
 * @throws DomainError with the failure of the purchase, or `idempotency_key_reused`, `not_for_sale`, `unavailable`.
 */
export async function startActivation(deps: StartDeps, request: StartRequest): Promise<Started> {
  const { accountId, idempotencyKey, body } = request;
  const requestHash = hashRequest(body);
  const { activationId } = deps.commands.identify(accountId, ROUTE, idempotencyKey);

  const before = await deps.reader.read(accountId, activationId);
  if (before !== null) {
    const settled = fromRow(before, requestHash);
    if (settled !== null) return settled;
  } else {
    refuseUnsold(deps.settings, body);
  }

  const outcome = await deps.commands.start(
    {
      activationId,
      accountId,
      idempotencyKey,
      requestHash,
      service: body.service,
      country: body.country,
      operator: operatorOf(body),
      maxPrice: body.max_price ?? null,
      onNoCode: body.on_no_code,
      metadata: body.metadata,
    },
    request.waitMs,
  );
  if (outcome.kind === 'answered') {
    if (outcome.answer.requestHash !== requestHash) throw keyReused();
    const { failure } = outcome.answer;
    if (failure !== null) throw failureOf(failure.code, failure.detail);
  }
  const after = await deps.reader.read(accountId, activationId);
  if (after !== null) return fromRow(after, requestHash) ?? { bought: false, shown: after.shown };
  if (outcome.kind === 'pending') return { bought: false, shown: notYetWritten(deps, activationId, body) };
  throw new DomainError('internal', 'This request ended without leaving anything behind; send it again with another Idempotency-Key.');
}

/** What the row alone can answer; null while the purchase goes on. */
function fromRow(found: ReadActivation, requestHash: string): Started | null {
  const { row, shown } = found;
  if (row.request_hash !== requestHash) throw keyReused();
  if (row.status === 'FAILED') throw failureOf(row.failure_code ?? 'no_numbers', row.failure_detail ?? {});
  return row.status === 'REQUESTED' ? null : { bought: true, shown };
}

/** SHA-256, in hex, of the request in one spelling: members in fixed order, values as validated. */
export function hashRequest(body: ActivationRequest): string {
  const metadata = Object.entries(body.metadata).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const canonical = [body.service, body.country, operatorOf(body), body.max_price ?? null, body.on_no_code, metadata];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}

/** 5SIM's word for no preference is understood from everybody. */
function operatorOf(body: ActivationRequest): string | null {
  return body.operator === undefined || body.operator === 'any' ? null : body.operator;
}

function refuseUnsold(settings: StartDeps['settings'], body: ActivationRequest): void {
  const sold =
    settings.services.some(({ slug }) => slug === body.service) &&
    settings.countries.some(({ code }) => code === body.country) &&
    !settings.denied.services.has(body.service) &&
    !settings.denied.countries.has(body.country);
  if (!sold)
    throw new DomainError('not_for_sale', `${body.service} in ${body.country} is not offered here; see /v1/services and /v1/countries.`);
}

function keyReused(): DomainError {
  return new DomainError('idempotency_key_reused', 'This Idempotency-Key was used with another request; use a new key for a new request.');
}

const WORDS: Partial<Record<ErrorCode, string>> = {
  insufficient_credit: 'The account’s available credit does not cover the price of this number.',
  no_numbers: 'Every provider that could have sold this number was asked; “tried” says how each answered.',
};

function failureOf(code: ErrorCode, detail: { readonly [name: string]: Json }): DomainError {
  return new DomainError(code, WORDS[code] ?? ERRORS[code].title, detail);
}

/** The workflow exists, but its first step has not written the row: what is known is what was asked. */
function notYetWritten(deps: StartDeps, id: string, body: ActivationRequest): Activation {
  return {
    id,
    status: 'REQUESTED',
    phone_number: null,
    service: body.service,
    country: body.country,
    operator: operatorOf(body),
    price: null,
    currency: deps.settings.currency,
    expires_at: null,
    created_at: timeText(deps.clock()),
    metadata: body.metadata,
    messages: [],
  };
}
