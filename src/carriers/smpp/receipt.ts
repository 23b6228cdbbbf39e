import smpp, { type DecodedMessage, type PDU } from 'smpp';
import type { Receipt } from '../carrier.js';
import { receiptStatus } from './statuses.js';

/** How an SMSC writes ids into receipts; see `receipt_ids` of the account. */
export type ReceiptIds = 'same' | 'decimal' | 'hexadecimal';

const RECEIPT = 0x04;
const INTERMEDIATE = 0x20;
const KINDS = 0x3c;
const FIELD = {
  id: /\bid:\s*(\S+)/i,
  stat: /\bstat:\s*(\w+)/i,
  err: /\berr:\s*(\w+)/i,
} as const;

/** The receipt in a `deliver_sm` or `data_sm`; null where it holds none: a text from a phone. */
export function readReceipt(pdu: PDU, ids: ReceiptIds): Receipt | null {
  const kind = Number(pdu['esm_class'] ?? 0) & KINDS;
  if (kind !== RECEIPT && kind !== INTERMEDIATE) return null;
  // Everything before the first words of the message itself, which may look like anything.
  const [head = ''] = textOf(pdu).split(/\btext:/i);
  const field = (name: keyof typeof FIELD): string | null => FIELD[name].exec(head)?.[1] ?? null;
  const given = pdu['receipted_message_id'];
  // Where an SMSC leaves the id unterminated, the library reads on into the next field, whose tag begins with a control character.
  const receipted = typeof given === 'string' ? (/^[\x20-\x7e]+/.exec(given)?.[0] ?? null) : null;
  const id = receipted ?? field('id');
  const state = typeof pdu['message_state'] === 'number' ? pdu['message_state'] : null;
  const word = field('stat');
  if (id === null || (word === null && state === null)) return null;
  const error = field('err') ?? networkError(pdu['network_error_code']);
  return {
    messageId: receiptedId(id, ids),
    reference: null,
    status: receiptStatus(word, state),
    rawStatus: (word ?? `message_state ${state}`).slice(0, 100),
    errorCode: error === null || /^0+$/.test(error) ? null : error.slice(0, 50),
    price: null,
    currency: null,
  };
}

/** The id of an answer, in the form in which receipts are read. */
export function submittedId(id: string, ids: ReceiptIds): string {
  return ids === 'decimal' ? asNumber(id, 16) : ids === 'hexadecimal' ? asNumber(id, 10) : id;
}

/** The id of a receipt, in the form that {@link submittedId} gives. */
function receiptedId(id: string, ids: ReceiptIds): string {
  return ids === 'decimal' ? asNumber(id, 10) : ids === 'hexadecimal' ? asNumber(id, 16) : id;
}

/** Decimal, without leading zeros; what is no such number stays as it is. */
function asNumber(id: string, base: 10 | 16): string {
  const digits = base === 16 ? /^[0-9a-f]+$/i : /^\d+$/;
  return digits.test(id) ? BigInt(base === 16 ? `0x${id}` : id).toString() : id;
}

function textOf(pdu: PDU): string {
  const short = decoded(pdu['short_message'], pdu);
  return short === '' ? decoded(pdu['message_payload'], pdu) : short;
}

function decoded(value: unknown, pdu: PDU): string {
  if (value === undefined || value === null) return '';
  const message = typeof value === 'object' && 'message' in value ? (value as DecodedMessage).message : (value as string | Buffer);
  if (typeof message !== 'string') return Buffer.from(message).toString('latin1');
  // Receipts are ASCII, whatever alphabet is the SMSC's default: the library read it as GSM, where `_` and `@` lie elsewhere.
  const coding = Number(pdu['data_coding'] ?? 0) & 0x0f;
  return coding <= 1 ? smpp.encodings.ASCII.encode(message).toString('latin1') : message;
}

function networkError(value: unknown): string | null {
  return Buffer.isBuffer(value) && value.length === 3 ? String(value.readUInt16BE(1)) : null;
}
