import { type AttemptRow, attemptById, claimableAttempts, takeOrphan } from '../../db/attempts.js';
import { moveOrder, orderById, setCancelAccepted, setCancelAllowed } from '../../db/orders.js';
import { databaseNow, firstSights, ignoreSightings, providerById } from '../../db/providers.js';
import { ownerOf } from '../../domain/buying.js';
import type { OrderReading } from '../../domain/order.js';
import { bookOrder, claimForActivation, type ClaimedNumber, LostClaim } from '../claim.js';
import { adapterOf, callAbout, type RentDeps } from '../deps.js';
import { readOrder, takeReading } from '../read.js';

/**
 * Decides about orders that the provider lists and nobody claimed: the attempt that bought one adopts it, an orphan is
 * booked for cancelling, everything else is foreign: booked, shown, never touched (ORDERS.md, rules 1, 8 and 9).
 *
 * @returns how many of them are not known to be ignored.
 */
export async function judgeUnclaimed(deps: RentDeps, provider: string, readings: readonly OrderReading[], askedAt: Date): Promise<number> {
  if (readings.length === 0) return 0;
  const { database } = deps;
  const account = await providerById(database, provider);
  const sights = await firstSights(
    database,
    provider,
    readings.map(({ providerOrderId }) => providerOrderId),
  );
  for (const reading of readings) {
    const sight = sights.get(reading.providerOrderId);
    if (sight === undefined || sight.ignored || account === null) continue;
    if (reading.currency !== null && reading.currency !== account.currency) continue;
    const attempts = await claimableAttempts(database, provider);
    const owner = ownerOf({ ...reading, firstSeenAt: sight.firstSeenAt }, attempts, (await databaseNow(database)).getTime());
    if (owner.kind === 'wait') continue;
    const number = claimedOf(deps, provider, reading, account.currency);
    if (owner.kind === 'adopt') await adopt(deps, owner.attemptId, number, reading, askedAt);
    else if (owner.kind === 'orphan' && account.orphan_sweep) await takeAsOrphan(deps, provider, owner.attemptId, number, reading, askedAt);
    else await bookForeign(deps, provider, number, reading, askedAt);
  }
  return readings.filter(({ providerOrderId }) => sights.get(providerOrderId)?.ignored !== true).length;
}

function claimedOf(deps: RentDeps, provider: string, reading: OrderReading, currency: string): ClaimedNumber {
  const { capabilities } = adapterOf(deps, provider);
  return {
    providerOrderId: reading.providerOrderId,
    phoneNumber: reading.phoneNumber,
    price: reading.price,
    currency,
    service: reading.service,
    country: reading.country,
    operator: reading.operator,
    rawStatus: reading.rawStatus,
    lifetimeMs: reading.remainingMs ?? capabilities.defaultLifetimeMs,
    cancelAllowedInMs: capabilities.minCancelAgeMs,
    canGetAnotherSms: null,
  };
}

async function adopt(deps: RentDeps, attemptId: string, number: ClaimedNumber, reading: OrderReading, askedAt: Date): Promise<void> {
  const attempt: AttemptRow | null = await attemptById(deps.database, attemptId);
  if (attempt === null) return;
  const order = await deps.database
    .transaction((sql) => claimForActivation(sql, deps, attempt, number, { from: ['OPEN', 'AMBIGUOUS'], to: 'ADOPTED', origin: 'adopted' }))
    .catch((error: unknown) => {
      if (error instanceof LostClaim) return null;
      throw error;
    });
  if (order === null) return;
  deps.log.info(
    { provider: attempt.provider, order: order.id, activation: attempt.activation_id },
    'adopted an order whose purchase had no reply',
  );
  if (reading.sms.length === 0 && reading.condition !== 'ended') return;
  const { endedNow } = await takeReading(deps, order.id, reading, askedAt);
  if (endedNow) await deps.signals.orderEnded(attempt.activation_id, order.id);
}

async function takeAsOrphan(
  deps: RentDeps,
  provider: string,
  attemptId: string,
  number: ClaimedNumber,
  reading: OrderReading,
  askedAt: Date,
): Promise<void> {
  const order = await deps.database.transaction(async (sql) => {
    const booked = await bookOrder(sql, deps, number, { provider, origin: 'orphan', beneficiary: 'house', activationId: null, attemptId });
    if (booked !== null && !(await takeOrphan(sql, attemptId, booked.id))) throw new LostClaim(attemptId);
    return booked;
  });
  if (order === null) return;
  deps.log.warn({ provider, order: order.id, attempt: attemptId }, 'found the number of an abandoned purchase: it will be cancelled');
  if (reading.sms.length > 0 || reading.condition === 'ended') await takeReading(deps, order.id, reading, askedAt);
}

async function bookForeign(deps: RentDeps, provider: string, number: ClaimedNumber, reading: OrderReading, askedAt: Date): Promise<void> {
  if (reading.condition === 'ended' && (reading.settlement !== 'sold' || reading.price === null)) {
    // Its money is back, or nobody can say: nothing was charged as far as our books go (rule 1).
    await ignoreSightings(deps.database, provider, [reading.providerOrderId]);
    return;
  }
  const order = await deps.database.transaction((sql) =>
    bookOrder(sql, deps, number, { provider, origin: 'foreign', beneficiary: 'house', activationId: null, attemptId: null }),
  );
  if (order === null) return;
  deps.log.info({ provider, order: order.id }, 'booked an order that watchword did not buy');
  await takeReading(deps, order.id, reading, askedAt);
}

/** Cancels numbers of the house that nobody waits for: orphans and late claims. Foreign orders are never touched. */
export async function cancelOrphan(deps: RentDeps, orderId: string): Promise<'done' | number> {
  const order = await orderById(deps.database, orderId);
  if (order === null) return 'done';
  const adapter = adapterOf(deps, order.provider);
  if (order.status === 'OPEN') {
    const asked = await deps.database.transaction((sql) =>
      moveOrder(sql, order.id, 'OPEN', 'CANCEL_ASKED', { reason: 'orphan', rawStatus: order.raw_status }),
    );
    // Another watcher was quicker, and cancels it.
    if (!asked) return 'done';
  }
  if (order.cancel_accepted_at === null) {
    const outcome = await adapter.cancel(order.provider_order_id, callAbout(order, 'cancel'));
    if (outcome.kind === 'too_early') {
      await setCancelAllowed(deps.database, order.id, outcome.retryAfterMs);
      return outcome.retryAfterMs;
    }
    if (outcome.kind === 'accepted') await setCancelAccepted(deps.database, order.id);
  }
  await readOrder(deps, order, 'order');
  return 'done';
}
