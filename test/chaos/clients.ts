import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/stack.js';
import type { Dice } from './dice.js';
import { createTrail } from './trail.js';

/** What one honest client learned. */
export interface ClientReport {
  /** The activation's id; null where nothing could be bought or the client has no credit. */
  readonly id: string | null;
  /** Requests that never got an answer to act on, with what came instead. */
  readonly unanswered: readonly string[];
}

/**
 * Until when a request that begins now is asked again, milliseconds since the epoch. Counted from each request: by one clock for all
 * of them, those whose turn comes late on a busy machine would be given up before they were sent.
 */
export type Patience = () => number;

const ASK_MS = 6_000;

/** One honest client: starts with a key until it is answered, then finishes, cancels, asks again or just waits. */
export async function runClient(stack: Stack, dice: Dice, key: string, patience: Patience): Promise<ClientReport> {
  const plan = {
    country: dice.pick(['ID', 'GB', 'US']),
    after: dice.pick(['finish', 'cancel', 'cancel-later', 'resend', 'nothing']),
    pause: dice.upTo(3_000),
    onNoCode: dice.pick(['refund', 'refund', 'replace']),
  };
  const body = { service: 'telegram', country: plan.country, on_no_code: plan.onNoCode, metadata: { key } };
  const trail = createTrail(stack, `activation ${key}`);
  const started = await insist(patience(), async () => {
    const signal = AbortSignal.timeout(15_000);
    const response = await trail.fetch('/v1/activations', {
      json: body,
      headers: { 'idempotency-key': key, prefer: 'wait=5' },
      signal,
    });
    if ([201, 202].includes(response.status)) return { id: ((await response.json()) as { id: string }).id };
    // 402 and 503 with a failure are final for their key; everything else is the storm.
    const problem = (await response.json().catch(() => ({}))) as { code?: string };
    return problem.code === 'no_numbers' || problem.code === 'insufficient_credit' ? { id: null } : null;
  });
  if (started === null) return { id: null, unanswered: [trail.text()] };
  const { id } = started;
  if (id === null) return { id, unanswered: [] };
  await sleep(plan.pause);
  const ask = (what: string) =>
    insist(Date.now() + ASK_MS, async () =>
      (await stack.fetch(`/v1/activations/${id}/${what}`, { method: 'POST', signal: AbortSignal.timeout(15_000) })).status < 500
        ? what
        : null,
    );
  if (plan.after === 'cancel') await ask('cancel');
  if (plan.after === 'finish') await ask('finish');
  if (plan.after === 'cancel-later' || plan.after === 'resend') {
    await sleep(2_000);
    await ask(plan.after === 'resend' ? 'resend' : 'cancel');
  }
  return { id, unanswered: [] };
}

/** Tries until it has an answer or time is over, as a client does that cannot know what was lost. */
export async function insist<T>(until: number, attempt: () => Promise<T | null>): Promise<T | null> {
  while (Date.now() < until) {
    const result = await attempt().catch(() => null);
    if (result !== null) return result;
    await sleep(200);
  }
  return null;
}
