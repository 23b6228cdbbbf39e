import pg, { type CustomTypesConfig } from 'pg';
import { statementNames } from './statement-names.js';

/** Runs SQL inside whatever it belongs to: a transaction, or one statement by itself. */
export interface Sql {
  /** Rows of one statement. `bigint` columns arrive as bigint, `timestamptz` as Date, `bytea` as Buffer, `jsonb` parsed. */
  rows<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The first row, or null. */
  row<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row | null>;
  /** How many rows one statement touched. */
  run(text: string, values?: readonly unknown[]): Promise<number>;
}

/** A Postgres database under watchword's roles. */
export interface Database extends Sql {
  /**
   * One transaction as the service role, which sees every row. Deadlocks and serialization failures are tried again up to
   * four times, so `work` must do nothing but SQL.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** One read-only transaction as the service role in which every statement sees the same moment. */
  snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** One read-only transaction as the client role: row-level security shows the account's own rows only. */
  asClient<T>(accountId: string, work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Calls `handler` with each payload of a NOTIFY channel. A broken connection is made anew by itself, and `onReconnect`
   * says so: what was announced meanwhile was missed and must be read.
   *
   * @returns a function that ends the subscription.
   */
  listen(channel: string, handler: (payload: string) => void, onReconnect?: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** What a database needs to be opened. */
export interface DatabaseOptions {
  /** `postgres://…`, of a role that may `SET ROLE` to watchword_service and watchword_client. */
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Connections at most (10). */
  readonly poolSize?: number;
  /** Milliseconds before Postgres ends a statement (10,000). */
  readonly statementTimeoutMs?: number;
  /** Told of connections that broke while idle. */
  readonly onError?: (error: Error) => void;
}

const types: CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === pg.types.builtins.INT8 && format !== 'binary') return (text: string) => BigInt(text);
    return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid);
  },
};

const RETRIABLE = new Set(['40001', '40P01']);
/** What a prepared statement may fail with once a column was given another type: only a new connection reads it anew. */
const STALE = /^(?:0A|42)/;
const ATTEMPTS = 5;

/** Opens a pool. Nothing is connected until the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  const common = {
    connectionString: options.url,
    application_name: options.applicationName,
    types,
    // The role is a startup setting, so no statement can run before it is in force.
    options: `-c role=watchword_service -c statement_timeout=${options.statementTimeoutMs ?? 10_000} -c idle_in_transaction_session_timeout=30000`,
  };
  const pool = new pg.Pool({ ...common, max: options.poolSize ?? 10, connectionTimeoutMillis: 10_000 });
  const onError = options.onError ?? (() => {});
  pool.on('error', onError);
  const nameOf = statementNames();
  const direct = sqlOf(pool, nameOf);

  async function inTransaction<T>(begin: (client: pg.PoolClient) => Promise<void>, work: (sql: Sql) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const client = await pool.connect();
      let broken: Error | undefined;
      // The pool listens for errors of idle connections only. One that breaks between two statements of a transaction would
      // end the process; the next statement on it fails and says so.
      const onBroken = (error: Error) => {
        broken = error;
      };
      client.on('error', onBroken);
      try {
        await begin(client);
        const result = await work(sqlOf(client, nameOf));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((rollbackError: Error) => {
          broken = rollbackError;
        });
        const code = error instanceof pg.DatabaseError ? error.code : undefined;
        if (code !== undefined && STALE.test(code)) broken = error as Error;
        if (attempt < ATTEMPTS && code !== undefined && RETRIABLE.has(code)) continue;
        throw error;
      } finally {
        client.off('error', onBroken);
        client.release(broken);
      }
    }
  }

  return {
    ...direct,
    transaction: (work) =>
      inTransaction(async (client) => {
        await client.query('BEGIN');
      }, work),
    snapshot: (work) =>
      inTransaction(async (client) => {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      }, work),
    asClient: (accountId, work) =>
      inTransaction(async (client) => {
        await client.query('BEGIN READ ONLY');
        await client.query('SET LOCAL ROLE watchword_client');
        await client.query("SELECT set_config('watchword.account_id', $1, true)", [accountId]);
      }, work),
    listen: (channel, handler, onReconnect) => listen(common, channel, handler, onReconnect, onError),
    close: () => pool.end(),
  };
}

function sqlOf(runner: pg.Pool | pg.PoolClient, nameOf: (text: string) => string | undefined): Sql {
  // Several statements in one text have no values, and cannot be prepared.
  const run = (text: string, values: readonly unknown[] = []) => {
    const name = values.length === 0 ? undefined : nameOf(text);
    return runner.query<object>({ text, values: values as unknown[], ...(name === undefined ? {} : { name }) });
  };
  return {
    rows: async <Row extends object>(text: string, values?: readonly unknown[]) => (await run(text, values)).rows as Row[],
    row: async <Row extends object>(text: string, values?: readonly unknown[]) =>
      ((await run(text, values)).rows[0] as Row | undefined) ?? null,
    run: async (text, values) => (await run(text, values)).rowCount ?? 0,
  };
}

async function listen(
  config: pg.ClientConfig,
  channel: string,
  handler: (payload: string) => void,
  onReconnect: (() => void) | undefined,
  onError: (error: Error) => void,
): Promise<() => Promise<void>> {
  let stopped = false;
  let client: pg.Client;
  let retry: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ ...config, keepAlive: true });
    client = fresh;
    let listening = false;
    fresh.on('notification', (message) => {
      handler(message.payload ?? '');
    });
    fresh.on('error', onError);
    // A connection that could not be made ends as well; only one that listened may ask for another.
    fresh.on('end', () => {
      if (listening && !stopped) reconnectSoon();
    });
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      listening = true;
    } catch (error) {
      await fresh.end().catch(() => {});
      throw error;
    }
  }
  function reconnectSoon(): void {
    clearTimeout(retry);
    retry = setTimeout(() => {
      connect().then(
        () => {
          if (stopped) void client.end().catch(onError);
          else onReconnect?.();
        },
        (error: Error) => {
          onError(error);
          if (!stopped) reconnectSoon();
        },
      );
    }, 1_000);
  }

  await connect();
  return async () => {
    stopped = true;
    clearTimeout(retry);
    await client.end().catch(onError);
  };
}
