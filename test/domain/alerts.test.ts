import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ALERT_POLICY, mayCheckLedger } from '../../src/domain/alert-policy.js';
import { type AlertState, isFiring, stepAlert, tellAlerts } from '../../src/domain/alert-state.js';
import { chanceOfAtMost, COLLAPSE, hasCollapsed } from '../../src/domain/collapse.js';
import { unexplainedDrift } from '../../src/domain/drift.js';

const MINUTE = 60_000;
const POLICY = { repeatMs: 360 * MINUTE, gatherMs: 5 * MINUTE };

interface Told {
  readonly kind: string;
  readonly subjects: readonly string[];
  readonly at: number;
}

/** Runs evaluations, one a minute: `seen[n]` says what each subject's n-th look found. */
function evaluate(
  seen: readonly (readonly (boolean | null)[])[],
  rule = { holds: 2, clears: 3 },
  policy = POLICY,
): { readonly told: Told[]; readonly firing: boolean[][] } {
  let states = new Map<string, AlertState>();
  const told: Told[] = [];
  const firing: boolean[][] = [];
  for (let look = 0; look < (seen[0]?.length ?? 0); look += 1) {
    const now = look * MINUTE;
    const next = new Map<string, AlertState>();
    for (const [index, looks] of seen.entries()) {
      const subject = `s${index}`;
      const after = stepAlert(states.get(subject) ?? null, subject, looks[look]!, now, rule);
      if (after !== null) next.set(subject, after);
    }
    firing.push(seen.map((_, index) => isFiring(next.get(`s${index}`) ?? NOTHING)));
    const result = tellAlerts([...next.values()], now, policy);
    for (const telling of result.tellings) told.push({ ...telling, at: now });
    states = new Map(result.states.map((state) => [state.subject, state]));
  }
  return { told, firing };
}
const NOTHING: AlertState = { subject: '', held: 0, cleared: 0, firingSince: null, resolvedAt: null, toldAt: null, endToldAt: null };
const run = (times: number, value: boolean | null) => Array.from({ length: times }, () => value);

describe('an alert', () => {
  it('is told once when it began, and once when it is over', () => {
    const { told } = evaluate([[...run(30, true), ...run(30, false)]]);
    expect(told).toEqual([
      { kind: 'started', subjects: ['s0'], at: 1 * MINUTE },
      { kind: 'ended', subjects: ['s0'], at: 32 * MINUTE },
    ]);
  });

  it('is told again only after the repeat time, as long as it lasts', () => {
    const { told } = evaluate([run(24 * 60, true)]);
    expect(told.map(({ kind, at }) => [kind, at / MINUTE])).toEqual([
      ['started', 1],
      ['repeated', 361],
      ['repeated', 721],
      ['repeated', 1081],
    ]);
  });

  it('begins only after it held for its evaluations in a row', () => {
    expect(evaluate([[true, false, true, false, true, false]]).told).toEqual([]);
  });

  it('that flaps is not told at each turn', () => {
    const flapping = [true, true, ...Array.from({ length: 100 }, (_, n) => n % 3 === 0)];
    expect(evaluate([flapping]).told).toHaveLength(1);
  });

  it('is left as it is by a look that could not be made', () => {
    const { told, firing } = evaluate([[true, true, ...run(20, null), false, null, false, null, false]]);
    expect(told.map(({ kind }) => kind)).toEqual(['started', 'ended']);
    expect(firing[21]).toEqual([true]);
  });

  it('of two thousand subjects at once is one message', () => {
    const { told } = evaluate(Array.from({ length: 2_000 }, () => [...run(10, true), ...run(10, false)]));
    expect(told.map(({ kind, subjects }) => [kind, subjects.length])).toEqual([
      ['started', 2_000],
      ['ended', 2_000],
    ]);
  });

  it('of two thousand subjects one after the other is gathered', () => {
    const { told } = evaluate(Array.from({ length: 200 }, (_, n) => [...run(n, false), ...run(400 - n, true)]));
    // Two hundred minutes, five of them to a message.
    expect(told.filter(({ kind }) => kind === 'started').length).toBeLessThanOrEqual(42);
    expect(told.filter(({ kind }) => kind === 'repeated').length).toBeLessThanOrEqual(1);
  });

  const looks = fc.array(fc.oneof({ weight: 5, arbitrary: fc.boolean() }, { weight: 1, arbitrary: fc.constant(null) }), {
    minLength: 60,
    maxLength: 60,
  });
  const rules = fc.record({ holds: fc.integer({ min: 1, max: 5 }), clears: fc.integer({ min: 1, max: 5 }) });

  it('fires exactly from N finds in a row to M misses in a row, whatever is seen', () => {
    fc.assert(
      fc.property(looks, rules, (seen, rule) => {
        const { firing } = evaluate([seen], rule);
        // An oracle of its own: it looks at the looks that were made, the last first.
        let fires = false;
        const made: boolean[] = [];
        for (const [index, look] of seen.entries()) {
          if (look !== null) {
            made.push(look);
            if (!fires && made.length >= rule.holds && made.slice(-rule.holds).every((one) => one)) fires = true;
            else if (fires && made.length >= rule.clears && made.slice(-rule.clears).every((one) => !one)) fires = false;
          }
          expect(firing[index]).toEqual([fires]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is told in turns, begun and over, never twice the same, and nothing is left untold', () => {
    fc.assert(
      fc.property(fc.array(looks, { minLength: 1, maxLength: 5 }), rules, fc.integer({ min: 0, max: 10 }), (seen, rule, gather) => {
        const policy = { repeatMs: 30 * MINUTE, gatherMs: gather * MINUTE };
        const calm = seen.map((one) => [...one, ...run(40, false)]);
        const { told, firing } = evaluate(calm, rule, policy);
        for (const index of seen.keys()) {
          const kinds = told.filter(({ subjects }) => subjects.includes(`s${index}`)).map(({ kind }) => kind);
          const everFired = firing.some((at) => at[index] === true);
          // After forty quiet looks whoever fired was told that it is over.
          expect(kinds.at(-1)).toBe(everFired ? 'ended' : undefined);
          for (const [n, kind] of kinds.entries()) {
            const before = kinds[n - 1];
            if (kind === 'started') expect([undefined, 'ended']).toContain(before);
            if (kind === 'repeated') expect(['started', 'repeated']).toContain(before);
            if (kind === 'ended') expect([undefined, 'started', 'repeated', 'ended']).toContain(before);
          }
        }
        const times = [...new Set(told.map(({ at }) => at))];
        for (const [n, at] of times.entries()) if (n > 0) expect(at - times[n - 1]!).toBeGreaterThanOrEqual(policy.gatherMs);
        // At one moment at most one message of each kind.
        for (const at of times) {
          const kinds = told.filter((one) => one.at === at).map(({ kind }) => kind);
          expect(new Set(kinds).size).toBe(kinds.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a pair’s collapse', () => {
  it('is a fall below half of its own rate that chance does not explain', () => {
    const before = { successes: 190, failures: 10 };
    expect(hasCollapsed({ successes: 0, failures: 10 }, before)).toBe(true);
    expect(hasCollapsed({ successes: 4, failures: 8 }, before)).toBe(true);
    expect(hasCollapsed({ successes: 9, failures: 9 }, before)).toBe(false);
  });

  it('is not said of few outcomes, nor of a pair that was always bad', () => {
    expect(hasCollapsed({ successes: 0, failures: COLLAPSE.recentLeast - 1 }, { successes: 190, failures: 10 })).toBe(false);
    expect(hasCollapsed({ successes: 0, failures: 40 }, { successes: COLLAPSE.beforeLeast - 1, failures: 0 })).toBe(false);
    expect(hasCollapsed({ successes: 0, failures: 15 }, { successes: 20, failures: 180 })).toBe(false);
  });

  it('counts chances as a sum of binomial terms does', () => {
    // 0.5^10 * (1 + 10 + 45)
    expect(chanceOfAtMost(2, 10, 0.5)).toBeCloseTo(56 / 1024, 12);
    expect(chanceOfAtMost(10, 10, 0.3)).toBe(1);
    expect(chanceOfAtMost(0, 300, 0.9)).toBeLessThan(1e-250);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (tried, rate) => {
        let last = 0;
        for (let k = 0; k <= tried; k += 1) {
          const chance = chanceOfAtMost(k, tried, rate);
          expect(chance).toBeGreaterThanOrEqual(last - 1e-12);
          expect(chance).toBeLessThanOrEqual(1);
          last = chance;
        }
        expect(last).toBeCloseTo(1, 9);
      }),
      { numRuns: 100 },
    );
  });

  it('is seldom said by chance: a steady pair, looked at each minute of a week', () => {
    let seed = 7;
    const die = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    let said = 0;
    for (let look = 0; look < 10_080; look += 1) {
      const successes = Array.from({ length: 20 }, die).filter((roll) => roll < 0.7).length;
      if (hasCollapsed({ successes, failures: 20 - successes }, { successes: 140, failures: 60 })) said += 1;
    }
    expect(said).toBeLessThanOrEqual(5);
  });
});

describe('a drift', () => {
  it('is what lies outside of the interval of surplus and pending refunds', () => {
    const drift = (surplus: bigint | null, pending = 0n, underWay = 0n) => unexplainedDrift({ surplus, pending, underWay });
    expect(drift(null, 5n)).toBe(0n);
    expect(drift(3n, 5n)).toBe(0n);
    expect(drift(7n, 5n)).toBe(2n);
    expect(drift(-4n, 5n)).toBe(-4n);
    expect(drift(-4n, 5n, 4n)).toBe(0n);
    expect(drift(-6n, 0n, 4n)).toBe(-2n);
  });
});

describe('checking the ledger', () => {
  it('takes a twentieth of the time at most', () => {
    expect(mayCheckLedger(null, 0)).toBe(true);
    expect(mayCheckLedger({ startedAt: 0, tookMs: 60_000 }, 19 * 60_000)).toBe(false);
    expect(mayCheckLedger({ startedAt: 0, tookMs: 60_000 }, 20 * 60_000)).toBe(true);
    expect(DEFAULT_ALERT_POLICY.ledgerCheckMs).toBeGreaterThanOrEqual(20 * DEFAULT_ALERT_POLICY.ledgerCheckBoundMs);
  });
});
