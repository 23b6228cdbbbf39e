import { DomainError } from '../domain/errors.js';
import type { FraudDecision, FraudGate, RuleFinding, SendRisk } from '../domain/fraud.js';
import type { Found, Rule } from './rule.js';
import { networkOf } from './address.js';
import { destinationOf } from './destination.js';
import type { FraudHashes } from './hashes.js';
import type { StoredDecision } from '../db/fraud-decisions.js';
import type { Asked } from './rule.js';
import type { ProvenNumber } from '../domain/fraud.js';
import type { FraudSignals } from './signals.js';

/** What the gate is made of; see `createFraudGate`. */
export interface GateParts {
  readonly hashes: FraudHashes;
  readonly clock: () => Date;
  /** A new UUID. */
  readonly ids: () => string;
  /** Only look, and all of them: what they find costs nothing and changes nothing. */
  readonly judges: readonly Rule[];
  /** Cost a request to somebody else; asked one after the other while nothing refuses. */
  readonly inquiries: readonly Rule[];
  /** Count the code; asked one after the other while nothing refuses, what hurts most to lose last. */
  readonly counters: readonly Rule[];
  readonly store: (decision: StoredDecision) => Promise<void>;
  readonly prove: (proof: ProvenNumber, at: Date) => Promise<void>;
  readonly signals: FraudSignals;
}

type Finding = RuleFinding & Pick<Found, 'retryAfterMs' | 'reason'>;

/** Puts rules together into the gate before every code. */
export function assembleGate(parts: GateParts): FraudGate {
  const { signals } = parts;

  async function askOne(rule: Rule, asked: Asked): Promise<Finding[]> {
    if (rule.mode === 'off') return [];
    try {
      const found = await rule.ask(asked);
      return found === null ? [] : [{ ...found, rule: rule.name, mode: rule.mode }];
    } catch (error) {
      signals.failed(rule.name, error);
      // What is only watched refuses nobody, not even by being down.
      if (rule.mode === 'monitor') return [];
      if (error instanceof DomainError) throw error;
      throw new DomainError('unavailable', 'It cannot be told now whether a code may be sent, so none is sent.', {}, { cause: error });
    }
  }

  async function askAll(asked: Asked): Promise<Finding[]> {
    const findings = (await Promise.all(parts.judges.map((rule) => askOne(rule, asked)))).flat();
    for (const rule of [...parts.inquiries, ...parts.counters]) {
      if (findings.some(isActedOn)) break;
      findings.push(...(await askOne(rule, asked)));
    }
    return findings;
  }

  async function decide(risk: SendRisk): Promise<FraudDecision> {
    const network = risk.ip === null ? null : networkOf(risk.ip);
    const { prefix, lineType } = destinationOf(risk.number);
    const asked: Asked = {
      risk,
      now: parts.clock(),
      prefix,
      lineType,
      ipHash: network === null ? null : parts.hashes.of('ip', network),
      subjectHash: risk.subject === null ? null : parts.hashes.of('subject', risk.subject),
    };
    const found = await askAll(asked);
    const findings = found.map(({ rule, mode, verdict, detail }) => ({ rule, mode, verdict, detail }));
    const decision: FraudDecision = { id: parts.ids(), ...conclude(found.filter(isActedOn)), findings };
    await keep(decision, asked);
    signals.decided(decision);
    return decision;
  }

  async function keep(decision: FraudDecision, asked: Asked): Promise<void> {
    const { risk } = asked;
    try {
      await parts.store({
        id: decision.id,
        accountId: risk.accountId,
        verificationId: risk.verificationId,
        numberHash: risk.numberHash,
        ipHash: asked.ipHash,
        prefix: asked.prefix,
        country: risk.country,
        lineType: asked.lineType,
        channel: risk.channel,
        verdict: decision.verdict,
        mode: modeOf(decision.findings),
        findings: decision.findings,
        at: asked.now,
      });
    } catch (error) {
      signals.failed('decisions', error);
      throw new DomainError('unavailable', 'What the fraud rules say cannot be kept now, so no code is sent.', {}, { cause: error });
    }
  }

  return {
    decide,
    async proven(proof) {
      try {
        await parts.prove(proof, parts.clock());
      } catch (error) {
        signals.failed('proven', error);
      }
    },
  };
}

function isActedOn({ mode }: Finding): boolean {
  return mode === 'enforce';
}

/** The mode of the decision: that of its strongest finding. */
function modeOf(findings: readonly RuleFinding[]): StoredDecision['mode'] {
  if (findings.length === 0) return null;
  return findings.some(({ mode }) => mode === 'enforce') ? 'enforce' : 'monitor';
}

/** What the findings that are acted on come to: a block outweighs limits, of limits the longest counts. */
function conclude(findings: readonly Finding[]): Pick<FraudDecision, 'verdict' | 'retryAfterMs' | 'reason'> {
  const blocks = findings.filter(({ verdict }) => verdict === 'block');
  if (blocks.length > 0) return { verdict: 'block', retryAfterMs: null, reason: publicReason(blocks) };
  if (findings.length === 0) return { verdict: 'allow', retryAfterMs: null, reason: null };
  return { verdict: 'limit', retryAfterMs: Math.max(...findings.map(({ retryAfterMs }) => retryAfterMs ?? 0)), reason: null };
}

/** Says more than `blocked` only where doing what it says would be enough. */
function publicReason(blocks: readonly Finding[]): string {
  const reasons = new Set(blocks.map(({ reason }) => reason ?? 'blocked'));
  return reasons.size === 1 ? [...reasons][0]! : 'blocked';
}
