import { actionsAbout } from '../db/account-erasure.js';
import type { Database } from '../db/database.js';
import { keysOf } from '../db/keys.js';
import { readStatement } from '../db/statement.js';
import { formatMoney } from '../domain/money.js';
import type { ActivationReader } from './activation-reader.js';
import type { MessageReader } from './message-reader.js';
import { keyShown } from './schemas/api-key.js';
import { timeText } from './schemas/scalars.js';
import type { VerificationReader } from './verification-reader.js';

/** Rows of a page: what is held in memory at once. */
const PAGE = 200;

/** What an export is made from. */
export interface ExportDeps {
  readonly database: Database;
  readonly reader: ActivationReader;
  readonly messages: Pick<MessageReader, 'list'>;
  readonly verifications: Pick<VerificationReader, 'list'>;
  /** ISO 4217 code of the wallet. */
  readonly currency: string;
  readonly clock: () => Date;
}

/**
 * Everything that is known of an account as one JSON document, piece by piece: the account, its keys without themselves,
 * its activations, messages and verifications with what is still readable, every movement of its money, and what operators asked about it. Pages are read
 * one after the other, so what changes meanwhile may show in one part and not in another.
 */
export async function* exportAccount(deps: ExportDeps, account: { readonly id: string }): AsyncGenerator<string> {
  const { database } = deps;
  yield `{"exported_at":${JSON.stringify(timeText(deps.clock()))},"account":${JSON.stringify(account)}`;
  yield `,"keys":${JSON.stringify((await keysOf(database, account.id)).map(keyShown))}`;
  yield* list(
    'activations',
    (after: readonly [string, string] | null) =>
      deps.reader.list(account.id, { status: null, service: null, country: null, after, limit: PAGE }),
    ({ row }) => [row.place, row.id] as const,
    ({ shown }) => shown,
  );
  yield* list(
    'messages',
    (after: readonly [string, string] | null) => deps.messages.list(account.id, { status: null, batchId: null, after, limit: PAGE }),
    ({ row }) => [row.place, row.id] as const,
    ({ shown }) => shown,
  );
  yield* list(
    'verifications',
    (after: readonly [string, string] | null) => deps.verifications.list(account.id, { status: null, purpose: null, after, limit: PAGE }),
    ({ row }) => [row.place, row.id] as const,
    ({ shown }) => shown,
  );
  yield* list(
    'postings',
    (after: readonly [string, string] | null) =>
      database.asClient(account.id, (sql) => readStatement(sql, { currency: deps.currency, after, limit: PAGE })),
    (line) => [line.place, line.id] as const,
    (line) => ({
      id: line.id,
      at: timeText(line.at),
      kind: line.kind,
      activation_id: line.activation_id,
      message_id: line.message_id,
      available: formatMoney(line.available),
      held: formatMoney(line.held),
      currency: deps.currency,
    }),
  );
  yield* list(
    'actions',
    (after: string | null) => actionsAbout(database, account.id, after, PAGE),
    ({ id }) => id,
    (it) => ({ at: timeText(it.at), action: it.action, body: it.body, status: it.status }),
  );
  yield '}';
}

async function* list<Row, Place>(
  name: string,
  page: (after: Place | null) => Promise<readonly Row[]>,
  placeOf: (row: Row) => Place,
  show: (row: Row) => unknown,
): AsyncGenerator<string> {
  let after: Place | null = null;
  let separator = '';
  yield `,"${name}":[`;
  for (;;) {
    const rows = await page(after);
    for (const row of rows) {
      yield separator + JSON.stringify(show(row));
      separator = ',';
    }
    if (rows.length < PAGE) break;
    after = placeOf(rows.at(-1)!);
  }
  yield ']';
}
