import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit, CIRCUIT, type Circuit, CLOSED, react, type Signal, signalOf, stateAt } from '../../src/domain/circuit.js';
import type { PurchaseOutcome, RefusalReason } from '../../src/domain/purchase.js';

const ANSWER: Signal = { kind: 'answer' };
const FAULT: Signal = { kind: 'fault', reason: 'timeout' };
const NOTHING: Signal = { kind: 'nothing' };
const BANNED: Signal = { kind: 'fatal', reason: 'banned', forMs: null };
const PROBE_MS = 25_000;

/** Plays signals one after the other, a second apart. */
function play(signals: readonly Signal[], from: Circuit = CLOSED, start = 1_000_000): { circuit: Circuit; now: number; opened: number } {
  let circuit = from;
  let now = start;
  let opened = 0;
  for (const [index, signal] of signals.entries()) {
    now += 1_000;
    const reaction = react(circuit, `${index}`, signal, now);
    circuit = reaction.circuit;
    if (reaction.changed === 'opened') opened += 1;
  }
  return { circuit, now, opened };
}

describe('what a purchase says of its provider', () => {
  it.each<RefusalReason>(['no_numbers', 'price_too_low', 'no_balance', 'unsupported', 'channels_limit', 'unavailable'])(
    '%s is an answer: it never opens a circuit',
    (reason) => {
      expect(signalOf({ kind: 'refused', reason, raw: '' })).toEqual(ANSWER);
    },
  );
  it.each<RefusalReason>(['too_late', 'rate_limited'])('%s is our own haste and says nothing', (reason) => {
    expect(signalOf({ kind: 'refused', reason, raw: '' })).toEqual(NOTHING);
  });
  it.each<PurchaseOutcome>([
    { kind: 'refused', reason: 'not_sent', raw: '' },
    { kind: 'refused', reason: 'turned_away', raw: '' },
    { kind: 'ambiguous', reason: 'timeout', raw: '' },
    { kind: 'ambiguous', reason: 'http_502', raw: '' },
  ])('%o is a fault', (outcome) => {
    expect(signalOf(outcome).kind).toBe('fault');
  });
  it('is fatal when the provider says so, for as long as it says', () => {
    expect(signalOf({ kind: 'fatal', reason: 'banned', raw: '', retryAfterMs: 9 })).toEqual({ kind: 'fatal', reason: 'banned', forMs: 9 });
  });
});

describe('opening', () => {
  it('takes three faults in a row, not two', () => {
    expect(stateAt(play([FAULT, FAULT]).circuit, 1_002_000)).toBe('closed');
    const { circuit, now, opened } = play([FAULT, FAULT, FAULT]);
    expect(stateAt(circuit, now)).toBe('open');
    expect(circuit.reason).toBe('timeout: 3 purchases in a row without an answer');
    expect(circuit.openUntil! - now).toBe(CIRCUIT.faultOpenMs);
    expect(opened).toBe(1);
  });

  it('happens at half of the answers missing, even if never three in a row', () => {
    const everySecond = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? ANSWER : FAULT));
    const { circuit, now } = play(everySecond);
    expect(stateAt(circuit, now)).toBe('open');
    expect(circuit.reason).toMatch(/^timeout: 5\d % of the last purchases without an answer$/);
    const everyThird = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? FAULT : ANSWER));
    expect(play(everyThird).opened).toBe(0);
  });

  it('happens at once when nothing will be sold, also while faults keep it open', () => {
    const { circuit, now } = play([BANNED]);
    expect([stateAt(circuit, now), circuit.reason, circuit.openUntil! - now]).toEqual(['open', 'banned', CIRCUIT.fatalOpenMs]);
    const later = play([FAULT, FAULT, FAULT, BANNED]);
    expect([later.circuit.reason, later.opened]).toEqual(['banned', 2]);
  });

  it('believes the time that a provider names, up to a day', () => {
    const named = (forMs: number) => play([{ kind: 'fatal', reason: 'banned', forMs }]);
    const half = named(1_800_000);
    expect(half.circuit.openUntil! - half.now).toBe(1_800_000);
    const year = named(31_536_000_000);
    expect(year.circuit.openUntil! - year.now).toBe(CIRCUIT.longestNamedOpenMs);
  });

  it('counts purchases that were under way when it opened as no further openings', () => {
    const { circuit, opened } = play([FAULT, FAULT, FAULT, FAULT, FAULT, ANSWER, FAULT]);
    expect([circuit.trips, opened]).toEqual([1, 1]);
    expect(play([BANNED, BANNED, BANNED]).circuit.trips).toBe(1);
    expect(play([BANNED, BANNED, BANNED]).opened).toBe(1);
  });

  it('never comes of answers or of nothing, whatever their number', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(ANSWER, NOTHING), { maxLength: 300 }), (signals) => {
        expect(play(signals).circuit.openUntil).toBeNull();
      }),
    );
  });
});

describe('half-open', () => {
  const openCircuit = play([FAULT, FAULT, FAULT]).circuit;
  const later = openCircuit.openUntil!;

  it('lets nobody through before its time, then one purchase and no other', () => {
    expect(admit(openCircuit, 'p', later - 1, PROBE_MS)).toBeNull();
    const probing = admit(openCircuit, 'p', later, PROBE_MS)!;
    expect(admit(probing, 'q', later + 1, PROBE_MS)).toBeNull();
    expect(admit(probing, 'p', later + 1, PROBE_MS)).not.toBeNull();
    // Nothing was heard of it: somebody else may find out.
    expect(admit(probing, 'q', later + PROBE_MS, PROBE_MS)!.probe!.key).toBe('q');
  });

  it('closes on any answer to the probe', () => {
    const probing = admit(openCircuit, 'p', later, PROBE_MS)!;
    const { circuit, changed } = react(probing, 'p', ANSWER, later + 100);
    expect([changed, stateAt(circuit, later + 100), circuit.faults, circuit.bad]).toEqual(['closed', 'closed', 0, 0]);
  });

  it('hears nobody but its probe', () => {
    const probing = admit(openCircuit, 'p', later, PROBE_MS)!;
    for (const signal of [ANSWER, FAULT, NOTHING])
      expect(react(probing, 'late', signal, later + 100)).toEqual({ circuit: probing, changed: null });
  });

  it('makes room for another when the probe learned nothing', () => {
    const probing = admit(openCircuit, 'p', later, PROBE_MS)!;
    const { circuit } = react(probing, 'p', NOTHING, later + 100);
    expect(admit(circuit, 'q', later + 101, PROBE_MS)).not.toBeNull();
  });

  it('opens again for twice as long each time, up to a bound; after long good health shortly again', () => {
    let circuit = openCircuit;
    const lengths: number[] = [];
    let now = 0;
    for (let trip = 0; trip < 9; trip += 1) {
      now = circuit.openUntil!;
      circuit = react(admit(circuit, 'p', now, PROBE_MS)!, 'p', FAULT, now).circuit;
      lengths.push((circuit.openUntil! - now) / 1_000);
    }
    expect(lengths).toEqual([30, 60, 120, 240, 480, 600, 600, 600, 600]);
    now = circuit.openUntil!;
    circuit = react(admit(circuit, 'p', now, PROBE_MS)!, 'p', ANSWER, now).circuit;
    const soon = play([FAULT, FAULT, FAULT], circuit, now);
    expect(soon.circuit.openUntil! - soon.now).toBe(CIRCUIT.longestFaultOpenMs);
    const late = play([FAULT, FAULT, FAULT], circuit, now + CIRCUIT.forgottenAfterMs);
    expect(late.circuit.openUntil! - late.now).toBe(CIRCUIT.faultOpenMs);
  });

  it('always comes to an end, and never admits two at once', () => {
    const event = fc.record({
      kind: fc.constantFrom('ask', 'answer', 'fault', 'fatal', 'nothing'),
      key: fc.constantFrom('a', 'b', 'c'),
      after: fc.integer({ min: 0, max: 700_000 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        let circuit: Circuit = CLOSED;
        let now = 1;
        for (const { kind, key, after } of events) {
          now += after;
          if (kind === 'ask') {
            const admitted = admit(circuit, key, now, PROBE_MS);
            if (admitted !== null && stateAt(circuit, now) === 'half_open') {
              for (const other of ['a', 'b', 'c']) if (other !== key) expect(admit(admitted, other, now, PROBE_MS)).toBeNull();
            }
            circuit = admitted ?? circuit;
            continue;
          }
          const signal: Signal = kind === 'fault' ? FAULT : kind === 'fatal' ? BANNED : kind === 'answer' ? ANSWER : NOTHING;
          circuit = react(circuit, key, signal, now).circuit;
          if (circuit.openUntil !== null) expect(circuit.openUntil - now).toBeLessThanOrEqual(CIRCUIT.longestFatalOpenMs);
        }
        // Left alone, it can be asked again; and one answer closes it.
        now += CIRCUIT.longestFatalOpenMs + PROBE_MS;
        const last = admit(circuit, 'z', now, PROBE_MS)!;
        expect(last).not.toBeNull();
        expect(stateAt(react(last, 'z', ANSWER, now).circuit, now)).toBe('closed');
      }),
    );
  });
});
