import { formatMoney, parseMoney } from '../../src/domain/money.js';
import type { Stack } from './reckoning.js';
import type { SentReport } from './senders.js';
import { carriersOf } from './simulated.js';

/** A message in a carrier's own books. */
interface TheirMessage {
  readonly id: string;
  /** The id of our attempt. */
  readonly reference: string | null;
  readonly price: string;
  readonly status: 'on_its_way' | 'delivered' | 'undelivered';
  /** When its last receipt is due; null when nothing more comes. */
  readonly receiptAt: number | null;
  /** Receipts that our API answered with 2xx. */
  readonly receipts: number;
  readonly quirks: readonly string[];
}

interface OurAttempt {
  readonly id: string;
  readonly message_id: string;
  readonly seq: number;
  readonly carrier: string;
  readonly status: string;
  readonly cost: bigint | null;
  readonly cost_source: string | null;
  readonly posted: bigint;
  /** Its reply was lost, whatever it turned out to be later. */
  readonly ambiguous: boolean;
  /** Whether the next try was begun only after this one's failure was known, or its wait was over; null without a next one. */
  readonly next_after: 'failure' | 'silence' | 'nothing' | null;
  readonly message_status: string;
}

/** How often one message went out twice, and why; and what no book of ours can know. */
export interface Copies {
  readonly messages: number;
  /** Copies beyond the first, each at another carrier … */
  readonly afterFailure: number;
  readonly afterLostReply: number;
  readonly afterSilence: number;
  /** Taken, its reply lost, no receipt ever taken, and its carrier cannot be asked: we do not know, and nobody pays. */
  readonly neverKnown: number;
}

/** What the reckoning of messages came to. */
export interface MessageReckoning {
  readonly problems: readonly string[];
  readonly copies: Copies;
}

const FINAL = "('DELIVERED', 'UNDELIVERED', 'EXPIRED', 'UNKNOWN', 'CANCELLED')";

/** What still moves: messages and batches that are not over, receipts that are on their way or that nobody has heard. */
export async function unsettledMessages(stack: Stack, promised: SentReport): Promise<number> {
  const row = await stack.sql.row<{ count: number }>(
    `SELECT ((SELECT count(*) FROM messages WHERE status NOT IN ${FINAL})
       + (SELECT count(*) FROM message_batches WHERE ended_at IS NULL)
       + (SELECT count(*) FROM unnest($1::uuid[]) AS p (id) WHERE NOT EXISTS (SELECT FROM messages m WHERE m.id = p.id))
       + (SELECT count(*) FROM receipts WHERE attempt_id IS NOT NULL AND signalled_at IS NULL))::int AS count`,
    [promised.messages],
  );
  let coming = 0;
  for (const carrier of carriersOf(stack)) coming += (await booksOf(stack, carrier)).filter(({ receiptAt }) => receiptAt !== null).length;
  return (row?.count ?? 0) + coming;
}

/** Everything about messages that does not add up between Postgres, the ledger, carriers' own books and what clients were promised. */
export async function messageDifferences(stack: Stack, promised: SentReport): Promise<MessageReckoning> {
  const problems = (await Promise.all([everyMessageIsOver(stack, promised), everyMessageIsPaidOnce(stack)])).flat();
  const attempts = new Map((await ourAttempts(stack)).map((attempt) => [attempt.id, attempt]));
  const taken: OurAttempt[] = [];
  for (const carrier of carriersOf(stack)) {
    const theirs = await booksOf(stack, carrier);
    for (const one of theirs) {
      const attempt = attempts.get(one.reference ?? '');
      if (attempt === undefined || attempt.carrier !== carrier) {
        problems.push(`${carrier} took ${one.id} for an attempt that we do not know: ${one.reference}`);
        continue;
      }
      taken.push(attempt);
      problems.push(...attemptAgrees(attempt, one));
    }
    const known = new Set(theirs.map(({ reference }) => reference));
    for (const attempt of attempts.values())
      if (attempt.carrier === carrier && attempt.status === 'ACCEPTED' && !known.has(attempt.id))
        problems.push(`attempt ${attempt.id} is ACCEPTED and ${carrier} has nothing of it`);
    const posted = [...attempts.values()].filter((one) => one.carrier === carrier).reduce((sum, one) => sum + one.posted, 0n);
    problems.push(...(await balanceAgrees(stack, carrier, posted)));
  }
  const copies = copiesOf(taken, problems);
  return { problems: await withStories(stack, problems), copies };
}

/** Problems that name a message, each with what our books tell of it. */
async function withStories({ sql }: Stack, problems: readonly string[]): Promise<string[]> {
  return Promise.all(
    problems.map(async (problem) => {
      const id = /message ([0-9a-f-]{36})/.exec(problem)?.[1];
      if (id === undefined) return problem;
      const rows = await sql.rows<{ what: string }>(
        `SELECT what FROM (
           SELECT at, to_char(at, 'MI:SS.MS ') || format('%s -> %s %s %s', from_status, to_status, reason, carrier) AS what FROM message_history WHERE message_id = $1
           UNION ALL SELECT opened_at, to_char(opened_at, 'MI:SS.MS ') || format('try %s by %s: %s %s', seq, carrier, status, reason) FROM message_attempts WHERE message_id = $1
           UNION ALL SELECT received_at, to_char(received_at, 'MI:SS.MS ') || format('receipt of %s: %s', r.carrier, r.status) FROM receipts r
             JOIN message_attempts a ON a.id = r.attempt_id WHERE a.message_id = $1) story ORDER BY at`,
        [id],
      );
      return `${problem} (${rows.map(({ what }) => what).join('; ')})`;
    }),
  );
}

async function booksOf(stack: Stack, carrier: string): Promise<readonly TheirMessage[]> {
  return ((await stack.control(carrier, 'GET', '/books')) as { messages: TheirMessage[] }).messages;
}

async function everyMessageIsOver({ sql }: Stack, { messages, batches }: SentReport): Promise<string[]> {
  const rows = await sql.rows<{ what: string }>(
    `SELECT format('message %s is still %s', id, status) AS what FROM messages WHERE status NOT IN ${FINAL}
     UNION ALL SELECT format('message %s was promised to a client and does not exist', p.id) FROM unnest($1::uuid[]) AS p (id)
       WHERE NOT EXISTS (SELECT FROM messages m WHERE m.id = p.id)
     UNION ALL SELECT format('batch %s was promised to a client and is not handed over', p.id) FROM unnest($2::uuid[]) AS p (id)
       WHERE NOT EXISTS (SELECT FROM message_batches b WHERE b.id = p.id AND b.ended_at IS NOT NULL)
     UNION ALL SELECT format('item %s of batch %s is no message', seq, batch_id) FROM message_batch_items i
       WHERE failure IS NULL AND NOT EXISTS (SELECT FROM messages m WHERE m.id = i.message_id AND m.batch_id = i.batch_id)
     UNION ALL SELECT format('message %s is %s and its history ends with %s', m.id, m.status, h.to_status) FROM messages m
       LEFT JOIN LATERAL (SELECT to_status FROM message_history WHERE message_id = m.id ORDER BY id DESC LIMIT 1) h ON true
       WHERE h.to_status IS DISTINCT FROM m.status
     UNION ALL SELECT format('message %s is over and its try %s is still open', m.id, a.seq) FROM message_attempts a
       JOIN messages m ON m.id = a.message_id WHERE a.status = 'OPEN'
     UNION ALL SELECT format('message %s has a receipt that nobody heard', a.message_id) FROM receipts r
       JOIN message_attempts a ON a.id = r.attempt_id WHERE r.signalled_at IS NULL`,
    [messages, batches],
  );
  return rows.map(({ what }) => what);
}

/** The price is taken exactly once where any carrier is known to have taken the message, and never without; nothing stays held. */
async function everyMessageIsPaidOnce({ sql }: Stack): Promise<string[]> {
  const rows = await sql.rows<{
    id: string;
    status: string;
    accepted: number;
    price: bigint | null;
    asked: boolean;
    late: boolean;
    held: boolean;
    captured: bigint;
    captures: number;
  }>(
    `SELECT m.id, m.status, m.price, a.accepted, a.asked, h.settled_at IS NULL AS held, coalesce(h.captured, 0)::bigint AS captured,
       (SELECT count(*)::int FROM transfers t WHERE t.activation_id = m.id AND t.kind IN ('capture', 'late_capture')) AS captures,
       coalesce((SELECT min(created_at) FROM transfers t WHERE t.activation_id = m.id AND t.kind = 'message_cost')
         > (SELECT min(at) FROM message_history WHERE message_id = m.id AND to_status = 'UNKNOWN'), false) AS late
     FROM messages m LEFT JOIN holds h ON h.activation_id = m.id AND h.purpose = 'message',
     LATERAL (SELECT count(*) FILTER (WHERE status = 'ACCEPTED')::int AS accepted,
         coalesce(bool_or(status = 'ACCEPTED' AND least(client_price, m.ceiling) = m.price), false) AS asked
       FROM message_attempts WHERE message_id = m.id) a`,
  );
  return rows.flatMap((row) => {
    const problems: string[] = [];
    const paid = `${row.captures} times, ${formatMoney(row.captured)} in all, with a price of ${row.price === null ? 'none' : formatMoney(row.price)}`;
    // Proven after the message had ended and its money was back: at the house's cost.
    const due = row.accepted > 0 && !row.late;
    if (row.captures !== (due ? 1 : 0) || row.captured !== (row.price ?? 0n) || due !== (row.price !== null))
      problems.push(`message ${row.id} (${row.status}) was taken by carriers ${row.accepted} times and paid ${paid}`);
    if (due && !row.asked) problems.push(`message ${row.id} was paid at a price that none of its accepted tries had`);
    if (row.held) problems.push(`message ${row.id} (${row.status}) still holds money`);
    return problems;
  });
}

function ourAttempts({ sql }: Stack): Promise<OurAttempt[]> {
  return sql.rows<OurAttempt>(
    `SELECT a.id, a.message_id, a.seq, a.carrier, a.status, a.cost, a.cost_source, m.status AS message_status,
       coalesce((SELECT -sum(e.amount) FROM transfers t JOIN entries e ON e.transfer_id = t.id
         WHERE t.kind = 'message_cost' AND t.order_id = a.id AND e.account_id = 'carrier:' || a.carrier || ':balance'), 0)::bigint AS posted,
       a.status IN ('OPEN', 'AMBIGUOUS') OR a.reason = 'by_receipt'
         OR EXISTS (SELECT FROM message_history h WHERE h.message_id = m.id AND h.carrier = a.carrier AND h.reason = 'reply_lost') AS ambiguous,
       CASE WHEN n.opened_at IS NULL THEN NULL
         WHEN EXISTS (SELECT FROM receipts r WHERE r.attempt_id = a.id AND r.received_at <= n.opened_at
           AND r.status IN ('undelivered', 'expired', 'rejected', 'unknown')) THEN 'failure'
         WHEN n.opened_at >= a.opened_at + (SELECT max((c ->> 'receiptWaitMs')::float8) FROM jsonb_array_elements(m.candidates) c
           WHERE c ->> 'carrier' = a.carrier) * interval '1 ms' THEN 'silence'
         ELSE 'nothing' END AS next_after
     FROM message_attempts a JOIN messages m ON m.id = a.message_id
     -- A carrier whose circuit is open counts as a try and leaves no row.
     LEFT JOIN LATERAL (SELECT opened_at FROM message_attempts WHERE message_id = a.message_id AND seq > a.seq ORDER BY seq LIMIT 1) n ON true`,
  );
}

/** What a carrier has of an attempt against what we have of it. */
function attemptAgrees(attempt: OurAttempt, theirs: TheirMessage): string[] {
  const problems: string[] = [];
  const name = `attempt ${attempt.id} at ${attempt.carrier}`;
  if (attempt.status === 'REFUSED' || attempt.status === 'FATAL') problems.push(`${name} is ${attempt.status} and was taken`);
  if (attempt.status === 'ACCEPTED') {
    if (attempt.cost_source === 'reply' && attempt.cost !== parseMoney(theirs.price))
      problems.push(`${name} costs ${formatMoney(attempt.cost ?? 0n)} here and ${theirs.price} there`);
    if (attempt.posted !== attempt.cost) problems.push(`${name} costs ${attempt.cost} and ${attempt.posted} is in the ledger`);
  }
  const believed = theirs.receipts > 0 && !theirs.quirks.some((quirk) => quirk === 'unknown_status' || quirk === 'bad_signature');
  if (believed && theirs.status === 'delivered' && attempt.message_status !== 'DELIVERED')
    problems.push(`${name}: its receipt said delivered and was taken, and the message is ${attempt.message_status}`);
  if (believed && attempt.status !== 'ACCEPTED') problems.push(`${name}: its receipt was taken, and it is ${attempt.status}`);
  return problems;
}

async function balanceAgrees({ sql }: Stack, carrier: string, posted: bigint): Promise<string[]> {
  const row = await sql.row<{ owed: bigint; accepted: bigint }>(
    `SELECT (SELECT coalesce(-sum(amount), 0)::bigint FROM ledger_balances WHERE account_id = 'carrier:' || $1::text || ':balance') AS owed,
       (SELECT coalesce(sum(cost), 0)::bigint FROM message_attempts WHERE carrier = $1 AND status = 'ACCEPTED') AS accepted`,
    [carrier],
  );
  const { owed, accepted } = row!;
  if (owed === accepted && posted === accepted) return [];
  return [
    `${carrier}: accepted attempts cost ${formatMoney(accepted)}, ${formatMoney(posted)} was posted and its account says ${formatMoney(owed)}`,
  ];
}

/** @param taken every copy in carriers' books, with the attempt that it is of. */
function copiesOf(taken: readonly OurAttempt[], problems: string[]): Copies {
  const copies = { messages: 0, afterFailure: 0, afterLostReply: 0, afterSilence: 0, neverKnown: 0 };
  for (const [message, all] of grouped(taken, ({ message_id }) => message_id)) {
    const sent = all.toSorted((a, b) => a.seq - b.seq);
    copies.messages += 1;
    copies.neverKnown += sent.filter(({ status }) => status === 'AMBIGUOUS').length;
    for (const [carrier, there] of grouped(sent, ({ carrier }) => carrier))
      if (there.length > 1) problems.push(`message ${message} went out ${there.length} times by ${carrier}`);
    for (const earlier of sent.slice(0, -1)) {
      if (earlier.next_after === 'failure') copies.afterFailure += 1;
      else if (earlier.next_after !== 'silence')
        problems.push(`message ${message} went out again while ${earlier.carrier} still had time, after try ${earlier.seq}`);
      else if (earlier.ambiguous) copies.afterLostReply += 1;
      else copies.afterSilence += 1;
    }
  }
  return copies;
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
