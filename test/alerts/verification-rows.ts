import { randomBytes, randomUUID } from 'node:crypto';
import type { MessageStatus } from '../../src/domain/message.js';

/** Runs a statement as whoever may write everything. */
export type Run = (sql: string, values?: readonly unknown[]) => Promise<unknown>;

/** A verification as its workflow leaves it; times are seconds before now. */
export interface PlantedVerification {
  readonly accountId: string;
  readonly country?: string;
  readonly status?: 'PENDING' | 'VERIFIED' | 'EXPIRED' | 'FAILED' | 'CANCELLED';
  readonly ago?: number;
  readonly verifiedAfter?: number;
  readonly test?: boolean;
  readonly numberHash?: Buffer;
  readonly codes?: readonly PlantedCode[];
}

/** One code of it, which is a message. */
export interface PlantedCode {
  readonly channel?: 'sms' | 'whatsapp' | 'voice';
  readonly status?: MessageStatus;
  readonly reason?: string;
  /** Seconds until its receipt. */
  readonly after?: number;
  readonly price?: bigint | null;
  readonly converted?: boolean;
  /** What a carrier charged for it, and how much one of its units is in the wallet's currency. */
  readonly cost?: bigint;
  readonly carrier?: string;
}

/** Makes an account, which may be one that plays. */
export async function plantAccount(run: Run, sandbox = false): Promise<string> {
  const id = randomUUID();
  await run("INSERT INTO accounts (id, name, kind, sandbox) VALUES ($1, 'client', 'client', $2)", [id, sandbox]);
  return id;
}

/** Writes a verification with its codes. @returns its id. */
export async function plantVerification(run: Run, of: PlantedVerification): Promise<string> {
  const id = randomUUID();
  const at = new Date(Date.now() - (of.ago ?? 0) * 1_000);
  const later = (seconds: number | undefined) => (seconds === undefined ? null : new Date(at.getTime() + seconds * 1_000));
  const status = of.status ?? 'PENDING';
  const hash = of.numberHash ?? randomBytes(32);
  await run(
    `INSERT INTO verifications (id, account_id, idempotency_key, request_hash, workflow_id, run_id, purpose, number_hash, country, brand, channels, policy,
       status, test, created_at, expires_at, next_send_at, verified_at, ended_at, sends)
     VALUES ($1, $2, $3, 'hash', $4, '', 'sign_in', $5, $6, 'Example', '{sms,voice}', '{}', $7, $8, $9, $10, $9, $11, $12, $13)`,
    [
      id,
      of.accountId,
      randomUUID(),
      `verification/${id}`,
      hash,
      of.country ?? 'US',
      status,
      of.test ?? false,
      at,
      later(600),
      status === 'VERIFIED' ? later(of.verifiedAfter ?? 20) : null,
      status === 'PENDING' ? null : later(of.verifiedAfter ?? 600),
      of.codes?.length ?? 0,
    ],
  );
  for (const [seq, code] of (of.codes ?? []).entries()) await plantCode(run, { ...of, id, at, seq }, code);
  return id;
}

async function plantCode(
  run: Run,
  of: { readonly id: string; readonly accountId: string; readonly country?: string; readonly at: Date; readonly seq: number },
  code: PlantedCode,
): Promise<void> {
  const id = randomUUID();
  const status = code.status ?? 'DELIVERED';
  const sent = status !== 'QUEUED' && status !== 'CANCELLED';
  const delivered = status === 'DELIVERED' ? new Date(of.at.getTime() + (code.after ?? 5) * 1_000) : null;
  await run(
    `INSERT INTO messages (id, account_id, idempotency_key, request_hash, workflow_id, run_id, channel, country, encoding, segments, currency, ceiling,
       price, failover, status, reason, valid_until, created_at, sent_at, delivered_at, converted, verification_id)
     VALUES ($1, $2, $3, 'hash', $4, '', $5, $6, 'gsm7', 1, 'USD', 10000, $7, true, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      id,
      of.accountId,
      randomUUID(),
      `message/${id}`,
      code.channel ?? 'sms',
      of.country ?? 'US',
      code.price === undefined ? 10_000n : code.price,
      status,
      code.reason ?? null,
      new Date(of.at.getTime() + 600_000),
      of.at,
      sent ? of.at : null,
      delivered,
      code.converted ?? null,
      of.id,
    ],
  );
  await run(
    `INSERT INTO verification_sends (id, verification_id, account_id, seq, send_key, channel, template, variant, locale, created_at)
     VALUES ($1, $2, $3, $4::int, $4::text, $5, 'standard', 'a', 'en', $6)`,
    [id, of.id, of.accountId, String(of.seq), code.channel ?? 'sms', of.at],
  );
  if (code.cost === undefined) return;
  await run(
    `INSERT INTO message_attempts (id, message_id, seq, carrier, max_cost, client_price, status, cost, cost_source, opened_at, deadline_at)
     VALUES ($1, $2, 0, $3, 100000, 10000, 'ACCEPTED', $4, 'sheet', $5, $5)`,
    [randomUUID(), id, code.carrier ?? 'acme', code.cost, of.at],
  );
}

/** A decision of the fraud rules on a wish for a code. */
export interface PlantedDecision {
  readonly accountId: string;
  readonly numberHash: Buffer;
  readonly minutesAgo: number;
  readonly ip?: Buffer;
  readonly verdict?: string;
  readonly verificationId?: string;
  /** Rules that found something, be it only to note it. */
  readonly rules?: readonly string[];
  readonly country?: string;
}

export async function plantDecision(run: Run, of: PlantedDecision): Promise<void> {
  await run(
    `INSERT INTO fraud_decisions (id, account_id, verification_id, number_hash, ip_hash, prefix, country, line_type, channel, verdict, rules, at)
     VALUES ($1, $2, $3, $4, $5, '1415', $6, 'mobile', 'sms', $7, $8, now() - $9::int * interval '1 minute')`,
    [
      randomUUID(),
      of.accountId,
      of.verificationId ?? randomUUID(),
      of.numberHash,
      of.ip ?? null,
      of.country ?? 'US',
      of.verdict ?? 'allow',
      of.rules ?? [],
      of.minutesAgo,
    ],
  );
}
