import type { Sql } from './database.js';

/** What a code that a person got is: its receipt says so, or it was typed back. `m` is the message. */
export const IS_DELIVERED = "(m.status = 'DELIVERED' OR m.converted IS TRUE)";

/** Whether nothing can be said of a code: it was taken back, or goes by a carrier that gives no receipts and was not typed back. */
export const IS_UNTOLD =
  "(m.converted IS NOT TRUE AND (m.status = 'CANCELLED' OR (m.status = 'UNKNOWN' AND m.reason = 'carrier_gives_no_receipts')))";

/** Whether a message is no play: credit of a sandbox is no money, and its carriers are simulated. */
const IS_EARNEST = 'account_id NOT IN (SELECT id FROM accounts WHERE sandbox)';

/** What verifications cost, micro units of the wallet currency. */
export interface VerificationSpend {
  /** Of this UTC day. */
  readonly day: bigint;
  /** Of this UTC month. */
  readonly month: bigint;
}

/** What the codes of this day and month were charged with, without accounts that play; read from an index of its own. */
export async function verificationSpend(sql: Sql): Promise<VerificationSpend> {
  const row = await sql.row<VerificationSpend>(
    `SELECT coalesce(sum(m.price) FILTER (WHERE m.created_at >= date_trunc('day', now(), 'UTC')), 0)::bigint AS day,
       coalesce(sum(m.price), 0)::bigint AS month
     FROM messages m
     WHERE m.verification_id IS NOT NULL AND m.created_at >= date_trunc('month', now(), 'UTC') AND m.${IS_EARNEST}`,
  );
  return row!;
}

/**
 * When the first verification was begun; null before it. Found once and kept, because it never changes and finding it reads
 * all of them.
 */
export async function verificationsBegan(sql: Sql): Promise<Date | null> {
  const known = await sql.row<{ at: Date }>('SELECT at FROM verification_began');
  if (known !== null) return known.at;
  const found = await sql.row<{ at: Date }>(
    `INSERT INTO verification_began (at) SELECT min(created_at) FROM verifications HAVING min(created_at) IS NOT NULL
     ON CONFLICT (only_row) DO UPDATE SET at = verification_began.at RETURNING at`,
  );
  return found?.at ?? null;
}

/** What became of codes to one country. */
export interface CodeDelivery {
  readonly country: string;
  readonly delivered: number;
  readonly undelivered: number;
  /** Delivered codes whose receipt has a time, and the seconds that they took together. */
  readonly timed: number;
  readonly seconds: number;
}

/** Codes asked for between `from` and `to` minutes ago, by country, without accounts that play. */
export function codeDelivery(sql: Sql, minutes: { readonly from: number; readonly to: number }): Promise<CodeDelivery[]> {
  return sql.rows(
    `SELECT m.country, count(*) FILTER (WHERE ${IS_DELIVERED})::int AS delivered,
       count(*) FILTER (WHERE NOT ${IS_DELIVERED})::int AS undelivered, count(m.delivered_at)::int AS timed,
       coalesce(sum(extract(epoch FROM m.delivered_at - m.created_at)), 0)::float8 AS seconds
     FROM messages m
     WHERE m.verification_id IS NOT NULL AND m.${IS_EARNEST}
       AND m.created_at > now() - $1::int * interval '1 minute' AND m.created_at <= now() - $2::int * interval '1 minute' AND NOT ${IS_UNTOLD}
     GROUP BY 1 ORDER BY 1`,
    [minutes.from, minutes.to],
  );
}

/** Answers of the verification endpoints in one minute. */
export interface MinuteOfAnswers {
  /** Its beginning. */
  readonly minute: Date;
  readonly answers: number;
  readonly faults: number;
}

/** For how long minutes are kept. */
const KEPT = "interval '1 day'";

/** Adds what a process answered to what the others did, and forgets old minutes. */
export async function addAnswers(sql: Sql, minutes: readonly MinuteOfAnswers[]): Promise<void> {
  await sql.run(
    `INSERT INTO verification_answers AS a (minute, answers, faults)
     SELECT * FROM unnest($1::timestamptz[], $2::int[], $3::int[])
     ON CONFLICT (minute) DO UPDATE SET answers = a.answers + excluded.answers, faults = a.faults + excluded.faults`,
    [minutes.map(({ minute }) => minute), minutes.map(({ answers }) => answers), minutes.map(({ faults }) => faults)],
  );
  await sql.run(`DELETE FROM verification_answers WHERE minute < now() - ${KEPT}`);
}

/** Answers of the last so many minutes, over all processes. */
export async function answersLately(sql: Sql, minutes: number): Promise<{ readonly answers: number; readonly faults: number }> {
  const row = await sql.row<{ answers: number; faults: number }>(
    `SELECT coalesce(sum(answers), 0)::int AS answers, coalesce(sum(faults), 0)::int AS faults FROM verification_answers
     WHERE minute > now() - $1::int * interval '1 minute'`,
    [minutes],
  );
  return row!;
}

/** Somebody who wishes for codes again and again. */
export interface Insistent {
  /** The first half of the keyed hash of a phone or address, in hex: enough to tell them apart, and nothing to look it up by elsewhere. */
  readonly who: string;
  readonly wishes: number;
  /** Wishes that the fraud rules refused. */
  readonly refused: number;
  /** Accounts by which they were made. */
  readonly accounts: number;
}

/** Whom one condition is about: by which hash of the decisions they are known, and how far back is looked. */
const INSISTENT = {
  phone: { column: 'number_hash', within: "interval '24 hours'" },
  address: { column: 'ip_hash', within: "interval '1 hour'" },
} as const;

/** Subjects that are read at most; beyond that their number is enough. */
const MOST = 5_000;

/** Phones within 24 hours, or addresses within one, of which more than `most` codes were wished for, granted or not. */
export function insistentOnes(sql: Sql, what: keyof typeof INSISTENT, most: number): Promise<Insistent[]> {
  const { column, within } = INSISTENT[what];
  return sql.rows(
    `SELECT substr(encode(${column}, 'hex'), 1, 32) AS who, count(*)::int AS wishes, count(*) FILTER (WHERE verdict <> 'allow')::int AS refused,
       count(DISTINCT account_id)::int AS accounts
     FROM fraud_decisions WHERE at > now() - ${within} AND ${column} IS NOT NULL AND ${IS_EARNEST}
     GROUP BY ${column} HAVING count(*) > $1 ORDER BY 2 DESC, 1 LIMIT ${MOST}`,
    [most],
  );
}
