import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBooks } from '../../src/simulators/books.js';
import type { Books } from '../../src/simulators/books.js';
import { createPriceList } from '../../src/simulators/price-list.js';
import { createRandom } from '../../src/simulators/random.js';
import { defaultSettings, mergeSettings } from '../../src/simulators/settings.js';
import type { SettingsPatch } from '../../src/simulators/settings.js';
import { createTrade } from '../../src/simulators/trade.js';
import type { Trade } from '../../src/simulators/trade.js';
import { createTraps } from '../../src/simulators/traps.js';
import type { Traps } from '../../src/simulators/traps.js';

interface World {
  readonly books: Books;
  readonly trade: Trade;
  readonly traps: Traps;
}

function world(patch: SettingsPatch = {}): World {
  const settings = mergeSettings(defaultSettings('handler_api'), {
    smsDelayMinMs: 1_000,
    smsDelayMaxMs: 2_000,
    lifetimeMs: 10_000,
    cancelWindowMs: 500,
    ...patch,
  });
  const random = createRandom(3);
  const traps = createTraps(createRandom(4));
  const prices = createPriceList({
    seed: 3,
    services: ['telegram', 'vk'],
    countries: ['ID', 'GB'],
    operatorWords: () => ['any'],
    settings: () => settings,
  });
  const books = createBooks({
    journal: null,
    firstId: 1,
    balance: 5_000_000,
    now: 0,
    onArrival: () => {},
    onTimeout: (order, at) => trade.timeOut(order, at),
    onRestore: () => {},
  });
  const trade = createTrade({ books, traps, random, prices, settings: () => settings, currencyNumber: () => '840' });
  return { books, trade, traps };
}

const WISH = { service: 'telegram', country: 'ID', operators: [], maxPrice: null } as const;

type Step = { readonly do: 'buy' | 'cancel' | 'finish' | 'another' | 'deliver' | 'wait'; readonly order: number; readonly ms: number };
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('buy', 'cancel', 'finish', 'another', 'deliver', 'wait'),
  order: fc.nat(5),
  ms: fc.nat(4_000),
});
const trap = fc.constantFrom(
  'discount',
  'refund_never',
  'refund_late',
  'price_above_max',
  'no_sms',
  'several_sms',
  'sms_on_cancel',
  'sms_after_end',
  'free_cancellation_expired',
);

describe('the books', () => {
  it('conserve money whatever is done, in whole micro units', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.uniqueArray(trap, { maxLength: 4 }), fc.boolean(), (steps, names, charge) => {
        const { books, trade, traps } = world();
        for (const name of names) traps.set(name, { probability: 0.5, ...(name === 'sms_after_end' ? { charge } : {}) });
        let now = 0;
        for (const one of steps) {
          now += one.ms;
          books.advance(now);
          const order = [...books.orders.values()][one.order];
          if (one.do === 'buy') trade.buy(WISH, now);
          else if (order !== undefined && one.do === 'deliver') trade.deliver(order, now, {});
          else if (order !== undefined && (one.do === 'cancel' || one.do === 'finish' || one.do === 'another')) trade[one.do](order, now);
        }
        now += 1_000_000;
        books.advance(now);
        expect(books.nextDueAt()).toBeNull();
        expect(books.balance).toBe(books.movements.reduce((sum, movement) => sum + movement.amount, 0));
        expect(Number.isSafeInteger(books.balance)).toBe(true);
        expect(books.balance).toBeGreaterThanOrEqual(charge ? -Infinity : 0);
        for (const order of books.orders.values()) {
          const own = books.movements.filter((movement) => movement.orderId === order.id);
          const net = own.reduce((sum, movement) => sum + movement.amount, 0);
          expect(order.status).not.toBe('open');
          expect(net).toBe(order.refund === 'paid' ? 0 : -order.charged);
          // Used and finished orders are never refunded; nothing is refunded twice.
          expect(order.status === 'finished' ? order.refund : 'none').toBe('none');
          expect(own.filter((movement) => movement.kind === 'purchase')).toHaveLength(1);
          expect(own.filter((movement) => movement.kind === 'refund').length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('let an SMS arrive before the end that is due later, in order', () => {
    const { books, trade } = world();
    trade.buy(WISH, 0);
    books.advance(100_000);
    const [order] = books.orders.values();
    expect(order).toMatchObject({ status: 'finished', endedAt: 10_000, refund: 'none' });
    expect(order!.sms).toHaveLength(1);
  });

  it('refund late, or never, while the record says refunded', () => {
    const { books, trade, traps } = world();
    traps.set('no_sms', {});
    traps.set('refund_late', { delayMs: 7_000, count: 1 });
    const buy = (): number => {
      const bought = trade.buy(WISH, 0);
      return bought.kind === 'bought' ? bought.order.id : 0;
    };
    const [late, never] = [buy(), buy()];
    const after = books.balance;
    trade.cancel(books.orders.get(late)!, 1_000);
    traps.set('refund_never', { count: 1 });
    trade.cancel(books.orders.get(never)!, 1_000);
    books.advance(7_999);
    expect(books.balance).toBe(after);
    books.advance(8_000);
    expect(books.balance).toBe(after + books.orders.get(late)!.charged);
    books.advance(1_000_000);
    expect(books.balance).toBe(after + books.orders.get(late)!.charged);
    expect(books.orders.get(never)).toMatchObject({ status: 'cancelled', refund: 'kept' });
  });

  it('show a balance that lags and is rounded', () => {
    const { books, trade, traps } = world();
    trade.buy(WISH, 10_000);
    const charged = [...books.orders.values()][0]!.charged;
    expect(trade.shownBalance(10_001)).toBe(5_000_000 - charged);
    traps.set('balance_lag', { lagMs: 5_000 });
    expect(trade.shownBalance(14_999)).toBe(5_000_000);
    expect(trade.shownBalance(15_000)).toBe(5_000_000 - charged);
    traps.set('balance_rounded', { places: 2 });
    expect(trade.shownBalance(15_000) % 10_000).toBe(0);
    expect(Math.abs(trade.shownBalance(15_000) - (5_000_000 - charged))).toBeLessThanOrEqual(5_000);
  });

  it('charge less than they show for a discount, and give back what was charged', () => {
    const { books, trade, traps } = world();
    traps.set('discount', { percent: 5 });
    traps.set('no_sms', {});
    const bought = trade.buy(WISH, 0);
    const [order] = books.orders.values();
    expect(bought.kind).toBe('bought');
    expect(order!.charged).toBe(order!.price - Math.floor(order!.price / 20));
    trade.cancel(order!, 1_000);
    books.advance(1_000);
    expect(books.balance).toBe(5_000_000);
  });
});

describe('seeds', () => {
  it('decide prices pair by pair, and the pairs that are always there are', () => {
    const settings = defaultSettings('handler_api');
    const list = (seed: number, services: readonly string[]): ReturnType<typeof createPriceList> =>
      createPriceList({
        seed,
        services,
        countries: ['ID', 'GB', 'US', 'FR', 'DE', 'BR'],
        operatorWords: () => ['any'],
        settings: () => settings,
      });
    const few = list(1, ['telegram', 'whatsapp', 'google']);
    const many = list(1, ['uber', 'telegram', 'tiktok', 'whatsapp', 'google', 'vk']);
    for (const service of ['telegram', 'whatsapp', 'google']) {
      for (const country of ['ID', 'GB', 'US']) {
        expect(few.of(service, country)[0]!.stock).toBeGreaterThan(0);
        expect(few.of(service, country)).toEqual(many.of(service, country));
      }
    }
    expect(list(2, ['telegram']).of('telegram', 'ID')).not.toEqual(few.of('telegram', 'ID'));
  });

  it('list about a quarter of all pairs, between 0.02 and 2.00', () => {
    const settings = defaultSettings('handler_api');
    const services = Array.from({ length: 80 }, (_, index) => `service${index}`);
    const countries = Array.from({ length: 100 }, (_, index) => `c${index}`);
    const all = createPriceList({ seed: 5, services, countries, operatorWords: () => ['any'], settings: () => settings }).all();
    expect(all.length / 8_000).toBeGreaterThan(0.23);
    expect(all.length / 8_000).toBeLessThan(0.27);
    for (const { price } of all) {
      expect(price).toBeGreaterThanOrEqual(20_000);
      expect(price).toBeLessThanOrEqual(2_000_000);
    }
  });

  it('give the same numbers again from a state', () => {
    const first = createRandom(9);
    first.next();
    const second = createRandom(first.state);
    expect([second.next(), second.int(1, 6), second.pick(['a', 'b'])]).toEqual([first.next(), first.int(1, 6), first.pick(['a', 'b'])]);
  });
});
