import { until } from '../rent/world.js';
import type { Cluster } from './cluster.js';
import { rent } from './follower.js';

const WITHIN_MS = 60_000;

/**
 * Lets every account's proof of refund arm as in a young installation: one number whose purchase and return are seen by
 * themselves (ORDERS.md, rule 20). Under traffic from the first moment it arms by chance only. @returns the activations.
 */
export async function armProofs(cluster: Cluster): Promise<string[]> {
  const providers = [...cluster.simulators.keys()];
  const ids: string[] = [];
  for (const provider of providers) {
    const others = providers.filter((one) => one !== provider);
    const before = (await cluster.control(provider, 'GET', '/settings')) as Record<string, unknown>;
    await cluster.control(provider, 'PUT', '/settings', { smsDelayMinMs: 60_000, smsDelayMaxMs: 60_000, lifetimeMs: 4_000 });
    for (const other of others) await cluster.control(other, 'POST', '/traps', { name: 'no_numbers', probability: 1 });
    const id = await rent(cluster, 0, `arm-${provider}`, Date.now() + WITHIN_MS);
    ids.push(id);
    const status = async () => ((await (await cluster.fetch(0, `/v1/activations/${id}`)).json()) as { status: string }).status;
    await until(
      async () => (await status()) === 'REFUNDED',
      WITHIN_MS,
      async () => `the proof of ${provider} did not arm: ${await status()}`,
    );
    for (const other of others) await cluster.control(other, 'DELETE', '/traps');
    const { smsDelayMinMs, smsDelayMaxMs, lifetimeMs } = before;
    await cluster.control(provider, 'PUT', '/settings', { smsDelayMinMs, smsDelayMaxMs, lifetimeMs });
  }
  return ids;
}
