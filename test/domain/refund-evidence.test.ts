import { describe, expect, it } from 'vitest';
import { ORDER_STATUSES } from '../../src/domain/order.js';
import { agreesToRefund, fenceOf, mayHaveEnded, mayPostRefund, voidsOthers } from '../../src/domain/refund-evidence.js';

describe('an ended order’s own record', () => {
  const silent = { hasSms: false, settlement: 'unknown', finalRecord: false, cancelAccepted: false, timeOver: false } as const;

  it('does not agree to a refund by its end alone: STATUS_CANCEL is cancelled or finished', () => {
    expect(agreesToRefund(silent)).toBe(false);
  });

  it('agrees when it says refunded, or, where none is kept, by our accepted cancel or the end of its time', () => {
    expect(agreesToRefund({ ...silent, settlement: 'refunded', finalRecord: true })).toBe(true);
    expect(agreesToRefund({ ...silent, cancelAccepted: true })).toBe(true);
    expect(agreesToRefund({ ...silent, timeOver: true })).toBe(true);
  });

  it('does not agree while a final record is still to come, or says sold', () => {
    expect(agreesToRefund({ ...silent, finalRecord: true, cancelAccepted: true, timeOver: true })).toBe(false);
    expect(agreesToRefund({ ...silent, settlement: 'sold', cancelAccepted: true, timeOver: true })).toBe(false);
  });

  it('never agrees with an SMS', () => {
    expect(agreesToRefund({ hasSms: true, settlement: 'refunded', finalRecord: true, cancelAccepted: true, timeOver: true })).toBe(false);
  });
});

describe('an order that is not pending yet', () => {
  const alive = { status: 'OPEN', ended: false, timeOver: false, seenSinceBalance: true } as const;

  it('may have ended unless it was seen alive since the balance was read', () => {
    expect(mayHaveEnded(alive)).toBe(false);
    expect(mayHaveEnded({ ...alive, seenSinceBalance: false })).toBe(true);
    expect(mayHaveEnded({ ...alive, timeOver: true })).toBe(true);
    expect(mayHaveEnded({ ...alive, ended: true })).toBe(true);
    expect(mayHaveEnded({ ...alive, status: 'CANCEL_ASKED' })).toBe(true);
    expect(mayHaveEnded({ ...alive, status: 'EXPIRED' })).toBe(true);
    expect(mayHaveEnded({ ...alive, status: 'CLOSED_WITH_SMS', seenSinceBalance: false })).toBe(false);
  });
});

describe('the fence', () => {
  it('holds while nothing was posted and nothing froze', () => {
    expect(fenceOf(4n, { epoch: 4n, frozen: false })).toBe('holds');
    expect(fenceOf(4n, { epoch: 5n, frozen: false })).toBe('void');
    expect(fenceOf(4n, { epoch: 4n, frozen: true })).toBe('frozen');
  });

  it('is moved by whatever confirms, and by every pass of a proof that is not armed', () => {
    expect(voidsOthers({ confirmed: 1, wasArmed: true })).toBe(true);
    expect(voidsOthers({ confirmed: 0, wasArmed: false })).toBe(true);
    expect(voidsOthers({ confirmed: 0, wasArmed: true })).toBe(false);
  });

  it('lets a refund be posted for a pending order without SMS only', () => {
    expect(ORDER_STATUSES.filter((status) => mayPostRefund({ status, hasSms: false }))).toEqual(['REFUND_PENDING']);
    expect(ORDER_STATUSES.filter((status) => mayPostRefund({ status, hasSms: true }))).toEqual([]);
  });
});
