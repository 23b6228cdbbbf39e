import { randomUUID } from 'node:crypto';
import type { ConfiguredCarriers } from '../../src/carriers/registry.js';
import { type Database, openDatabase } from '../../src/db/database.js';
import { DEFAULT_ALERT_POLICY } from '../../src/domain/alert-policy.js';
import { DEFAULT_VERIFICATION_BOUNDS } from '../../src/domain/alert-verification.js';
import type { MessageStatus, ReceiptStatus } from '../../src/domain/message.js';
import type { MessageAnswer, MessageCommands, PreparedMessage, StartMessage } from '../../src/domain/message-request.js';
import { messageWorkflowId, SCHEDULES } from '../../src/domain/names.js';
import { createHttpClient } from '../../src/http/client.js';
import { checkLedger } from '../../src/ledger/check.js';
import { grant, walletOf } from '../../src/ledger/credit.js';
import { createMetrics } from '../../src/observability/metrics.js';
import { createTraces } from '../../src/observability/traces.js';
import { takeReceipt } from '../../src/send/take-receipt.js';
import { createKeyring, type Keyring } from '../../src/sealing/keyring.js';
import { createTemporalClient } from '../../src/temporal/connection.js';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { createMessageCommands } from '../../src/temporal/message-commands.js';
import { createWorkerConnection } from '../../src/temporal/worker-connection.js';
import { createWorkers } from '../../src/worker/workers.js';
import type { VerifyConfig } from '../../src/config/verify.js';
import type { FraudGate } from '../../src/domain/fraud.js';
import type { VerificationCommands } from '../../src/domain/verification-request.js';
import { createVerificationCommands } from '../../src/temporal/verification-commands.js';
import { QUICK, until } from '../rent/world.js';
import { createTestDatabase } from '../stack/database.js';
import { createTestNamespace, TEST_KEYS } from '../stack/namespace.js';
import { TEST_VERIFY, verifyParts } from '../verify/verify-parts.js';
import { installQuietRuntime } from '../stack/quiet-runtime.js';
import { storeHistory } from '../workflows/store-history.js';
import type { ScriptedCarrier } from './scripted-carrier.js';

/** Real Postgres, Temporal and workers, with carriers whose answers the test says. */
export interface SendWorld {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly commands: MessageCommands;
  readonly verifications: VerificationCommands;
  readonly logs: string[];
  account(credit?: bigint): Promise<string>;
  send(accountId: string, request?: Partial<StartMessage>): Promise<{ messageId: string; answer: MessageAnswer | null; kind: string }>;
  request(request?: Partial<StartMessage>): ReturnType<typeof preparedRequest>;
  row(messageId: string): Promise<{ status: MessageStatus; reason: string | null; price: bigint | null; carrier: string | null }>;
  reaches(messageId: string, status: MessageStatus, withinMs?: number): Promise<void>;
  /** A receipt of a carrier's message comes in, as the hook's route would take it. */
  receipt(
    carrier: string,
    reference: string,
    status: ReceiptStatus,
    how?: { readonly byReference?: boolean; readonly id?: string },
  ): Promise<void>;
  history(messageId: string): Promise<string[]>;
  wallet(accountId: string): ReturnType<typeof walletOf>;
  problems(): Promise<readonly unknown[]>;
  /** Runs the repair schedule now. */
  repair(): Promise<void>;
  /** Events of the closed workflow. With STORE_HISTORIES set, the history is stored under `path` for the replay test. */
  closed(messageId: string, path?: string): Promise<number>;
  /** The same of any closed workflow. */
  events(workflowId: string, path?: string): Promise<number>;
  stop(): Promise<void>;
}

/** A message as the API prepares it. */
function preparedRequest(request: Partial<StartMessage>): PreparedMessage {
  return {
    requestHash: 'hash',
    channel: 'sms',
    to: '+6281234567890',
    country: 'ID',
    from: null,
    text: 'Your code is 4711',
    encoding: 'gsm7',
    segments: 1,
    maxPrice: null,
    carriers: null,
    failover: true,
    sendAt: null,
    validitySeconds: 600,
    metadata: {},
    ...request,
  };
}

/** Each carrier reaches +62 and +1, at a price a segment that the test says, in micro units. */
export async function createSendWorld(
  carriers: readonly (readonly [carrier: ScriptedCarrier, price: bigint])[],
  options: { readonly verify?: VerifyConfig; readonly gate?: (sql: Database) => FraudGate } = {},
): Promise<SendWorld> {
  installQuietRuntime();
  const [own, temporalConfig] = await Promise.all([createTestDatabase(), createTestNamespace()]);
  const database = openDatabase({ url: own.url, applicationName: 'send-world', poolSize: 20 });
  const keyring = createKeyring(TEST_KEYS);
  const dataConverter = createDataConverter(TEST_KEYS);
  const temporal = createTemporalClient(temporalConfig, dataConverter);
  const connection = await createWorkerConnection(temporalConfig);
  const http = createHttpClient({ clock: { now: Date.now } });
  const logs: string[] = [];
  const log = (level: string) => (fields: object, message: string) => void logs.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const configured: ConfiguredCarriers = {
    adapters: new Map(carriers.map(([carrier]) => [carrier.id, carrier])),
    rows: carriers.map(([{ id, capabilities }]) => ({
      id,
      kind: 'scripted',
      channels: capabilities.channels,
      currency: 'USD',
      rateMicros: 1_000_000n,
      simulated: true,
      receipts: capabilities.receipts,
    })),
    sheets: new Map(
      carriers.map(([{ id, capabilities }, price]) => {
        return [
          id,
          capabilities.channels.flatMap((channel) => {
            const line = { channel, network: null, price };
            return [
              { ...line, prefix: '62', country: 'ID' },
              { ...line, prefix: '1', country: 'US' },
            ];
          }),
        ];
      }),
    ),
  };
  const workers = await createWorkers({
    config: {
      providers: [],
      policy: QUICK,
      currency: 'USD',
      lossDailyCap: 0n,
      retentionMs: 86_400_000,
      alerts: {
        policy: DEFAULT_ALERT_POLICY,
        lowBalances: new Map(),
        verification: DEFAULT_VERIFICATION_BOUNDS,
        probeUrl: null,
        webhook: null,
      },
      verify: options.verify ?? TEST_VERIFY,
      markup: { standard: { basisPoints: 0, fixed: 0n }, overrides: [] },
      denied: { services: new Set(), countries: new Set() },
    },
    database,
    keyring,
    http,
    client: temporal.client,
    connection,
    namespace: temporalConfig.namespace,
    dataConverter,
    workflowBundlePath: new URL('../../dist/workflow-bundle.js', import.meta.url).pathname,
    buildId: null,
    carriers: configured,
    receiptUrl: () => null,
    ...verifyParts,
    ...(options.gate === undefined ? {} : { gate: options.gate(database) }),
    metrics: createMetrics('worker'),
    traces: createTraces(),
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    clock: () => new Date(),
  });
  const running = workers.run();
  running.catch((error: unknown) => logs.push(`fatal ${String(error)}`));
  const secret = (await database.row<{ secret: Buffer }>('SELECT secret FROM installation'))!.secret;
  const commands = createMessageCommands({ client: temporal.client, secret });
  const row: SendWorld['row'] = async (messageId) =>
    (await database.row('SELECT status, reason, price, carrier FROM messages WHERE id = $1', [messageId]))!;

  const events = async (workflowId: string, path?: string): Promise<number> => {
    const handle = temporal.client.workflow.getHandle(workflowId);
    await handle.result();
    if (path !== undefined) await storeHistory(handle, path);
    return (await handle.fetchHistory()).events?.length ?? 0;
  };

  return {
    database,
    keyring,
    commands,
    verifications: createVerificationCommands({ client: temporal.client, secret }),
    logs,
    async account(credit = 10_000_000n) {
      const id = randomUUID();
      await database.run("INSERT INTO accounts (id, name, kind) VALUES ($1, 'test', 'client')", [id]);
      if (credit > 0n)
        await database.transaction((sql) => grant(sql, { accountId: id, amount: credit, currency: 'USD', idempotencyKey: id }));
      return id;
    },
    async send(accountId, request = {}) {
      const idempotencyKey = request.idempotencyKey ?? randomUUID();
      const { messageId } = commands.identify(accountId, idempotencyKey);
      const reply = await commands.start(
        {
          messageId,
          accountId,
          idempotencyKey,
          batchId: null,
          ...preparedRequest(request),
        },
        20_000,
      );
      return { messageId, kind: reply.kind, answer: reply.kind === 'answered' ? reply.answer : null };
    },
    request: (request = {}) => preparedRequest(request),
    row,
    async reaches(messageId, status, withinMs = 20_000) {
      await until(
        async () => (await row(messageId))?.status === status,
        withinMs,
        async () =>
          `${messageId} is ${JSON.stringify(await row(messageId), (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n${logs.slice(-10).join('\n')}`,
      );
    },
    receipt: (carrier, reference, status, { byReference = false, id = `c-${reference}` } = {}) =>
      takeReceipt(
        { database, tellMessage: (messageId) => commands.receiptArrived(messageId), log: { warn: log('warn') } },
        carrier,
        {
          messageId: byReference ? null : id,
          reference: byReference ? reference : null,
          status,
          rawStatus: status.toUpperCase(),
          errorCode: null,
          price: null,
          currency: null,
        },
        'hook',
      ),
    async history(messageId) {
      const rows = await database.rows<{ to_status: string; reason: string }>(
        'SELECT to_status, reason FROM message_history WHERE message_id = $1 ORDER BY id',
        [messageId],
      );
      return rows.map(({ to_status, reason }) => `${to_status} ${reason}`);
    },
    wallet: (accountId) => walletOf(database, accountId, 'USD'),
    async problems() {
      const report = await checkLedger(database);
      return report.verdict === 'incomplete' ? [report] : report.problems;
    },
    repair: () => temporal.client.schedule.getHandle(SCHEDULES.repair).trigger('ALLOW_ALL'),
    closed: (messageId, path) => events(messageWorkflowId(messageId), path),
    events,
    async stop() {
      workers.shutdown();
      await running.catch(() => {});
      await connection.close();
      await temporal.close();
      await database.close();
      await Promise.all([own.drop(), http.close()]);
    },
  };
}
