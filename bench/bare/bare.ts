import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { type RunningChild, startChild } from '../../src/main/child-process.js';
import { createTemporalClient } from '../../src/temporal/connection.js';
import { searchAttributes } from '../../src/temporal/search-attributes.js';
import type { ClusterServers } from '../../test/cluster/servers.js';

/** Workflows without watchword, on the same server and namespace, run by a worker of their own. */
export interface Bare {
  readonly client: Client;
  readonly worker: RunningChild;
  /** Events of a history, counted by type. */
  events(workflowId: string): Promise<Record<string, number>>;
  /** Waits until any workflow of the namespace is over, whatever its result is written in. */
  closed(workflowId: string): Promise<void>;
  /** Starts one and waits until it is answered, as `POST /v1/activations` does. */
  begin(type: 'bareActivation' | 'bareMessage' | 'bareVerification' | 'bareWait', workflowId: string): Promise<void>;
  signal(workflowId: string): Promise<void>;
  /** Asks it to check a code, and waits for the answer. */
  check(workflowId: string): Promise<void>;
  /** Asks the workflow to finish, and waits until it has. */
  finish(workflowId: string): Promise<void>;
  ended(workflowId: string): Promise<void>;
  close(): Promise<void>;
}

/** `HistoryEventFilterType`: only how it ended. */
const CLOSE_EVENT = 2;

export async function startBare(servers: ClusterServers): Promise<Bare> {
  const { address, namespace } = servers.temporal;
  const folder = mkdtempSync(join(tmpdir(), 'watchword-bare-'));
  const bundle = join(folder, 'bundle.js');
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('workflows.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
  writeFileSync(bundle, code);
  const worker = await startChild({
    name: 'bare-worker',
    script: fileURLToPath(new URL('worker.mjs', import.meta.url)),
    args: [address, namespace, bundle],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
    onLine: () => {},
    readyMs: 120_000,
    stopMs: 20_000,
  });
  const temporal = createTemporalClient(servers.temporal);
  const { client } = temporal;
  const attributes = searchAttributes({ account: 'bare', service: 'telegram', country: 'ID', phase: 'REQUESTED' });
  return {
    client,
    worker,
    async events(workflowId) {
      const history = await client.workflow.getHandle(workflowId).fetchHistory();
      const types = (history.events ?? []).map((event) =>
        Object.keys(event)
          .find((key) => key.endsWith('EventAttributes'))!
          .slice(0, -15),
      );
      return Object.fromEntries([...new Set(types)].toSorted().map((type) => [type, types.filter((one) => one === type).length]));
    },
    async closed(workflowId) {
      const wanted = { namespace, execution: { workflowId }, waitNewEvent: true, historyEventFilterType: CLOSE_EVENT };
      for (let token: Uint8Array | undefined; ;) {
        const asked = { ...wanted, ...(token === undefined ? {} : { nextPageToken: token }) };
        const answer = await client.workflowService.getWorkflowExecutionHistory(asked);
        if ((answer.history?.events ?? []).length > 0) return;
        token = answer.nextPageToken;
      }
    },
    async begin(type, workflowId) {
      const startWorkflowOperation = new WithStartWorkflowOperation(type, {
        workflowId,
        taskQueue: 'bare',
        args: [],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        typedSearchAttributes: attributes,
      });
      await client.workflow.executeUpdateWithStart('start', { updateId: 'start', startWorkflowOperation });
    },
    signal: (workflowId) => client.workflow.getHandle(workflowId).signal('sms'),
    check: (workflowId) => client.workflow.getHandle(workflowId).executeUpdate('check'),
    async finish(workflowId) {
      const handle = client.workflow.getHandle(workflowId);
      await handle.executeUpdate('finish');
      await handle.result();
    },
    ended: async (workflowId) => {
      await client.workflow.getHandle(workflowId).result();
    },
    async close() {
      await temporal.close();
      await worker.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
