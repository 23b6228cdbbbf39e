import type { ReceiptStatus, Refusal } from '../../domain/message.js';

/** What a status of a submission means. */
export type SubmitMeaning = Refusal | 'ambiguous' | 'fatal:bad_credentials' | 'fatal:account_closed' | 'fatal:misconfigured';

/** Command statuses (SMPP 3.4, 5.1.3) by which a message was surely not taken. Any other leaves it open. */
const SUBMIT: ReadonlyMap<number, SubmitMeaning> = new Map<number, SubmitMeaning>([
  [0x01, 'content'], // ESME_RINVMSGLEN
  [0x02, 'unsupported'], // ESME_RINVCMDLEN
  [0x03, 'unsupported'], // ESME_RINVCMDID
  [0x04, 'unavailable'], // ESME_RINVBNDSTS
  [0x06, 'unsupported'], // ESME_RINVPRTFLG
  [0x07, 'unsupported'], // ESME_RINVREGDLVFLG
  [0x0a, 'bad_sender'], // ESME_RINVSRCADR
  [0x0b, 'invalid_number'], // ESME_RINVDSTADR
  [0x0d, 'fatal:bad_credentials'], // ESME_RBINDFAIL
  [0x0e, 'fatal:bad_credentials'], // ESME_RINVPASWD
  [0x0f, 'fatal:bad_credentials'], // ESME_RINVSYSID
  [0x14, 'throttled'], // ESME_RMSGQFUL
  [0x15, 'unsupported'], // ESME_RINVSERTYP
  [0x42, 'unsupported'], // ESME_RINVREPFLAG
  [0x43, 'unsupported'], // ESME_RINVESMCLASS
  [0x45, 'other'], // ESME_RSUBMITFAIL
  [0x48, 'bad_sender'], // ESME_RINVSRCTON
  [0x49, 'bad_sender'], // ESME_RINVSRCNPI
  [0x50, 'unsupported'], // ESME_RINVDSTTON
  [0x51, 'unsupported'], // ESME_RINVDSTNPI
  [0x53, 'unsupported'], // ESME_RINVSYSTYP
  [0x58, 'throttled'], // ESME_RTHROTTLED
  [0x61, 'unsupported'], // ESME_RINVSCHED
  [0x62, 'unsupported'], // ESME_RINVEXPIRY
  [0xc0, 'unsupported'], // ESME_RINVOPTPARSTREAM
  [0xc1, 'unsupported'], // ESME_ROPTPARNOTALLWD
  [0xc2, 'unsupported'], // ESME_RINVPARLEN
  [0xc4, 'unsupported'], // ESME_RINVOPTPARAMVAL
]);

/** Statuses of a bind that will not change until somebody acts. */
const BIND_REFUSED: ReadonlySet<number> = new Set([0x0d, 0x0e, 0x0f]);

/** What a status of a submission that is not 0 means; the operator's own first. */
export function submitMeaning(status: number, own: ReadonlyMap<number, SubmitMeaning>): SubmitMeaning {
  return own.get(status) ?? SUBMIT.get(status) ?? 'ambiguous';
}

/** Whether a bind was refused for good. */
export function isBindRefused(status: number): boolean {
  return BIND_REFUSED.has(status);
}

/** `message_state` (5.2.28). */
const STATES: ReadonlyMap<number, ReceiptStatus> = new Map<number, ReceiptStatus>([
  [2, 'delivered'],
  [3, 'expired'],
  [4, 'rejected'],
  [5, 'undelivered'],
  [7, 'unknown'],
  [8, 'rejected'],
]);
/** `stat:` of a receipt's text (appendix B). ACCEPTD is widely used for "taken by the SMSC", and ends nothing. */
const WORDS: ReadonlyMap<string, ReceiptStatus> = new Map<string, ReceiptStatus>([
  ['DELIVRD', 'delivered'],
  ['EXPIRED', 'expired'],
  ['DELETED', 'rejected'],
  ['UNDELIV', 'undelivered'],
  ['UNKNOWN', 'unknown'],
  ['REJECTD', 'rejected'],
]);

/** What a receipt's state or word says of a message; what is not known ends nothing. */
export function receiptStatus(word: string | null, state: number | null): ReceiptStatus {
  const told = state === null ? undefined : STATES.get(state);
  return told ?? (word === null ? undefined : WORDS.get(word.toUpperCase())) ?? 'in_transit';
}
