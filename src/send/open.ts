import { lockBuyer } from '../db/buyers.js';
import { adoptMessage, insertMessage, lockMessage, type MessageRow } from '../db/messages.js';
import { lockOpening } from '../db/activations.js';
import type { Sql } from '../db/database.js';
import type { RankedCarrier } from '../domain/carrier-ranking.js';
import type { ErrorCode, Json } from '../domain/errors.js';
import type { MessageStatus } from '../domain/message.js';
import type { StartMessage } from '../domain/message-request.js';
import type { CodeMessage } from '../domain/verification-request.js';
import { formatMoney, parseMoney } from '../domain/money.js';
import { hold, walletOf } from '../ledger/credit.js';
import { places } from '../sealing/keyring.js';
import type { SendDeps } from './deps.js';
import { rankRoute, type RoutedCarrier } from './routing.js';

/** A carrier to ask, as it travels through the workflow: amounts as decimal strings. */
export interface CarrierPlan {
  readonly carrier: string;
  /** What the client pays. */
  readonly price: string;
  /** Milliseconds to wait for its receipt before the next is asked. */
  readonly receiptWaitMs: number;
  /** It never says what became of a message: nothing is awaited. */
  readonly mute?: boolean;
}

interface Opposed {
  readonly code: ErrorCode;
  readonly detail: { readonly [key: string]: Json };
}

/** What the first step found or made. */
export type OpenedMessage =
  | { readonly kind: 'send'; readonly carriers: readonly CarrierPlan[] }
  /** The row answers, or there is none because it could not be paid for or sent. */
  | {
      readonly kind: 'answered';
      readonly status: MessageStatus | null;
      readonly requestHash: string;
      readonly failure: Opposed | null;
    };

/** The run of a workflow. */
export interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

/** What a message that carries a verification's code has beside others. */
export interface CodeCarrying {
  readonly verificationId: string;
  /** Carriers that had their chance: they are asked last. */
  readonly tried: ReadonlySet<string>;
  /** Counts the most that it may cost; false where that would be too much. The message's row is there. */
  readonly count: (sql: Sql, amount: bigint) => Promise<boolean>;
}

/** A message could not be opened because of what verifications may cost. */
const SPEND_CAP: Opposed = {
  code: 'spend_cap_reached',
  detail: {},
};

/**
 * A message's first step, in one transaction: meet the row of its idempotency key, rank carriers, hold the money at the
 * ceiling. Repeatable: a second call of the same run finds the row. A verification's message was opened by its parent, and the
 * first run of its workflow takes it over.
 */
export async function openMessage(deps: SendDeps, request: StartMessage | CodeMessage, run: Run): Promise<OpenedMessage> {
  return deps.database.transaction(async (sql) => {
    await lockOpening(sql, request.messageId);
    const known = await lockMessage(sql, request.messageId);
    if (known !== null && known.run_id === '' && (await adoptMessage(sql, known.id, run.runId)))
      return met({ ...known, run_id: run.runId }, run.runId);
    if (known !== null) return met(known, run.runId);
    if (!('text' in request)) throw new Error(`message ${request.messageId} was not opened by its verification`);
    return insertOpened(sql, deps, request, run, null);
  });
}

/**
 * Ranks carriers, holds the money at the ceiling and writes the message's row, in the caller's transaction. What is refused has
 * written nothing, but for a cap on spending, after which the caller must roll back.
 */
export async function insertOpened(
  sql: Sql,
  deps: SendDeps,
  request: StartMessage,
  run: Run,
  code: CodeCarrying | null,
): Promise<OpenedMessage> {
  const buyer = await lockBuyer(sql, request.accountId);
  const { ranked, network } = buyer === null ? { ranked: [], network: null } : await rankRoute(sql, deps, request, buyer);
  const refuse = (failure: Opposed): OpenedMessage => ({
    kind: 'answered',
    status: null,
    requestHash: request.requestHash,
    failure,
  });
  if (ranked.length === 0) return refuse({ code: 'no_route', detail: { country: request.country, channel: request.channel } });
  const { available } = await walletOf(sql, request.accountId, deps.walletCurrency);
  const affordable = ranked.filter(({ price }) => price <= available);
  const ceiling = affordable.reduce((most, { price }) => (price > most ? price : most), 0n);
  const held =
    affordable.length > 0 &&
    (ceiling === 0n ||
      (await hold(sql, {
        purpose: 'message',
        activationId: request.messageId,
        accountId: request.accountId,
        amount: ceiling,
        currency: deps.walletCurrency,
      })));
  if (!held) {
    const cheapest = ranked.reduce((least, { price }) => (price < least ? price : least), ranked[0]!.price);
    const detail = { needed: formatMoney(cheapest), available: formatMoney(available), currency: deps.walletCurrency };
    return refuse({ code: 'insufficient_credit', detail });
  }
  const inTurn = code === null ? affordable : untriedFirst(affordable, code.tried);
  const asked = request.failover ? inTurn : inTurn.slice(0, 1);
  const id = request.messageId;
  await insertMessage(sql, {
    id,
    accountId: request.accountId,
    idempotencyKey: request.idempotencyKey,
    requestHash: request.requestHash,
    workflowId: run.workflowId,
    runId: run.runId,
    batchId: request.batchId,
    channel: request.channel,
    toSealed: deps.keyring.seal(request.to, places.messageTo(id)),
    country: request.country,
    network,
    sender: request.from,
    textSealed: deps.keyring.seal(request.text, places.messageText(id)),
    encoding: request.encoding,
    segments: request.segments,
    maxPrice: request.maxPrice === null ? null : parseMoney(request.maxPrice),
    currency: deps.walletCurrency,
    ceiling,
    candidates: asked.map(({ ranked: one, waitSeconds }) => reasonsOf(deps, one, waitSeconds)),
    failover: request.failover,
    status: request.sendAt === null ? 'QUEUED' : 'SCHEDULED',
    metadata: request.metadata,
    sendAt: request.sendAt,
    validitySeconds: request.validitySeconds,
    verificationId: code?.verificationId ?? null,
  });
  // Who plays costs nobody anything.
  if (code !== null && !buyer!.sandbox && !(await code.count(sql, ceiling))) return refuse(SPEND_CAP);
  return { kind: 'send', carriers: asked.map(({ ranked: one, waitSeconds }) => planOf(deps, one, waitSeconds)) };
}

function untriedFirst(ranked: readonly RoutedCarrier[], tried: ReadonlySet<string>): RoutedCarrier[] {
  const wasTried = ({ ranked: one }: RoutedCarrier) => tried.has(one.carrier);
  return [...ranked.filter((one) => !wasTried(one)), ...ranked.filter(wasTried)];
}

function planOf(deps: Pick<SendDeps, 'carriers'>, one: RankedCarrier, waitSeconds: number): CarrierPlan {
  const mute = deps.carriers.get(one.carrier)?.capabilities.receipts === 'none';
  return { carrier: one.carrier, price: formatMoney(one.price), receiptWaitMs: waitSeconds * 1_000, ...(mute ? { mute } : {}) };
}

/** Why a carrier stands where it stands, kept with the message. */
function reasonsOf(deps: Pick<SendDeps, 'carriers'>, one: RankedCarrier, waitSeconds: number): { readonly [key: string]: Json } {
  return {
    ...planOf(deps, one, waitSeconds),
    cost: formatMoney(one.cost),
    delivery_rate: Number(one.score.mean.toFixed(3)),
    samples: Number(one.score.samples.toFixed(1)),
    expected_rate: Number(one.score.expected.toFixed(3)),
    ranked_by_rate: Number(one.hoped.toFixed(3)),
    seconds_to_receipt: one.medianSeconds,
    receipts_believed: Number(one.worth.toFixed(3)),
    merit: Number(one.merit.toFixed(3)),
    resting: one.rest,
  };
}

function met(row: MessageRow, runId: string): OpenedMessage {
  if (row.run_id === runId && (row.status === 'QUEUED' || row.status === 'SCHEDULED')) {
    const carriers = (row.candidates as unknown as CarrierPlan[]).map(({ carrier, price, receiptWaitMs, mute }) => ({
      carrier,
      price,
      receiptWaitMs,
      ...(mute === true ? { mute } : {}),
    }));
    return { kind: 'send', carriers };
  }
  return { kind: 'answered', status: row.status, requestHash: row.request_hash, failure: null };
}
