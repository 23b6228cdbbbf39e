import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEMPORAL_SERVER_VERSION } from '../src/embedded/temporal-production.js';
import { type Cluster, say, startCluster } from '../test/cluster/cluster.js';
import { type Bare, startBare } from './bare/bare.js';
import { line, machine, spread } from './measure.js';
import { atOnce, newClient } from './renting.js';
import { inTurns, meanCpu } from './rounds.js';
import { realPolicy } from './settings.js';

const ROUNDS = 3;
const ROUND_MS = 10_000;
/** Enough that both cores are always busy, though each message waits a while for its receipt. */
const AT_ONCE = 32;
/** The API lets one key send ten messages a second. */
const CLIENTS = 32;
/** Late enough that no receipt outruns its answer, which would be another history. */
const RECEIPT_MS = 2_000;

let cluster: Cluster;
let bare: Bare;
let keys: readonly string[];

beforeAll(async () => {
  const settings = { latencyMs: 0, receiptDelayMinMs: RECEIPT_MS, receiptDelayMaxMs: RECEIPT_MS, delivered: 1 };
  cluster = await startCluster({
    apis: 1,
    workers: 1,
    credit: '1',
    providers: [],
    carriers: { json: settings, xml: settings },
    file: { policy: realPolicy() },
    report: say,
  });
  bare = await startBare(cluster.servers);
  keys = await Promise.all(Array.from({ length: CLIENTS }, () => newClient(cluster.sql, 1_000_000_000n)));
}, 1_800_000);
afterAll(async () => {
  await bare?.close();
  await cluster?.close();
}, 120_000);

async function post(path: string, lane: number, json: object): Promise<string> {
  const options = { key: keys[lane % CLIENTS]!, json, headers: { 'idempotency-key': randomUUID() } };
  const response = await cluster.fetch(0, path, options);
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
}

/** One message from its request to the end of its workflow, which its receipt brings. @returns the workflow's id. */
async function ours(lane: number, how: object = { carriers: ['simulated-json'] }): Promise<string> {
  const id = `message/${await post('/v1/messages', lane, { to: '+6281234567890', text: 'Your code is 4711', ...how })}`;
  await bare.closed(id);
  return id;
}

async function bareOne(): Promise<string> {
  const id = `bare/${randomUUID()}`;
  await bare.begin('bareMessage', id);
  await sleep(RECEIPT_MS);
  await bare.signal(id);
  await bare.closed(id);
  return id;
}

const sum = (events: Readonly<Record<string, number>>) => Object.values(events).reduce((all, count) => all + count, 0);

/** Events of a message by the way that it goes, of a batch's own workflow, and of each of its messages. */
async function eventsByPath(): Promise<Record<string, number>> {
  const count = async (workflowId: string) => sum(await bare.events(workflowId));
  const delivered = await count(await ours(0));
  const refusing = async (carriers: readonly string[], how: object) => {
    for (const one of carriers) await cluster.control(one, 'POST', '/traps', { name: 'refuse', reason: 'content' });
    const events = await count(await ours(0, how));
    for (const one of carriers) await cluster.control(one, 'DELETE', '/traps');
    return events;
  };
  const both = ['simulated-json', 'simulated-xml'];
  // Whichever of them is asked first: with the other alone refusing, nothing is passed on.
  const failedOver = Math.max(await refusing(both.slice(0, 1), {}), await refusing(both.slice(1), {}));
  const refused = await refusing(both, { carriers: both.slice(0, 1) });
  const sendAt = new Date(Date.now() + 3_000).toISOString();
  const scheduled = await count(await ours(0, { carriers: ['simulated-json'], send_at: sendAt }));
  const messages = Array.from({ length: 50 }, () => ({ to: '+6281234567890' }));
  const batch = await post('/v1/messages/batches', 0, { messages, text: 'Doors open at 9', carriers: ['simulated-json'] });
  await bare.closed(`batch/${batch}`);
  return { delivered, failed_over: failedOver, refused, scheduled, batch_of_50: await count(`batch/${batch}`) };
}

it('messages a second over bare workflows of the same events', { timeout: 900_000 }, async () => {
  // The first ones, which load code, are slower than their receipts.
  await atOnce(AT_ONCE, AT_ONCE, async (index) => void (await ours(index)));
  await atOnce(AT_ONCE, AT_ONCE, async () => void (await bareOne()));
  // The same events, or the comparison would mean nothing.
  const same = await bare.events(await bareOne());
  await atOnce(8, 4, async (index) => {
    expect(await bare.events(await ours(index))).toEqual(same);
  });
  const paths = await eventsByPath();

  const rounds = await inTurns({ cluster, bare, atOnce: AT_ONCE, roundMs: ROUND_MS }, ROUNDS, ours, bareOne);
  line({
    bench: 'messages',
    ratio: spread(rounds.map((one) => one.ours / one.bare)),
    messages_a_second: spread(
      rounds.map((one) => one.ours),
      1,
    ),
    bare_workflows_a_second: spread(
      rounds.map((one) => one.bare),
      1,
    ),
    events: paths,
    cpu_ms_a_message: meanCpu(rounds, 'cpu'),
    cpu_ms_a_bare_workflow: meanCpu(rounds, 'bareCpu'),
    at_once: AT_ONCE,
    rounds: ROUNDS,
    seconds_a_round: ROUND_MS / 1_000,
    ...machine(TEMPORAL_SERVER_VERSION),
  });
});
