import { parseMoney } from '../../src/domain/money.js';
import { checkLedger } from '../../src/ledger/check.js';
import { expectedBalance } from '../../src/ledger/provider-money.js';
import type { Stack } from '../stack/stack.js';

/** A provider's own books, as its simulator shows them. */
interface Books {
  readonly balance: string;
  readonly orders: readonly {
    readonly id: string;
    readonly charged: string;
    readonly sms: readonly unknown[];
    readonly endedAt: string | null;
  }[];
  readonly movements: readonly { readonly orderId: string | null; readonly amount: string }[];
}

/** Everything that does not add up between our books, the providers' and what clients were promised. */
export async function differences(stack: Stack): Promise<string[]> {
  const problems: string[] = [];
  const { sql } = stack;

  const ledger = await checkLedger(sql);
  if (ledger.verdict !== 'clean')
    problems.push(
      `ledger ${ledger.verdict}: ${ledger.problems.map(({ check, what }) => `${check}: ${what}`).join('; ')}${ledger.reason ?? ''}`,
    );
  for (const row of await sql.rows<{ id: string; status: string }>(
    "SELECT id, status FROM activations WHERE status NOT IN ('COMPLETED', 'REFUNDED', 'FAILED')",
  )) {
    problems.push(`activation ${row.id} is still ${row.status}`);
  }
  for (const row of await sql.rows<{ activation_id: string }>('SELECT activation_id FROM holds WHERE settled_at IS NULL')) {
    problems.push(`activation ${row.activation_id} still holds money`);
  }
  for (const row of await sql.rows<{ id: string; status: string }>(
    "SELECT id, status FROM attempts WHERE status IN ('OPEN', 'AMBIGUOUS')",
  )) {
    problems.push(`attempt ${row.id} is still ${row.status}`);
  }
  for (const row of await sql.rows<{ activation_id: string; count: number }>(
    "SELECT activation_id, count(*)::int AS count FROM orders WHERE activation_id IS NOT NULL AND beneficiary = 'activation' GROUP BY 1 HAVING count(*) > 1",
  )) {
    problems.push(`activation ${row.activation_id} keeps ${row.count} numbers`);
  }

  for (const provider of stack.simulators.keys()) {
    const books = (await stack.control(provider, 'GET', '/books')) as Books;
    const expected = await expectedBalance(sql, provider, 'USD');
    if (parseMoney(books.balance) !== expected)
      problems.push(`${provider} holds ${books.balance}, our books expect ${expected} micro units`);
    const ours = new Map(
      (
        await sql.rows<{
          id: string;
          provider_order_id: string;
          money: string;
          cost: bigint;
          origin: string;
          sms: number;
          activation_id: string | null;
        }>(
          `SELECT o.id, o.provider_order_id, o.money, o.cost, o.origin, o.activation_id,
             (SELECT count(*)::int FROM inbox i WHERE i.order_id = o.id AND i.confirmed_at IS NOT NULL) AS sms FROM orders o WHERE provider = $1`,
          [provider],
        )
      ).map((order) => [order.provider_order_id, order]),
    );
    for (const theirs of books.orders) {
      const order = ours.get(theirs.id);
      const paid = -books.movements
        .filter(({ orderId }) => orderId === theirs.id)
        .reduce((sum, { amount }) => sum + parseMoney(amount), 0n);
      if (order === undefined) {
        // An orphan may have been refunded before anybody saw it.
        if (paid !== 0n) problems.push(`${provider} sold order ${theirs.id} for ${paid} and we do not know of it`);
        continue;
      }
      const booked = order.money === 'refunded' || order.money === 'never_charged' ? 0n : order.cost;
      if (paid !== booked)
        problems.push(`${provider} order ${theirs.id} (${order.origin}): they took ${paid}, we booked ${booked} (${order.money})`);
      if (order.activation_id !== null && theirs.sms.length > 0 && order.sms === 0)
        problems.push(`${provider} order ${theirs.id} had ${theirs.sms.length} SMS and we have none`);
    }
  }
  return problems;
}
