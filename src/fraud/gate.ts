import { DomainError } from '../domain/errors.js';
import type { FraudDecision, FraudGate, ProvenNumber, RuleFinding, SendRisk } from '../domain/fraud.js';
import type { Inquiry } from './inquiry.js';
import type { Asked, Counter, Found, Rule } from './rule.js';
import { networkOf } from './address.js';
import { destinationOf } from './destination.js';
import type { FraudHashes } from './hashes.js';
import type { StoredDecision } from '../db/fraud-decisions.js';
import type { FraudSignals } from './signals.js';

/** What the gate is made of; see `createFraudGate`. */
export interface GateParts {
  readonly hashes: FraudHashes;
  readonly clock: () => Date;
  /** A new UUID. */
  readonly ids: () => string;
  /** Only look, and all of them: what they find costs nothing and changes nothing. */
  readonly judges: readonly Rule[];
  /** Judge by what line the number is; asked again where an inquiry tells it better. */
  readonly lines: readonly Rule[];
  /** Cost a request to somebody else; asked one after the other while nothing refuses. */
  readonly inquiries: readonly Inquiry[];
  /** Count the code; asked one after the other while nothing refuses. */
  readonly counters: readonly Counter[];
  readonly store: (decision: StoredDecision) => Promise<void>;
  readonly prove: (proof: ProvenNumber, at: Date) => Promise<void>;
  readonly signals: FraudSignals;
}

type Finding = RuleFinding & Pick<Found, 'retryAfterMs' | 'reason'>;

/** Puts rules together into the gate before every code. */
export function assembleGate(parts: GateParts): FraudGate {
  const { signals } = parts;

  /** Asks one rule; null also where it is only watched and cannot answer: then it refuses nobody either. */
  async function attempt<T>({ name, mode }: Pick<Rule, 'name' | 'mode'>, ask: () => Promise<T> | T): Promise<T | null> {
    if (mode === 'off') return null;
    try {
      return await ask();
    } catch (error) {
      signals.failed(name, error);
      if (mode === 'monitor') return null;
      throw new DomainError('unavailable', 'It cannot be told now whether a code may be sent, so none is sent.', {}, { cause: error });
    }
  }

  async function askOne(rule: Rule, asked: Asked): Promise<Finding[]> {
    return findingOf(rule, await attempt(rule, () => rule.ask(asked)));
  }
  async function askEach(rules: readonly Rule[], asked: Asked): Promise<Finding[]> {
    return (await Promise.all(rules.map((rule) => askOne(rule, asked)))).flat();
  }

  async function askAll(first: Asked): Promise<{ readonly asked: Asked; readonly findings: Finding[] }> {
    let asked = first;
    const findings = await askEach(parts.judges, asked);
    let lines = await askEach(parts.lines, asked);
    const refused = () => [...findings, ...lines].some(isActedOn);
    for (const inquiry of parts.inquiries) {
      if (refused()) break;
      const before = asked;
      const told = await attempt(inquiry, () => inquiry.ask(before));
      if (told === null) continue;
      findings.push(...findingOf(inquiry, told.found));
      asked = { ...asked, ...told.learned };
      if (asked.lineType !== before.lineType) lines = await askEach(parts.lines, asked);
    }
    for (const counter of parts.counters) {
      if (refused()) break;
      try {
        findings.push(...(await askOne(counter, asked)));
      } catch (error) {
        await release(asked);
        throw error;
      }
    }
    return { asked, findings: [...findings, ...lines] };
  }

  /** The code is not sent: what was counted of it that must not stay so is taken back. */
  async function release(asked: Asked): Promise<void> {
    for (const counter of parts.counters) {
      try {
        await counter.release?.(asked);
      } catch (error) {
        // Counted and not sent: the next one waits in vain, and nobody is sent too many.
        signals.failed(counter.name, error);
      }
    }
  }

  async function decide(risk: SendRisk): Promise<FraudDecision> {
    const network = risk.ip === null ? null : networkOf(risk.ip);
    const { prefix, lineType } = destinationOf(risk.number);
    const { asked, findings: found } = await askAll({
      risk,
      now: parts.clock(),
      prefix,
      lineType,
      address: network === null ? null : risk.ip,
      human: false,
      ipHash: network === null ? null : parts.hashes.of('ip', network),
      subjectHash: risk.subject === null ? null : parts.hashes.of('subject', risk.subject),
    });
    const findings = found.map(({ rule, mode, verdict, detail }) => ({ rule, mode, verdict, detail }));
    const decision: FraudDecision = { id: parts.ids(), ...conclude(found.filter(isActedOn)), findings };
    if (decision.verdict !== 'allow') await release(asked);
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
      await release(asked);
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

function findingOf({ name, mode }: Pick<Rule, 'name' | 'mode'>, found: Found | null): Finding[] {
  return found === null || mode === 'off' ? [] : [{ ...found, rule: name, mode }];
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
