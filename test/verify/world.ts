import { randomUUID } from 'node:crypto';
import type { VerifyConfig } from '../../src/config/verify.js';
import type { Database } from '../../src/db/database.js';
import type { FraudGate } from '../../src/domain/fraud.js';
import { verificationWorkflowId } from '../../src/domain/names.js';
import type { VerificationCommands } from '../../src/domain/verification-request.js';
import { serveApi, type ServedApi, type TestClient } from '../api/served-api.js';
import { until } from '../rent/world.js';
import type { ScriptedCarrier } from '../send/scripted-carrier.js';
import { createSendWorld, type SendWorld } from '../send/world.js';
import { openGate, TEST_VERIFY, verifyParts, verifySettings } from './verify-parts.js';

/** What a client is shown of a verification. */
export interface Shown {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly to: string | null;
  readonly codes_sent: number;
  readonly checks_remaining: number;
  readonly price: string;
  readonly expires_at: string;
  readonly verified_at: string | null;
}

/** What a client is answered to a check. */
export interface Checked {
  readonly success: boolean;
  readonly verified: boolean;
  readonly status: string;
  readonly checks_remaining: number;
}

/** A world that sends, with an API before it and a client of that. */
export interface VerifyWorld extends SendWorld {
  readonly api: ServedApi;
  readonly client: TestClient;
  post(path: string, json: object, key?: string): Promise<Response>;
  /** Starts a verification that is expected to be taken. */
  start(to: string, request?: object): Promise<Shown>;
  shown(id: string): Promise<Shown>;
  check(id: string, code: string, key?: string): Promise<Checked>;
  becomes(id: string, status: string, withinMs?: number): Promise<Shown>;
  /** Codes that a carrier was handed so far, once there are so many. */
  codes(carrier: ScriptedCarrier, atLeast: number): Promise<string[]>;
  reasons(id: string): Promise<string[]>;
  /** Events of the closed workflow of a verification, stored under `path` when histories are. */
  eventsOf(id: string, path?: string): Promise<number>;
}

/** Seconds that tests can wait. */
export const QUICK_VERIFY: VerifyConfig = { ...TEST_VERIFY, policy: { ...TEST_VERIFY.policy, channelTimeoutSeconds: 3 } };

/** A world whose API asks `gate` before every code; an open one unless told. */
export async function createVerifyWorld(
  carriers: readonly (readonly [carrier: ScriptedCarrier, price: bigint])[],
  options: {
    readonly verify?: VerifyConfig;
    readonly gate?: (sql: Database) => FraudGate;
    readonly credit?: bigint;
    /** What the API asks the engine by, where that is not the engine itself. */
    readonly commands?: (real: VerificationCommands) => VerificationCommands;
  } = {},
): Promise<VerifyWorld> {
  const verify = options.verify ?? QUICK_VERIFY;
  const gate = options.gate ?? openGate;
  const world = await createSendWorld(carriers, { verify, gate });
  const api = await serveApi(
    {
      database: world.database,
      keyring: world.keyring,
      commands: {
        identify: () => ({ activationId: randomUUID(), workflowId: 'none' }),
        start: () => Promise.reject(new Error('nothing is rented here')),
        ask: () => Promise.reject(new Error('nothing is rented here')),
        story: () => Promise.resolve(null),
      },
      messageCommands: world.commands,
      verificationCommands: options.commands?.(world.verifications) ?? world.verifications,
      verifyHashes: verifyParts.hashes,
      gate: gate(world.database),
    },
    { verify: verifySettings(verify) },
  );
  const client = await api.client(options.credit ?? 10_000_000n);
  const post = (path: string, json: object, key?: string) =>
    client.fetch(path, { method: 'POST', json, headers: key === undefined ? {} : { 'idempotency-key': key } });
  const shown = async (id: string) => (await (await client.fetch(`/v1/verifications/${id}`)).json()) as Shown;
  return {
    ...world,
    api,
    client,
    post,
    async start(to, request = {}) {
      const response = await post('/v1/verifications', { to, ...request }, randomUUID());
      if (response.status !== 201) throw new Error(`it was answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as Shown;
    },
    shown,
    check: async (id, code, key) => (await (await post(`/v1/verifications/${id}/check`, { code }, key)).json()) as Checked,
    async becomes(id, status, withinMs = 20_000) {
      await until(
        async () => (await shown(id)).status === status,
        withinMs,
        async () => `${id} is ${JSON.stringify(await shown(id))}\n${world.logs.slice(-10).join('\n')}`,
      );
      return shown(id);
    },
    async codes(carrier, atLeast) {
      await until(
        () => Promise.resolve(carrier.sent.length >= atLeast),
        20_000,
        () => Promise.resolve(`${carrier.id} was handed ${carrier.sent.length} codes\n${world.logs.slice(-10).join('\n')}`),
      );
      return carrier.sent.map(({ text, channel }) =>
        channel === 'voice' ? /(?:\d, )+\d/.exec(text)![0].replaceAll(/\D/g, '') : /\d{4,10}/.exec(text)![0],
      );
    },
    async reasons(id) {
      const rows = await world.database.rows<{ to_status: string; reason: string }>(
        'SELECT to_status, reason FROM verification_history WHERE verification_id = $1 ORDER BY id',
        [id],
      );
      return rows.map(({ to_status, reason }) => `${to_status} ${reason}`);
    },
    eventsOf: (id, path) => world.events(verificationWorkflowId(id), path),
    async stop() {
      await api.close();
      await world.stop();
    },
  };
}
