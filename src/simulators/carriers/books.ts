import type { Journal } from '../journal.js';

/** Where a message stands at a simulated carrier. */
export type SimStatus = 'on_its_way' | 'delivered' | 'undelivered';

/** A message that was taken. */
export interface SimMessage {
  readonly id: string;
  readonly reference: string | null;
  readonly to: string;
  readonly from: string | null;
  readonly text: string;
  readonly receiptUrl: string | null;
  /** Decimal amount for the whole message. */
  readonly price: string;
  readonly currency: string;
  readonly at: number;
  /** What the carrier says, which is not always what happened. */
  status: SimStatus;
  /** Whether it reached its phone. */
  arrived: boolean | null;
  /** When the last receipt is due; null once it was sent, or where none ever is. */
  receiptAt: number | null;
  /** Receipts that were posted and answered with 2xx. */
  receipts: number;
  /** Words of the traps that its receipt falls into. */
  readonly quirks: readonly string[];
}

/** The books of one simulated carrier: what is in them survives `kill -9`. */
export interface CarrierBooks {
  readonly messages: ReadonlyMap<string, SimMessage>;
  /** Books a message before anything is answered. */
  add(message: SimMessage): void;
  /** Keeps what changed of it. */
  touch(message: SimMessage): void;
  /** The oldest message of a reference. */
  byReference(reference: string): SimMessage | null;
  nextId(): number;
  close(): void;
}

/** Opens the books; without a journal they live in memory. */
export function createBooks(journal: Journal | null): CarrierBooks {
  const messages = new Map<string, SimMessage>();
  const references = new Map<string, string>();
  const keep = (message: SimMessage): void => {
    messages.set(message.id, message);
    if (message.reference !== null && !references.has(message.reference)) references.set(message.reference, message.id);
  };
  for (const line of journal?.lines ?? []) keep(line as SimMessage);
  let last = messages.size;
  return {
    messages,
    add: (message) => {
      keep(message);
      journal?.append(message);
    },
    touch: (message) => journal?.append(message),
    byReference: (reference) => messages.get(references.get(reference) ?? '') ?? null,
    nextId: () => (last += 1),
    close: () => journal?.close(),
  };
}
