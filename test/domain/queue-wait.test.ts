import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type QueueWait, queueWaitMs, shareOf } from '../../src/domain/queue-wait.js';

const wait = (change: Partial<QueueWait>) =>
  queueWaitMs({ timeoutSeconds: 10, round: 0, others: true, sent: false, leftMs: 600_000, share: 0.5, ...change });

describe('the wait in a carrier’s queue', () => {
  it('is a minute for an ordinary message, whoever else there is', () => {
    for (const others of [true, false]) expect(wait({ timeoutSeconds: null, others, leftMs: 1_000_000 })).toBe(60_000);
  });

  it('is short for a code that another may take, and doubles each time round', () => {
    expect([0, 1, 2, 3].map((round) => wait({ round }))).toEqual([10_000, 20_000, 40_000, 80_000]);
  });

  it('lasts as long as the code is of use where no other could take it', () => {
    expect(wait({ others: false })).toBe(600_000);
    expect(wait({ others: false, leftMs: 90_000 })).toBe(90_000);
    expect(wait({ leftMs: 4_000 })).toBe(4_000);
    // Zero would be no timeout at all.
    expect(wait({ leftMs: 0 })).toBe(1);
    expect(wait({ others: false, leftMs: -5 })).toBe(1);
  });

  it('keeps no code from hearing for long of the carrier that took it', () => {
    expect(wait({ others: false, sent: true })).toBe(60_000);
  });

  it('is spread over a crowd from half to one and a half of its time', () => {
    expect([wait({ share: 0 }), wait({ share: 1 - 2 ** -32 })]).toEqual([5_000, 15_000]);
    const shares = Array.from({ length: 2_000 }, () => shareOf(randomUUID()));
    const tenths = Array.from({ length: 10 }, (_, tenth) => shares.filter((share) => Math.floor(share * 10) === tenth).length);
    for (const count of tenths) expect(count).toBeGreaterThan(120);
  });
});
