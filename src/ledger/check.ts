import type { Database, Sql } from '../db/database.js';

/** Something that does not add up. Amounts are micro units; `what` names accounts and ids, never people. */
export interface LedgerProblem {
  readonly check: string;
  readonly what: string;
}

/** What the checker found. */
export interface LedgerReport {
  /** `clean`; `differences`; or `incomplete` when not everything could be read: then nothing is claimed. */
  readonly verdict: 'clean' | 'differences' | 'incomplete';
  readonly problems: readonly LedgerProblem[];
  readonly transfers: number;
  readonly entries: number;
  /** Why it is incomplete. */
  readonly reason?: string;
}

interface Check {
  readonly name: string;
  /** Each row is one problem; its columns are shown. Ten at most, after that the count is enough. */
  readonly sql: string;
}

/** Every check rebuilds from the entries what another table claims. */
const CHECKS: readonly Check[] = [
  {
    name: 'transfer sums to zero',
    sql: 'SELECT transfer_id::text AS transfer, currency, sum(amount)::text AS sum FROM entries GROUP BY 1, 2 HAVING sum(amount) <> 0',
  },
  {
    name: 'transfer has entries',
    sql: 'SELECT id::text AS transfer, kind FROM transfers t WHERE NOT EXISTS (SELECT FROM entries e WHERE e.transfer_id = t.id)',
  },
  {
    name: 'balance equals its entries',
    sql: `SELECT coalesce(b.account_id, e.account_id) AS account, coalesce(b.currency, e.currency) AS currency, coalesce(b.shard, e.shard)::text AS shard,
            coalesce(b.amount, 0)::text AS balance, coalesce(e.amount, 0)::text AS entries
          FROM ledger_balances b
          FULL JOIN (SELECT account_id, currency, shard, sum(amount) AS amount FROM entries GROUP BY 1, 2, 3) e
            ON e.account_id = b.account_id AND e.currency = b.currency AND e.shard = b.shard
          WHERE coalesce(b.amount, 0) <> coalesce(e.amount, 0)`,
  },
  {
    name: 'user balance is not negative',
    sql: `SELECT account_id AS account, currency, amount::text FROM ledger_balances WHERE guarded AND amount < 0`,
  },
  {
    name: 'families of accounts sum to zero',
    sql: `SELECT currency, family, sum(amount)::text AS sum FROM (
            SELECT e.currency, e.amount, CASE WHEN a.kind IN ('sandbox_grants', 'sandbox_revenue') OR coalesce(o.sandbox, false) THEN 'sandbox'
              WHEN a.kind IN ('user_available', 'user_held', 'revenue', 'grants', 'stripe_clearing') THEN 'clients' ELSE 'providers' END AS family
            FROM entries e JOIN ledger_accounts a ON a.id = e.account_id AND a.currency = e.currency LEFT JOIN accounts o ON o.id = a.owner) AS f
          GROUP BY 1, 2 HAVING sum(amount) <> 0`,
  },
  {
    name: 'sandbox money stays apart',
    sql: `SELECT t.id::text AS transfer, t.kind, l.kind AS account FROM transfers t JOIN accounts o ON o.id = t.account_id
          JOIN entries e ON e.transfer_id = t.id JOIN ledger_accounts l ON l.id = e.account_id AND l.currency = e.currency
          WHERE l.kind = ANY (CASE WHEN o.sandbox THEN ARRAY['revenue', 'grants', 'stripe_clearing'] ELSE ARRAY['sandbox_revenue', 'sandbox_grants'] END)`,
  },
  {
    name: 'holds equal what users hold',
    sql: `SELECT h.account_id::text AS account, h.currency, h.open::text AS holds, coalesce(b.amount, 0)::text AS held
          FROM (SELECT account_id, currency, sum(amount - captured - released) AS open FROM holds GROUP BY 1, 2) h
          FULL JOIN (SELECT a.owner, b.currency, sum(b.amount) AS amount FROM ledger_balances b
            JOIN ledger_accounts a ON a.id = b.account_id AND a.currency = b.currency AND a.kind = 'user_held' GROUP BY 1, 2) b
            ON b.owner = h.account_id AND b.currency = h.currency
          WHERE coalesce(h.open, 0) <> coalesce(b.amount, 0)`,
  },
  {
    name: 'hold equals its transfers',
    sql: `SELECT h.activation_id::text AS activation, h.captured::text, h.released::text, coalesce(t.captured, 0)::text AS captures, coalesce(t.released, 0)::text AS releases
          FROM holds h LEFT JOIN (
            SELECT t.activation_id, -sum(e.amount) FILTER (WHERE t.kind = 'capture') AS captured, -sum(e.amount) FILTER (WHERE t.kind = 'release') AS released,
              sum(e.amount) FILTER (WHERE t.kind = 'hold') AS held
            FROM transfers t JOIN entries e ON e.transfer_id = t.id JOIN ledger_accounts a ON a.id = e.account_id AND a.currency = e.currency AND a.kind = 'user_held'
            GROUP BY 1) t ON t.activation_id = h.activation_id
          WHERE h.captured <> coalesce(t.captured, 0) OR h.released <> coalesce(t.released, 0) OR h.amount <> coalesce(t.held, 0)`,
  },
  {
    name: 'activation status agrees with its hold',
    sql: `SELECT a.id::text AS activation, a.status, h.amount::text AS held, h.captured::text, h.released::text
          FROM activations a LEFT JOIN holds h ON h.activation_id = a.id
          WHERE CASE
            WHEN a.status IN ('RECEIVED', 'COMPLETED') THEN h.settled_at IS NULL OR h.captured IS DISTINCT FROM a.price
            WHEN a.status = 'REFUNDED' THEN h.settled_at IS NULL OR h.captured <> 0
            WHEN a.status = 'FAILED' THEN h.activation_id IS NOT NULL AND (h.settled_at IS NULL OR h.captured <> 0)
            WHEN a.status = 'REQUESTED' THEN h.activation_id IS NULL OR h.settled_at IS NOT NULL
            -- Who may get another number holds what a dearer one would cost.
            ELSE h.activation_id IS NULL OR h.captured <> 0 OR h.amount - h.released < a.price
              OR (a.on_no_code = 'refund' AND h.amount - h.released <> a.price) END`,
  },
  {
    name: 'activation keeps one number',
    sql: `SELECT activation_id::text AS activation, count(*)::text AS numbers FROM orders WHERE beneficiary = 'activation' GROUP BY 1 HAVING count(*) > 1`,
  },
  {
    name: 'hold has its activation',
    sql: `SELECT h.activation_id::text AS activation FROM holds h
          WHERE h.purpose = 'activation' AND NOT EXISTS (SELECT FROM activations a WHERE a.id = h.activation_id)`,
  },
  {
    name: 'hold has its message',
    sql: `SELECT h.activation_id::text AS message FROM holds h
          WHERE h.purpose = 'message' AND NOT EXISTS (SELECT FROM messages m WHERE m.id = h.activation_id)`,
  },
  {
    name: 'message status agrees with its hold',
    sql: `SELECT m.id::text AS message, m.status, m.price::text, h.amount::text AS held, h.captured::text, h.released::text
          FROM messages m LEFT JOIN holds h ON h.activation_id = m.id
          WHERE m.ceiling > 0 AND CASE
            WHEN h.activation_id IS NULL THEN true
            WHEN m.price IS NOT NULL THEN h.settled_at IS NULL OR h.captured <> m.price
            WHEN m.ended_at IS NOT NULL AND m.status <> 'UNKNOWN' THEN h.settled_at IS NULL OR h.captured <> 0
            WHEN m.ended_at IS NULL THEN h.settled_at IS NOT NULL ELSE false END`,
  },
  {
    name: 'accepted attempts have their cost',
    sql: `SELECT a.id::text AS attempt, a.carrier, a.cost::text, -t.amount AS posted
          FROM message_attempts a LEFT JOIN (
            SELECT t.order_id, sum(e.amount) AS amount FROM transfers t JOIN entries e ON e.transfer_id = t.id
              JOIN ledger_accounts l ON l.id = e.account_id AND l.currency = e.currency AND l.kind = 'carrier_balance'
            WHERE t.kind = 'message_cost' GROUP BY 1) t ON t.order_id = a.id
          WHERE CASE WHEN a.status = 'ACCEPTED' THEN coalesce(-t.amount, 0) <> coalesce(a.cost, 0) ELSE t.order_id IS NOT NULL END`,
  },
  {
    name: 'order money agrees with its transfers',
    sql: `SELECT o.id::text AS "order", o.status, o.money, o.cost::text, t.kinds::text
          FROM orders o LEFT JOIN (SELECT order_id, array_agg(kind ORDER BY kind) AS kinds FROM transfers WHERE order_id IS NOT NULL GROUP BY 1) t ON t.order_id = o.id
          WHERE o.cost > 0 AND NOT coalesce(array_to_string(t.kinds, ' '), '') = ANY (CASE o.money
            WHEN 'expected' THEN ARRAY['charge'] WHEN 'sold' THEN ARRAY['charge sold'] WHEN 'written_off' THEN ARRAY['charge written_off']
            WHEN 'refunded' THEN CASE o.status WHEN 'TAKEN_BACK'
              THEN ARRAY['charge refund taken_back', 'charge returned taken_back', 'charge returned taken_back written_off']
              ELSE ARRAY['charge refund', 'charge returned', 'charge returned written_off'] END
            ELSE ARRAY[''] END)`,
  },
  {
    name: 'order status agrees with its money',
    sql: `SELECT id::text AS "order", status, money FROM orders WHERE CASE status
            WHEN 'CLOSED_WITH_SMS' THEN money <> 'sold' WHEN 'REFUNDED' THEN money NOT IN ('refunded', 'never_charged')
            WHEN 'TAKEN_BACK' THEN money <> 'refunded' WHEN 'WRITTEN_OFF' THEN money <> 'written_off' ELSE money <> 'expected' END`,
  },
  {
    name: 'refund_expected equals its open orders',
    sql: `SELECT coalesce(b.provider, o.provider) AS provider, coalesce(b.currency, o.currency) AS currency, coalesce(b.amount, 0)::text AS balance, coalesce(o.cost, 0)::text AS orders
          FROM (SELECT a.provider, e.currency, sum(e.amount) AS amount FROM entries e JOIN ledger_accounts a ON a.id = e.account_id AND a.currency = e.currency
            WHERE a.kind = 'provider_refund_expected' GROUP BY 1, 2) b
          FULL JOIN (SELECT provider, currency, sum(cost) AS cost FROM orders WHERE money = 'expected' GROUP BY 1, 2) o ON o.provider = b.provider AND o.currency = b.currency
          WHERE coalesce(b.amount, 0) <> coalesce(o.cost, 0)`,
  },
  {
    name: 'readable SMS were paid for',
    sql: `SELECT DISTINCT i.activation_id::text AS activation, i.order_id::text AS "order" FROM inbox i
          JOIN activations a ON a.id = i.activation_id LEFT JOIN holds h ON h.activation_id = i.activation_id
          WHERE i.revealed_at IS NOT NULL AND NOT (i.order_id = a.order_id AND coalesce(h.captured, 0) > 0)
            AND NOT EXISTS (SELECT FROM transfers t WHERE t.idempotency_key = 'late_capture:' || i.order_id)`,
  },
];

const SHOWN = 10;

/** What a check that nobody waits for may take. */
export interface CheckBound {
  /** Milliseconds for all of it; one processor at a time. */
  readonly withinMs: number;
  /** A monotonic clock, milliseconds. */
  readonly now: () => number;
}

/** Milliseconds that one statement of a check may take. */
const STATEMENT_MS = 300_000;

/**
 * Rebuilds every balance, hold and order's money from the entries and reports each difference. Reads one moment, so it may
 * run beside live traffic. It says `incomplete`, never `clean`, if it could not read all, within `bound` where there is one.
 */
export async function checkLedger(database: Database, bound?: CheckBound): Promise<LedgerReport> {
  const until = bound === undefined ? Infinity : bound.now() + bound.withinMs;
  const left = () => Math.floor(Math.min(STATEMENT_MS, bound === undefined ? Infinity : until - bound.now()));
  try {
    return await database.snapshot(async (sql) => {
      const problems: LedgerProblem[] = [];
      if (bound !== undefined) await sql.run("SELECT set_config('max_parallel_workers_per_gather', '0', true)");
      for (const check of CHECKS) {
        if (left() <= 0) throw new Error(`it took longer than ${bound!.withinMs / 1_000} s`);
        problems.push(...(await differences(sql, check, left())));
      }
      const counts = await sql.row<{ transfers: number; entries: number }>(
        'SELECT (SELECT count(*) FROM transfers)::int AS transfers, (SELECT count(*) FROM entries)::int AS entries',
      );
      return {
        verdict: problems.length === 0 ? 'clean' : 'differences',
        problems,
        transfers: counts?.transfers ?? 0,
        entries: counts?.entries ?? 0,
      };
    });
  } catch (error) {
    return { verdict: 'incomplete', problems: [], transfers: 0, entries: 0, reason: (error as Error).message };
  }
}

async function differences(sql: Sql, check: Check, withinMs: number): Promise<LedgerProblem[]> {
  await sql.run("SELECT set_config('statement_timeout', $1, true)", [String(withinMs)]);
  const rows = await sql.rows<Record<string, string | null>>(check.sql);
  const shown = rows.slice(0, SHOWN).map((row) => ({
    check: check.name,
    what: Object.entries(row)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
  }));
  return rows.length > SHOWN ? [...shown, { check: check.name, what: `and ${rows.length - SHOWN} more` }] : shown;
}
