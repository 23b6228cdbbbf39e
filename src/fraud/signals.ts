import type { Logger } from 'pino';
import type { FraudDecision } from '../domain/fraud.js';
import type { Metrics } from '../observability/metrics.js';
import type { FailureCount } from './failure-count.js';

/** How the gate is watched: logs and metrics, without anything personal. */
export interface FraudSignals {
  /** A decision was kept. */
  decided(decision: FraudDecision): void;
  /** A rule or a part of the gate could not be asked. */
  failed(part: string, error: unknown): void;
}

/** Counts decisions, findings and failures, and logs what an operator may want to look at. */
export function createFraudSignals(
  log: Logger,
  metrics: Pick<Metrics, 'fraudDecided' | 'fraudFound' | 'fraudFailed'>,
  failures: FailureCount,
): FraudSignals {
  return {
    decided({ id, verdict, findings }) {
      metrics.fraudDecided({ verdict });
      for (const finding of findings) metrics.fraudFound(finding);
      if (findings.length === 0) return;
      log.info({ decision: id, verdict, findings: findings.map(({ rule, mode }) => `${rule}:${mode}`) }, 'fraud rules found something');
    },
    failed(part, error) {
      metrics.fraudFailed({ part });
      failures.note(part);
      log.error({ part, error: String(error).slice(0, 200) }, 'a fraud rule cannot be asked');
    },
  };
}
