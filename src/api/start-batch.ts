import { createHash } from 'node:crypto';
import { insertBatch } from '../db/message-batches.js';
import { type BatchRecord, readBatch } from '../db/message-batch-views.js';
import type { Database } from '../db/database.js';
import { DomainError, type Json } from '../domain/errors.js';
import type { PreparedMessage } from '../domain/message-request.js';
import { places, type Keyring } from '../sealing/keyring.js';
import { invalidField } from './problem.js';
import type { BatchRequest } from './schemas/message.js';
import { keyReused, prepareMessage, type StartMessageDeps } from './start-message.js';

/** What {@link startBatch} needs. */
export interface StartBatchDeps extends Pick<StartMessageDeps, 'commands' | 'clock' | 'deniedCountries'> {
  readonly database: Database;
  readonly keyring: Keyring;
}

const MOST_ERRORS = 20;

/**
 * Reads a batch's request into the messages that it stands for.
 *
 * @throws DomainError `invalid_input` that names every message that cannot be sent, up to 20.
 */
export function prepareBatch(deps: Pick<StartBatchDeps, 'clock' | 'deniedCountries'>, body: BatchRequest): PreparedMessage[] {
  const { messages, text, ...manner } = body;
  const errors: Json[] = [];
  const prepared = messages.flatMap((one, index): PreparedMessage[] => {
    const own = one.text ?? text;
    try {
      if (own === undefined) throw invalidField('text', 'This message has no text, and the batch has none for all.');
      return [prepareMessage(deps, { ...manner, to: one.to, text: own, metadata: one.metadata })];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const found = error.detail['errors'];
      const of = Array.isArray(found) ? (found as { field: string; message: string }[]) : [{ field: 'to', message: error.message }];
      errors.push(...of.map(({ field, message }) => ({ field: `messages.${index}.${field}`, message })));
      return [];
    }
  });
  if (errors.length > 0)
    throw new DomainError('invalid_input', `${errors.length} of ${messages.length} messages cannot be sent; nothing was.`, {
      errors: errors.slice(0, MOST_ERRORS),
    });
  return prepared;
}

/**
 * Stores a batch and has it handed over, or answers from the one that this key stored. The same key never sends twice.
 *
 * @throws DomainError `idempotency_key_reused`, `invalid_input`, `unavailable`.
 */
export async function startBatch(
  deps: StartBatchDeps,
  request: { readonly accountId: string; readonly idempotencyKey: string; readonly body: BatchRequest },
): Promise<BatchRecord> {
  const { accountId, idempotencyKey } = request;
  const prepared = prepareBatch(deps, request.body);
  const requestHash = createHash('sha256')
    .update(prepared.map((one) => one.requestHash).join())
    .digest('hex');
  const { batchId, workflowId } = deps.commands.identifyBatch(accountId, idempotencyKey);
  const items = prepared.map((one, seq) => {
    const messageId = deps.commands.identifyItem(accountId, batchId, seq);
    return { messageId, sealed: deps.keyring.seal(JSON.stringify(one), places.batchItem(messageId)) };
  });
  await deps.database.transaction((sql) => insertBatch(sql, { id: batchId, accountId, idempotencyKey, requestHash, workflowId, items }));
  const batch = await deps.database.asClient(accountId, (sql) => readBatch(sql, batchId));
  if (batch === null) throw new Error(`batch ${batchId} was stored and cannot be read`);
  if (batch.request_hash !== requestHash) throw keyReused();
  // A workflow that cannot be started now is started by the repair schedule.
  if (batch.ended_at === null) await deps.commands.startBatch({ batchId, size: batch.size });
  return batch;
}
