import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/stack.js';
import type { Dice } from './dice.js';
import type { Victim } from './processes.js';
import { carriersOf, providersOf } from './simulated.js';

/** A trap of a simulator, as its control endpoint takes it. */
export interface TrapSetting {
  readonly name: string;
  readonly probability: number;
  readonly [param: string]: unknown;
}

/** What goes wrong in a run besides processes that die. */
export interface Scenario {
  readonly traps: readonly TrapSetting[];
  /** Of the simulators. */
  readonly settings?: object;
  /** Of watchword's configuration file. */
  readonly policy?: object;
  readonly lossDailyCap?: string;
  /** How long each lives at most between two kills, in milliseconds from when it runs, and at least a third of it; 0 is never killed. */
  readonly lives: Readonly<Record<Victim, number>>;
  /** What happens at the providers while the storm lasts. */
  act?(stack: Stack, dice: Dice, stormMs: number): Promise<void>;
  /** Where not all of it ever settles: how long to wait, in milliseconds. */
  readonly settleMs?: number;
  /** Providers keep money: which order's it was cannot be told, only the sums must agree (ORDERS.md, rule 19). */
  readonly keepsMoney?: boolean;
}

/** Everything that providers do wrong, at once and by chance. */
const LIES: readonly TrapSetting[] = [
  { name: 'no_sms', probability: 0.3 },
  { name: 'several_sms', probability: 0.1, extra: 1 },
  { name: 'sms_on_cancel', probability: 0.1 },
  { name: 'sms_hidden', probability: 0.1, delayMs: 1_500 },
  { name: 'lost_reply', probability: 0.08, mode: 'reset' },
  { name: 'html_page', probability: 0.01, status: 502 },
  { name: 'truncated_body', probability: 0.01 },
  { name: 'server_error', probability: 0.01 },
  { name: 'slow_reply', probability: 0.05, delayMs: 800 },
  { name: 'no_numbers', probability: 0.1 },
  { name: 'refund_late', probability: 0.2, delayMs: 3_000 },
  { name: 'list_shuffled', probability: 0.05 },
  { name: 'webhook_duplicate', probability: 0.2 },
  { name: 'webhook_dropped', probability: 0.1 },
  { name: 'webhook_forged', probability: 0.1 },
];
/** What carriers do wrong in every run, by chance. */
export const CARRIER_LIES: readonly TrapSetting[] = [
  { name: 'lost_reply', probability: 0.08 },
  { name: 'cut_reply', probability: 0.02 },
  { name: 'hang', probability: 0.02 },
  { name: 'lost_request', probability: 0.03 },
  { name: 'error_page', probability: 0.02, status: 502 },
  { name: 'garbage', probability: 0.01 },
  { name: 'refuse', probability: 0.1, reason: 'throttled' },
  { name: 'undelivered', probability: 0.1 },
  { name: 'fake_receipt', probability: 0.05 },
  { name: 'no_receipt', probability: 0.06 },
  { name: 'late_receipt', probability: 0.1, delayMs: 20_000 },
  { name: 'doubled_receipt', probability: 0.2 },
  { name: 'early_receipt', probability: 0.05 },
  { name: 'backwards', probability: 0.1 },
  { name: 'unknown_status', probability: 0.03 },
  { name: 'bad_signature', probability: 0.05 },
];
const NO_SMS: TrapSetting = { name: 'no_sms', probability: 0.4 };
const ALL: Readonly<Record<Victim, number>> = { worker: 6_000, api: 7_000, postgres: 15_000, temporal: 15_000 };
const OURS: Readonly<Record<Victim, number>> = { worker: 6_000, api: 7_000, postgres: 0, temporal: 0 };

const dropped = (probability: number): Scenario => ({
  traps: [NO_SMS, { name: 'webhook_dropped', probability }],
  lives: ALL,
});

/** The runs of `npm run chaos -- --scenario NAME`. */
export const SCENARIOS = {
  storm: { traps: LIES, lives: ALL },

  /**
   * Six hours without a provider, scaled: an outage as long as eighteen lives of a number, in which the watcher sees
   * nothing and nothing can be cancelled. The other provider goes on.
   */
  outage: {
    traps: [NO_SMS, { name: 'lost_reply', probability: 0.1, mode: 'reset' }],
    settings: { lifetimeMs: 3_000, smsDelayMaxMs: 2_000 },
    lives: OURS,
    async act(stack, dice, stormMs) {
      await sleep(stormMs * 0.15);
      const mode = dice.pick(['refuse', 'unavailable', 'hang', 'reset']);
      await stack.control('herosms', 'POST', '/outage', { mode, durationMs: 54_000 });
      await sleep(54_000);
    },
  },

  /** The provider ends orders by itself and no hook says so, nor when an SMS came. */
  silent: {
    traps: [NO_SMS, { name: 'webhook_dropped', probability: 1 }, { name: 'silent_status_change', probability: 0.1 }],
    lives: ALL,
    async act(stack, dice, stormMs) {
      for (const end = Date.now() + stormMs; Date.now() < end; await sleep(dice.upTo(1_500))) {
        const provider = dice.pick(providersOf(stack));
        const books = (await stack.control(provider, 'GET', '/books')) as { orders: { id: string; endedAt: string | null }[] };
        // Only what we know of: a number that is sold and over before anybody saw it is a known limit (docs/chaos.md).
        const known = await knownOrders(stack, provider);
        const open = books.orders.filter(({ id, endedAt }) => endedAt === null && known.has(id));
        if (open.length > 0) await stack.control(provider, 'POST', `/orders/${dice.pick(open).id}/expire`);
      }
    },
  },

  'hooks-2': dropped(0.02),
  'hooks-30': dropped(0.3),

  /** One provider says refunded and keeps some of the money; its clients are paid from `loss`, and nobody else pays. */
  kept: {
    traps: [
      { name: 'no_sms', probability: 0.6 },
      { name: 'refund_never', probability: 0.25 },
    ],
    policy: { refund_grace_ms: 15_000 },
    settleMs: 70_000,
    lives: OURS,
    keepsMoney: true,
  },
  /** The same where the daily cap does not suffice: who it cannot pay stays pending. */
  'kept-capped': {
    traps: [
      { name: 'no_sms', probability: 0.6 },
      { name: 'refund_never', probability: 0.4 },
    ],
    policy: { refund_grace_ms: 15_000 },
    lossDailyCap: '0.50',
    settleMs: 70_000,
    lives: OURS,
    keepsMoney: true,
  },

  /** Providers that answer 429, 503 or a ban for a while, in turn. */
  throttled: {
    traps: [NO_SMS],
    lives: ALL,
    async act(stack, dice, stormMs) {
      const spells: readonly TrapSetting[] = [
        { name: 'rate_limited', probability: 0.7, retryAfterS: 1 },
        { name: 'rate_limited', probability: 0.5, status: 503 },
        { name: 'banned', probability: 1, durationMs: 4_000 },
        { name: 'html_page', probability: 0.6, status: 503 },
      ];
      for (const end = Date.now() + stormMs; Date.now() < end;) {
        const provider = dice.pick(providersOf(stack));
        const spell = dice.pick(spells.filter(({ name }) => provider === 'herosms' || name !== 'banned'));
        await stack.control(provider, 'POST', '/traps', spell);
        await sleep(2_000 + dice.upTo(4_000));
        await stack.control(provider, 'DELETE', `/traps/${spell.name}`);
        await sleep(dice.upTo(2_000));
      }
    },
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

/** One carrier after the other is away for some seconds. */
export async function carriersAreAway(stack: Stack, dice: Dice, end: number): Promise<void> {
  for (await sleep(dice.upTo(8_000)); Date.now() < end; await sleep(4_000 + dice.upTo(8_000))) {
    const carrier = dice.pick(carriersOf(stack));
    await stack.control(carrier, 'POST', '/outage', { mode: dice.pick(['refuse', 'unavailable', 'hang', 'reset']) });
    await sleep(2_000 + dice.upTo(4_000));
    await stack.control(carrier, 'POST', '/outage', { mode: 'none' });
  }
}

async function knownOrders(stack: Stack, provider: string): Promise<ReadonlySet<string>> {
  // Postgres may be down.
  const rows = await stack.sql
    .rows<{ id: string }>('SELECT provider_order_id AS id FROM orders WHERE provider = $1', [provider])
    .catch(() => []);
  return new Set(rows.map(({ id }) => id));
}
