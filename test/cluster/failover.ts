import proto from '@temporalio/proto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENT } from '../../src/domain/names.js';
import { createTemporalClient } from '../../src/temporal/connection.js';
import { settle } from '../chaos/calm.js';
import { differences } from '../chaos/reckoning.js';
import { armProofs } from './arm.js';
import { type Cluster, say, startCluster } from './cluster.js';
import { follow, type Followed, rent } from './follower.js';

const CREDIT = '1000';
const SETTLE_MS = 90_000;
const WITHIN_MS = 150_000;
/** Nothing happens to a number by itself: however slow the machine, its client still waits when a process is killed. */
const SETTINGS = { smsDelayMinMs: 1_000_000, smsDelayMaxMs: 1_000_000, lifetimeMs: 1_200_000, cancelWindowMs: 0 };

let cluster: Cluster;
const promised: string[] = [];

beforeAll(async () => {
  cluster = await startCluster({
    apis: 2,
    workers: 2,
    credit: CREDIT,
    settings: SETTINGS,
    file: { cancel_after_ms: { herosms: 0 } },
    report: say,
  });
  promised.push(...(await armProofs(cluster)));
}, 1_800_000);
afterAll(() => cluster?.close(), 120_000);

/** Clients of both APIs, of both ways, that all wait for their codes. */
async function startClients(name: string, count: number) {
  const until = Date.now() + WITHIN_MS;
  const ids = await Promise.all(Array.from({ length: count }, (_unused, index) => rent(cluster, index % 2, `${name}-${index}`, until)));
  promised.push(...ids);
  const following = ids.map((id, index) => follow(cluster, id, index % 2, index % 4 < 2 ? 'events' : 'poll', until));
  await expect.poll(() => statuses(ids), { timeout: 30_000 }).toEqual({ WAITING: count });
  return { ids, all: Promise.all(following) };
}

/** The providers answer: three of four numbers get their SMS, the fourth ends without one, and must end refunded. */
async function answer(ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    const order = await cluster.sql.row<{ provider: string; provider_order_id: string }>(
      'SELECT provider, provider_order_id FROM orders WHERE activation_id = $1',
      [id],
    );
    await cluster.control(order!.provider, 'POST', `/orders/${order!.provider_order_id}/${index % 4 === 3 ? 'expire' : 'sms'}`, {});
  }
}

async function statuses(ids: readonly string[]): Promise<Record<string, number>> {
  const rows = await cluster.sql.rows<{ status: string; count: number }>(
    'SELECT status, count(*)::int AS count FROM activations WHERE id = ANY ($1::uuid[]) GROUP BY 1',
    [ids],
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

/** Every client got its code, or its money back by a number that really was silent; and every book agrees with every other. */
async function everythingEnded(followed: readonly Followed[]): Promise<void> {
  const wrong = followed.filter(({ status, codes }) => codes.length !== (status === 'COMPLETED' ? 1 : 0));
  expect(wrong).toEqual([]);
  const ends = new Set(followed.map(({ status }) => status));
  expect([...ends].toSorted()).toEqual(['COMPLETED', 'REFUNDED']);
  expect(followed.filter(({ repeated }) => repeated > 0)).toEqual([]);
  await settle(cluster, promised, SETTLE_MS);
  expect(await differences(cluster, { credit: CREDIT, keepsMoney: false, lossDailyCap: null, promised })).toEqual([]);
  expect(await cluster.run('check-ledger')).toMatch(/^The ledger is clean: \d+ transfers/);
}

describe('a cluster of the compose file', () => {
  it('runs the version of its workers as the current one, though both workers promoted it at once', async () => {
    const { address, namespace } = cluster.servers.temporal;
    const versions = await cluster.run('promote', { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });
    expect(versions).toBe('0.1.0  current\n');
    const temporal = createTemporalClient(cluster.servers.temporal);
    const { workerDeploymentInfo } = await temporal.client.workflowService.describeWorkerDeployment({
      namespace,
      deploymentName: DEPLOYMENT,
    });
    await temporal.close();
    const { WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT: current } = proto.temporal.api.enums.v1.WorkerDeploymentVersionStatus;
    expect(workerDeploymentInfo?.versionSummaries?.map(({ status }) => status)).toEqual([current]);
  });

  it('is migrated; a second migration finds nothing to do', async () => {
    expect(await cluster.run('migrate')).toBe('The schema is up to date.\n');
  });

  it(
    'loses a worker and an API while clients wait for their codes, and every client goes on at the other',
    { timeout: 300_000 },
    async () => {
      const { ids, all } = await startClients('processes', 24);
      await Promise.all([cluster.workers[0]!.kill(), cluster.apis[0]!.kill()]);
      // Otherwise the kill came too late.
      expect(await statuses(ids)).toEqual({ WAITING: 24 });
      // The rest serves new clients as well, the dead API's among them.
      const late = await Promise.all([0, 1].map((home) => rent(cluster, home, `late-${home}`, Date.now() + WITHIN_MS)));
      promised.push(...late);
      await answer([...ids, ...late]);
      const followed = await all;
      expect(followed.filter(({ home, moves }) => moves > 0 !== (home === 0))).toEqual([]);
      expect(new Set(followed.filter(({ moves }) => moves > 0).map(({ way }) => way))).toEqual(new Set(['events', 'poll']));
      await everythingEnded([
        ...followed,
        ...(await Promise.all(late.map((id) => follow(cluster, id, 1, 'poll', Date.now() + WITHIN_MS)))),
      ]);
      await Promise.all([cluster.workers[0]!.start(), cluster.apis[0]!.start()]);
    },
  );

  it('loses the Temporal server while clients wait, and all go on when it is back', { timeout: 300_000 }, async () => {
    const { ids, all } = await startClients('temporal', 16);
    await cluster.servers.killTemporal();
    // Otherwise the kill came too late.
    expect(await statuses(ids)).toEqual({ WAITING: 16 });
    const [asked] = await Promise.all([
      cluster.fetch(0, '/v1/activations', { json: { service: 'telegram', country: 'ID' }, headers: { 'idempotency-key': 'meanwhile' } }),
      sleep(3_000),
    ]);
    // Nothing was bought, or nobody can say yet; the same key asks again later.
    expect([202, 503]).toContain(asked.status);
    await cluster.servers.startTemporal();
    const meanwhile = await rent(cluster, 0, 'meanwhile', Date.now() + WITHIN_MS);
    promised.push(meanwhile);
    await answer([...ids, meanwhile]);
    const followed = await all;
    expect(followed.filter(({ moves }) => moves > 0)).toEqual([]);
    await everythingEnded(followed);
  });

  it('let both workers take part', async () => {
    const temporal = createTemporalClient(cluster.servers.temporal);
    try {
      const identities = new Set<string>();
      for (const id of promised) {
        const { events } = await temporal.client.workflow.getHandle(`activation/${id}`).fetchHistory();
        for (const event of events ?? []) {
          const identity = event.workflowTaskCompletedEventAttributes?.identity;
          if (identity) identities.add(identity.split('@')[0]!);
          const version = event.workflowTaskCompletedEventAttributes?.deploymentVersion;
          if (version) expect(version).toMatchObject({ deploymentName: DEPLOYMENT, buildId: '0.1.0' });
        }
      }
      // The first was killed and has another number since.
      expect(identities).toContain(String(cluster.workers[1]!.pid()));
      expect(identities.size).toBeGreaterThanOrEqual(3);
    } finally {
      await temporal.close();
    }
  });

  it('serves metrics of every process, and the health that the compose file asks for', async () => {
    const calls: number[] = [];
    for (const { url } of cluster.workers) {
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      const text = await (await fetch(`${url}/metrics`)).text();
      expect(text).toContain('process="worker"');
      calls.push(
        [...text.matchAll(/^watchword_provider_call_duration_seconds_count\{.*\} (\d+)$/gm)].reduce(
          (sum, [, count]) => sum + Number(count),
          0,
        ),
      );
    }
    expect(calls.filter((count) => count === 0)).toEqual([]);
    for (const index of cluster.apis.keys()) {
      expect((await cluster.fetch(index, '/healthz', { key: null })).status).toBe(200);
      expect((await cluster.fetch(index, '/readyz', { key: null })).status).toBe(200);
      const reply = await cluster.fetch(index, '/metrics', { key: cluster.operatorKey });
      expect(await reply.text()).toContain('watchword_activations');
    }
  });
});
