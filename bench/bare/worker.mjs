import { NativeConnection, Runtime, Worker } from '@temporalio/worker';

/** A worker that knows nothing but the workflows beside it: `worker.mjs <address> <namespace> <bundle>`. */
Runtime.install({ shutdownSignals: [], telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } } });
const [address = '', namespace = '', codePath = ''] = process.argv.slice(2);
const connection = await NativeConnection.connect({ address });
const activities = { nothing: async () => {} };
const workers = [
  await Worker.create({ connection, namespace, taskQueue: 'bare', workflowBundle: { codePath }, activities, maxCachedWorkflows: 2_000 }),
  await Worker.create({ connection, namespace, taskQueue: 'bare-steps', activities, maxConcurrentActivityTaskExecutions: 20 }),
];
const running = Promise.all(workers.map((worker) => worker.run()));
console.log(JSON.stringify({ ready: true }));
const end = () => {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
};
process.once('SIGTERM', end);
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
await running;
await connection.close();
process.exit(0);
