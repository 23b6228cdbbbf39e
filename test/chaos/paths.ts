import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { SCHEDULES } from '../../src/domain/names.js';
import type { Stack } from '../stack/stack.js';
import { insist } from './clients.js';

/** What a path is given to walk on. */
export interface Walk {
  readonly stack: Stack;
  /** The idempotency key of its activation, new for each walk. */
  readonly key: string;
}

/** A schedule's work, which belongs to no activation: a run of it is started at once. */
export interface BackgroundPath {
  readonly schedule: string;
  /** Its activities: whatever else is crossed meanwhile is another's. */
  readonly steps: readonly string[];
}

/** One way through rent, with one activation, whose boundaries are died at. */
export interface Path {
  /** Where its number is sold: HeroSMS sells in ID alone, 5SIM in GB alone. */
  readonly provider: 'herosms' | 'fivesim';
  /** Traps that are set before, each for one occasion. */
  readonly traps?: readonly { readonly name: string; readonly [param: string]: unknown }[];
  /** Of the provider's simulator, for this walk. */
  readonly settings?: object;
  /** Goes to the activation's end, asking again whatever is not answered. */
  walk(walk: Walk, id: string): Promise<void>;
}

/** How the simulators are set between walks. */
export const USUAL = { smsDelayMinMs: 400, smsDelayMaxMs: 700, lifetimeMs: 30_000, cancelWindowMs: 0, hookRetryScale: 0.1 };
const NO_SMS = { name: 'no_sms', count: 1 };
/** A walk whose process died goes on when it runs again, and may take as long as Temporal needs to notice. */
const PATIENCE_MS = 150_000;

const waits = async () => {};

/** What runs beside all activations. It is learned first, so that its boundaries are not taken for those of a path beside it. */
export const BACKGROUND = {
  prices: { schedule: SCHEDULES.prices, steps: ['listProviders', 'refreshProviderPrices', 'buildPriceBlob'] },
  repair: { schedule: SCHEDULES.repair, steps: ['repairSignals'] },
} as const satisfies Record<string, BackgroundPath>;

/** Every path whose boundaries are died at, by name. */
export const PATHS = {
  'code and finish': {
    provider: 'herosms',
    walk: async ({ stack }, id) => {
      await until(stack, id, ['RECEIVED', 'COMPLETED']);
      await ask(stack, id, 'finish');
    },
  },
  'code without a hook, then quiet': { provider: 'fivesim', walk: waits },
  'cancel and refund': {
    provider: 'herosms',
    traps: [NO_SMS],
    walk: async ({ stack }, id) => {
      await until(stack, id, ['WAITING']);
      await ask(stack, id, 'cancel');
    },
  },
  'cancel that has to wait': {
    provider: 'fivesim',
    traps: [NO_SMS],
    settings: { cancelWindowMs: 2_000 },
    walk: async ({ stack }, id) => {
      await until(stack, id, ['WAITING']);
      await ask(stack, id, 'cancel');
    },
  },
  expiry: { provider: 'fivesim', traps: [NO_SMS], settings: { lifetimeMs: 4_000 }, walk: waits },
  'purchase with a lost reply': { provider: 'herosms', traps: [{ name: 'lost_reply', mode: 'reset', count: 1 }], walk: waits },
  'purchase that nobody answers': {
    provider: 'fivesim',
    traps: [{ name: 'lost_reply', mode: 'hang', count: 1 }],
    walk: waits,
  },
  orphan: {
    provider: 'herosms',
    traps: [{ name: 'server_error', count: 1, actions: ['getNumberV2'] }],
    walk: async ({ stack, key }, id) => {
      await until(stack, id, ['FAILED']);
      // The number that nobody got is listed while somebody else waits for theirs: nothing is listed while nothing is open.
      await stack.control('herosms', 'POST', '/traps', NO_SMS);
      await start(stack, `${key}-other`, 'herosms');
      // Silent by itself: sold and over before anybody lists it, it would be drift for good.
      await stack.control('herosms', 'POST', '/purchases', { service: serviceOf(key), country: 'ID', silent: true });
    },
  },
  'late SMS': {
    provider: 'herosms',
    traps: [NO_SMS, { name: 'sms_after_end', count: 1, delayMs: 700, charge: true }, { name: 'refund_late', count: 1, delayMs: 6_000 }],
    walk: async ({ stack }, id) => {
      await until(stack, id, ['WAITING']);
      await ask(stack, id, 'cancel');
    },
  },
  'another SMS': {
    provider: 'herosms',
    walk: async ({ stack }, id) => {
      await until(stack, id, ['RECEIVED', 'COMPLETED']);
      await ask(stack, id, 'resend');
    },
  },
  'no number': { provider: 'herosms', traps: [{ name: 'no_numbers', count: 1 }], walk: waits },
} as const satisfies Record<string, Path>;

export type PathName = keyof typeof PATHS | keyof typeof BACKGROUND;

/** Sold by both providers. A pair that is walked again and again without codes would rest, before its provider bans it. */
export const SERVICES = ['telegram', 'whatsapp', 'google'] as const;

/** Of which service a walk is; its own and what belongs to it. */
function serviceOf(key: string): string {
  const turn = Number(/\d+/.exec(key)?.[0] ?? 0);
  return SERVICES[turn % SERVICES.length]!;
}

/** Starts an activation and gives its id; null where it failed. */
export async function start(stack: Stack, key: string, provider: Path['provider']): Promise<string | null> {
  const country = provider === 'herosms' ? 'ID' : 'GB';
  let refused: string | null = null;
  const answer = await insist(Date.now() + PATIENCE_MS, async () => {
    const response = await stack.fetch('/v1/activations', {
      json: { service: serviceOf(key), country },
      headers: { 'idempotency-key': key, prefer: 'wait=2' },
      signal: AbortSignal.timeout(10_000),
    });
    const body = (await response.json().catch(() => ({}))) as { id?: string; code?: string };
    if (response.ok) return { id: body.id! };
    if (response.status < 500) refused = `${response.status} ${body.code}`;
    return body.code === 'no_numbers' || refused !== null ? { id: null } : null;
  });
  if (answer === null || refused !== null) throw new Error(`the activation ${key} could not be started: ${refused ?? 'no answer'}`);
  return answer.id;
}

async function ask(stack: Stack, id: string, what: string): Promise<void> {
  await insist(Date.now() + PATIENCE_MS, async () => {
    const response = await stack.fetch(`/v1/activations/${id}/${what}`, { method: 'POST', signal: AbortSignal.timeout(10_000) });
    return response.status < 500 ? what : null;
  });
}

const FINAL = ['COMPLETED', 'REFUNDED', 'FAILED'];

/** Waits until the activation has one of the statuses or is over. */
export async function until(stack: Stack, id: string, statuses: readonly string[], withinMs = PATIENCE_MS): Promise<string> {
  let last = 'unknown';
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(100)) {
    last =
      (await stack.sql.row<{ status: string }>('SELECT status FROM activations WHERE id = $1', [id]).catch(() => null))?.status ?? last;
    if (statuses.includes(last) || FINAL.includes(last)) return last;
  }
  return last;
}

/** Walks a path to the end. @returns the status that its activation ended in. */
export async function walkPath(path: Path, walk: Walk, id: string): Promise<string> {
  const { stack, key } = walk;
  for (const trap of path.traps ?? []) await stack.control(path.provider, 'POST', '/traps', trap);
  if (path.settings !== undefined) await stack.control(path.provider, 'PUT', '/settings', path.settings);
  const started = start(stack, key, path.provider);
  await until(stack, id, ['WAITING', 'RECEIVED']);
  if (path.settings !== undefined) await stack.control(path.provider, 'PUT', '/settings', USUAL);
  await started;
  await path.walk(walk, id);
  return until(stack, id, []);
}

/** Runs a schedule's workflow now, also beside one whose worker died; looks at it for a moment only. */
export async function walkBackground(path: BackgroundPath, client: Client): Promise<void> {
  await client.schedule.getHandle(path.schedule).trigger('ALLOW_ALL');
  await sleep(2_500);
}
