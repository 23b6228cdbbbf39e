import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import type { ProviderConfig } from '../../src/config/config.js';
import { Secret } from '../../src/config/secret.js';
import { type Database, openDatabase, type Sql } from '../../src/db/database.js';
import { DEFAULT_POLICY, type Policy } from '../../src/domain/policy.js';
import { createHttpClient } from '../../src/http/client.js';
import { createTraces } from '../../src/observability/traces.js';
import { createMetrics } from '../../src/observability/metrics.js';
import { bookOrder } from '../../src/rent/claim.js';
import { createBudgetGate } from '../../src/rent/budget-gate.js';
import type { RentDeps } from '../../src/rent/deps.js';
import { openBooks } from '../../src/rent/watch/open-books.js';
import { createWakes } from '../../src/rent/watch/wakes.js';
import { watchProvider } from '../../src/rent/watch/watch.js';
import { createKeyring } from '../../src/sealing/keyring.js';
import type { SettingsPatch } from '../../src/simulators/settings.js';
import { createProviders, registerConfigured } from '../../src/worker/provider-accounts.js';
import { createRentDeps } from '../../src/worker/rent-deps.js';
import { createTestDatabase } from '../stack/database.js';
import { TEST_KEYS } from '../stack/namespace.js';

/** One watched account with many open orders: a simulator as a process of its own, real HTTP, real Postgres, no Temporal. */
export interface Crowd {
  readonly database: Database;
  readonly deps: RentDeps;
  readonly logs: string[];
  /** As superuser. */
  readonly adminUrl: string;
  /** Statements sent to Postgres so far. */
  statements(): number;
  /** Milliseconds that each look of the watchers took, pauses left out. */
  readonly looks: number[];
  control<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** Buys numbers at the provider and books them; returns the provider's ids, oldest first. */
  buy(count: number): Promise<string[]>;
  /** Starts a watcher; several may run. */
  watch(): { stop(): Promise<void>; readonly done: Promise<void> };
  /** Provider requests so far, by action. */
  requests(): Promise<Readonly<Record<string, number>>>;
  /** Milliseconds from the SMS at the provider to its row, sorted; and how many SMS have no row yet. */
  latencies(): Promise<{ readonly seen: readonly number[]; readonly unseen: number }>;
  /** Milliseconds that a caller of this priority waits for its token. */
  token(priority: 'purchase' | 'order' | 'prices'): Promise<number>;
  close(): Promise<void>;
}

export const CROWD = 'crowd';
const API_KEY = 'simulated-provider-key-0001';

/** Starts the simulator and opens the account's books. */
export async function createCrowd(options: {
  readonly kind: ProviderConfig['kind'];
  readonly budget: { readonly perSecond: number; readonly burst: number };
  readonly policy?: Partial<Policy>;
  readonly settings?: SettingsPatch;
}): Promise<Crowd> {
  const offer = { service: 'telegram', country: 'ID', price: '0.10', stock: 1_000_000 };
  const settings: SettingsPatch = { balance: '1000000.00', offers: [offer], ...options.settings };
  const [own, simulator] = await Promise.all([createTestDatabase(), startSimulator(options.kind, settings)]);
  const database = openDatabase({ url: own.url, applicationName: 'crowd', poolSize: 10 });
  const counter = { statements: 0 };
  const counted = countingDatabase(database, counter);
  const account: ProviderConfig = {
    id: CROWD,
    kind: options.kind,
    url: simulator.url,
    dialect: null,
    currency: 'USD',
    rateMicros: 1_000_000n,
    budget: options.budget,
    balanceGranularity: 1n,
    cancelAfterMs: 0,
    apiKey: new Secret(API_KEY),
    simulated: true,
  };
  await registerConfigured(database, [account]);
  const http = createHttpClient({ clock: { now: Date.now } });
  const logs: string[] = [];
  const log = (level: string) => (fields: object, message: string) => {
    logs.push(`${level} ${message} ${JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? value.stack : value))}`);
  };
  const deps = createRentDeps(
    {
      config: {
        policy: { ...DEFAULT_POLICY, ...options.policy },
        currency: 'USD',
        lossDailyCap: 0n,
        markup: { standard: { basisPoints: 0, fixed: 0n }, overrides: [] },
        denied: { services: new Set(), countries: new Set() },
      },
      database: counted,
      keyring: createKeyring(TEST_KEYS),
      log: { info: log('info'), warn: log('warn'), error: log('error') },
    },
    createProviders({
      config: { providers: [account] },
      database,
      http,
      clock: () => new Date(),
      metrics: createMetrics('worker'),
      log: { info: log('info') },
      traces: createTraces(),
    }),
    { smsReceived: async () => true, orderEnded: async () => true, refunded: async () => true },
    randomUUID,
    Math.random,
  );
  const wakes = await createWakes(database);
  const gate = createBudgetGate(database, CROWD);
  const looks: number[] = [];
  const now = () => performance.now();
  const watching = new Set<AbortController>();
  const ended: Promise<void>[] = [];

  const control: Crowd['control'] = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${simulator.control}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`control ${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };

  const crowd: Crowd = {
    database,
    deps,
    logs,
    adminUrl: own.adminUrl,
    statements: () => counter.statements,
    looks,
    control,
    async buy(count) {
      const ids: string[] = [];
      const lane = async () => {
        while (ids.length < count) {
          const place = ids.push('') - 1;
          const bought = await control<{ id: string; price: string }>('POST', '/purchases', { service: 'telegram', country: 'ID' });
          ids[place] = bought.id;
          await database.transaction((sql) => book(sql, deps, bought.id));
        }
      };
      await Promise.all(Array.from({ length: 6 }, lane));
      return ids.toSorted((a, b) => Number(a) - Number(b));
    },
    watch() {
      const stopping = new AbortController();
      watching.add(stopping);
      let lookedSince = now();
      const done = watchProvider(deps, CROWD, {
        wakes: {
          next: async (provider, ms, signal) => {
            looks.push(now() - lookedSince);
            const why = await wakes.next(provider, ms, signal);
            lookedSince = now();
            return why;
          },
          close: () => Promise.resolve(),
        },
        now,
        signal: stopping.signal,
        until: Infinity,
        alive: () => {},
      });
      ended.push(done);
      return {
        done,
        async stop() {
          stopping.abort();
          await done;
        },
      };
    },
    requests: async () => (await control<{ byAction: Record<string, number> }>('GET', '/requests')).byAction,
    async latencies() {
      const { orders } = await control<{ orders: { id: string; sms: { at: number }[] }[] }>('GET', '/books');
      const rows = await database.rows<{ provider_order_id: string; confirmed_at: Date }>(
        'SELECT provider_order_id, min(confirmed_at) AS confirmed_at FROM inbox WHERE confirmed_at IS NOT NULL GROUP BY 1',
      );
      const stored = new Map(rows.map((row) => [row.provider_order_id, row.confirmed_at.getTime()]));
      const came = orders.filter(({ sms }) => sms.length > 0);
      const seen = came.filter(({ id }) => stored.has(id)).map(({ id, sms }) => stored.get(id)! - sms[0]!.at);
      return { seen: seen.toSorted((a, b) => a - b), unseen: came.length - seen.length };
    },
    async token(priority) {
      const from = now();
      await gate({ priority });
      return now() - from;
    },
    async close() {
      for (const stopping of watching) stopping.abort();
      await Promise.allSettled(ended);
      await wakes.close();
      await database.close();
      await Promise.all([simulator.stop(), own.drop(), http.close()]);
    },
  };
  if (!(await openBooks(deps, CROWD))) throw new Error('the books of a quiet account could not be opened');
  return crowd;
}

/** Books a number as an activation's; the activation itself does not matter to the watcher. */
async function book(sql: Sql, deps: RentDeps, providerOrderId: string): Promise<void> {
  await bookOrder(
    sql,
    deps,
    {
      providerOrderId,
      phoneNumber: null,
      price: 100_000n,
      currency: 'USD',
      service: 'telegram',
      country: 'ID',
      operator: null,
      rawStatus: '',
      lifetimeMs: 1_200_000,
      cancelAllowedInMs: 0,
      canGetAnotherSms: null,
    },
    { provider: CROWD, origin: 'reply', beneficiary: 'activation', activationId: null, attemptId: null },
  );
}

function countingDatabase(database: Database, counter: { statements: number }): Database {
  const counting = (sql: Sql): Sql => ({
    rows: (text, values) => ((counter.statements += 1), sql.rows(text, values)),
    row: (text, values) => ((counter.statements += 1), sql.row(text, values)),
    run: (text, values) => ((counter.statements += 1), sql.run(text, values)),
  });
  return {
    ...database,
    ...counting(database),
    // Begin and commit count too.
    transaction: (work) => ((counter.statements += 2), database.transaction((sql) => work(counting(sql)))),
    snapshot: (work) => ((counter.statements += 2), database.snapshot((sql) => work(counting(sql)))),
  };
}

async function startSimulator(
  kind: ProviderConfig['kind'],
  settings: SettingsPatch,
): Promise<{ readonly url: string; readonly control: string; stop(): Promise<void> }> {
  const program = new URL('../../dist/simulators/main.js', import.meta.url).pathname;
  const child: ChildProcess = spawn(
    process.execPath,
    [program, '--kind', kind, '--api-key', API_KEY, '--settings', JSON.stringify(settings)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text);
    });
    child.once('exit', (code) => {
      reject(new Error(`the simulator ended with ${code}`));
    });
  });
  const { url, control } = JSON.parse(line) as { url: string; control: string };
  return {
    url,
    control,
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
