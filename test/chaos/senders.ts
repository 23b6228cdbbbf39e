import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/stack.js';
import { insist, type Patience } from './clients.js';
import type { Dice } from './dice.js';
import { createTrail } from './trail.js';

/** What clients send in a run, and over which time. */
export interface Sending {
  /** Begins each of its idempotency keys. */
  readonly key: string;
  readonly single: number;
  readonly scheduled: number;
  /** Messages of the one batch; 0 for none. */
  readonly batch: number;
  /** Milliseconds over which they are sent. */
  readonly spanMs: number;
  readonly patience: Patience;
}

/** What senders were promised. */
export interface SentReport {
  readonly messages: readonly string[];
  readonly batches: readonly string[];
  /** Requests that never got an answer to act on, with what came instead. */
  readonly unanswered: readonly string[];
}

/** Long enough that failures, lost replies and one silence fit in, and the shortest that the API takes. */
const VALIDITY_S = 60;
/** Two of three carriers can be asked by our reference; each pair but one has one of them first or last. */
const CHOICES = [null, null, ['simulated-text', 'simulated-json'], ['simulated-xml', 'simulated-json'], ['simulated-text']] as const;

let numbers = 0;
const nextNumber = () => `+62812345${String((numbers += 1)).padStart(5, '0')}`;

/** Honest clients that send single messages, messages for later and one batch, each asking until it is answered. */
export async function runSenders(stack: Stack, dice: Dice, sending: Sending): Promise<SentReport> {
  const { key, single, scheduled, batch, spanMs, patience } = sending;
  const unanswered: string[] = [];
  const lost = (trail: string) => void unanswered.push(trail);
  const singles = Array.from({ length: single + scheduled }, async (_unused, index) => {
    const own = dice.of(`sender ${index}`);
    await sleep(own.upTo(spanMs));
    const sendAt = index < single ? {} : { send_at: new Date(Date.now() + 1_000 + own.upTo(4_000)).toISOString() };
    const request = { to: nextNumber(), text: `Your code is ${1_000 + index}`, carriers: own.pick(CHOICES), ...sendAt };
    return promised(stack, '/v1/messages', `${key}-${index}`, patience(), request, lost);
  });
  const batches = batch === 0 ? [] : [sendBatch(stack, `${key}-batch`, batch, patience(), null, lost)];
  const [messages, sets] = await Promise.all([Promise.all(singles), Promise.all(batches)]);
  return {
    messages: messages.flatMap((one) => one?.id ?? []),
    batches: sets.flatMap((one) => one?.id ?? []),
    unanswered,
  };
}

/** Sends a batch, by these carriers alone where told. @returns its id, or null as {@link promised}. */
export function sendBatch(
  stack: Stack,
  key: string,
  size: number,
  until: number,
  carriers: readonly string[] | null = null,
  lost: (trail: string) => void = () => {},
): Promise<{ readonly id: string | null } | null> {
  const messages = Array.from({ length: size }, () => ({ to: nextNumber() }));
  return promised(stack, '/v1/messages/batches', key, until, { messages, text: 'Doors open at 9', carriers }, lost);
}

/** Posts until it is answered. @returns what was promised, an id of null where it was refused for good; null without an answer, and `lost` is told. */
export async function promised(
  stack: Stack,
  path: string,
  key: string,
  until: number,
  request: object,
  lost: (trail: string) => void,
): Promise<{ readonly id: string | null } | null> {
  const trail = createTrail(stack, `${path} with ${key}`);
  const answer = await insist(until, async () => {
    const response = await trail.fetch(path, {
      json: { validity_seconds: VALIDITY_S, ...request },
      headers: { 'idempotency-key': key },
      signal: AbortSignal.timeout(15_000),
    });
    const body = (await response.json().catch(() => ({}))) as { id?: string };
    if (response.status === 202) return { id: body.id! };
    return response.status < 500 && response.status !== 429 ? { id: null } : null;
  });
  if (answer === null) lost(trail.text());
  return answer;
}
