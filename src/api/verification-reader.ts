import type { Database } from '../db/database.js';
import {
  listVerifications,
  newestOfNumber,
  readVerification,
  type VerificationFilter,
  type VerificationRecord,
} from '../db/verification-views.js';
import { DomainError } from '../domain/errors.js';
import { formatMoney } from '../domain/money.js';
import { places, type Keyring } from '../sealing/keyring.js';
import { timeText } from './schemas/scalars.js';
import type { ShownVerification } from './schemas/verification.js';

/** A row and what the client sees of it. */
export interface ReadVerification {
  readonly row: VerificationRecord;
  readonly shown: ShownVerification;
}

/** Reads verifications as their owner: every statement runs under row-level security. */
export interface VerificationReader {
  /** Null for an id that is nobody's or another account's. */
  read(accountId: string, id: string): Promise<ReadVerification | null>;
  list(accountId: string, filter: VerificationFilter): Promise<readonly ReadVerification[]>;
  /** The newest of a number and purpose, the open one first; null if there is none. */
  newestOf(accountId: string, numberHash: Buffer, purpose: string): Promise<ReadVerification | null>;
}

/** Opens numbers with `keyring` where their owner asks for them. */
export function createVerificationReader(database: Database, keyring: Keyring, currency: string): VerificationReader {
  const show = (row: VerificationRecord): ReadVerification => ({ row, shown: showVerification(keyring, currency, row) });
  const showKnown = (row: VerificationRecord | null) => (row === null ? null : show(row));
  return {
    read: (accountId, id) => database.asClient(accountId, async (sql) => showKnown(await readVerification(sql, id))),
    list: (accountId, filter) => database.asClient(accountId, async (sql) => (await listVerifications(sql, filter)).map(show)),
    newestOf: (accountId, numberHash, purpose) =>
      database.asClient(accountId, async (sql) => showKnown(await newestOfNumber(sql, numberHash, purpose))),
  };
}

/** One of the caller's verifications. @throws DomainError `not_found` for an id that is nobody's or another account's. */
export async function mustRead(reader: VerificationReader, accountId: string, id: string): Promise<ReadVerification> {
  const found = await reader.read(accountId, id);
  if (found === null) throw new DomainError('not_found', 'You have no such verification.');
  return found;
}

/** Whether checks are welcome: what the row calls open may be over by the clock, before its workflow has said so. */
export function isOpen(row: VerificationRecord): boolean {
  return row.status === 'PENDING' && !row.overdue;
}

/** Checks that are left of a verification; none once it is over. */
export function checksLeft(row: VerificationRecord): number {
  return isOpen(row) ? Math.max(0, row.policy.maxChecks - row.checks_used) : 0;
}

function showVerification(keyring: Keyring, currency: string, row: VerificationRecord): ShownVerification {
  const at = (date: Date | null) => (date === null ? null : timeText(date));
  return {
    id: row.id,
    status: row.status === 'PENDING' && row.overdue ? 'EXPIRED' : row.status,
    reason: row.status === 'PENDING' && row.overdue ? 'time_over' : row.reason,
    purpose: row.purpose,
    to: row.to_sealed === null ? null : keyring.open(row.to_sealed, places.verificationTo(row.id)),
    country: row.country,
    channels: [...row.channels],
    locale: row.locale,
    codes_sent: row.sends,
    checks_remaining: checksLeft(row),
    price: formatMoney(row.price),
    currency,
    test: row.test,
    created_at: timeText(row.created_at),
    expires_at: timeText(row.expires_at),
    next_code_at: timeText(row.next_send_at),
    verified_at: at(row.verified_at),
    ended_at: at(row.ended_at),
    metadata: row.metadata,
  };
}
