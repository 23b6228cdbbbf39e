import type { Database } from '../db/database.js';
import { listMessages, type MessageFilter, type MessageRecord, readMessage } from '../db/message-views.js';
import { hideCode } from '../domain/code-template.js';
import { formatMoney } from '../domain/money.js';
import { places, type Keyring } from '../sealing/keyring.js';
import type { ShownMessage } from './schemas/message.js';
import { timeText } from './schemas/scalars.js';

/** A row and what the client sees of it. */
export interface ReadMessage {
  readonly row: MessageRecord;
  readonly shown: ShownMessage;
}

/** Reads messages as their owner: every statement runs under row-level security. */
export interface MessageReader {
  /** Null for an id that is nobody's or another account's. */
  read(accountId: string, id: string): Promise<ReadMessage | null>;
  list(accountId: string, filter: MessageFilter): Promise<readonly ReadMessage[]>;
}

/** Opens numbers and texts with `keyring` where their owner asks for them. */
export function createMessageReader(database: Database, keyring: Keyring): MessageReader {
  const show = (row: MessageRecord): ReadMessage => ({ row, shown: showMessage(keyring, row) });
  return {
    read: (accountId, id) =>
      database.asClient(accountId, async (sql) => {
        const row = await readMessage(sql, id);
        return row === null ? null : show(row);
      }),
    list: (accountId, filter) => database.asClient(accountId, async (sql) => (await listMessages(sql, filter)).map(show)),
  };
}

function showMessage(keyring: Keyring, row: MessageRecord): ShownMessage {
  const at = (date: Date | null) => (date === null ? null : timeText(date));
  const open = row.price === null && row.ended_at === null;
  return {
    id: row.id,
    status: row.status,
    reason: row.reason,
    channel: row.channel,
    to: row.to_sealed === null ? null : keyring.open(row.to_sealed, places.messageTo(row.id)),
    country: row.country,
    from: row.sender,
    text: row.text_sealed === null ? null : hideCode(keyring.open(row.text_sealed, places.messageText(row.id))),
    encoding: row.encoding,
    segments: row.segments,
    price: row.price === null ? null : formatMoney(row.price),
    held: open ? formatMoney(row.ceiling) : null,
    currency: row.currency,
    batch_id: row.batch_id,
    send_at: at(row.send_at),
    valid_until: timeText(row.valid_until),
    created_at: timeText(row.created_at),
    sent_at: at(row.sent_at),
    delivered_at: at(row.delivered_at),
    converted: row.converted,
    metadata: row.metadata,
  };
}
