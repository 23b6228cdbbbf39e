import { WAKE_CHANNEL } from '../domain/names.js';
import type { Sql } from './database.js';

/** A provider account as watchword knows it. */
export interface ProviderRow {
  readonly id: string;
  readonly kind: string;
  readonly currency: string;
  /** Micro units of the wallet currency for one unit of the provider's. */
  readonly rate_micros: bigint;
  readonly simulated: boolean;
  readonly paused_at: Date | null;
  readonly circuit_open_until: Date | null;
  readonly circuit_reason: string | null;
  readonly orphan_sweep: boolean;
}

const COLUMNS = 'id, kind, currency, rate_micros, simulated, paused_at, circuit_open_until, circuit_reason, orphan_sweep';

/** Reads a provider account, also one that is retired and has orders left to settle. */
export async function providerById(sql: Sql, id: string): Promise<ProviderRow | null> {
  return sql.row<ProviderRow>(`SELECT ${COLUMNS} FROM providers WHERE id = $1`, [id]);
}

/** A provider account as it is configured now. */
export interface ConfiguredProvider {
  readonly id: string;
  readonly kind: string;
  readonly currency: string;
  readonly rateMicros: bigint;
  readonly simulated: boolean;
  /** Tells whether this is still the same account at the provider: a hash of address and key. */
  readonly fingerprint: string;
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** Coarsest step of the balance that the provider is declared to show, micro units. */
  readonly granularity: bigint;
}

/**
 * Registers the configured provider accounts and retires the others. Where key or address changed, the proof of refund
 * is disarmed and waits for a new opening entry (ORDERS.md, rule 20).
 */
export async function registerProviders(sql: Sql, configured: readonly ConfiguredProvider[]): Promise<void> {
  // Workers start together; one after the other they find nothing left to change.
  await sql.run("SELECT pg_advisory_xact_lock(hashtextextended('register providers', 0))");
  for (const provider of configured) {
    const before = await sql.row<{ fingerprint: string }>('SELECT fingerprint FROM providers WHERE id = $1', [provider.id]);
    await sql.run(
      `INSERT INTO providers (id, kind, currency, rate_micros, simulated, fingerprint) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (id) DO UPDATE SET kind = $2, currency = $3, rate_micros = $4, simulated = $5, fingerprint = $6, retired_at = NULL`,
      [provider.id, provider.kind, provider.currency, provider.rateMicros, provider.simulated, provider.fingerprint],
    );
    await sql.run(
      `INSERT INTO request_budgets (provider, tokens, capacity, per_second) VALUES ($1, $2, $2, $3)
       ON CONFLICT (provider) DO UPDATE SET capacity = $2, per_second = $3`,
      [provider.id, provider.burst, provider.requestsPerSecond],
    );
    await sql.run(
      'INSERT INTO provider_proofs (provider, granularity) VALUES ($1, $2) ON CONFLICT (provider) DO UPDATE SET granularity = $2',
      [provider.id, provider.granularity],
    );
    await sql.run('INSERT INTO watcher_state (provider) VALUES ($1) ON CONFLICT DO NOTHING', [provider.id]);
    if (before !== null && before.fingerprint !== provider.fingerprint) {
      await sql.run(
        `UPDATE provider_proofs SET epoch = epoch + 1, opened_at = NULL, armed_at = NULL, fall_observed = NULL, fall_expected = NULL, observed = NULL, expected = NULL,
           suspect_at = NULL, frozen_at = NULL, frozen_reason = NULL, unclaimed = NULL WHERE provider = $1`,
        [provider.id],
      );
    }
  }
  await sql.run('UPDATE providers SET retired_at = now() WHERE retired_at IS NULL AND NOT id = ANY ($1::text[])', [
    configured.map(({ id }) => id),
  ]);
}

/** Remembers what the watcher last could not do, for operators. */
export async function noteWatcher(
  sql: Sql,
  provider: string,
  event: { readonly page?: boolean; readonly sweep?: boolean; readonly error?: string },
): Promise<void> {
  await sql.run(
    `UPDATE watcher_state SET last_page_at = CASE WHEN $2 THEN clock_timestamp() ELSE last_page_at END,
       last_sweep_at = CASE WHEN $3 THEN clock_timestamp() ELSE last_sweep_at END, sweeps = sweeps + CASE WHEN $3 THEN 1 ELSE 0 END,
       last_error = coalesce($4, last_error), last_error_at = CASE WHEN $4::text IS NULL THEN last_error_at ELSE clock_timestamp() END
     WHERE provider = $1`,
    [provider, event.page ?? false, event.sweep ?? false, event.error ?? null],
  );
}

/** Unclaimed orders: when each was first seen, remembering those not seen before. */
export async function firstSights(
  sql: Sql,
  provider: string,
  providerOrderIds: readonly string[],
): Promise<Map<string, { firstSeenAt: number; ignored: boolean }>> {
  if (providerOrderIds.length === 0) return new Map();
  await sql.run(`INSERT INTO sightings (provider, provider_order_id) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`, [
    provider,
    providerOrderIds,
  ]);
  const rows = await sql.rows<{ provider_order_id: string; first_seen_at: Date; ignored: boolean }>(
    'SELECT provider_order_id, first_seen_at, ignored FROM sightings WHERE provider = $1 AND provider_order_id = ANY ($2::text[])',
    [provider, providerOrderIds],
  );
  return new Map(rows.map((row) => [row.provider_order_id, { firstSeenAt: row.first_seen_at.getTime(), ignored: row.ignored }]));
}

/** Orders that had ended before our opening entry: their money is in the opening balance already. */
export async function ignoreSightings(sql: Sql, provider: string, providerOrderIds: readonly string[]): Promise<void> {
  await sql.run(
    `INSERT INTO sightings (provider, provider_order_id, ignored) SELECT $1, unnest($2::text[]), true
     ON CONFLICT (provider, provider_order_id) DO UPDATE SET ignored = true`,
    [provider, providerOrderIds],
  );
}

/** The database's clock, which every deadline of buying is measured by. */
export async function databaseNow(sql: Sql): Promise<Date> {
  return (await sql.row<{ now: Date }>('SELECT clock_timestamp() AS now'))!.now;
}

/** Wakes a provider's watcher when the transaction commits; many wakes before it looks count as one. */
export async function wakeWatcher(sql: Sql, provider: string): Promise<void> {
  await sql.run('SELECT pg_notify($1, $2)', [WAKE_CHANNEL, provider]);
}

/** Stops buying from an account, for a reason that operators see; null lets it go on. */
export async function setPaused(sql: Sql, id: string, reason: string | null): Promise<void> {
  await sql.run(
    `UPDATE providers SET paused_at = CASE WHEN $2::text IS NOT NULL THEN coalesce(paused_at, clock_timestamp()) END, paused_reason = $2 WHERE id = $1`,
    [id, reason],
  );
}

/** Whether numbers of abandoned purchases are cancelled (ORDERS.md, rule 9). */
export async function setOrphanSweep(sql: Sql, id: string, enabled: boolean): Promise<void> {
  await sql.run('UPDATE providers SET orphan_sweep = $2 WHERE id = $1', [id, enabled]);
}
