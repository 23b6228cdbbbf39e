import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/stack.js';
import { unsettledMessages } from './message-reckoning.js';
import type { SentReport } from './senders.js';
import { providersOf } from './simulated.js';
import { unsettledVerifications } from './verification-reckoning.js';

const OPEN = "status NOT IN ('COMPLETED', 'REFUNDED', 'FAILED')";

/**
 * What still moves: activations that clients were promised and that are not there, or not final; refunds that are awaited;
 * purchases that are not resolved.
 */
export async function unsettled(stack: Pick<Stack, 'sql'>, promised: readonly string[]): Promise<number> {
  const row = await stack.sql.row<{ count: number }>(
    `SELECT ((SELECT count(*) FROM activations WHERE ${OPEN})
       + (SELECT count(*) FROM unnest($1::uuid[]) AS p (id) WHERE NOT EXISTS (SELECT FROM activations a WHERE a.id = p.id))
       + (SELECT count(*) FROM orders WHERE money = 'expected' AND paid_from_loss_at IS NULL)
       + (SELECT count(*) FROM attempts WHERE status IN ('OPEN', 'AMBIGUOUS')))::int AS count`,
    [promised],
  );
  return row?.count ?? 0;
}

/** Waits until every activation is final and no money of an order is awaited any more. */
export async function settle(stack: Pick<Stack, 'sql'>, promised: readonly string[], withinMs: number): Promise<void> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(250)) {
    // Postgres may have been killed a moment ago.
    if ((await unsettled(stack, promised).catch(() => 1)) === 0) return;
  }
}

/** Waits until every message is final, and no receipt is on its way or unheard. */
export async function settleMessages(stack: Stack, promised: SentReport, withinMs: number): Promise<void> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(500)) {
    if ((await unsettledMessages(stack, promised).catch(() => 1)) === 0) return;
  }
}

/** Waits until every verification has ended, and its workflow too. */
export async function settleVerifications(stack: Pick<Stack, 'sql' | 'temporal'>, withinMs: number): Promise<void> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(500)) {
    if ((await unsettledVerifications(stack).catch(() => 1)) === 0) return;
  }
}

/**
 * A proof arms on a purchase and its refund, each seen by itself (ORDERS.md, rule 20). Where the storm let nobody see that, the
 * first number that is rented and given back in calm does; until then refunds are late, not wrong.
 */
export async function armByCalmTraffic(stack: Stack): Promise<void> {
  const providers = providersOf(stack);
  for (const provider of providers)
    await stack.control(provider, 'PUT', '/settings', { smsDelayMinMs: 60_000, smsDelayMaxMs: 60_000, lifetimeMs: 3_000 });
  for (const provider of providers) {
    const others = providers.filter((one) => one !== provider);
    for (const other of others) await stack.control(other, 'POST', '/traps', { name: 'no_numbers', probability: 1 });
    const waiting = () =>
      stack.sql.row(
        "SELECT 1 FROM orders o JOIN provider_proofs p ON p.provider = o.provider WHERE o.provider = $1 AND p.armed_at IS NULL AND o.status = 'REFUND_PENDING'",
        [provider],
      );
    for (let turn = 0; turn < 3 && (await waiting()) !== null; turn += 1) {
      await stack.fetch('/v1/activations', {
        json: { service: 'telegram', country: 'GB' },
        headers: { 'idempotency-key': `calm-${provider}-${turn}` },
      });
      await sleep(8_000);
    }
    for (const other of others) await stack.control(other, 'DELETE', '/traps');
  }
}
