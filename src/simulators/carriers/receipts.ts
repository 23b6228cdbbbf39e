import type { CarrierBooks, SimMessage } from './books.js';
import type { Dialect, PostedReceipt, ReceiptWord } from './dialect.js';
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

const LONGEST_TIMER = 2_000_000_000;

/** @see Receipts */
export function createReceipts(deps: {
  readonly books: CarrierBooks;
  readonly dialect: Dialect;
  readonly secret: string;
  readonly settings: () => CarrierSettings;
  readonly now: () => number;
}): Receipts {
  const { books, dialect, secret, settings, now } = deps;
  const counts = { posted: 0, refused: 0, unreachable: 0 };
  const timers = new Set<NodeJS.Timeout>();
  const closing = new AbortController();
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

  const deliver = async (receipt: PostedReceipt): Promise<boolean> => {
    try {
      const response = await fetch(receipt.url, {
        method: receipt.method,
        headers: receipt.headers,
        ...(receipt.method === 'GET' ? {} : { body: receipt.body }),
        redirect: 'manual',
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(5_000)]),
      });
      await response.arrayBuffer();
      counts[response.ok ? 'posted' : 'refused'] += 1;
      return response.ok;
    } catch {
      counts.unreachable += 1;
      return false;
    }
  };
  const post = async (message: SimMessage, word: ReceiptWord): Promise<boolean> => {
    if (message.receiptUrl === null) return false;
    const key = message.quirks.includes('bad_signature') ? `${secret}-of-somebody-else` : secret;
    const taken = await deliver(dialect.receipt(message, word, message.receiptUrl, key, now()));
    if (taken) message.receipts += 1;
    return taken;
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
      closing.abort();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
