import { randomBytes, randomUUID } from 'node:crypto';
import type { ApiDeps, ApiSettings } from '../../src/api/deps.js';
import type { Database } from '../../src/db/database.js';
import type { ActivationStatus } from '../../src/domain/activation.js';
import { CHANGE_CHANNEL } from '../../src/domain/names.js';
import { createKeyring, places, type Keyring } from '../../src/sealing/keyring.js';
import { freshDatabase } from './fresh-database.js';
import { scriptedCommands, type ScriptedCommands } from './scripted-commands.js';
import { serveApi, type ServedApi } from './served-api.js';

/** A served API over a database of its own, with commands that the test scripts. */
export interface World extends ServedApi {
  readonly database: Database;
  readonly databaseUrl: string;
  /** As superuser, behind row-level security. */
  readonly adminUrl: string;
  readonly keyring: Keyring;
  readonly commands: ScriptedCommands;
  /** Writes an activation as the workflow would. */
  putActivation(accountId: string, row?: Partial<ActivationFixture>): Promise<string>;
  setStatus(id: string, status: ActivationStatus): Promise<void>;
  /** Writes an SMS; revealed unless told otherwise. */
  putMessage(accountId: string, activationId: string, sms: { code: string; text: string; revealed?: boolean }): Promise<string>;
  /** An SMS and its RECEIVED in one transaction, as they are really written. */
  receive(accountId: string, activationId: string, sms: { code: string; text: string }): Promise<void>;
  announce(activationId: string): Promise<void>;
}

export interface ActivationFixture {
  readonly id: string;
  readonly requestHash: string;
  readonly service: string;
  readonly country: string;
  readonly status: ActivationStatus;
  readonly failureCode: string | null;
  readonly phone: string | null;
  readonly price: bigint | null;
  readonly createdAt: Date;
  readonly metadata: object;
}

export interface WorldOptions {
  readonly settings?: Partial<ApiSettings>;
  readonly deps?: Partial<ApiDeps>;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const fresh = await freshDatabase();
  const { database } = fresh;
  const keyring = createKeyring([{ id: 'test', key: randomBytes(32) }]);
  const commands = scriptedCommands();
  const served = await serveApi({ database, keyring, commands, ...options.deps }, options.settings);
  const announce = async (id: string) => void (await database.rows('SELECT pg_notify($1, $2)', [CHANGE_CHANNEL, id]));

  const putMessage: World['putMessage'] = async (accountId, activationId, sms) => {
    const id = randomUUID();
    await database.run(
      `INSERT INTO inbox (id, provider, provider_order_id, activation_id, account_id, source, code_sealed, text_sealed, confirmed_at, revealed_at)
         VALUES ($1, 'herosms', $2, $3, $4, 'poll', $5, $6, now(), CASE WHEN $7 THEN now() END)`,
      [
        id,
        randomUUID(),
        activationId,
        accountId,
        keyring.seal(sms.code, places.inboxCode(id)),
        keyring.seal(sms.text, places.inboxText(id)),
        sms.revealed ?? true,
      ],
    );
    return id;
  };

  return {
    ...served,
    database,
    databaseUrl: fresh.url,
    adminUrl: fresh.adminUrl,
    keyring,
    commands,
    async putActivation(accountId, row = {}) {
      const id = row.id ?? randomUUID();
      const status = row.status ?? 'WAITING';
      const phone = row.phone === undefined ? '+6281234567890' : row.phone;
      await database.run(
        `INSERT INTO activations (id, account_id, idempotency_key, request_hash, workflow_id, run_id, service, country, status, failure_code, currency,
           price, phone_sealed, expires_at, created_at, metadata)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'USD', $11, $12, now() + interval '20 minutes', $13, $14)`,
        [
          id,
          accountId,
          randomUUID(),
          row.requestHash ?? 'hash',
          `activation/${id}`,
          randomUUID(),
          row.service ?? 'telegram',
          row.country ?? 'ID',
          status,
          row.failureCode ?? null,
          row.price === undefined ? 150_000n : row.price,
          phone === null ? null : keyring.seal(phone, places.activationPhone(id)),
          row.createdAt ?? new Date(),
          JSON.stringify(row.metadata ?? {}),
        ],
      );
      return id;
    },
    async setStatus(id, status) {
      await database.run('UPDATE activations SET status = $2 WHERE id = $1', [id, status]);
      await announce(id);
    },
    putMessage,
    async receive(accountId, activationId, sms) {
      const inboxId = await putMessage(accountId, activationId, { ...sms, revealed: false });
      await database.transaction(async (sql) => {
        await sql.run('UPDATE inbox SET revealed_at = now() WHERE id = $1', [inboxId]);
        await sql.run(`UPDATE activations SET status = 'RECEIVED' WHERE id = $1`, [activationId]);
      });
      await announce(activationId);
    },
    announce,
    async close() {
      await served.close();
      await fresh.drop();
    },
  };
}
