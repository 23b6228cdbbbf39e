import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type MarkupPlace, removeMarkup, setMarkup } from '../../src/db/markups.js';
import { clientPrice, type Markup } from '../../src/domain/money.js';
import { markupAmong } from '../../src/domain/markups.js';
import { deliverSms } from '../../src/rent/deliver.js';
import { boughtAs, CENTS, createDesk, type Desk, readingOf, smsOf } from './desk.js';

const markup = (basisPoints: number, fixed = 0n): Markup => ({ basisPoints, fixed });

test('the pair’s own counts before the service’s, the service’s before the country’s, each whole', () => {
  const set = [
    { service: null, country: 'ID', markup: markup(100) },
    { service: null, country: 'UA', markup: markup(300) },
    { service: 'telegram', country: null, markup: markup(200, 5n) },
    { service: 'telegram', country: 'ID', markup: markup(0) },
  ];
  const of = markupAmong(set);
  expect(of('telegram', 'ID')).toEqual(markup(0));
  expect(of('telegram', 'UA')).toEqual(markup(200, 5n));
  expect(of('whatsapp', 'ID')).toEqual(markup(100));
  expect(of('whatsapp', 'UA')).toEqual(markup(300));
  expect(of('whatsapp', 'KZ')).toBeNull();
  expect(markupAmong([])('telegram', 'ID')).toBeNull();
});

describe('a markup that an operator set', () => {
  let desk: Desk;
  let operatorAccountId: string;
  beforeEach(async () => {
    desk = await createDesk();
    operatorAccountId = (await desk.database.row<{ id: string }>('SELECT id FROM accounts'))!.id;
  });
  afterEach(() => desk.close());

  const set = (place: Partial<MarkupPlace>, basisPoints: number, fixed = 0n) =>
    setMarkup(desk.database, { service: null, country: null, ...place }, markup(basisPoints, fixed), { reason: 'test', operatorAccountId });
  const priceOf = async (activationId: string) =>
    (await desk.database.row<{ price: bigint }>('SELECT price FROM activations WHERE id = $1', [activationId]))!.price;
  const heldFor = async () => (await desk.wallet()).held;
  /** A purchase at this price, and what it may have cost. */
  function sellAt(price: bigint): { asked: bigint[] } {
    const asked: bigint[] = [];
    desk.a.purchase = ({ maxPrice }) => {
      asked.push(maxPrice);
      return boughtAs('n1', { price });
    };
    return { asked };
  }

  test('is what is held, what the provider may ask, and what is captured', async () => {
    await set({ service: 'telegram' }, 2_500, 10_000n);
    const { asked } = sellAt(20n * CENTS);
    const { activationId } = await desk.open();
    // 20 cents, a quarter of it, and one cent.
    expect(await heldFor()).toBe(260_000n);
    const bought = await desk.buy(activationId);
    expect(asked).toEqual([20n * CENTS]);
    expect(await priceOf(activationId)).toBe(260_000n);
    await desk.take((bought as { orderId: string }).orderId, readingOf('n1', { condition: 'has_sms', sms: [smsOf('123456')] }));
    await deliverSms(desk.deps, activationId);
    expect((await desk.wallet()).available).toBe(1_000_000_000n - 260_000n);
    expect(await desk.problems()).toEqual([]);
  });

  test.each([
    ['rounds up to the next millionth', 1, 0n, 199_999n, 200_019n],
    ['adds nothing at nothing', 0, 0n, 199_999n, 199_999n],
    ['adds its fixed part alone', 0, 1n, 200_000n, 200_001n],
  ])('%s', async (_, basisPoints, fixed, cost, price) => {
    await set({ service: 'telegram', country: 'ID' }, basisPoints, fixed);
    sellAt(cost);
    const { activationId } = await desk.open();
    await desk.buy(activationId);
    expect(await priceOf(activationId)).toBe(price);
    expect(price).toBe(clientPrice(cost, markup(basisPoints, fixed)));
  });

  test.each([
    ['exactly its price', 260_000n, 'buy'],
    ['a millionth less', 259_999n, 'answered'],
  ])('meets a client who allows %s', async (_, allowed, kind) => {
    await set({ country: 'ID' }, 2_500, 10_000n);
    const text = `0.${String(allowed).padStart(6, '0')}`;
    expect((await desk.open({ maxPrice: text })).kind).toBe(kind);
  });

  test('that changes later leaves a running activation its own: ceiling, purchase and price', async () => {
    await set({ country: 'ID' }, 1_000);
    const { asked } = sellAt(20n * CENTS);
    const { activationId } = await desk.open();
    expect(await heldFor()).toBe(220_000n);
    await set({ service: 'telegram', country: 'ID' }, 50_000, 999_999n);
    await desk.buy(activationId);
    expect(asked).toEqual([20n * CENTS]);
    expect(await priceOf(activationId)).toBe(220_000n);
    await removeMarkup(desk.database, { service: 'telegram', country: 'ID' });
    expect(await removeMarkup(desk.database, { service: null, country: 'ID' })).toBe(true);
    expect(await removeMarkup(desk.database, { service: null, country: 'ID' })).toBe(false);
    await desk.open();
    expect(await heldFor()).toBe(220_000n + 200_000n);
  });
});
