/**
 * One text to one phone, and how it may end. The state machine of a message (DESIGN.md, section 4); `accepted` by a carrier
 * is never read as delivered.
 */

/** How a message travels. */
export const CHANNELS = ['sms', 'whatsapp', 'voice'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Where a message stands. The last five are final, though a late receipt may still say more of an UNKNOWN or EXPIRED one. */
export const MESSAGE_STATUSES = [
  /** Waits for the time at which it is to be sent. */
  'SCHEDULED',
  /** A carrier is being asked. */
  'QUEUED',
  /** A carrier took it, or may have; nobody has said yet what became of it. */
  'SENT',
  'DELIVERED',
  'UNDELIVERED',
  /** Its validity ended before it was delivered. */
  'EXPIRED',
  /** It was sent, and no receipt ever said what became of it. */
  'UNKNOWN',
  'CANCELLED',
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

const FINAL: ReadonlySet<MessageStatus> = new Set(['DELIVERED', 'UNDELIVERED', 'EXPIRED', 'UNKNOWN', 'CANCELLED']);

/** Whether nothing is awaited any more. */
export function isFinal(status: MessageStatus): boolean {
  return FINAL.has(status);
}

const FOLLOWS: Readonly<Record<MessageStatus, readonly MessageStatus[]>> = {
  SCHEDULED: ['QUEUED', 'CANCELLED', 'EXPIRED', 'UNDELIVERED'],
  QUEUED: ['SENT', 'DELIVERED', 'UNDELIVERED', 'EXPIRED', 'CANCELLED'],
  SENT: ['DELIVERED', 'UNDELIVERED', 'EXPIRED', 'UNKNOWN'],
  // Late receipts: who waited may have given up too early, and a delivery is a fact.
  EXPIRED: ['DELIVERED'],
  UNKNOWN: ['DELIVERED', 'UNDELIVERED'],
  UNDELIVERED: ['DELIVERED'],
  DELIVERED: [],
  CANCELLED: [],
};

/** Whether a message may go from one status to another. */
export function mayFollow(from: MessageStatus, to: MessageStatus): boolean {
  return FOLLOWS[from].includes(to);
}

/** What a carrier's receipt says of a message, in our words. */
export const RECEIPT_STATUSES = [
  /** It is on its way: taken, buffered, handed to the network. */
  'in_transit',
  'delivered',
  /** The network or the phone refused it. */
  'undelivered',
  /** Its validity ended at the carrier. */
  'expired',
  /** The carrier refused it after having taken it: content, sender, blocked. */
  'rejected',
  /** The carrier itself does not know and will not say more. */
  'unknown',
] as const;
export type ReceiptStatus = (typeof RECEIPT_STATUSES)[number];

/** Whether a receipt is the carrier's last word. */
export function isLastWord(status: ReceiptStatus): boolean {
  return status !== 'in_transit';
}

/** Why a carrier surely did not send a message. */
export const REFUSALS = [
  /** The number cannot exist, or not at this carrier: of no use to try another. */
  'invalid_number',
  /** The phone's owner does not want messages from this sender: no other carrier is tried, by law. */
  'opted_out',
  /** The carrier does not reach this country or network. */
  'unreachable',
  /** The sender ID is not allowed there. */
  'bad_sender',
  /** The text is refused: template, keyword, length. */
  'content',
  'throttled',
  /** Our account has no money there. */
  'no_balance',
  /** It would cost more than the ceiling. */
  'price',
  /** The carrier is down or closed to us for now. */
  'unavailable',
  /** Not this channel, not this kind of text. */
  'unsupported',
  'other',
] as const;
export type Refusal = (typeof REFUSALS)[number];

const ENDS_THE_MESSAGE: ReadonlySet<Refusal> = new Set(['invalid_number', 'opted_out']);

const PASSES: ReadonlySet<Refusal> = new Set(['throttled', 'unavailable']);

/** Whether the same carrier may take the same message a little later. */
export function passesSoon(refusal: string): boolean {
  return PASSES.has(refusal as Refusal);
}

/** Whether a refusal says that no carrier should be asked any more. */
export function endsMessage(refusal: Refusal): boolean {
  return ENDS_THE_MESSAGE.has(refusal);
}
