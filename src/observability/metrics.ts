import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** A figure that is read when somebody scrapes. */
export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** What a scrape is answered with. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** The metrics of one process. Names begin with `watchword_`; no label holds anything personal, or a key. */
export interface Metrics {
  /** A request to our API was answered; `route` is the declared path, never the address itself. */
  requestAnswered(request: { readonly route: string; readonly method: string; readonly status: number; readonly seconds: number }): void;
  /** A call to a provider waited so long for its token of the request budget. */
  providerCallAdmitted(call: { readonly provider: string; readonly priority: string; readonly waitedSeconds: number }): void;
  /** A provider's reply came, or did not: `outcome` is the HTTP status, `not_sent` or `no_reply`. */
  providerCallEnded(call: { readonly provider: string; readonly outcome: string; readonly seconds: number }): void;
  /** A carrier was asked to send: `outcome` is `accepted`, `refused`, `ambiguous` or `fatal`. */
  carrierSendEnded(send: { readonly carrier: string; readonly outcome: string; readonly seconds: number }): void;
  /** The fraud rules decided on a code. */
  fraudDecided(decision: { readonly verdict: string }): void;
  /** One of them found something. */
  fraudFound(finding: { readonly rule: string; readonly mode: string; readonly verdict: string }): void;
  /** A fraud rule, or a part of what all of them need, could not be asked. */
  fraudFailed(failure: { readonly part: string }): void;
  /** Everything, with `figures` read now. */
  expose(figures: readonly Figure[]): Promise<Exposition>;
}

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

/** Metrics in a registry of their own; `process` tells API from worker. */
export function createMetrics(process: 'api' | 'worker'): Metrics {
  const register = new Registry();
  register.setDefaultLabels({ process });
  collectDefaultMetrics({ register });
  const registers = [register];
  const requests = new Histogram({
    name: 'watchword_http_request_duration_seconds',
    help: 'Requests to the API, from the first byte to the end of the answer.',
    labelNames: ['route', 'method', 'status'],
    buckets: SECONDS,
    registers,
  });
  const waits = new Histogram({
    name: 'watchword_provider_call_wait_seconds',
    help: 'How long calls to providers waited for the request budget.',
    labelNames: ['provider', 'priority'],
    buckets: SECONDS,
    registers,
  });
  const calls = new Histogram({
    name: 'watchword_provider_call_duration_seconds',
    help: 'Calls to providers, from sending to the last byte of the reply.',
    labelNames: ['provider', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const sends = new Histogram({
    name: 'watchword_carrier_send_duration_seconds',
    help: 'Sends by carriers, from the request to what it came to.',
    labelNames: ['carrier', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const decisions = new Counter({
    name: 'watchword_fraud_decisions_total',
    help: 'Decisions of the fraud rules on codes that were asked for.',
    labelNames: ['verdict'],
    registers,
  });
  const findings = new Counter({
    name: 'watchword_fraud_findings_total',
    help: 'What single fraud rules found; of mode monitor nothing followed.',
    labelNames: ['rule', 'mode', 'verdict'],
    registers,
  });
  const failures = new Counter({
    name: 'watchword_fraud_failures_total',
    help: 'Fraud rules that could not be asked: a limiter, a lookup or a store that is down.',
    labelNames: ['part'],
    registers,
  });
  return {
    requestAnswered: ({ route, method, status, seconds }) => requests.observe({ route, method, status: String(status) }, seconds),
    providerCallAdmitted: ({ provider, priority, waitedSeconds }) => waits.observe({ provider, priority }, waitedSeconds),
    providerCallEnded: ({ provider, outcome, seconds }) => calls.observe({ provider, outcome }, seconds),
    carrierSendEnded: ({ carrier, outcome, seconds }) => sends.observe({ carrier, outcome }, seconds),
    fraudDecided: ({ verdict }) => decisions.inc({ verdict }),
    fraudFound: ({ rule, mode, verdict }) => findings.inc({ rule, mode, verdict }),
    fraudFailed: ({ part }) => failures.inc({ part }),
    async expose(figures) {
      // Figures live as long as their scrape: two scrapes at once must not mix theirs.
      const read = new Registry();
      for (const { name, help, samples } of figures) {
        const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
        const gauge = new Gauge({ name, help, labelNames, registers: [read] });
        // Without labels a gauge is 0 from its birth; where nothing was read, nothing is said.
        if (samples.length === 0) gauge.remove();
        for (const { labels, value } of samples) gauge.set(labels, value);
      }
      return { contentType: register.contentType, text: (await register.metrics()) + (await read.metrics()) };
    },
  };
}
