import { type Cluster, say, startCluster } from '../test/cluster/cluster.js';
import { LONG_OFFERS, realPolicy } from './settings.js';

/** One API and one worker with the policy of a real installation, at a provider with money and numbers enough for every bench. */
export function startRentingCluster(provider: 'herosms' | 'fivesim', settings: object): Promise<Cluster> {
  return startCluster({
    apis: 1,
    workers: 1,
    credit: '1',
    providers: [provider],
    settings: { balance: '1000000.00', offers: LONG_OFFERS, ...settings },
    file: { policy: realPolicy() },
    report: say,
  });
}
