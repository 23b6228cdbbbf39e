import { describe, expect, it } from 'vitest';
import { type AttemptView, mayAbandon, ownerOf, type SightedOrder } from '../../src/domain/buying.js';

const attempt = (change: Partial<AttemptView> = {}): AttemptView => ({
  id: 'a',
  service: 'telegram',
  country: 'ID',
  operator: null,
  maxPrice: 100n,
  state: 'unresolved',
  sentAt: 1_000,
  replyBy: 16_000,
  ...change,
});
const order = (change: Partial<SightedOrder> = {}): SightedOrder => ({
  service: 'telegram',
  country: 'ID',
  operator: 'any',
  price: 90n,
  firstSeenAt: 2_000,
  ...change,
});

describe('whose is an unclaimed order', () => {
  it('waits while any reply for that pair may still come', () => {
    expect(ownerOf(order(), [attempt()], 15_999)).toEqual({ kind: 'wait' });
    expect(ownerOf(order(), [attempt({ replyBy: 3_000 }), attempt({ id: 'peer' })], 10_000)).toEqual({ kind: 'wait' });
  });

  it('is adopted by the attempt whose reply was lost', () => {
    expect(ownerOf(order(), [attempt()], 16_000)).toEqual({ kind: 'adopt', attemptId: 'a' });
  });

  it('is never adopted when it was seen before the attempt was sent', () => {
    expect(ownerOf(order({ firstSeenAt: 1_000 }), [attempt()], 16_000)).toEqual({ kind: 'foreign' });
  });

  it('is not adopted above the ceiling, for another pair or another operator', () => {
    expect(ownerOf(order({ price: 101n }), [attempt()], 16_000)).toEqual({ kind: 'wait' });
    expect(ownerOf(order({ service: 'whatsapp' }), [attempt()], 16_000)).toEqual({ kind: 'foreign' });
    expect(ownerOf(order({ country: 'UA' }), [attempt()], 16_000)).toEqual({ kind: 'foreign' });
    expect(ownerOf(order({ operator: 'virtual4' }), [attempt({ operator: 'virtual53' })], 16_000)).toEqual({ kind: 'wait' });
  });

  it('waits for a price before it is adopted', () => {
    expect(ownerOf(order({ price: null }), [attempt()], 16_000)).toEqual({ kind: 'wait' });
  });

  it('is the orphan of an abandoned attempt, of the oldest first', () => {
    const given = [attempt({ id: 'young', state: 'abandoned', sentAt: 1_500 }), attempt({ id: 'old', state: 'abandoned' })];
    expect(ownerOf(order(), given, 99_000)).toEqual({ kind: 'orphan', attemptId: 'old' });
    expect(ownerOf(order(), [...given, attempt({ id: 'open', replyBy: 100_000 })], 99_000)).toEqual({ kind: 'wait' });
  });

  it('is no orphan while an attempt of that pair is unresolved, though it cannot be its own', () => {
    const others = [attempt({ id: 'given', state: 'abandoned' }), attempt({ maxPrice: 50n })];
    expect(ownerOf(order(), others, 99_000)).toEqual({ kind: 'wait' });
    // One that was sent after the order was first seen has nothing to do with it.
    const later = attempt({ sentAt: 2_500, replyBy: 100_000 });
    expect(ownerOf(order(), [others[0]!, later], 99_000)).toEqual({ kind: 'orphan', attemptId: 'given' });
  });

  it('is foreign when no attempt could have bought it', () => {
    expect(ownerOf(order(), [], 0)).toEqual({ kind: 'foreign' });
    expect(ownerOf(order({ firstSeenAt: 1_000 }), [attempt({ state: 'abandoned' })], 99_000)).toEqual({ kind: 'foreign' });
  });

  it('gives an attempt up only after its reply is lost and two whole sweeps', () => {
    expect(mayAbandon({ replyBy: 10, sweeps: 2 }, 9)).toBe(false);
    expect(mayAbandon({ replyBy: 10, sweeps: 1 }, 99)).toBe(false);
    expect(mayAbandon({ replyBy: 10, sweeps: 2 }, 10)).toBe(true);
  });
});
