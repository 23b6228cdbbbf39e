import type { Channel, ReceiptStatus, Refusal } from '../domain/message.js';

/** A message as a carrier is to send it: one attempt. */
export interface OutgoingMessage {
  /** Our id of the attempt (UUID); goes to the carrier as its client reference wherever it takes one, and comes back in receipts. */
  readonly reference: string;
  readonly channel: Channel;
  /** E.164 with its plus. */
  readonly to: string;
  /** Sender ID as the carrier is to show it: alphanumeric, short code or E.164; null leaves it to the carrier. */
  readonly from: string | null;
  readonly text: string;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
  /** Seconds that the carrier may keep trying; null for its own default. */
  readonly validitySeconds: number | null;
  /** The most that this message may cost in all, micro units of the carrier account's currency; null for no ceiling. */
  readonly maxPrice: bigint | null;
  /** Where the carrier is to post receipts; null where it must be asked, or posts to an address set in its console. */
  readonly receiptUrl: string | null;
}

/** What every call carries along. */
export interface CarrierCall {
  /** Milliseconds after which the request is given up; adapters have a default of 10,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What became of a send. Only `refused` and `fatal` say that surely nothing was sent. */
export type SendOutcome =
  | {
      readonly kind: 'accepted';
      /** The carrier's id; receipts name it. */
      readonly messageId: string;
      /** Further ids where it names each part by itself. */
      readonly partIds?: readonly string[];
      /** What the carrier says it costs, micro units; null where it does not say (yet). */
      readonly price: bigint | null;
      /** ISO 4217; null where the reply names none. */
      readonly currency: string | null;
      readonly raw: string;
    }
  | {
      readonly kind: 'refused';
      readonly reason: Refusal;
      /** The carrier's own code. */
      readonly code: string | null;
      readonly retryAfterMs?: number;
      readonly raw: string;
    }
  /** The request may have arrived, and nobody knows whether the message was sent. Never sent again through this carrier blindly. */
  | { readonly kind: 'ambiguous'; readonly why: string; readonly raw: string }
  /** Surely not sent, and nothing will be until a person acts: wrong credentials, account closed. Opens the circuit. */
  | { readonly kind: 'fatal'; readonly reason: 'bad_credentials' | 'account_closed' | 'misconfigured'; readonly raw: string };

/** What a carrier says became of a message. */
export interface Receipt {
  /** The carrier's id of the message; null where it names only our reference. */
  readonly messageId: string | null;
  /** Our reference, where it comes back. */
  readonly reference: string | null;
  readonly status: ReceiptStatus;
  /** The carrier's own status word and error code, kept beside our reading. */
  readonly rawStatus: string;
  readonly errorCode: string | null;
  /** Final price, micro units of `currency`; null where it does not say. */
  readonly price: bigint | null;
  readonly currency: string | null;
}

/** A hook's request as it came. */
export interface HookRequest {
  readonly method: string;
  /** Whole address as the carrier knew it, query included: some sign it. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Milliseconds since the epoch, against which signed timestamps are judged. */
  readonly now: number;
}

/** A hook, read. */
export type HookReading =
  | { readonly kind: 'receipts'; readonly receipts: readonly Receipt[]; readonly reply: HookReply }
  /** Nothing of ours (an incoming SMS, a test ping), but to be answered well. */
  | { readonly kind: 'nothing'; readonly reply: HookReply }
  /** Its signature is wrong or missing, or it cannot be read: answered with 403 or 400 and never believed. */
  | { readonly kind: 'refused'; readonly why: 'signature' | 'unreadable' };

/** What the carrier wants to hear, so that it does not send the hook again. */
export interface HookReply {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

/** What a carrier can do, so that nothing above the adapter asks for it by name. */
export interface CarrierCapabilities {
  readonly channels: readonly Channel[];
  /** How receipts come: posted to us, asked for by us, both, or never. */
  readonly receipts: 'push' | 'poll' | 'both' | 'none';
  /** Whether hooks are signed, so that what they say may be believed without asking. */
  readonly signedHooks: boolean;
  /** Whether a message can be looked up by our reference after a lost reply. */
  readonly lookUp: boolean;
  /** Whether repeating a send with the same reference sends no second copy. */
  readonly idempotent: boolean;
  /** Messages a second that the account may send. */
  readonly perSecond: number;
}

/** What a carrier knows of a reference whose reply was lost. */
export type LookUpOutcome =
  | { readonly kind: 'found'; readonly messageId: string; readonly receipt: Receipt | null; readonly raw: string }
  /** The carrier surely has no such message. */
  | { readonly kind: 'not_found'; readonly raw: string }
  | { readonly kind: 'unknown'; readonly raw: string };

/**
 * A sender of messages. Adapters translate to and from our words, parse every reply by a schema and know every quirk of their
 * carrier; nothing outside the adapter does.
 *
 * `send` never throws. The others throw {@link import('./carrier-error.js').CarrierError} for what they cannot reach or read.
 */
export interface Carrier {
  /** Our id of this carrier account (`twilio`); ledger, queues and rows carry it. */
  readonly id: string;
  readonly capabilities: CarrierCapabilities;

  send(message: OutgoingMessage, call: CarrierCall): Promise<SendOutcome>;
  /** Asks for a message by our reference; only where `capabilities.lookUp`. */
  lookUp(message: Pick<OutgoingMessage, 'reference' | 'to' | 'channel'>, call: CarrierCall): Promise<LookUpOutcome>;
  /** Asks what became of a message; only where receipts are polled. Null while the carrier knows nothing yet. */
  receiptOf(messageId: string, call: CarrierCall): Promise<Receipt | null>;
  /** Checks a hook's signature and reads it. Never throws. */
  readHook(request: HookRequest): HookReading | Promise<HookReading>;
  /**
   * Opens the carrier's own connection and hands over every receipt that comes on it (SMPP); absent where receipts come by
   * hook. The carrier hears that a receipt was taken once `take` is fulfilled, and sends it again where it is rejected.
   */
  listen?(take: (receipt: Receipt) => Promise<void>): void;
  /** Ends connections that are kept open (SMPP). */
  close(): Promise<void>;
}
