import type { Carrier } from '../carriers/carrier.js';
import type { Database } from '../db/database.js';
import type { MessageCommands } from '../domain/message-request.js';
import type { Log } from '../domain/log.js';
import type { Markup } from '../domain/money.js';
import type { Keyring } from '../sealing/keyring.js';
import type { VerifyHashes } from '../sealing/verify-hashes.js';
import type { RouteMemory } from './route-memory.js';

/** What the steps of sending need. */
export interface SendDeps {
  readonly database: Database;
  readonly keyring: Keyring;
  /** ISO 4217 code of the wallet. */
  readonly walletCurrency: string;
  /** What clients pay above the carrier's price to a country. */
  readonly markupOf: (country: string) => Markup;
  /** The carrier accounts that are configured in this process. */
  readonly carriers: ReadonlyMap<string, Carrier>;
  /** Where a carrier posts its receipts; null where it cannot reach us. */
  readonly receiptUrl: (carrier: string) => string | null;
  /** A verification's code: so many digits of a CSPRNG. */
  readonly newCode: (digits: number) => string;
  readonly hashes: VerifyHashes;
  /** How many carriers one message may try. */
  readonly maxCarriers: number;
  /** Milliseconds from the decision to send until it is too late to send. */
  readonly sendWithinMs: number;
  /** Milliseconds that a carrier may take to answer. */
  readonly replyWaitMs: number;
  /** Tells a message's workflow that a receipt is stored; false when the workflow is over. */
  readonly tellMessage: (messageId: string) => Promise<boolean>;
  /** Starts a message's workflow, or joins the one that runs. */
  readonly startMessage: MessageCommands['start'];
  /** Sees to it that a stored batch's workflow runs. */
  readonly startBatch: MessageCommands['startBatch'];
  /** What is known of carriers on a route. */
  readonly routes: RouteMemory;
  readonly newId: () => string;
  /** Evenly distributed, at least 0, below 1. */
  readonly die: () => number;
  readonly log: Log;
}
