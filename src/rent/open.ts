import { type ActivationRow, insertActivation, lockActivation, lockOpening } from '../db/activations.js';
import { type Buyer, lockBuyer } from '../db/buyers.js';
import type { Sql } from '../db/database.js';
import type { ActivationStatus } from '../domain/activation.js';
import type { StartActivation } from '../domain/activation-request.js';
import { type Candidate, rankOffers } from '../domain/candidates.js';
import type { ErrorCode, Json } from '../domain/errors.js';
import { formatMoney, type Markup, parseMoney } from '../domain/money.js';
import { hopeOf } from '../domain/scoring.js';
import { hold, walletOf } from '../ledger/credit.js';
import type { RentDeps } from './deps.js';
import { markupNow } from './markup.js';

/** A candidate as it travels through the workflow: amounts as decimal strings. */
export interface CandidatePlan {
  readonly provider: string;
  readonly operator: string | null;
  readonly price: string;
}

/** What the first step found or made. */
export type Opened =
  | { readonly kind: 'buy'; readonly candidates: readonly CandidatePlan[] }
  /** The row answers: it failed now or earlier, was bought by an earlier run, or belongs to another request. */
  | {
      readonly kind: 'answered';
      readonly status: ActivationStatus;
      readonly requestHash: string;
      readonly failure: { readonly code: ErrorCode; readonly detail: { readonly [key: string]: Json } } | null;
    };

/**
 * An activation's first step, in one transaction: meet the row of its idempotency key, rank candidates, hold the money at
 * the price ceiling (ORDERS.md, rule 22; DESIGN.md, section 3). Repeatable: a second call of the same run finds the row.
 */
export async function openActivation(
  deps: RentDeps,
  request: StartActivation,
  run: { readonly workflowId: string; readonly runId: string; readonly traceId: string | null },
): Promise<Opened> {
  return deps.database.transaction(async (sql) => {
    // Two runs of one key could otherwise both find no row.
    await lockOpening(sql, request.activationId);
    const known = await lockActivation(sql, request.activationId);
    if (known !== null) return met(known, run.runId);

    const buyer = await lockBuyer(sql, request.accountId);
    // An account that was erased while its request was on the way is offered nothing.
    const markup = await markupNow(sql, deps, request);
    const ranked = buyer === null ? [] : await rank(sql, deps, request, buyer, markup);
    const { available } = await walletOf(sql, request.accountId, deps.walletCurrency);
    const affordable = ranked.filter(({ price }) => price <= available);
    const ceiling = ceilingOf(request, affordable, available);

    const insert = (status: 'REQUESTED' | 'FAILED', failureCode: ErrorCode | null, reason: string, detail: Json) =>
      insertActivation(
        sql,
        {
          id: request.activationId,
          accountId: request.accountId,
          idempotencyKey: request.idempotencyKey,
          requestHash: request.requestHash,
          workflowId: run.workflowId,
          runId: run.runId,
          traceId: run.traceId,
          service: request.service,
          country: request.country,
          operator: request.operator,
          maxPrice: request.maxPrice === null ? null : parseMoney(request.maxPrice),
          onNoCode: request.onNoCode,
          metadata: request.metadata,
          status,
          failureCode,
          candidates: affordable.map(reasonsOf),
          currency: deps.walletCurrency,
          ceiling,
          markup,
        },
        reason,
        detail,
      );

    if (ranked.length === 0) {
      const detail = { tried: [] };
      await insert('FAILED', 'no_numbers', 'no_offer', detail);
      return { kind: 'answered', status: 'FAILED', requestHash: request.requestHash, failure: { code: 'no_numbers', detail } };
    }
    const held =
      ceiling !== null &&
      (await hold(sql, {
        activationId: request.activationId,
        accountId: request.accountId,
        amount: ceiling,
        currency: deps.walletCurrency,
      }));
    if (!held) {
      const cheapest = ranked.reduce((least, { price }) => (price < least ? price : least), ranked[0]!.price);
      const detail = { needed: formatMoney(cheapest), available: formatMoney(available), currency: deps.walletCurrency };
      await insert('FAILED', 'insufficient_credit', 'insufficient_credit', detail);
      return { kind: 'answered', status: 'FAILED', requestHash: request.requestHash, failure: { code: 'insufficient_credit', detail } };
    }
    await insert('REQUESTED', null, 'requested', { held: formatMoney(ceiling), candidates: affordable.length });
    return { kind: 'buy', candidates: affordable.map(planOf) };
  });
}

async function rank(sql: Sql, deps: RentDeps, request: StartActivation, buyer: Buyer, markup: Markup): Promise<Candidate[]> {
  const pair = { service: request.service, country: request.country, operator: request.operator };
  const ceiling = request.maxPrice === null ? null : parseMoney(request.maxPrice);
  return rankOffers(await deps.offersOf(sql, pair, buyer), {
    markupOf: () => markup,
    ceiling,
    limit: deps.policy.maxCandidates,
    hope: hopeOf(deps.die()),
  });
}

/**
 * The most that this activation may cost the client: what they allowed, else the dearest candidate; never more than they
 * have. Null when nothing is affordable.
 */
function ceilingOf(request: StartActivation, affordable: readonly Candidate[], available: bigint): bigint | null {
  if (affordable.length === 0) return null;
  if (request.maxPrice !== null) {
    const allowed = parseMoney(request.maxPrice);
    return allowed < available ? allowed : available;
  }
  return affordable.reduce((most, { price }) => (price > most ? price : most), 0n);
}

function met(row: ActivationRow, runId: string): Opened {
  if (row.run_id === runId && row.status === 'REQUESTED') {
    return {
      kind: 'buy',
      candidates: (row.candidates as unknown as CandidatePlan[]).map(({ provider, operator, price }) => ({ provider, operator, price })),
    };
  }
  if (row.status === 'FAILED') {
    const failure = { code: (row.failure_code ?? 'no_numbers') as ErrorCode, detail: {} };
    return { kind: 'answered', status: row.status, requestHash: row.request_hash, failure };
  }
  return { kind: 'answered', status: row.status, requestHash: row.request_hash, failure: null };
}

/** A candidate as it travels. */
export function planOf(candidate: Candidate): CandidatePlan {
  return { provider: candidate.provider, operator: candidate.operator, price: formatMoney(candidate.price) };
}

/** Why a candidate stands where it stands, kept with the activation. */
export function reasonsOf(candidate: Candidate): { readonly [key: string]: Json } {
  return {
    ...planOf(candidate),
    cost: formatMoney(candidate.cost),
    stock: candidate.stock,
    success_rate: Number(candidate.score.mean.toFixed(3)),
    samples: Number(candidate.score.samples.toFixed(1)),
    // What broader experience spoke for, and the rate with the hope of this choice: that one decided.
    expected_rate: Number(candidate.score.expected.toFixed(3)),
    ranked_by_rate: Number(candidate.hoped.toFixed(3)),
    resting: candidate.rest?.reason ?? null,
    seconds_to_code: candidate.medianSecondsToCode,
  };
}
