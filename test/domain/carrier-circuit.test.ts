import { describe, expect, it } from 'vitest';
import { isFaultGeneral, reactToSend, type SendAnswer, signalOfSend } from '../../src/domain/carrier-circuit.js';
import { type Circuit, CLOSED, stateAt } from '../../src/domain/circuit.js';
import { REFUSALS } from '../../src/domain/message.js';

const NOW = 1_000_000;
const WELL = [{ faults: 0, heardAt: NOW - 1_000 }];
const LOST: SendAnswer = { kind: 'ambiguous', why: 'timeout' };

function play(answers: readonly SendAnswer[], others: Parameters<typeof reactToSend>[3]): Circuit {
  return answers.reduce<Circuit>(
    (circuit, answer, index) => reactToSend(circuit, `${index}`, signalOfSend(answer), others, NOW + index).circuit,
    CLOSED,
  );
}

describe('what an answer says of a carrier', () => {
  const ANSWERS = REFUSALS.filter((reason) => !['unavailable', 'no_balance', 'throttled'].includes(reason));
  it.each(ANSWERS)('refused for %s is an answer like another', (reason) => {
    expect(signalOfSend({ kind: 'refused', reason })).toEqual({ kind: 'answer' });
    const circuit = play(
      Array.from({ length: 50 }, () => ({ kind: 'refused', reason })),
      WELL,
    );
    expect(stateAt(circuit, NOW + 50)).toBe('closed');
  });

  it('too fast says nothing of its health', () => {
    expect(signalOfSend({ kind: 'refused', reason: 'throttled', retryAfterMs: 9 })).toEqual({ kind: 'nothing' });
  });

  it('lost replies and being down count, wrong keys and an empty account open at once', () => {
    expect(stateAt(play([LOST, LOST], WELL), NOW + 2)).toBe('closed');
    expect(stateAt(play([LOST, { kind: 'refused', reason: 'unavailable' }, LOST], WELL), NOW + 3)).toBe('open');
    expect(stateAt(play([{ kind: 'fatal', reason: 'bad_credentials' }], WELL), NOW + 1)).toBe('open');
    expect(stateAt(play([{ kind: 'refused', reason: 'no_balance' }], WELL), NOW + 1)).toBe('open');
  });
});

describe('a fault that is nobody’s own opens nothing', () => {
  const FIVE = Array.from({ length: 5 }, () => LOST);

  it('when every other carrier that was heard just now has faults as well', () => {
    expect(isFaultGeneral([{ faults: 2, heardAt: NOW - 5_000 }], NOW)).toBe(true);
    expect(stateAt(play(FIVE, [{ faults: 1, heardAt: NOW - 5_000 }]), NOW + 5)).toBe('closed');
  });

  it('and opens it when another answers, or nothing was heard of others of late', () => {
    expect(stateAt(play(FIVE, WELL), NOW + 5)).toBe('open');
    expect(stateAt(play(FIVE, [...WELL, { faults: 3, heardAt: NOW }]), NOW + 5)).toBe('open');
    expect(stateAt(play(FIVE, [{ faults: 3, heardAt: NOW - 120_000 }]), NOW + 5)).toBe('open');
  });

  it('nor where there is no other carrier; but a wrong key opens even then', () => {
    expect(stateAt(play(FIVE, []), NOW + 5)).toBe('closed');
    expect(play(FIVE, []).faults).toBe(5);
    expect(stateAt(play([{ kind: 'fatal', reason: 'account_closed' }], []), NOW + 1)).toBe('open');
  });

  it('and a half-open circuit stays half-open, so that the next message finds out', () => {
    const open = play(FIVE, WELL);
    const later = open.openUntil! + 1;
    const { circuit, changed } = reactToSend({ ...open, probe: { key: 'p', until: later + 9 } }, 'p', signalOfSend(LOST), [], later);
    expect([stateAt(circuit, later), circuit.probe, circuit.trips, changed]).toEqual(['half_open', null, 1, null]);
  });
});
