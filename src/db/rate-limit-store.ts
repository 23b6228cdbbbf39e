import type { Sql } from './database.js';

/** Table that the limiter writes; see its migration. */
export const RATE_LIMIT_TABLE = 'rate_limits';

/** The same for limits that outlive a crash of Postgres. */
export const FRAUD_LIMIT_TABLE = 'fraud_limits';

interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

/**
 * The part of a `pg` pool that rate-limiter-flexible's Postgres store uses. Numbers arrive as numbers, because the limiter
 * subtracts its expiry from `Date.now()`.
 */
export function rateLimitStore(sql: Sql): { query(statement: Statement): Promise<{ rows: object[]; rowCount: number }> } {
  return {
    query: async ({ text, values }) => {
      const rows = await sql.rows<Record<string, unknown>>(text, values);
      const plain = rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value])),
      );
      return { rows: plain, rowCount: plain.length };
    },
  };
}
