import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { bodyToDeliver, markReceiverGone, noteTry } from '../db/alert-messages.js';
import { HttpError } from '../http/http-error.js';
import type { AlertDeps, AlertReceiver } from './deps.js';

/** How one try ended. */
export type DeliveryResult =
  /** Taken, not wanted any more, or nothing left to do. */
  | { readonly kind: 'done' }
  /** To be tried again, not before `retryAfterMs` where the receiver named a time. */
  | { readonly kind: 'again'; readonly why: string; readonly retryAfterMs: number | null };

const DONE: DeliveryResult = Object.freeze({ kind: 'done' });
/** The Standard Webhooks specification's own bounds: a receiver answers within some seconds, and 410 means never again. */
const DELIVER_MS = 15_000;
const GONE = 410;
const LONGEST_PAUSE_MS = 900_000;

/** Names a receiver without showing its address, which may hold a token. */
export function receiverId(receiver: Pick<AlertReceiver, 'url'>): string {
  return createHash('sha256').update(receiver.url).digest('hex');
}

/**
 * Offers a message to the receiver once, signed as Standard Webhooks says: the same webhook-id at each try, the time of this
 * one. The address is the operator's configuration, not a user's, so it may be a private one; redirects are not followed.
 */
export async function deliverAlert(
  deps: Pick<AlertDeps, 'database' | 'http' | 'receiver' | 'clock' | 'log'>,
  id: string,
): Promise<DeliveryResult> {
  const body = await bodyToDeliver(deps.database, id);
  if (body === null) return DONE;
  const { receiver } = deps;
  if (receiver === null) {
    await noteTry(deps.database, id, 'no receiver', 'none');
    return DONE;
  }
  const at = deps.clock();
  const answer = await post(deps, receiver, body, {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(receiver.secret).sign(id, at, body),
  });
  if (answer.status !== null && answer.status >= 200 && answer.status < 300) {
    await noteTry(deps.database, id, answer.result, 'delivered');
    return DONE;
  }
  if (answer.status === GONE) {
    await markReceiverGone(deps.database, id, receiverId(receiver));
    deps.log.warn({ message: id }, 'the receiver of alerts answered 410: nothing more is sent to this address; the log is still told');
    return DONE;
  }
  await noteTry(deps.database, id, answer.result, 'pending');
  return { kind: 'again', why: `the receiver of alerts did not take the message (${answer.result})`, retryAfterMs: answer.retryAfterMs };
}

interface Answer {
  readonly status: number | null;
  readonly result: string;
  readonly retryAfterMs: number | null;
}

async function post(
  deps: Pick<AlertDeps, 'http'>,
  receiver: AlertReceiver,
  body: string,
  signed: Readonly<Record<string, string>>,
): Promise<Answer> {
  try {
    const reply = await deps.http.request({
      method: 'POST',
      url: receiver.url,
      headers: { 'content-type': 'application/json', ...signed },
      body,
      timeoutMs: DELIVER_MS,
    });
    const seconds = Number(reply.headers['retry-after'] ?? Number.NaN);
    const retryAfterMs = seconds > 0 ? Math.min(LONGEST_PAUSE_MS, seconds * 1_000) : null;
    return { status: reply.status, result: String(reply.status), retryAfterMs };
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return { status: null, result: error.reason, retryAfterMs: null };
  }
}
