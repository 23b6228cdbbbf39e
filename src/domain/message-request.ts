import type { ErrorCode, Json } from './errors.js';
import type { Channel, MessageStatus } from './message.js';

/** What starts a message workflow: the client's request and who made it. Money as decimal strings (Temporal payload). */
export interface StartMessage {
  /** UUID derived from account and idempotency key, so that the same request always means the same message. */
  readonly messageId: string;
  readonly accountId: string;
  readonly idempotencyKey: string;
  /** Hex SHA-256 of the canonical request body. */
  readonly requestHash: string;
  readonly batchId: string | null;
  readonly channel: Channel;
  /** E.164 with its plus. */
  readonly to: string;
  /** ISO 3166-1 alpha-2 of the number. */
  readonly country: string;
  /** Sender ID; null leaves it to the carrier. */
  readonly from: string | null;
  readonly text: string;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
  /** Decimal string in the wallet currency for the whole message, or null for no ceiling but the dearest carrier's price. */
  readonly maxPrice: string | null;
  /** Only these carriers, in the router's order; null for all. */
  readonly carriers: readonly string[] | null;
  /** Whether a silent or refusing carrier is followed by the next. */
  readonly failover: boolean;
  /** RFC 3339; null for at once. */
  readonly sendAt: string | null;
  /** Seconds from sending until the message is of no use any more. */
  readonly validitySeconds: number;
  readonly metadata: { readonly [key: string]: Json };
}

/** A message as a request is read into: all of it but whose it is and what names it. */
export type PreparedMessage = Omit<StartMessage, 'messageId' | 'accountId' | 'idempotencyKey' | 'batchId'>;

/** What the starting update answers once the money is held, or why it is not. The row tells the rest. */
export interface MessageAnswer {
  readonly messageId: string;
  readonly requestHash: string;
  /** Null when the message was taken. */
  readonly failure: { readonly code: ErrorCode; readonly detail: { readonly [key: string]: Json } } | null;
}

/** What became of a client's wish to cancel. */
export type MessageCancelReply = { readonly kind: 'cancelled' } | { readonly kind: 'refused'; readonly status: MessageStatus };

/** The API's only way to messages' workflows. */
export interface MessageCommands {
  /** UUID and workflow id that this account's idempotency key stands for. */
  identify(accountId: string, idempotencyKey: string): { readonly messageId: string; readonly workflowId: string };
  /** Starts the workflow, or joins the one that this key started. @throws DomainError `unavailable` when Temporal cannot be reached. */
  start(
    input: StartMessage,
    waitMs: number,
  ): Promise<{ kind: 'answered'; answer: MessageAnswer } | { kind: 'pending' } | { kind: 'ended' }>;
  /** UUID and workflow id of the batch that this key stands for. */
  identifyBatch(accountId: string, idempotencyKey: string): { readonly batchId: string; readonly workflowId: string };
  /** UUID of a batch's message, by its place in the request. */
  identifyItem(accountId: string, batchId: string, seq: number): string;
  /** Sees to it that a stored batch's workflow runs, or has run. @throws DomainError `unavailable` */
  startBatch(batch: { readonly batchId: string; readonly size: number }): Promise<void>;
  /** Takes a scheduled message back. `ended`: its workflow is over: read the row. @throws DomainError `unavailable` */
  cancel(messageId: string): Promise<MessageCancelReply | { kind: 'ended' }>;
  /** A receipt of a message is stored. Resolves to false when its workflow is over. */
  receiptArrived(messageId: string): Promise<boolean>;
}
