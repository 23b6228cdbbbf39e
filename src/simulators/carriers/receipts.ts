import type { CarrierBooks, SimMessage } from './books.js';
import type { ReceiptWord } from './dialect.js';
import type { CarrierSettings } from './settings.js';

/** Posts receipts when they are due, and again until they are taken. */
export interface Receipts {
  /** Plans what is due of a message; also after a restart. */
  plan(message: SimMessage): void;
  /** Posts one now, whatever is planned. Resolves when it was tried once. */
  post(message: SimMessage, word: ReceiptWord): Promise<boolean>;
  readonly counts: { readonly posted: number; readonly refused: number; readonly unreachable: number };
  close(): void;
}

/** What became of a receipt: taken, not taken, nobody there, or nobody wants it. */
export type Posted = 'posted' | 'refused' | 'unreachable' | 'unwanted';

/** Brings a receipt to whom it is for. `forged`: signed with another key. */
export type PostReceipt = (message: SimMessage, word: ReceiptWord, forged: boolean) => Promise<Posted>;

const LONGEST_TIMER = 2_000_000_000;

/** @see Receipts */
export function createReceipts(deps: {
  readonly books: CarrierBooks;
  readonly deliver: PostReceipt;
  readonly settings: () => CarrierSettings;
  readonly now: () => number;
}): Receipts {
  const { books, settings, now } = deps;
  const counts = { posted: 0, refused: 0, unreachable: 0 };
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, then: () => Promise<unknown>): void => {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        // A receipt that cannot be posted is counted; nothing else can fail here.
        then().catch(() => undefined);
      },
      Math.min(LONGEST_TIMER, Math.max(0, ms)),
    );
    timers.add(timer);
  };

  const post = async (message: SimMessage, word: ReceiptWord): Promise<boolean> => {
    const posted = await deps.deliver(message, word, message.quirks.includes('bad_signature'));
    if (posted === 'unwanted') return false;
    counts[posted] += 1;
    if (posted === 'posted') message.receipts += 1;
    return posted === 'posted';
  };
  const last = async (message: SimMessage, tries: number): Promise<void> => {
    const word: ReceiptWord = message.quirks.includes('unknown_status') ? 'strange' : message.status;
    const taken = await post(message, word);
    if (!taken && tries < settings().retries && message.receiptUrl !== null) {
      later(settings().retryMs, async () => last(message, tries + 1));
      return;
    }
    if (message.quirks.includes('doubled_receipt')) await post(message, word);
    if (message.quirks.includes('backwards')) await post(message, 'on_its_way');
    message.receiptAt = null;
    books.touch(message);
  };

  return {
    counts,
    post,
    plan: (message) => {
      if (message.receiptAt === null) return;
      later(message.receiptAt - now(), async () => {
        message.arrived ??= !message.quirks.includes('lost');
        message.status = message.arrived || message.quirks.includes('fake_receipt') ? 'delivered' : 'undelivered';
        books.touch(message);
        if (!message.quirks.includes('no_receipt')) await last(message, 0);
      });
    },
    close: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
