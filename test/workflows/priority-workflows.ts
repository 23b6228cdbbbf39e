import { proxyActivities } from '@temporalio/workflow';

export async function callAtPriority(name: string, priorityKey: number): Promise<void> {
  const { call } = proxyActivities<{ call(name: string): Promise<void> }>({
    taskQueue: 'called',
    startToCloseTimeout: '10s',
    priority: { priorityKey },
  });
  await call(name);
}
