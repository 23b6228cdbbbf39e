import { describe, expect, it } from 'vitest';
import { ACTIVATION_STATUSES, isFinal, judgeIntention, mayBecome, RECEIVABLE } from '../../src/domain/activation.js';
import { ORDER_STATUSES, orderMayBecome } from '../../src/domain/order.js';

function reachable<T extends string>(from: T, all: readonly T[], next: (a: T, b: T) => boolean): Set<T> {
  const seen = new Set<T>([from]);
  for (const status of seen) for (const to of all) if (next(status, to)) seen.add(to);
  return seen;
}

describe('activation machine', () => {
  it('reaches every status from REQUESTED, and a final one from every status', () => {
    expect(reachable('REQUESTED', ACTIVATION_STATUSES, mayBecome)).toEqual(new Set(ACTIVATION_STATUSES));
    for (const status of ACTIVATION_STATUSES) expect([...reachable(status, ACTIVATION_STATUSES, mayBecome)].some(isFinal)).toBe(true);
  });

  it('takes an SMS from wherever the money has not gone back', () => {
    const intoReceived = ACTIVATION_STATUSES.filter((from) => mayBecome(from, 'RECEIVED'));
    expect(new Set(intoReceived)).toEqual(new Set(RECEIVABLE));
  });

  it('never refunds what was not first pending', () => {
    expect(ACTIVATION_STATUSES.filter((from) => mayBecome(from, 'REFUNDED'))).toEqual(['PROVIDER_REFUND_PENDING']);
  });

  it('answers a repeated intention like the first', () => {
    expect(judgeIntention('WAITING', 'cancel')).toEqual({ accepted: true, already: false });
    expect(judgeIntention('PROVIDER_REFUND_PENDING', 'cancel')).toEqual({ accepted: true, already: true });
    expect(judgeIntention('COMPLETED', 'finish')).toEqual({ accepted: true, already: true });
    expect(judgeIntention('WAITING', 'finish')).toEqual({ accepted: false, reason: 'no_sms_yet' });
    expect(judgeIntention('RECEIVED', 'cancel')).toEqual({ accepted: false, reason: 'already_received' });
  });
});

describe('order machine', () => {
  it('reaches every status from OPEN', () => {
    expect(reachable('OPEN', ORDER_STATUSES, orderMayBecome)).toEqual(new Set(ORDER_STATUSES));
  });

  it('closes with an SMS from every status in which a refund is not proven', () => {
    expect(ORDER_STATUSES.filter((from) => orderMayBecome(from, 'CLOSED_WITH_SMS'))).toEqual([
      'OPEN',
      'CANCEL_ASKED',
      'EXPIRED',
      'REFUND_PENDING',
    ]);
  });
});
