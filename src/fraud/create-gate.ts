import type { Logger } from 'pino';
import type { FraudSettings } from '../config/fraud.js';
import type { Database } from '../db/database.js';
import { putDecision } from '../db/fraud-decisions.js';
import { putProof } from '../db/fraud-proofs.js';
import type { FraudGate, ProvenNumber } from '../domain/fraud.js';
import type { Metrics } from '../observability/metrics.js';
import { networkOf } from './address.js';
import { cooldownRule } from './cooldown.js';
import { countryRule } from './country.js';
import { assembleGate } from './gate.js';
import { createFraudHashes } from './hashes.js';
import { ipSendsRule } from './ip-sends.js';
import type { LimiterFactory } from './limiters.js';
import { createNumberBudget, ownBudget } from './number-budget.js';
import { numberSends } from './number-sends.js';
import { createFraudSignals } from './signals.js';

/** What the gate needs. */
export interface FraudGateDeps {
  readonly settings: FraudSettings;
  readonly database: Database;
  /** Counts what is limited; see `limit-store.ts`. */
  readonly limiters: LimiterFactory;
  /** The installation's, for keyed hashes. */
  readonly secret: Uint8Array;
  readonly clock: () => Date;
  /** A new UUID. */
  readonly ids: () => string;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'fraudDecided' | 'fraudFound' | 'fraudFailed'>;
}

/** The gate before every code, with the rules that the configuration asks for. */
export function createFraudGate(deps: FraudGateDeps): FraudGate {
  const { settings, database, limiters } = deps;
  const hashes = createFraudHashes(deps.secret);
  const budgetOf = createNumberBudget(database, settings.number_sends.remember_days);
  const sends = numberSends(settings.number_sends, { limiters, hashes, budgetOf });

  async function prove({ accountId, numberHash, ip, subject }: ProvenNumber, at: Date): Promise<void> {
    const network = ip === null ? null : networkOf(ip);
    const own = [
      ...(subject === null ? [] : [{ kind: 'subject' as const, whoHash: hashes.of('subject', subject) }]),
      ...(network === null ? [] : [{ kind: 'ip' as const, whoHash: hashes.of('ip', network) }]),
    ];
    for (const { kind, whoHash } of own) await putProof(database, { accountId, numberHash, whoHash, kind, at });
    await sends.clear(
      accountId,
      numberHash,
      own.map(({ kind, whoHash }) => ownBudget(kind, whoHash)),
    );
  }

  return assembleGate({
    hashes,
    clock: deps.clock,
    ids: deps.ids,
    judges: [countryRule(settings.country)],
    inquiries: [],
    counters: [
      cooldownRule(settings.cooldown, { limiters, hashes, budgetOf }),
      ipSendsRule(settings.ip_sends, { limiters, hashes }),
      sends.rule,
    ],
    store: (decision) => putDecision(database, decision),
    prove,
    signals: createFraudSignals(deps.log, deps.metrics),
  });
}
