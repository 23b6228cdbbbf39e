import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, it } from 'vitest';
import { TEMPORAL_SERVER_VERSION } from '../src/embedded/temporal-production.js';
import type { Cluster } from '../test/cluster/cluster.js';
import { type Bare, startBare } from './bare/bare.js';
import { line, machine, percentile, round } from './measure.js';
import { finish, newClient, reaches, rentNow } from './renting.js';
import { startRentingCluster } from './renting-cluster.js';

const SAMPLES = 150;
const WARM = 15;
/** Lets what the last sample set off come to rest. */
const PAUSE_MS = 30;

let cluster: Cluster;
let bare: Bare;
let key: string;

beforeAll(async () => {
  cluster = await startRentingCluster('herosms', { smsDelayMinMs: 900_000, smsDelayMaxMs: 900_000, hookDelayMs: 0 });
  bare = await startBare(cluster.servers);
  key = await newClient(cluster.sql, 1_000_000_000n);
}, 1_800_000);
afterAll(async () => {
  await bare?.close();
  await cluster?.close();
}, 120_000);

async function ms(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** From the purchase's request to its number, and from the provider's SMS to the client that waits for it. */
async function ours(): Promise<{ readonly number: number; readonly hook: number }> {
  let id = '';
  const number = await ms(async () => {
    ({ id } = await rentNow(cluster, key, randomUUID()));
  });
  const order = await cluster.sql.row<{ provider_order_id: string }>('SELECT provider_order_id FROM orders WHERE activation_id = $1', [id]);
  const waiting = reaches(cluster, key, id, 'RECEIVED');
  await sleep(PAUSE_MS);
  const hook = await ms(async () => {
    await cluster.control('herosms', 'POST', `/orders/${order!.provider_order_id}/sms`, {});
    await waiting;
  });
  await finish(cluster, key, id);
  return { number, hook };
}

/** An empty update-with-start; an empty signal alone; and the same until a client that waits has seen its effect. */
async function empty(): Promise<{ readonly start: number; readonly signal: number; readonly effect: number }> {
  const id = `bare/${randomUUID()}`;
  const start = await ms(() => bare.begin('bareWait', id));
  const waiting = bare.ended(id);
  await sleep(PAUSE_MS);
  const started = performance.now();
  await bare.signal(id);
  const signal = performance.now() - started;
  await waiting;
  return { start, signal, effect: performance.now() - started };
}

it('call to number and hook to client over an empty update-with-start and an empty signal', { timeout: 1_800_000 }, async () => {
  const mine: Awaited<ReturnType<typeof ours>>[] = [];
  const theirs: Awaited<ReturnType<typeof empty>>[] = [];
  for (let index = -WARM; index < SAMPLES; index += 1) {
    const one = await ours();
    const other = await empty();
    if (index >= 0) {
      mine.push(one);
      theirs.push(other);
    }
    await sleep(PAUSE_MS);
  }
  const of = (values: readonly number[]) => ({ p50: round(percentile(values, 0.5)), p99: round(percentile(values, 0.99)) });
  const over = (a: readonly number[], b: readonly number[]) => ({
    p50: round(percentile(a, 0.5) / percentile(b, 0.5), 2),
    p99: round(percentile(a, 0.99) / percentile(b, 0.99), 2),
  });
  const numbers = mine.map(({ number }) => number);
  const hooks = mine.map(({ hook }) => hook);
  line({
    bench: 'latency',
    call_to_number_ms: of(numbers),
    empty_update_with_start_ms: of(theirs.map(({ start }) => start)),
    call_over_update: over(
      numbers,
      theirs.map(({ start }) => start),
    ),
    hook_to_client_ms: of(hooks),
    empty_signal_ms: of(theirs.map(({ signal }) => signal)),
    empty_signal_to_waiting_client_ms: of(theirs.map(({ effect }) => effect)),
    hook_over_signal: over(
      hooks,
      theirs.map(({ signal }) => signal),
    ),
    hook_over_signal_to_client: over(
      hooks,
      theirs.map(({ effect }) => effect),
    ),
    samples: SAMPLES,
    ...machine(TEMPORAL_SERVER_VERSION),
  });
});
