import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { type Stack, startStack } from '../stack/stack.js';
import { createDice, type Dice } from './dice.js';
import { differences } from './reckoning.js';

/** How hard a run is. Milliseconds. */
export interface ChaosOptions {
  readonly seed: number;
  readonly activations: number;
  /** Time over which activations are started while processes die. */
  readonly stormMs: number;
  /** Pause between two kills: from half of this to one and a half. */
  readonly killEveryMs: number;
  readonly settleMs: number;
}

/** What a run came to. */
export interface ChaosReport {
  readonly seed: number;
  readonly kills: { readonly worker: number; readonly api: number };
  readonly started: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** What does not add up; empty when all is well. */
  readonly problems: readonly string[];
}

/** Everything that providers do wrong, at once and by chance. */
const TRAPS: readonly { readonly name: string; readonly probability: number; readonly [param: string]: unknown }[] = [
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

const POLICY = { reply_wait_ms: 2_500, attempt_ms: 2_000, quiet_ms: 3_000, order_grace_ms: 3_000 };

/** One run: a storm of activations, kills and lies; then calm; then the reckoning. The same seed throws the same dice. */
export async function runChaos(options: ChaosOptions, say: (line: string) => void): Promise<ChaosReport> {
  const dice = createDice(options.seed);
  const settings = { smsDelayMinMs: 300, smsDelayMaxMs: 4_000, lifetimeMs: 30_000, cancelWindowMs: 0 };
  const stack = await startStack({
    credit: '1000',
    file: { policy: POLICY },
    providers: [
      { id: 'herosms', settings, seed: options.seed },
      { id: 'fivesim', settings: { ...settings, cancelWindowMs: 500 }, seed: options.seed + 1 },
    ],
  });
  try {
    for (const trap of TRAPS) {
      for (const provider of stack.simulators.keys()) await stack.control(provider, 'POST', '/traps', trap);
    }
    const end = Date.now() + options.stormMs;
    const kills = { worker: 0, api: 0 };
    const clients = Array.from({ length: options.activations }, async (_unused, index) => {
      await sleep(dice.upTo(options.stormMs * 0.9));
      return client(stack, dice, `chaos-${options.seed}-${index}`, end + options.settleMs / 2);
    });
    const killer = (async () => {
      while (Date.now() < end) {
        await sleep(options.killEveryMs / 2 + dice.upTo(options.killEveryMs));
        const victim = dice.chance(0.7) ? 'worker' : 'api';
        await stack.kill(victim);
        kills[victim] += 1;
        await sleep(dice.upTo(400));
        await stack.restart(victim);
      }
    })();
    const ids = (await Promise.all([Promise.all(clients), killer]))[0];
    say(`seed ${options.seed}: ${kills.worker + kills.api} kills over, settling`);
    for (const provider of stack.simulators.keys()) await stack.control(provider, 'DELETE', '/traps');
    await settle(stack, options.settleMs / 2);
    await armByCalmTraffic(stack);
    await settle(stack, options.settleMs);
    const rows = await stack.sql.rows<{ status: string }>('SELECT status FROM activations');
    const statuses: Record<string, number> = {};
    for (const { status } of rows) statuses[status] = (statuses[status] ?? 0) + 1;
    const problems = await differences(stack);
    for (const id of ids) if (id === null) problems.push('a client never learned what became of its request');
    if (problems.length > 0) problems.push(...stack.logged.filter((line) => /"level":"(error|fatal)"/.test(line)).slice(-10));
    return { seed: options.seed, kills, started: ids.length, statuses, problems };
  } finally {
    await stack.close();
  }
}

/** One honest client: starts with a key until it is answered, then finishes, cancels, asks again or just waits. */
async function client(stack: Stack, dice: Dice, key: string, until: number): Promise<string | null> {
  const plan = {
    country: dice.pick(['ID', 'GB', 'US']),
    after: dice.pick(['finish', 'cancel', 'cancel-later', 'resend', 'nothing']),
    pause: dice.upTo(3_000),
  };
  const body = { service: 'telegram', country: plan.country, metadata: { run: randomUUID() } };
  const id = await insist(until, async () => {
    const response = await stack.fetch('/v1/activations', { json: body, headers: { 'idempotency-key': key, prefer: 'wait=5' } });
    if ([201, 202].includes(response.status)) return ((await response.json()) as { id: string }).id;
    // 402 and 503 with a failure are final for their key; everything else is the storm.
    const problem = (await response.json().catch(() => ({}))) as { code?: string };
    return problem.code === 'no_numbers' || problem.code === 'insufficient_credit' ? 'failed' : null;
  });
  if (id === null || id === 'failed') return id;
  await sleep(plan.pause);
  const ask = (what: string) =>
    insist(Math.min(until, Date.now() + 4_000), async () =>
      (await stack.fetch(`/v1/activations/${id}/${what}`, { method: 'POST' })).status < 500 ? what : null,
    );
  if (plan.after === 'cancel') await ask('cancel');
  if (plan.after === 'cancel-later') {
    await sleep(2_000);
    await ask('cancel');
  }
  if (plan.after === 'finish') await ask('finish');
  if (plan.after === 'resend') {
    await sleep(2_000);
    await ask('resend');
  }
  return id;
}

/** Tries until it has an answer or time is over, as a client does that cannot know what was lost. */
async function insist(until: number, attempt: () => Promise<string | null>): Promise<string | null> {
  while (Date.now() < until) {
    const result = await attempt().catch(() => null);
    if (result !== null) return result;
    await sleep(200);
  }
  return null;
}

/**
 * A proof arms on a purchase and its refund, each seen by itself (ORDERS.md, rule 20). Where the storm let nobody see that, the
 * first number that is rented and given back in calm does; until then refunds are late, not wrong.
 */
async function armByCalmTraffic(stack: Stack): Promise<void> {
  const providers = [...stack.simulators.keys()];
  for (const provider of providers)
    await stack.control(provider, 'PUT', '/settings', { smsDelayMinMs: 60_000, smsDelayMaxMs: 60_000, lifetimeMs: 3_000 });
  for (const provider of providers) {
    const others = providers.filter((one) => one !== provider);
    for (const other of others) await stack.control(other, 'POST', '/traps', { name: 'no_numbers', probability: 1 });
    const waiting = () =>
      stack.sql.row(
        "SELECT 1 FROM orders o JOIN provider_proofs p ON p.provider = o.provider WHERE o.provider = $1 AND p.armed_at IS NULL AND o.status = 'REFUND_PENDING'",
        [provider],
      );
    for (let turn = 0; turn < 3 && (await waiting()) !== null; turn += 1) {
      await stack.fetch('/v1/activations', {
        json: { service: 'telegram', country: 'GB' },
        headers: { 'idempotency-key': `calm-${provider}-${turn}` },
      });
      await sleep(8_000);
    }
    for (const other of others) await stack.control(other, 'DELETE', '/traps');
  }
}

const OPEN = "status NOT IN ('COMPLETED', 'REFUNDED', 'FAILED')";

/** Waits until every activation is final and no order of the house awaits its money. */
async function settle(stack: Stack, withinMs: number): Promise<void> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(250)) {
    const open = await stack.sql.row<{ count: number }>(
      `SELECT ((SELECT count(*) FROM activations WHERE ${OPEN}) + (SELECT count(*) FROM orders WHERE money = 'expected')
         + (SELECT count(*) FROM attempts WHERE status IN ('OPEN', 'AMBIGUOUS')))::int AS count`,
    );
    if (open?.count === 0) return;
  }
}
