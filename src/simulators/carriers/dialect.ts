import type { ProtocolRequest, Reply } from '../protocol.js';
import type { SimMessage, SimStatus } from './books.js';
import type { SimRefusal } from './traps.js';

/** A send as a dialect understood it. */
export interface SubmittedMessage {
  readonly reference: string | null;
  readonly to: string;
  readonly from: string | null;
  readonly text: string;
  readonly receiptUrl: string | null;
}

/** What a request asks for. */
export type Asked =
  | { readonly kind: 'send'; readonly message: SubmittedMessage }
  | { readonly kind: 'by_reference'; readonly reference: string }
  | { readonly kind: 'by_id'; readonly id: string }
  /** What a dialect answers by itself. */
  | { readonly kind: 'answer'; readonly reply: Reply }
  | { readonly kind: 'bad_key' }
  | { readonly kind: 'malformed' };

/** Status words of receipts; `strange` is none that is documented. */
export type ReceiptWord = SimStatus | 'strange';

/** A receipt on its way to us. */
export interface PostedReceipt {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a simulated carrier words things. What happens is the kernel's business. */
export interface Dialect {
  /** The id of the so many-th message, where ids have a form. */
  idOf?(number: number, message: SubmittedMessage): string;
  read(request: ProtocolRequest, key: string): Asked;
  accepted(message: SimMessage): Reply;
  refused(reason: SimRefusal): Reply;
  badKey(): Reply;
  malformed(): Reply;
  /** What is known of a message; null: nothing is. */
  found(message: SimMessage | null, asked: 'by_reference' | 'by_id'): Reply;
  receipt(message: SimMessage, word: ReceiptWord, url: string, secret: string, now: number): PostedReceipt;
  /** Of no form that is documented. */
  garbage(): Reply;
}
