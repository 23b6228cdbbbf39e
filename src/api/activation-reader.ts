import {
  listActivations,
  readActivation,
  readMessages,
  type ActivationFilter,
  type ActivationView,
  type MessageView,
} from '../db/activation-views.js';
import type { Database } from '../db/database.js';
import { formatMoney } from '../domain/money.js';
import { places, type Keyring } from '../sealing/keyring.js';
import type { Activation } from './schemas/activation.js';
import { timeText } from './schemas/scalars.js';

/** A row and what the client sees of it. */
export interface ReadActivation {
  readonly row: ActivationView;
  readonly shown: Activation;
}

/** Reads activations as their owner: every statement runs under row-level security. */
export interface ActivationReader {
  /** Null for an id that is nobody's or another account's. */
  read(accountId: string, id: string): Promise<ReadActivation | null>;
  list(accountId: string, filter: ActivationFilter): Promise<readonly ReadActivation[]>;
}

/** Opens numbers, codes and texts with `keyring` where their owner asks for them. */
export function createActivationReader(database: Database, keyring: Keyring): ActivationReader {
  const show = (row: ActivationView, messages: readonly MessageView[]): ReadActivation => ({
    row,
    shown: showActivation(keyring, row, messages),
  });
  return {
    read: (accountId, id) =>
      database.asClient(accountId, async (sql) => {
        const row = await readActivation(sql, id);
        return row === null ? null : show(row, await readMessages(sql, [id]));
      }),
    list: (accountId, filter) =>
      database.asClient(accountId, async (sql) => {
        const rows = await listActivations(sql, filter);
        const messages =
          rows.length === 0
            ? []
            : await readMessages(
                sql,
                rows.map((row) => row.id),
              );
        return rows.map((row) =>
          show(
            row,
            messages.filter((message) => message.activation_id === row.id),
          ),
        );
      }),
  };
}

function showActivation(keyring: Keyring, row: ActivationView, messages: readonly MessageView[]): Activation {
  return {
    id: row.id,
    status: row.status,
    phone_number: row.phone_sealed === null ? null : keyring.open(row.phone_sealed, places.activationPhone(row.id)),
    service: row.service,
    country: row.country,
    operator: row.operator ?? row.wanted_operator,
    price: row.price === null ? null : formatMoney(row.price),
    currency: row.currency,
    expires_at: row.expires_at === null ? null : timeText(row.expires_at),
    ...(row.cancel_due_at === null ? {} : { cancel_due_at: timeText(row.cancel_due_at) }),
    ...(row.failure_code === null ? {} : { failure_code: row.failure_code }),
    ...(row.late_sms_price === null ? {} : { late_sms: { count: row.late_sms, price: formatMoney(row.late_sms_price) } }),
    ...(row.erased_at === null ? {} : { erased_at: timeText(row.erased_at) }),
    created_at: timeText(row.created_at),
    metadata: row.metadata,
    messages: messages.map((message) => ({
      id: message.id,
      code: message.code_sealed === null ? null : keyring.open(message.code_sealed, places.inboxCode(message.id)),
      text: message.text_sealed === null ? null : keyring.open(message.text_sealed, places.inboxText(message.id)),
      received_at: timeText(message.received_at),
    })),
  };
}
