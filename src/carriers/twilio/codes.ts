import type { ReceiptStatus, Refusal } from '../../domain/message.js';

/**
 * Twilio's codes (https://www.twilio.com/docs/api/errors, and those of its magic test numbers) by what they mean for a
 * request that was refused. Twilio adds codes and makes others finer: one that is not here is refused for another reason.
 */
const REFUSALS: Readonly<Record<number, Refusal>> = {
  20429: 'throttled',
  21210: 'bad_sender',
  21211: 'invalid_number',
  21212: 'bad_sender',
  21213: 'bad_sender',
  21215: 'unreachable',
  21216: 'unreachable',
  21217: 'invalid_number',
  21219: 'unreachable',
  21408: 'unreachable',
  21421: 'invalid_number',
  21602: 'content',
  21603: 'bad_sender',
  21605: 'content',
  21606: 'bad_sender',
  21608: 'unreachable',
  21610: 'opted_out',
  21611: 'throttled',
  21612: 'unreachable',
  21614: 'invalid_number',
  21617: 'content',
  21655: 'content',
  21656: 'content',
  21659: 'bad_sender',
  21660: 'bad_sender',
  30007: 'content',
  63003: 'unreachable',
  63007: 'bad_sender',
  63016: 'content',
};
const FATAL: Readonly<Record<number, 'bad_credentials' | 'account_closed' | 'misconfigured'>> = {
  10001: 'account_closed',
  20003: 'bad_credentials',
  20005: 'account_closed',
  // Another account's path, or none at all.
  20404: 'misconfigured',
  // A receipt address that Twilio cannot use: every message would be refused.
  21609: 'misconfigured',
  30002: 'account_closed',
};

/** What a refusal of a request means. */
export function meaningOf(
  code: number,
): { readonly fatal: 'bad_credentials' | 'account_closed' | 'misconfigured' } | { readonly refused: Refusal } {
  const fatal = FATAL[code];
  return fatal === undefined ? { refused: REFUSALS[code] ?? 'other' } : { fatal };
}

/** Status words of messages and calls; a word that is not here ends nothing. */
const STATUSES: Readonly<Record<string, ReceiptStatus>> = {
  delivered: 'delivered',
  // WhatsApp only.
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'undelivered',
  canceled: 'rejected',
  // Calls. Somebody, or a mailbox, heard it.
  completed: 'delivered',
  busy: 'undelivered',
  'no-answer': 'undelivered',
};
/** Codes that say more of a failed message than its status does. */
const BY_CODE: Readonly<Record<string, ReceiptStatus>> = {
  21610: 'rejected',
  30001: 'rejected',
  30002: 'rejected',
  30004: 'rejected',
  30007: 'rejected',
  30036: 'expired',
  63016: 'rejected',
};

/** What a status with its error code says of a message. */
export function statusOf(word: string, errorCode: string | null): ReceiptStatus {
  const status = Object.hasOwn(STATUSES, word) ? STATUSES[word]! : 'in_transit';
  if (status !== 'undelivered' || errorCode === null || !Object.hasOwn(BY_CODE, errorCode)) return status;
  return BY_CODE[errorCode]!;
}
