import type { Json } from '../domain/errors.js';
import type { Sql } from './database.js';

/** Something that an operator asked for. */
export interface AskedAction {
  readonly accountId: string;
  readonly keyId: string;
  readonly requestId: string;
  /** The route as declared: `POST /v1/operator/accounts/:id/suspend`. */
  readonly action: string;
  readonly params: Json;
  readonly body: Json;
}

/** Writes down what an operator asks for, before it is carried out. @returns the row's id. */
export async function noteAction(sql: Sql, asked: AskedAction): Promise<string> {
  const row = await sql.row<{ id: string }>(
    `INSERT INTO operator_actions (account_id, key_id, request_id, action, params, body)
     VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb) RETURNING id::text`,
    [asked.accountId, asked.keyId, asked.requestId, asked.action, JSON.stringify(asked.params), JSON.stringify(asked.body)],
  );
  return row!.id;
}

/** Writes down how it ended: the answer's HTTP status, and the problem's code where it was one. */
export async function noteActionEnd(sql: Sql, id: string, status: number, problem: string | null): Promise<void> {
  await sql.run('UPDATE operator_actions SET status = $2, problem = $3 WHERE id = $1::bigint', [id, status, problem]);
}

/** An action with who asked. */
export interface ActionView {
  readonly id: string;
  readonly at: Date;
  readonly account_id: string;
  readonly account_name: string;
  readonly key_prefix: string | null;
  readonly request_id: string;
  readonly action: string;
  readonly params: { readonly [name: string]: Json };
  readonly body: Json;
  readonly status: number | null;
  readonly problem: string | null;
}

/** What operators did, newest first. `after` is the id of the last item of the page before. */
export function listActions(sql: Sql, filter: { readonly after: string | null; readonly limit: number }): Promise<ActionView[]> {
  return sql.rows<ActionView>(
    `SELECT x.id::text, x.at, x.account_id, a.name AS account_name, k.prefix AS key_prefix, x.request_id, x.action, x.params, x.body, x.status, x.problem
     FROM operator_actions x JOIN accounts a ON a.id = x.account_id LEFT JOIN api_keys k ON k.id = x.key_id
     WHERE ($1::bigint IS NULL OR x.id < $1::bigint) ORDER BY x.id DESC LIMIT $2`,
    [filter.after, filter.limit],
  );
}
