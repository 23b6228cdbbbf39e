import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, it } from 'vitest';
import { TEMPORAL_SERVER_VERSION } from '../src/embedded/temporal-production.js';
import { formatMoney, parseMoney } from '../src/domain/money.js';
import { type Cluster, say, startCluster } from '../test/cluster/cluster.js';
import { booksReader, type CarrierText, manyKeys, manyPhones, type Visit, visit } from '../test/verify/crowd.js';
import { cpuMs, line, machine, percentile, round } from './measure.js';
import { realPolicy } from './settings.js';

/** People who are at it at once. Each types the code two seconds after it came, and the next one begins. */
const AT_ONCE = 600;
const CONNECTIONS = 200;
const TYPING_MS = 2_000;
/** Nobody begins afterwards: `SPIKE_MINUTES` and `SPIKE_PEOPLE` change it. */
const MINUTES = Number(process.env['SPIKE_MINUTES'] ?? 40);
const PEOPLE = Number(process.env['SPIKE_PEOPLE'] ?? 15_000);
const PRICE = '0.00645';
/** Pays for one in fifty less than come. */
const CAP = formatMoney((parseMoney(PRICE) * BigInt(PEOPLE) * 98n) / 100n);
/** Messages a second, of two carriers. */
const BORNE = { json: 20, xml: 10 } as const;
const CARRIERS = ['simulated-json', 'simulated-xml'] as const;

let cluster: Cluster;
beforeAll(async () => {
  const settings = { receiptDelayMinMs: 500, receiptDelayMaxMs: 4_000, price: PRICE };
  const prices = Object.fromEntries(['US', 'CA', 'GB', 'DE'].map((country) => [country, PRICE]));
  cluster = await startCluster({
    apis: 1,
    workers: 1,
    credit: '1000',
    providers: [],
    carriers: { json: { ...settings, perSecond: BORNE.json }, xml: { ...settings, perSecond: BORNE.xml } },
    accounts: { json: { perSecond: BORNE.json, prices }, xml: { perSecond: BORNE.xml, prices } },
    file: { policy: realPolicy(), verify: { spend: { day: CAP, month: null } } },
    env: { LOG_LEVEL: 'warn' },
    report: say,
  });
}, 1_800_000);
afterAll(() => cluster?.close(), 120_000);

function cpu(): Record<string, number> {
  const { user, system } = process.cpuUsage();
  return {
    client: (user + system) / 1_000,
    api: cpuMs([cluster.apis[0]!.pid()]),
    worker: cpuMs([cluster.workers[0]!.pid()]),
    temporal: cpuMs([cluster.servers.pidOf('temporal')]),
    postgres: cpuMs([cluster.servers.pidOf('postgres')], true),
    simulators: cpuMs([...cluster.simulators.values()].map(({ pid }) => pid)),
  };
}

const seconds = (values: readonly (number | null)[]) => {
  const known = values.filter((value) => value !== null).map((value) => value / 1_000);
  return { p50: round(percentile(known, 0.5), 2), p99: round(percentile(known, 0.99), 2), most: round(percentile(known, 1), 2) };
};

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Milliseconds that each code waited for its carrier, from the answer that it was on its way. */
function queued({ codeMs, acceptedMs }: Visit): number | null {
  return codeMs === null || acceptedMs === null ? null : Math.max(0, codeMs - acceptedMs);
}

it('the morning-show spike', { timeout: (MINUTES + 20) * 60_000 }, async () => {
  const texts: CarrierText[] = [];
  const read = booksReader(CARRIERS, (carrier, path) => cluster.control(carrier, 'GET', path));
  const before = cpu();
  const started = performance.now();
  const visits = await visit(
    {
      post: (path, key, json, headers) => cluster.fetch(0, path, { key, json, headers }),
      async newTexts() {
        const fresh = await read();
        texts.push(...fresh);
        return fresh;
      },
    },
    {
      people: manyPhones(PEOPLE),
      keys: await manyKeys(cluster.sql, 8),
      atOnce: AT_ONCE,
      connections: CONNECTIONS,
      typingMs: TYPING_MS,
      patienceMs: 300_000,
      doorsMs: MINUTES * 60_000,
    },
  );
  const ms = performance.now() - started;
  const after = cpu();
  const accepted = visits.filter(({ id }) => id !== null);
  const verified = visits.filter((one) => one.verified);
  const spend = await cluster.sql.row<{ amount: bigint }>(`SELECT amount FROM verification_spend WHERE scope = 'all'`);
  const asked = await Promise.all(CARRIERS.map((id) => cluster.control(id, 'GET', '/requests') as Promise<{ byKind: { send?: number } }>));
  line({
    bench: 'spike',
    people: PEOPLE,
    came: visits.length,
    seconds: Math.round(ms / 1_000),
    accepted: accepted.length,
    accepted_a_second: round((accepted.length / ms) * 1_000),
    request_to_201_s: seconds(accepted.map(({ acceptedMs }) => acceptedMs)),
    from_201_to_carrier_s: seconds(accepted.map(queued)),
    request_to_code_s: seconds(accepted.map(({ codeMs }) => codeMs)),
    check_s: seconds(verified.map(({ checkMs }) => checkMs)),
    verified_share: round(verified.length / accepted.length, 4),
    codes: countBy(texts.map(({ carrier }) => carrier)),
    codes_not_of_one_person_each: texts.length - new Set(texts.map(({ to }) => to)).size,
    throttled: asked.reduce((sum, { byKind }) => sum + (byKind.send ?? 0), 0) - texts.length,
    cap: CAP,
    counted: formatMoney(spend?.amount ?? 0n),
    told_instead: countBy(visits.flatMap(({ refusals }) => refusals)),
    cpu_ms_a_verification: Object.fromEntries(
      Object.keys(before).map((name) => [name, round((after[name]! - before[name]!) / Math.max(1, verified.length))]),
    ),
    at_once: AT_ONCE,
    connections: CONNECTIONS,
    borne_a_second: BORNE,
    ...machine(TEMPORAL_SERVER_VERSION),
  });
});
