import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { AlertDeps } from '../../src/alerts/deps.js';
import { type Database, openDatabase } from '../../src/db/database.js';
import { registerProviders } from '../../src/db/providers.js';
import { DEFAULT_ALERT_POLICY } from '../../src/domain/alert-policy.js';
import { DEFAULT_VERIFICATION_BOUNDS } from '../../src/domain/alert-verification.js';
import { createHttpClient } from '../../src/http/client.js';
import { createTestDatabase } from '../stack/database.js';
import { providerAccount } from '../stack/provider-account.js';

/** A database with two provider accounts in order, and what alerts need, without Temporal. */
export interface AlertDesk {
  readonly database: Database;
  readonly deps: AlertDeps;
  /** A statement as superuser: what happens is written as nobody could. */
  run(sql: string, values?: readonly unknown[]): Promise<unknown>;
  /** Deliveries that were started, by message id. */
  readonly started: string[];
  readonly logged: { readonly level: string; readonly fields: Record<string, unknown>; readonly message: string }[];
  /** A client account with one activation of that status, bought at herosms. */
  activation(status?: string): Promise<string>;
  /** An order at herosms, of the activation or of nobody. */
  order(more?: {
    readonly activationId?: string;
    readonly status?: string;
    readonly cost?: bigint;
    readonly endedAgo?: string;
  }): Promise<string>;
  close(): Promise<void>;
}

export async function openAlertDesk(given: Partial<AlertDeps> = {}): Promise<AlertDesk> {
  const own = await createTestDatabase();
  const database = openDatabase({ url: own.url, applicationName: 'alerts', poolSize: 5 });
  const admin = new pg.Pool({ connectionString: own.adminUrl, max: 1 });
  const http = createHttpClient({ clock: { now: Date.now } });
  const started: string[] = [];
  const logged: { level: string; fields: Record<string, unknown>; message: string }[] = [];
  const log = (level: string) => (fields: object, message: string) => {
    logged.push({ level, fields: fields as Record<string, unknown>, message });
  };
  await database.transaction((sql) =>
    registerProviders(
      sql,
      ['herosms', 'fivesim'].map((id) => providerAccount(id, { fingerprint: id })),
    ),
  );
  const accountId = randomUUID();
  await database.run("INSERT INTO accounts (id, name, kind) VALUES ($1, 'client', 'client')", [accountId]);
  const deps: AlertDeps = {
    database,
    http,
    policy: DEFAULT_ALERT_POLICY,
    lowBalanceOf: () => 10_000_000n,
    verification: DEFAULT_VERIFICATION_BOUNDS,
    publicUrl: null,
    receiver: null,
    deliveries: {
      start: (id) => {
        started.push(id);
        return Promise.resolve();
      },
    },
    clock: () => new Date(),
    now: () => performance.now(),
    newId: randomUUID,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    ...given,
  };
  return {
    database,
    deps,
    run: (sql, values = []) => admin.query(sql, values as unknown[]),
    started,
    logged,
    async activation(status = 'WAITING') {
      const id = randomUUID();
      await database.run(
        `INSERT INTO activations (id, account_id, idempotency_key, request_hash, workflow_id, run_id, service, country, status, currency, provider)
         VALUES ($1, $2, $3, 'hash', $4, $5, 'telegram', 'ID', $6, 'USD', 'herosms')`,
        [id, accountId, randomUUID(), `activation/${id}`, randomUUID(), status],
      );
      return id;
    },
    async order({ activationId, status = 'OPEN', cost = 100_000n, endedAgo } = {}) {
      const id = randomUUID();
      await database.run(
        `INSERT INTO orders (id, provider, provider_order_id, activation_id, origin, beneficiary, status, service, country, currency, cost,
           cost_known, money, ended_at)
         VALUES ($1, 'herosms', $2, $3, 'reply', $4, $5, 'telegram', 'ID', 'USD', $6, true, 'expected', clock_timestamp() - $7::interval)`,
        [id, randomUUID(), activationId ?? null, activationId === undefined ? 'house' : 'activation', status, cost, endedAgo ?? null],
      );
      return id;
    },
    async close() {
      await http.close();
      await admin.end();
      await database.close();
      await own.drop();
    },
  };
}
