import { activationById, moveActivation, noteActivation } from '../db/activations.js';
import { markEnded, orderById, type OrderRow, startRound } from '../db/orders.js';
import { wakeWatcher } from '../db/providers.js';
import { ProviderError } from '../providers/provider-error.js';
import { deliverSms } from './deliver.js';
import { adapterOf, type RentDeps } from './deps.js';
import { readOrder } from './read.js';

/** An activation and the order that serves it. */
export interface OrderOfActivation {
  readonly activationId: string;
  readonly orderId: string;
}

/**
 * Finishes an order that brought its SMS and completes the activation. Telling the provider is a courtesy (it frees a
 * channel and keeps our rating): an activation is COMPLETED even when the provider does not answer.
 */
export async function finishOrder(
  deps: RentDeps,
  request: OrderOfActivation & { readonly why: 'finished_by_client' | 'quiet' | 'ended' },
): Promise<void> {
  const { database } = deps;
  const order = await orderById(database, request.orderId);
  if (order === null) throw new Error(`order ${request.orderId} does not exist`);
  let told = order.ended_at !== null;
  // Nobody watches a finished order any more: what came since the last look would be lost. A client who finishes has enough.
  if (!told && request.why !== 'finished_by_client') told = await readLast(deps, request.activationId, order);
  if (!told) {
    const finish = () => adapterOf(deps, order.provider).finish(order.provider_order_id, { priority: 'order' });
    told = (await unlessUnreachable(deps, order, 'the provider was not told that an order is finished', finish)) !== null;
  }
  await database.transaction(async (sql) => {
    if (told) await markEnded(sql, order.id);
    await moveActivation(sql, request.activationId, 'RECEIVED', 'COMPLETED', { reason: request.why, provider: order.provider });
  });
}

/** Takes over and delivers what an order brought since it was last seen. @returns whether it is over at the provider. */
async function readLast(deps: RentDeps, activationId: string, order: OrderRow): Promise<boolean> {
  const read = await unlessUnreachable(deps, order, 'an order could not be read before it was finished', () =>
    readOrder(deps, order, 'order'),
  );
  if (read === null) return false;
  if (read.newSms.length > 0) await deliverSms(deps, activationId);
  return read.ended;
}

/** Null, and a line in the log, where the provider does not answer as it should. */
async function unlessUnreachable<T>(deps: RentDeps, order: OrderRow, what: string, call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    deps.log.warn({ provider: order.provider, order: order.id, errorCode: error.code }, what);
    return null;
  }
}

export type ResendResult = { readonly kind: 'asked' } | { readonly kind: 'not_needed' } | { readonly kind: 'refused' };

/**
 * Asks the provider for another SMS on the same number. What is there is read and stored before, so that the last code of
 * this round cannot pass for the first of the next (ORDERS.md, rule 13).
 */
export async function requestAnotherSms(deps: RentDeps, request: OrderOfActivation): Promise<ResendResult> {
  const { database } = deps;
  const order = await orderById(database, request.orderId);
  const activation = await activationById(database, request.activationId);
  if (order === null || activation === null) throw new Error(`order ${request.orderId} does not exist`);
  const adapter = adapterOf(deps, order.provider);
  if (!adapter.capabilities.anotherSms) return { kind: 'not_needed' };
  await readOrder(deps, order, 'order');
  const outcome = await adapter.requestAnotherSms(order.provider_order_id, { priority: 'order' });
  const accepted = outcome.kind === 'accepted';
  await database.transaction(async (sql) => {
    if (accepted) await startRound(sql, order.id);
    await noteActivation(sql, activation, {
      reason: accepted ? 'another_sms_asked' : 'another_sms_refused',
      provider: order.provider,
      rawStatus: outcome.raw.slice(0, 100),
    });
    await wakeWatcher(sql, order.provider);
  });
  return { kind: accepted ? 'asked' : 'refused' };
}
