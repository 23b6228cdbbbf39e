import type { Database } from '../../src/db/database.js';
import { formatMoney } from '../../src/domain/money.js';
import { readInstallationSecret } from '../../src/main/installation.js';
import { createVerifyHashes } from '../../src/sealing/verify-hashes.js';
import { createTemporalClient } from '../../src/temporal/connection.js';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { TEST_KEYS } from '../stack/namespace.js';
import type { Stack } from '../stack/stack.js';
import { codeIn } from './mailbox.js';
import { carriersOf } from './simulated.js';
import type { VerifierReport } from './verifiers.js';

/** What the reckoning of verifications came to. */
export interface VerificationReckoning {
  readonly problems: readonly string[];
  readonly counts: {
    readonly verifications: number;
    /** Codes in carriers' books. */
    readonly codes: number;
    /** Checks that clients were told to be right. */
    readonly accepted: number;
    readonly statuses: Readonly<Record<string, number>>;
  };
}

/** Verifications whose row or workflow is not over. */
export async function unsettledVerifications(stack: Pick<Stack, 'sql' | 'temporal'>): Promise<number> {
  const row = await stack.sql.row<{ count: number }>("SELECT count(*)::int AS count FROM verifications WHERE status = 'PENDING'");
  if (row!.count > 0) return row!.count;
  const temporal = createTemporalClient(stack.temporal, createDataConverter(TEST_KEYS));
  try {
    return (await temporal.client.workflow.count("WorkflowType = 'verification' AND ExecutionStatus = 'Running'")).count;
  } finally {
    await temporal.close();
  }
}

/** Everything about verifications that does not add up between Postgres, the carriers' own books and what clients were told. */
export async function verificationDifferences(stack: Stack, reports: readonly VerifierReport[]): Promise<VerificationReckoning> {
  const running = await unsettledVerifications(stack);
  const [rows, books, spend] = await Promise.all([rowsAgree(stack.sql), codesAgree(stack), spendDifferences(stack.sql)]);
  const statuses = await stack.sql.rows<{ status: string; count: number }>(
    'SELECT status, count(*)::int AS count FROM verifications GROUP BY 1 ORDER BY 1',
  );
  return {
    problems: [
      ...(running === 0 ? [] : [`${running} verifications are not over`]),
      ...rows,
      ...books.problems,
      ...spend,
      ...(await promisesAreKept(stack.sql, reports)),
    ],
    counts: {
      verifications: statuses.reduce((sum, { count }) => sum + count, 0),
      codes: books.codes,
      accepted: reports.reduce((sum, { accepted }) => sum + accepted.length, 0),
      statuses: Object.fromEntries(statuses.map(({ status, count }) => [status, count])),
    },
  };
}

/** What the rows of verifications say to each other. */
async function rowsAgree(sql: Database): Promise<string[]> {
  const rows = await sql.rows<{ what: string }>(
    `SELECT format('verification %s is still PENDING', id) AS what FROM verifications WHERE status = 'PENDING'
     UNION ALL SELECT format('verification %s is %s and its history ends with %s', v.id, v.status, h.to_status) FROM verifications v
       LEFT JOIN LATERAL (SELECT to_status FROM verification_history WHERE verification_id = v.id ORDER BY id DESC LIMIT 1) h ON true
       WHERE h.to_status IS DISTINCT FROM v.status
     UNION ALL SELECT format('verification %s (%s) used %s checks, its budget is %s and its history tells of %s',
         v.id, v.status, v.checks_used, v.policy ->> 'maxChecks', h.told) FROM verifications v,
       LATERAL (SELECT count(*) AS told FROM verification_history
         WHERE verification_id = v.id AND reason IN ('wrong_code', 'code_accepted', 'checks_used_up')) h
       WHERE v.checks_used > (v.policy ->> 'maxChecks')::int OR h.told <> v.checks_used
         OR (v.status = 'FAILED' AND v.checks_used <> (v.policy ->> 'maxChecks')::int)
     UNION ALL SELECT format('verification %s used %s checks for %s that were made', v.id, v.checks_used, c.made) FROM verifications v,
       LATERAL (SELECT count(DISTINCT name) AS made FROM unnest(v.counted_checks) name) c WHERE c.made <> v.checks_used
     UNION ALL SELECT format('verification %s is %s, %s of its codes were used, and the accepted check is %s',
         v.id, v.status, c.used, coalesce(v.accepted_check, 'none')) FROM verifications v,
       LATERAL (SELECT count(*) FILTER (WHERE used_at IS NOT NULL) AS used FROM verification_codes WHERE verification_id = v.id) c
       WHERE c.used <> (v.status = 'VERIFIED')::int OR (v.accepted_check IS NOT NULL) <> (v.status = 'VERIFIED')
     UNION ALL SELECT format('verification %s was proven by message %s, whose carrier never heard of it', v.id, m.id) FROM verifications v
       JOIN verification_codes c ON c.verification_id = v.id AND c.used_at IS NOT NULL JOIN messages m ON m.id = c.send_id
       WHERE m.converted IS NOT TRUE
     UNION ALL SELECT format('verification %s is VERIFIED and its phone is not known as proven', v.id) FROM verifications v
       WHERE v.status = 'VERIFIED' AND NOT EXISTS (SELECT FROM verified_phones p WHERE p.account_id = v.account_id AND p.number_hash = v.number_hash)
     UNION ALL SELECT format('verifications %s and %s of one phone and purpose were open at once', a.id, b.id) FROM verifications a
       JOIN verifications b ON b.account_id = a.account_id AND b.number_hash = a.number_hash AND b.purpose = a.purpose AND b.id <> a.id
       JOIN verification_history ah ON ah.verification_id = a.id AND ah.reason = 'requested'
       JOIN verification_history bh ON bh.verification_id = b.id AND bh.reason = 'requested'
       WHERE ah.id < bh.id AND bh.at < coalesce(a.ended_at, 'infinity')
     UNION ALL SELECT format('verification %s counts %s codes and %s were written', v.id, v.sends, s.written) FROM verifications v,
       LATERAL (SELECT count(*) AS written FROM verification_sends WHERE verification_id = v.id) s WHERE s.written <> v.sends
     UNION ALL SELECT format('the code %s of verification %s was written and its message never begun', s.id, s.verification_id)
       FROM verification_sends s JOIN verifications v ON v.id = s.verification_id LEFT JOIN messages m ON m.id = s.id
       WHERE NOT v.test AND coalesce(m.run_id, '') = ''
     UNION ALL SELECT format('the code %s of verification %s belongs to no try of a carrier', c.id, c.verification_id) FROM verification_codes c
       JOIN verifications v ON v.id = c.verification_id LEFT JOIN message_attempts a ON a.id = c.id WHERE NOT v.test AND a.id IS NULL
     UNION ALL SELECT format('try %s of message %s has no code', a.id, m.id) FROM message_attempts a JOIN messages m ON m.id = a.message_id
       WHERE m.verification_id IS NOT NULL AND NOT EXISTS (SELECT FROM verification_codes c WHERE c.id = a.id)
     UNION ALL SELECT format('verification %s was over and another code was drawn for it', v.id) FROM verification_codes c
       JOIN verifications v ON v.id = c.verification_id WHERE c.created_at > v.ended_at`,
  );
  return rows.map(({ what }) => what);
}

/** Every code at a carrier is one whose hash we keep, drawn for the very try that it was sent by. */
async function codesAgree(stack: Stack): Promise<{ readonly problems: string[]; readonly codes: number }> {
  const { sql } = stack;
  const hashes = createVerifyHashes(await readInstallationSecret(sql));
  const kept = new Map(
    (
      await sql.rows<{ id: string; verification_id: string; purpose: string; code_hash: Buffer | null }>(
        `SELECT a.id, v.id AS verification_id, v.purpose, c.code_hash FROM message_attempts a JOIN messages m ON m.id = a.message_id
         JOIN verifications v ON v.id = m.verification_id LEFT JOIN verification_codes c ON c.id = a.id`,
      )
    ).map((row) => [row.id, row]),
  );
  const problems: string[] = [];
  let codes = 0;
  for (const carrier of carriersOf(stack)) {
    const { messages } = (await stack.control(carrier, 'GET', '/books')) as { messages: { reference: string | null; text: string }[] };
    for (const { reference, text } of messages) {
      const row = kept.get(reference ?? '');
      if (row === undefined) continue;
      codes += 1;
      const code = codeIn(text);
      const hash = code === null ? null : hashes.code({ id: row.verification_id, purpose: row.purpose }, code);
      if (hash === null || row.code_hash === null || !hash.equals(row.code_hash))
        problems.push(`try ${row.id} sent a code by ${carrier} that verification ${row.verification_id} does not know`);
    }
  }
  return { problems, codes };
}

/** Counters of what verifications may cost against the messages that they count: ceilings of those under way, prices of all others. */
export async function spendDifferences(sql: Database): Promise<string[]> {
  const rows = await sql.rows<{ scope: string; period: string; counted: bigint; due: bigint }>(
    `SELECT s.scope, s.period, s.amount AS counted, coalesce(d.due, 0)::bigint AS due FROM verification_spend s LEFT JOIN (
       SELECT x.scope, p.period, sum(coalesce(m.spend_counted, m.price, 0)) AS due FROM messages m
         CROSS JOIN LATERAL (VALUES ('all'), (m.account_id::text)) x (scope)
         CROSS JOIN LATERAL (VALUES (to_char(m.spend_day, 'YYYY-MM-DD')), (to_char(m.spend_day, 'YYYY-MM'))) p (period)
       WHERE m.spend_day IS NOT NULL GROUP BY 1, 2) d USING (scope, period)`,
  );
  const under = await sql.rows<{ id: string }>(
    `SELECT id FROM messages WHERE spend_counted IS NOT NULL
       AND (price IS NOT NULL OR status IN ('DELIVERED', 'UNDELIVERED', 'EXPIRED', 'UNKNOWN', 'CANCELLED'))`,
  );
  return [
    ...(rows.length === 0 ? ['nothing was counted against the caps of verifications: the run proves nothing of them'] : []),
    ...rows
      .filter(({ counted, due }) => counted !== due)
      .map(
        ({ scope, period, counted, due }) =>
          `${period} of ${scope}: ${formatMoney(counted)} is counted, messages come to ${formatMoney(due)}`,
      ),
    ...under.map(({ id }) => `message ${id} has its price and is still counted at its ceiling`),
  ];
}

/** What was said to be right is VERIFIED, once; and what is VERIFIED was said to somebody. */
async function promisesAreKept(sql: Database, reports: readonly VerifierReport[]): Promise<string[]> {
  const statuses = new Map(
    (await sql.rows<{ id: string; status: string }>('SELECT id, status FROM verifications')).map(({ id, status }) => [id, status]),
  );
  return reports.flatMap(({ plan, id, accepted, unanswered, problems }) => {
    if (id === null) return problems;
    const status = statuses.get(id);
    const name = `verification ${id} (${plan}, ${status ?? 'not there'})`;
    return [
      ...problems,
      ...(status === undefined ? [`${name} was promised to a client`] : []),
      ...(accepted.length > 1 ? [`${name} accepted ${accepted.length} checks`] : []),
      ...(accepted.length > 0 && status !== 'VERIFIED' ? [`${name} accepted a check`] : []),
      ...(status === 'VERIFIED' && accepted.length === 0 && unanswered.length === 0
        ? [`${name} never told anybody which check was accepted`]
        : []),
    ];
  });
}
