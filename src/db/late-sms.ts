import type { Sql } from './database.js';

/** An SMS that the client has not paid for, and what its number costs them: micro units of the wallet currency. */
export interface WithheldSms {
  readonly id: string;
  readonly order_id: string;
  readonly client_price: bigint;
}

/** SMS of an activation that were withheld and not paid for since, oldest first; none of an erased one. */
export function withheldSms(sql: Sql, activationId: string): Promise<WithheldSms[]> {
  return sql.rows<WithheldSms>(
    `SELECT i.id, i.order_id, coalesce(o.client_price, a.price) AS client_price
     FROM inbox i JOIN orders o ON o.id = i.order_id JOIN activations a ON a.id = i.activation_id
     WHERE i.activation_id = $1 AND i.withheld_at IS NOT NULL AND i.revealed_at IS NULL AND a.erased_at IS NULL ORDER BY i.received_at, i.id`,
    [activationId],
  );
}

/** Shows the client how many SMS are withheld and what reading them costs: each number once. */
export async function countLateSms(sql: Sql, activationId: string): Promise<void> {
  const waiting = await withheldSms(sql, activationId);
  const prices = new Map(waiting.map(({ order_id, client_price }) => [order_id, client_price]));
  const price = [...prices.values()].reduce((sum, one) => sum + one, 0n);
  await sql.run('UPDATE activations SET late_sms = $2, late_sms_price = $3 WHERE id = $1', [
    activationId,
    waiting.length,
    waiting.length === 0 ? null : price,
  ]);
}
