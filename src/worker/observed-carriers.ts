import { performance } from 'node:perf_hooks';
import type { Carrier } from '../carriers/carrier.js';
import type { Log } from '../domain/log.js';
import type { Metrics } from '../observability/metrics.js';

/** What is measured of sends by carriers. */
export type CarrierMetrics = Pick<Metrics, 'carrierSendEnded'>;

/** The carriers, each send with a figure and a line in the log: carrier, outcome, how long it took; never the number or the text. */
export function observedCarriers(
  carriers: ReadonlyMap<string, Carrier>,
  deps: { readonly metrics: CarrierMetrics; readonly log: Pick<Log, 'info'> },
): ReadonlyMap<string, Carrier> {
  return new Map(
    Array.from(carriers, ([id, carrier]) => [
      id,
      {
        ...carrier,
        async send(message, call) {
          const start = performance.now();
          const outcome = await carrier.send(message, call);
          const seconds = (performance.now() - start) / 1_000;
          deps.metrics.carrierSendEnded({ carrier: id, outcome: outcome.kind, seconds });
          const why = outcome.kind === 'ambiguous' ? outcome.why : outcome.kind === 'accepted' ? null : outcome.reason;
          deps.log.info(
            { carrier: id, outcome: outcome.kind, ...(why === null ? {} : { why }), ms: Math.round(seconds * 1_000) },
            'a carrier was asked to send',
          );
          return outcome;
        },
      },
    ]),
  );
}
