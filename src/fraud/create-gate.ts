import type { Logger } from 'pino';
import type { FraudSettings } from '../config/fraud.js';
import type { Database } from '../db/database.js';
import { putDecision } from '../db/fraud-decisions.js';
import { putProof } from '../db/fraud-proofs.js';
import type { FraudGate, ProvenNumber } from '../domain/fraud.js';
import type { HttpClient } from '../http/client.js';
import type { Metrics } from '../observability/metrics.js';
import { networkOf } from './address.js';
import { captchaInquiry } from './captcha.js';
import { cooldownRule } from './cooldown.js';
import { countryRule } from './country.js';
import { deniedRangeRule } from './denied-range.js';
import { assembleGate } from './gate.js';
import { createFailureCount } from './failure-count.js';
import { createFraudHashes } from './hashes.js';
import type { Inquiry } from './inquiry.js';
import { type IpCountries, ipCountryRule } from './ip-country.js';
import { ipSendsRule } from './ip-sends.js';
import type { LimiterFactory } from './limiters.js';
import { lineLookup } from './line-lookup.js';
import { landlineRule, lineTypeRule, voipRule } from './line-rules.js';
import { neighboursRule } from './neighbours.js';
import { createNumberBudget, ownBudget } from './number-budget.js';
import { numberSends } from './number-sends.js';
import { prefixVelocityRule } from './prefix-velocity.js';
import { reservedRangeRule } from './reserved-range.js';
import { createFraudSignals, type FraudSignals } from './signals.js';
import { createSiteverify, type Siteverify } from './siteverify.js';
import { twilioLookup } from './twilio-lookup.js';
import { unverifiedBudgetRule } from './unverified-budget.js';
import { userAgentRule } from './user-agent.js';

const DAY_MS = 86_400_000;

/** Who knows more than we do. */
export interface Outside {
  /** The way to a CAPTCHA's server and to lookups. */
  readonly http: HttpClient;
  /** Secret key of the CAPTCHA; null where no token is ever to be checked. */
  readonly captchaSecret: string | null;
  /** Of the account that lines are looked up with; null where none is. */
  readonly lookupSecret: string | null;
  /** Null where no database of addresses is configured: the rule that needs it is then off. */
  readonly ipCountries: IpCountries | null;
}

/** What the gate needs. */
export interface FraudGateDeps {
  readonly settings: FraudSettings;
  readonly database: Database;
  /** Counts what is limited; see `limit-store.ts`. */
  readonly limiters: LimiterFactory;
  /** The installation's, for keyed hashes. */
  readonly secret: Uint8Array;
  /** Left out where no rule asks anybody outside. */
  readonly outside?: Outside;
  readonly clock: () => Date;
  /** A new UUID. */
  readonly ids: () => string;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'fraudDecided' | 'fraudFound' | 'fraudFailed'>;
}

/**
 * The gate before every code, with the rules that the configuration asks for.
 *
 * @throws TypeError if the secret of a lookup is missing that the settings want
 */
export function createFraudGate(deps: FraudGateDeps): FraudGate {
  const { settings, database, limiters } = deps;
  const ipCountries = deps.outside?.ipCountries ?? null;
  const hashes = createFraudHashes(deps.secret);
  const signals = createFraudSignals(deps.log, deps.metrics, createFailureCount(database, deps.log));
  const budgetOf = createNumberBudget(database);
  const sends = numberSends(settings.number_sends, { limiters, hashes, budgetOf });

  async function prove({ accountId, numberHash, ip, subject }: ProvenNumber, at: Date): Promise<void> {
    const network = ip === null ? null : networkOf(ip);
    const own = [
      ...(subject === null ? [] : [{ kind: 'subject' as const, whoHash: hashes.of('subject', subject) }]),
      ...(network === null ? [] : [{ kind: 'ip' as const, whoHash: hashes.of('ip', network) }]),
    ];
    const until = new Date(at.getTime() + settings.number_sends.remember_days * DAY_MS);
    for (const { kind, whoHash } of own) await putProof(database, { accountId, numberHash, whoHash, kind, until });
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
    judges: [
      countryRule(settings.country),
      deniedRangeRule(settings.denied_range),
      reservedRangeRule(settings.reserved_range),
      userAgentRule(settings.user_agent),
      ...(ipCountries === null ? [] : [ipCountryRule(settings.ip_country, ipCountries)]),
      unverifiedBudgetRule(settings.unverified_budget, database),
    ],
    lines: [lineTypeRule(settings.line_type), landlineRule(settings.landline), voipRule(settings.voip)],
    inquiries: inquiriesOf(deps, signals),
    counters: [
      cooldownRule(settings.cooldown, { limiters, hashes, budgetOf }),
      ipSendsRule(settings.ip_sends, { limiters, hashes }),
      // Before those that count by prefix: what is refused for its number must not make its prefix look busy.
      sends.rule,
      prefixVelocityRule(settings.prefix_velocity, { sql: database, limiters, hashes }),
      neighboursRule(settings.neighbours, { limiters, hashes }),
    ],
    store: (decision) => putDecision(database, decision),
    prove,
    signals,
  });
}

function inquiriesOf({ settings, database, outside, ids }: FraudGateDeps, signals: FraudSignals): Inquiry[] {
  const inquiries: Inquiry[] = [];
  if (settings.captcha.mode !== 'off') {
    const { http, captchaSecret: secret } = outside ?? { captchaSecret: null };
    const siteverify = http === undefined || secret === null ? nobodyToAsk : createSiteverify(settings.captcha, { http, secret, ids });
    inquiries.push(captchaInquiry(settings.captcha, { siteverify, signals }));
  }
  if (settings.lookup !== undefined) {
    const { http, lookupSecret: secret } = outside ?? { lookupSecret: null };
    if (http === undefined || secret === null) throw new TypeError('fraud.lookup is given and has no secret');
    const source = twilioLookup(settings.lookup, { http, secret });
    inquiries.push(lineLookup(settings.lookup, { sql: database, source, signals }));
  }
  return inquiries;
}

const nobodyToAsk: Siteverify = () => Promise.reject(new Error('WATCHWORD_CAPTCHA_SECRET is not set: no token can be checked'));
