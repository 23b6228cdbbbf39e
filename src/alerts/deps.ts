import type { Database } from '../db/database.js';
import type { AlertPolicy } from '../domain/alert-policy.js';
import type { VerificationBounds } from '../domain/alert-verification.js';
import type { Log } from '../domain/log.js';
import type { HttpClient } from '../http/client.js';

/** Where messages to operators go. */
export interface AlertReceiver {
  readonly url: string;
  /** Of Standard Webhooks: `whsec_` and base64. */
  readonly secret: string;
}

/** Starts what brings a message to the receiver; starting it twice does nothing more. */
export interface AlertDeliveries {
  start(messageId: string): Promise<void>;
}

/** What looking for trouble and telling of it needs. */
export interface AlertDeps {
  readonly database: Database;
  readonly http: HttpClient;
  readonly policy: AlertPolicy;
  /** Below which balance, micro units of its currency, an account is low; null for one that is not configured. */
  readonly lowBalanceOf: (provider: string) => bigint | null;
  readonly verification: VerificationBounds;
  /** Base address at which clients reach the API; null where its routes are not asked. */
  readonly publicUrl: string | null;
  /** Null: the log alone is told. */
  readonly receiver: AlertReceiver | null;
  readonly deliveries: AlertDeliveries;
  readonly clock: () => Date;
  /** A monotonic clock, milliseconds. */
  readonly now: () => number;
  /** A new UUID. */
  readonly newId: () => string;
  readonly log: Log;
}
