import type { Sql } from './database.js';
import { placeOf } from './page-place.js';

/** One movement of the caller's money: a transfer's effect on what can be spent and on what is held, in micro units. */
export interface StatementLine {
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly activation_id: string | null;
  readonly message_id: string | null;
  readonly available: bigint;
  readonly held: bigint;
  /** `created_at` to the microsecond, as a page's place. */
  readonly place: string;
}

const LINES = `
  SELECT t.id, t.created_at AS at, t.kind, CASE WHEN h.purpose = 'message' THEN NULL ELSE t.activation_id END AS activation_id,
    CASE WHEN h.purpose = 'message' THEN t.activation_id END AS message_id,
    coalesce(sum(e.amount) FILTER (WHERE a.kind = 'user_available'), 0)::bigint AS available,
    coalesce(sum(e.amount) FILTER (WHERE a.kind = 'user_held'), 0)::bigint AS held,
    ${placeOf('t.created_at')}
  FROM transfers t
  JOIN entries e ON e.transfer_id = t.id
  LEFT JOIN holds h ON h.activation_id = t.activation_id
  JOIN ledger_accounts a ON a.id = e.account_id AND a.currency = e.currency`;

/** The caller's statement in one currency, newest first. For client transactions. */
export function readStatement(
  sql: Sql,
  page: { readonly currency: string; readonly after: readonly [place: string, id: string] | null; readonly limit: number },
): Promise<StatementLine[]> {
  return sql.rows<StatementLine>(
    `${LINES}
     WHERE e.currency = $1 AND ($2::timestamptz IS NULL OR (t.created_at, t.id) < ($2::timestamptz, $3::uuid))
     GROUP BY t.id, t.created_at, t.kind, t.activation_id, h.purpose
     ORDER BY t.created_at DESC, t.id DESC LIMIT $4`,
    [page.currency, page.after?.[0] ?? null, page.after?.[1] ?? null, page.limit],
  );
}

/** What one of the caller's activations or messages did to its money, oldest first. For client transactions. */
export function readActivationMoney(sql: Sql, activationId: string): Promise<StatementLine[]> {
  return sql.rows<StatementLine>(
    `${LINES} WHERE t.activation_id = $1
     GROUP BY t.id, t.created_at, t.kind, t.activation_id, h.purpose ORDER BY t.created_at, t.id`,
    [activationId],
  );
}
