import { formatMoney, parseMoney } from '../../src/domain/money.js';
import { checkLedger } from '../../src/ledger/check.js';
import { expectedBalance } from '../../src/ledger/provider-money.js';
import type { Stack as WholeStack } from '../stack/stack.js';
import { providersOf } from './simulated.js';

/** What can be reckoned. */
export type Stack = Pick<WholeStack, 'sql' | 'control' | 'simulators'>;

/** A provider's own books, as its simulator shows them. */
interface Books {
  readonly balance: string;
  readonly orders: readonly {
    readonly id: string;
    readonly charged: string;
    readonly refund: string;
    readonly sms: readonly unknown[];
    readonly endedAt: string | null;
  }[];
  readonly movements: readonly { readonly orderId: string | null; readonly amount: string }[];
}

/** What a reckoning has to know of its run. */
export interface Terms {
  /** What the client's account was given, as a decimal string. */
  readonly credit: string;
  /** Providers kept money: which order's it was cannot be told, only the sums must agree (ORDERS.md, rule 19). */
  readonly keepsMoney: boolean;
  /** What clients may be paid from `loss` in a day; null where it suffices. */
  readonly lossDailyCap: string | null;
  /** Activations whose id a client was given. */
  readonly promised: readonly string[];
}

/** Everything that does not add up between our books, the providers' and what clients were promised. */
export async function differences(stack: Stack, terms: Terms): Promise<string[]> {
  const parts = [ledgerIsClean(stack), clientsGotTheirMoney(stack, terms), nothingIsLeftOver(stack, terms)];
  const problems = (await Promise.all(parts)).flat();
  for (const provider of providersOf(stack)) problems.push(...(await booksAgree(stack, provider, terms)));
  if (terms.keepsMoney) problems.push(...(await keptMoneyIsOwed(stack, terms)));
  return problems;
}

async function ledgerIsClean({ sql }: Stack): Promise<string[]> {
  const { verdict, problems, reason } = await checkLedger(sql);
  if (verdict === 'clean') return [];
  return [`ledger ${verdict}: ${problems.map(({ check, what }) => `${check}: ${what}`).join('; ')}${reason ?? ''}`];
}

/** A client pays for activations that brought a code, for messages that a carrier took, and for nothing else. */
async function clientsGotTheirMoney({ sql }: Stack, { credit }: Terms): Promise<string[]> {
  const row = await sql.row<{ available: bigint; held: bigint; captured: bigint; promised: bigint; messages: bigint }>(
    `SELECT (SELECT coalesce(sum(b.amount), 0)::bigint FROM ledger_balances b JOIN ledger_accounts a ON a.id = b.account_id AND a.currency = b.currency
         WHERE a.kind = 'user_available') AS available,
       (SELECT coalesce(sum(b.amount), 0)::bigint FROM ledger_balances b JOIN ledger_accounts a ON a.id = b.account_id AND a.currency = b.currency
         WHERE a.kind = 'user_held') AS held,
       (SELECT coalesce(sum(captured), 0)::bigint FROM holds WHERE purpose = 'activation') AS captured,
       (SELECT coalesce(sum(captured), 0)::bigint FROM holds WHERE purpose = 'message') AS messages,
       (SELECT coalesce(sum(price), 0)::bigint FROM activations WHERE status IN ('RECEIVED', 'COMPLETED')) AS promised`,
  );
  const { available, held, captured, promised, messages } = row!;
  const problems: string[] = [];
  if (captured !== promised) problems.push(`clients paid ${formatMoney(captured)} and codes for ${formatMoney(promised)} were delivered`);
  if (available + held + captured + messages !== parseMoney(credit))
    problems.push(
      `of ${credit} clients have ${formatMoney(available)}, ${formatMoney(held)} is held and ${formatMoney(captured + messages)} was paid`,
    );
  return problems;
}

async function nothingIsLeftOver({ sql }: Stack, { lossDailyCap, promised }: Terms): Promise<string[]> {
  const problems: string[] = [];
  for (const row of await sql.rows<{ id: string }>(
    'SELECT p.id::text FROM unnest($1::uuid[]) AS p (id) WHERE NOT EXISTS (SELECT FROM activations a WHERE a.id = p.id)',
    [promised],
  )) {
    problems.push(`activation ${row.id} was promised to a client and does not exist`);
  }
  // Where the cap does not suffice, waiting for the money is the honest state.
  const pending = lossDailyCap === null ? [] : ['PROVIDER_REFUND_PENDING'];
  for (const row of await sql.rows<{ id: string; status: string }>(
    "SELECT id, status FROM activations WHERE status NOT IN ('COMPLETED', 'REFUNDED', 'FAILED') AND NOT status = ANY ($1::text[])",
    [pending],
  )) {
    problems.push(`activation ${row.id} is still ${row.status}`);
  }
  for (const row of await sql.rows<{ id: string }>(
    `SELECT a.id FROM holds h JOIN activations a ON a.id = h.activation_id
     WHERE h.settled_at IS NULL AND a.status IN ('COMPLETED', 'REFUNDED', 'FAILED')`,
  )) {
    problems.push(`activation ${row.id} is over and still holds money`);
  }
  for (const row of await sql.rows<{ id: string; status: string }>(
    "SELECT id, status FROM attempts WHERE status IN ('OPEN', 'AMBIGUOUS')",
  )) {
    problems.push(`attempt ${row.id} is still ${row.status}`);
  }
  for (const row of await sql.rows<{ activation_id: string; count: number }>(
    `SELECT activation_id, count(*)::int AS count FROM orders
     WHERE activation_id IS NOT NULL AND (beneficiary = 'activation' OR paid_from_loss_at IS NOT NULL) GROUP BY 1 HAVING count(*) > 1`,
  )) {
    problems.push(`activation ${row.activation_id} keeps ${row.count} numbers`);
  }
  for (const row of await sql.rows<{ id: string; status: string }>(
    "SELECT id, status FROM orders WHERE origin IN ('orphan', 'late_claim') AND status NOT IN ('REFUND_PENDING', 'REFUNDED', 'CLOSED_WITH_SMS')",
  )) {
    problems.push(`orphan ${row.id} was not cancelled: it is ${row.status}`);
  }
  for (const row of await sql.rows<{ what: string; id: string; status: string; told: string | null }>(
    `SELECT 'order' AS what, o.id::text, o.status, h.to_status AS told FROM orders o
       LEFT JOIN LATERAL (SELECT to_status FROM order_history WHERE order_id = o.id ORDER BY id DESC LIMIT 1) h ON true
       WHERE h.to_status IS DISTINCT FROM o.status
     UNION ALL
     SELECT 'activation', a.id::text, a.status, h.to_status FROM activations a
       LEFT JOIN LATERAL (SELECT to_status FROM activation_history WHERE activation_id = a.id ORDER BY id DESC LIMIT 1) h ON true
       WHERE h.to_status IS DISTINCT FROM a.status`,
  )) {
    problems.push(`${row.what} ${row.id} is ${row.status} and its history ends with ${row.told}`);
  }
  for (const row of await sql.rows<{ activation_id: string }>(
    `SELECT DISTINCT activation_id FROM inbox WHERE activation_id IS NOT NULL AND confirmed_at IS NOT NULL AND revealed_at IS NULL AND withheld_at IS NULL`,
  )) {
    problems.push(`activation ${row.activation_id} has an SMS that was neither delivered nor withheld`);
  }
  return problems;
}

interface OurOrder {
  readonly provider_order_id: string;
  readonly money: string;
  readonly cost: bigint;
  readonly origin: string;
  readonly activation_id: string | null;
  readonly sms: number;
  /** Its client said that they have enough. */
  readonly finished: boolean;
}

async function booksAgree(stack: Stack, provider: string, { keepsMoney }: Terms): Promise<string[]> {
  const problems: string[] = [];
  const { sql } = stack;
  const books = (await stack.control(provider, 'GET', '/books')) as Books;
  const ours = new Map(
    (
      await sql.rows<OurOrder>(
        `SELECT o.provider_order_id, o.money, o.cost, o.origin, o.activation_id,
           (SELECT count(*)::int FROM inbox i WHERE i.order_id = o.id AND i.confirmed_at IS NOT NULL) AS sms,
           EXISTS (SELECT FROM activation_history h WHERE h.activation_id = o.activation_id AND h.reason = 'finished_by_client') AS finished
         FROM orders o WHERE provider = $1`,
        [provider],
      )
    ).map((order) => [order.provider_order_id, order]),
  );
  // What was kept is missing; what we are owed beyond that has come back and fits no order that waits.
  const owed = [...ours.values()].filter(({ money }) => money === 'expected').reduce((sum, { cost }) => sum + cost, 0n);
  const expected = (await expectedBalance(sql, provider, 'USD')) + (keepsMoney ? owed - keptOf(books) : 0n);
  if (parseMoney(books.balance) !== expected)
    problems.push(`${provider} holds ${books.balance}, our books expect ${formatMoney(expected)}`);
  for (const theirs of books.orders) {
    const order = ours.get(theirs.id);
    const paid = -books.movements.filter(({ orderId }) => orderId === theirs.id).reduce((sum, { amount }) => sum + parseMoney(amount), 0n);
    if (order === undefined) {
      // An orphan may have been refunded before anybody saw it.
      if (paid !== 0n) problems.push(`${provider} sold order ${theirs.id} for ${paid} and we do not know of it`);
      continue;
    }
    const booked = order.money === 'refunded' || order.money === 'never_charged' ? 0n : order.cost;
    if (!keepsMoney && paid !== booked)
      problems.push(`${provider} order ${theirs.id} (${order.origin}): they took ${paid}, we booked ${booked} (${order.money})`);
    const least = order.finished ? Math.min(1, theirs.sms.length) : theirs.sms.length;
    if (order.activation_id !== null && order.sms < least)
      problems.push(`${provider} order ${theirs.id} had ${theirs.sms.length} SMS and we have ${order.sms}`);
  }
  return problems;
}

function keptOf(books: Books): bigint {
  return books.orders.filter(({ refund }) => refund === 'kept').reduce((sum, { charged }) => sum + parseMoney(charged), 0n);
}

/** What providers keep ends as overdue: clients were paid from `loss` as far as the cap goes, and the providers owe it to us. */
async function keptMoneyIsOwed(stack: Stack, { lossDailyCap }: Terms): Promise<string[]> {
  const problems: string[] = [];
  let kept = 0n;
  for (const provider of providersOf(stack)) kept += keptOf((await stack.control(provider, 'GET', '/books')) as Books);
  if (kept === 0n) problems.push('no provider kept anything: the run proves nothing');
  const row = await stack.sql.row<{ paid: bigint; waiting: bigint | null }>(
    `SELECT coalesce(sum(cost) FILTER (WHERE paid_from_loss_at IS NOT NULL), 0)::bigint AS paid,
       min(cost) FILTER (WHERE paid_from_loss_at IS NULL AND activation_id IS NOT NULL) AS waiting FROM orders WHERE money = 'expected'`,
  );
  const { paid, waiting } = row!;
  if (paid === 0n) problems.push('nobody was paid from loss although money was kept');
  if (lossDailyCap === null) return problems;
  if (paid > parseMoney(lossDailyCap)) problems.push(`${formatMoney(paid)} was paid from loss, more than the cap of ${lossDailyCap}`);
  if (waiting === null) problems.push('the cap sufficed for everybody: the run proves nothing of it');
  return problems;
}
