import type { registerProviders } from '../../src/db/providers.js';

type Configured = Parameters<typeof registerProviders>[1][number];

/** A simulated account in dollars, as `registerProviders` takes it. */
export function providerAccount(id: string, more: Partial<Configured> = {}): Configured {
  return {
    id,
    kind: 'handler_api',
    currency: 'USD',
    rateMicros: 1_000_000n,
    simulated: true,
    fingerprint: 'a',
    requestsPerSecond: 5,
    burst: 5,
    granularity: 1n,
    ...more,
  };
}
