import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEMPORAL_SERVER_VERSION } from '../src/embedded/temporal-production.js';
import { type Cluster, say, startCluster } from '../test/cluster/cluster.js';
import { booksReader, type CarrierText, codeIn, manyPhones } from '../test/verify/crowd.js';
import { type Bare, startBare } from './bare/bare.js';
import { line, machine, percentile, round, spread } from './measure.js';
import { atOnce, newClient } from './renting.js';
import { inTurns, meanCpu } from './rounds.js';
import { realPolicy } from './settings.js';

const ROUNDS = 3;
const ROUND_MS = 12_000;
/** Enough that both cores are always busy, though each code waits a while for its receipt. */
const AT_ONCE = 32;
/** The API lets one key send ten codes a second. */
const CLIENTS = 32;
/** Late enough that no receipt outruns its answer, which would be another history. */
const RECEIPT_MS = 2_000;
const SAMPLES = 100;
const WARM = 10;
/** Lets what came before come to rest: a check that meets the message's end has another history. */
const PAUSE_MS = 300;
const EXPIRING = '+14155552999';

let cluster: Cluster;
let bare: Bare;
let keys: readonly string[];
let newTexts: () => Promise<readonly CarrierText[]>;
const phones = manyPhones(100_000)[Symbol.iterator]();
const codes = new Map<string, string>();

beforeAll(async () => {
  const settings = { latencyMs: 0, receiptDelayMinMs: RECEIPT_MS, receiptDelayMaxMs: RECEIPT_MS, delivered: 1 };
  cluster = await startCluster({
    apis: 1,
    workers: 1,
    credit: '1',
    providers: [],
    carriers: { json: settings },
    file: {
      policy: realPolicy(),
      verify: {
        spend: { mode: 'off' },
        resend_after_seconds: 0,
        test_numbers: [{ number: EXPIRING, code: '424242', outcome: 'expired' }],
      },
      fraud: { cooldown: { mode: 'off' } },
    },
    report: say,
  });
  bare = await startBare(cluster.servers);
  keys = await Promise.all(Array.from({ length: CLIENTS }, () => newClient(cluster.sql, 1_000_000_000n)));
  newTexts = booksReader(['simulated-json'], (carrier, path) => cluster.control(carrier, 'GET', path));
}, 1_800_000);
afterAll(async () => {
  await bare?.close();
  await cluster?.close();
}, 120_000);

async function post(path: string, lane: number, json: object): Promise<Record<string, unknown>> {
  const options = { key: keys[lane % CLIENTS]!, json, headers: { 'idempotency-key': randomUUID() } };
  const response = await cluster.fetch(0, path, options);
  const body = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${response.status}: ${JSON.stringify(body)}`);
  return body;
}

/** A verification whose code is on its way. */
async function begun(lane: number, to = phones.next().value!): Promise<{ readonly id: string; readonly to: string }> {
  return { id: (await post('/v1/verifications', lane, { to }))['id'] as string, to };
}

/** Ids of the messages that carry its codes. */
async function messagesOf(id: string): Promise<string[]> {
  const rows = await cluster.sql.rows<{ id: string }>('SELECT id FROM messages WHERE verification_id = $1 ORDER BY created_at', [id]);
  return rows.map((row) => `message/${row.id}`);
}

/** The code on a phone, once the workflow of its message is over: it was delivered. */
async function delivered({ id, to }: { readonly id: string; readonly to: string }): Promise<string> {
  // Its workflow is begun a moment after the verification was answered, and no receipt comes sooner.
  await sleep(RECEIPT_MS);
  for (const message of await messagesOf(id)) await bare.closed(message);
  await sleep(PAUSE_MS);
  return codeOf(to);
}

/** The code that a carrier has for a phone. */
async function codeOf(to: string): Promise<string> {
  while (!codes.has(to)) {
    for (const { to: phone, text } of await newTexts()) codes.set(phone, codeIn(text));
    if (!codes.has(to)) await sleep(20);
  }
  return codes.get(to)!;
}

async function check(lane: number, id: string, code: string, right = true): Promise<void> {
  expect(await post(`/v1/verifications/${id}/check`, lane, { code })).toMatchObject({ verified: right });
}

/** One verification: asked for, delivered, typed back, and its workflow over. */
async function ours(lane: number): Promise<string> {
  const one = await begun(lane);
  await check(lane, one.id, await delivered(one));
  await bare.closed(`verification/${one.id}`);
  return one.id;
}

async function bareOne(): Promise<string> {
  const id = `bare/${randomUUID()}`;
  await bare.begin('bareVerification', id);
  await sleep(RECEIPT_MS);
  await bare.signal(`${id}/message`);
  await bare.closed(`${id}/message`);
  await sleep(PAUSE_MS);
  await bare.check(id);
  await bare.closed(id);
  return id;
}

const sum = (events: Readonly<Record<string, number>>) => Object.values(events).reduce((all, count) => all + count, 0);
const wrong = (code: string) => (code === '000000' ? '111111' : '000000');

/** Events of a verification's own workflow by the way that it goes; of those that need another world, by the stored history. */
async function eventsByPath(): Promise<Record<string, number>> {
  const count = async (id: string) => {
    await bare.closed(`verification/${id}`);
    return sum(await bare.events(`verification/${id}`));
  };
  const stored = (path: string) => {
    const file = new URL(`../test/workflows/histories/verification-${path}.json`, import.meta.url);
    return (JSON.parse(readFileSync(file, 'utf8')) as { events: unknown[] }).events.length;
  };
  const first = await count(await ours(0));
  const message = sum(await bare.events((await messagesOf(await ours(0)))[0]!));

  const resent = await begun(0);
  await delivered(resent);
  await post(`/v1/verifications/${resent.id}/resend`, 0, {});
  await check(0, resent.id, await delivered(resent));

  const failed = await begun(0);
  const code = await delivered(failed);
  for (let tries = 0; tries < 3; tries += 1) await check(0, failed.id, wrong(code), false);

  const joined = await begun(0);
  await delivered(joined);
  const before = sum(await bare.events(`verification/${joined.id}`));
  expect(await post('/v1/verifications', 0, { to: joined.to })).toMatchObject({ id: joined.id });
  await delivered(joined);
  const joining = sum(await bare.events(`verification/${joined.id}`)) - before;

  const cancelled = await begun(0);
  await delivered(cancelled);
  await post(`/v1/verifications/${cancelled.id}/cancel`, 0, {});
  const expired = await begun(0, EXPIRING);
  return {
    verified: first,
    its_message: message,
    resent: await count(resent.id),
    next_channel: stored('next-channel'),
    failed: await count(failed.id),
    cancelled: await count(cancelled.id),
    expired: await count(expired.id),
    joining_adds: joining,
    refused_for_money: stored('no-credit'),
    refused_by_a_rule: 0,
  };
}

async function ms(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** A right code typed over the API, and an empty update of an empty workflow, in turn. */
async function checkLatency(): Promise<{ readonly ours: number[]; readonly empty: number[] }> {
  const found = { ours: [] as number[], empty: [] as number[] };
  for (let index = -WARM; index < SAMPLES; index += 1) {
    const one = await begun(index + WARM);
    const id = `bare/${randomUUID()}`;
    await bare.begin('bareWait', id);
    const code = await codeOf(one.to);
    await sleep(PAUSE_MS);
    const mine = await ms(() => check(index + WARM, one.id, code));
    const theirs = await ms(() => bare.check(id));
    await bare.signal(id);
    if (index >= 0) {
      found.ours.push(mine);
      found.empty.push(theirs);
    }
  }
  return found;
}

it('verifications a second over bare workflows of the same events, and a check over an empty update', { timeout: 900_000 }, async () => {
  // The first ones, which load code, are slower than their receipts.
  await atOnce(AT_ONCE, AT_ONCE, async (index) => void (await ours(index)));
  await atOnce(AT_ONCE, AT_ONCE, async () => void (await bareOne()));
  // The same events, or the comparison would mean nothing.
  const bareId = await bareOne();
  const same = [await bare.events(bareId), await bare.events(`${bareId}/message`)];
  await atOnce(8, 4, async (index) => {
    const id = await ours(index);
    expect([await bare.events(`verification/${id}`), await bare.events((await messagesOf(id))[0]!)]).toEqual(same);
  });
  const paths = await eventsByPath();

  const rounds = await inTurns({ cluster, bare, atOnce: AT_ONCE, roundMs: ROUND_MS }, ROUNDS, ours, bareOne);
  line({
    bench: 'verifications',
    ratio: spread(rounds.map((one) => one.ours / one.bare)),
    verifications_a_second: spread(
      rounds.map((one) => one.ours),
      1,
    ),
    bare_a_second: spread(
      rounds.map((one) => one.bare),
      1,
    ),
    events: paths,
    cpu_ms_a_verification: meanCpu(rounds, 'cpu'),
    cpu_ms_a_bare_one: meanCpu(rounds, 'bareCpu'),
    at_once: AT_ONCE,
    rounds: ROUNDS,
    seconds_a_round: ROUND_MS / 1_000,
    ...machine(TEMPORAL_SERVER_VERSION),
  });

  const latency = await checkLatency();
  const of = (values: readonly number[]) => ({ p50: round(percentile(values, 0.5)), p99: round(percentile(values, 0.99)) });
  line({
    bench: 'verification-check',
    check_ms: of(latency.ours),
    empty_update_ms: of(latency.empty),
    check_over_empty_update: round(percentile(latency.ours, 0.5) / percentile(latency.empty, 0.5), 2),
    samples: SAMPLES,
  });
});
