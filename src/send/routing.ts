import type { Buyer } from '../db/buyers.js';
import { carrierOffers, noteQueueWait } from '../db/carriers.js';
import type { Sql } from '../db/database.js';
import { messageAttemptBySeq } from '../db/message-attempts.js';
import { excuseSilences, punctualityOf, storeSilence } from '../db/message-outcomes.js';
import { messageById } from '../db/messages.js';
import { type RankedCarrier, rankCarriers } from '../domain/carrier-ranking.js';
import { isSilenceGeneral, receiptWaitSeconds } from '../domain/delivery-wait.js';
import { isLastWord } from '../domain/message.js';
import type { StartMessage } from '../domain/message-request.js';
import { parseMoney } from '../domain/money.js';
import { hopeOf } from '../domain/scoring.js';
import type { SendDeps } from './deps.js';

/** A carrier to ask, why, and how long its receipt is waited for. */
export interface RoutedCarrier {
  readonly ranked: RankedCarrier;
  /** What the client pays, micro units of the wallet currency. */
  readonly price: bigint;
  readonly waitSeconds: number;
}

/** Ranks the carriers that can send a message now; the network is the number's, as far as price sheets know it. */
export async function rankRoute(
  sql: Sql,
  deps: Pick<SendDeps, 'carriers' | 'markupOf' | 'maxCarriers' | 'routes' | 'die'>,
  request: StartMessage,
  buyer: Buyer,
): Promise<{ readonly ranked: readonly RoutedCarrier[]; readonly network: string | null }> {
  const offers = (await carrierOffers(sql, request.channel, request.to.slice(1), buyer)).filter(
    // A carrier that this process has no adapter for cannot be asked.
    ({ carrier }) => deps.carriers.has(carrier) && (request.carriers === null || request.carriers.includes(carrier)),
  );
  const network = offers.find((offer) => offer.network !== null)?.network ?? null;
  const histories = await deps.routes.histories(
    sql,
    offers.map(({ carrier }) => carrier),
    { channel: request.channel, country: request.country, network },
  );
  const ranked = rankCarriers(
    offers.map((offer) => {
      const { evidence, claims, times } = histories.get(offer.carrier)!;
      return { ...offer, evidence, claims, medianSeconds: times.medianSeconds };
    }),
    {
      segments: request.segments,
      markup: deps.markupOf(request.country),
      ceiling: request.maxPrice === null ? null : parseMoney(request.maxPrice),
      limit: deps.maxCarriers,
      hope: hopeOf(deps.die()),
    },
  );
  return {
    network,
    ranked: ranked.map((one) => ({
      ranked: one,
      price: one.price,
      waitSeconds: receiptWaitSeconds(histories.get(one.carrier)!.times),
    })),
  };
}

/** What a silence comes to. */
export type Silence =
  /** The same message goes to the next carrier. */
  | { readonly kind: 'move_on' }
  /** Everybody is slow: the next carrier would be as silent, and the client would get it twice. Listen on, then ask again. */
  | { readonly kind: 'wait'; readonly forMs: number };

const GENERAL_WAIT_MS = 60_000;

/**
 * A carrier's receipt is overdue: the scorer counts it as a failure until the receipt comes, and the next carrier is to be
 * asked. When every carrier is silent the cause is none of them: nothing is held against anybody, silences just before
 * included, and the message waits on. Repeatable.
 */
export async function hearSilence(
  deps: Pick<SendDeps, 'database' | 'log'>,
  request: { readonly messageId: string; readonly seq: number },
): Promise<Silence> {
  return deps.database.transaction(async (sql) => {
    const message = await messageById(sql, request.messageId);
    const attempt = await messageAttemptBySeq(sql, request.messageId, request.seq);
    if (message === null || attempt === null) return { kind: 'move_on' };
    const { channel, country, network } = message;
    // A lost reply is the circuit's matter; and what was answered is no silence.
    if (attempt.status !== 'ACCEPTED' || (attempt.receipt_status !== null && isLastWord(attempt.receipt_status)))
      return { kind: 'move_on' };
    await storeSilence(sql, { attemptId: attempt.id, carrier: attempt.carrier, channel, country, network });
    if (!isSilenceGeneral(await punctualityOf(sql, channel, country))) return { kind: 'move_on' };
    if ((await excuseSilences(sql, channel, country)) > 1)
      deps.log.warn({ country, channel }, 'every carrier is slow: nothing is sent twice and no carrier is blamed');
    return { kind: 'wait', forMs: GENERAL_WAIT_MS };
  });
}

/** A send has left its carrier's queue: how long it waited there leads the next messages. @param since when it was queued. */
export function noteQueue(deps: Pick<SendDeps, 'database'>, carrier: string, since: Date): Promise<void> {
  return noteQueueWait(deps.database, carrier, since);
}
