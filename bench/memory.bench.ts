import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEMPORAL_SERVER_VERSION } from '../src/embedded/temporal-production.js';
import type { Cluster } from '../test/cluster/cluster.js';
import { line, machine, round, rssBytes } from './measure.js';
import { atOnce, newClient, rentNow } from './renting.js';
import { startRentingCluster } from './renting-cluster.js';

/** Fewer than the worker caches (CACHED_WORKFLOWS of src/worker/workers.ts), so that all of them stay in memory. */
const WAITING = 1_000;
const CACHE = 2_000;
const STEP = 250;
const WARM = 100;
const CLIENTS = 8;
/** Lets the last purchases' garbage be collected. */
const REST_MS = 10_000;

let cluster: Cluster;
beforeAll(async () => {
  // HeroSMS bans who buys many numbers of a pair and uses none, so its pairs would be put to rest.
  cluster = await startRentingCluster('fivesim', { smsDelayMinMs: 1_100_000, smsDelayMaxMs: 1_150_000, lifetimeMs: 1_200_000 });
}, 1_800_000);
afterAll(() => cluster?.close(), 120_000);

it('memory of the worker an activation that waits', { timeout: 1_800_000 }, async () => {
  const keys = await Promise.all(Array.from({ length: CLIENTS }, () => newClient(cluster.sql, 1_000_000_000n)));
  const pid = cluster.workers[0]!.pid();
  const buy = (count: number) =>
    atOnce(count, CLIENTS, async (index) => void (await rentNow(cluster, keys[index % CLIENTS]!, randomUUID())));
  await buy(WARM);
  await sleep(REST_MS);
  const rss = [rssBytes(pid)];
  for (let open = 0; open < WAITING; open += STEP) {
    await buy(STEP);
    await sleep(REST_MS);
    rss.push(rssBytes(pid));
  }
  const row = await cluster.sql.row<{ count: number }>("SELECT count(*)::int AS count FROM activations WHERE status = 'WAITING'");
  expect(row!.count).toBe(WARM + WAITING);
  const megabytes = (bytes: number) => round(bytes / 1_048_576);
  line({
    bench: 'memory',
    worker_kb_a_waiting_activation: round((rss.at(-1)! - rss[0]!) / WAITING / 1_024, 0),
    waiting: WAITING,
    cached_workflows: CACHE,
    rss_mb: Object.fromEntries(rss.map((bytes, index) => [WARM + index * STEP, megabytes(bytes)])),
    api_rss_mb: megabytes(rssBytes(cluster.apis[0]!.pid())),
    ...machine(TEMPORAL_SERVER_VERSION),
  });
});
