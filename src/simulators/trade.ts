import type { Books, RefundPlan } from './books.js';
import type { SimOrder, SimSms } from './order.js';
import { visibleSms } from './order.js';
import { messageOf } from './messages.js';
import { phoneNumberIn } from './phone-numbers.js';
import type { Offer, PriceList } from './price-list.js';
import type { Random } from './random.js';
import type { Settings } from './settings.js';
import type { Traps } from './traps.js';

/** What a purchase asks for, in our names. */
export interface Wish {
  readonly service: string;
  readonly country: string;
  /** Operator words of which any will do; empty is any. */
  readonly operators: readonly string[];
  /** Whole micro units; null is no ceiling. */
  readonly maxPrice: number | null;
  readonly reference?: string | null;
  readonly foreign?: boolean;
  readonly lifetimeMs?: number;
  /** Never gets an SMS, whatever traps are set. */
  readonly silent?: boolean;
  /** Operator that the record shows where offers know none. */
  readonly operatorShown?: string;
  /** A number that was had before; another one is drawn if it is not given. */
  readonly phone?: string;
}

/** What became of a wish; each protocol words it its own way. */
export type Purchase =
  | { readonly kind: 'bought'; readonly order: SimOrder }
  | { readonly kind: 'no_numbers' }
  | { readonly kind: 'no_balance' }
  /** Whole micro units. */
  | { readonly kind: 'wrong_max_price'; readonly min: number }
  | { readonly kind: 'order_already_exists' };

export type Cancellation = 'cancelled' | 'too_early' | 'has_sms' | 'new_sms' | 'not_active' | 'window_over';

/** The provider's trade: buying, ending and serving orders, with every trap that changes what happens rather than how it is worded. */
export interface Trade {
  buy(wish: Wish, now: number): Purchase;
  cancel(order: SimOrder, now: number, as?: 'cancelled' | 'banned'): Cancellation;
  finish(order: SimOrder, now: number): 'finished' | 'no_sms' | 'not_active';
  /** handler_api status 3. */
  another(order: SimOrder, now: number): 'asked' | 'no_sms' | 'not_active';
  /** Lets an SMS arrive now. */
  deliver(order: SimOrder, now: number, given: { readonly code?: string; readonly text?: string }): SimSms;
  /** Whole micro units, as the provider shows it at this moment. */
  shownBalance(now: number): number;
  /** An order ran out unused. */
  timeOut(order: SimOrder, at: number): RefundPlan;
}

export interface TradeDeps {
  readonly books: Books;
  readonly traps: Traps;
  readonly random: Random;
  readonly prices: PriceList;
  readonly settings: () => Settings;
  /** ISO 4217 numeric of the account. */
  readonly currencyNumber: () => string;
}

/** @see Trade */
export function createTrade(deps: TradeDeps): Trade {
  const { books, traps, random, prices, settings } = deps;

  const plannedAfter = (service: string, at: number): SimSms => {
    const { smsDelayMinMs, smsDelayMaxMs } = settings();
    const message = messageOf(service, random);
    const arrives = at + random.int(smsDelayMinMs, smsDelayMaxMs);
    const text = traps.spring('sms_without_spaces') === null ? message.text : message.text.replaceAll(' ', '');
    const code = traps.spring('sms_code_empty') === null ? message.code : '';
    const hidden = traps.spring('sms_hidden');
    return {
      at: arrives,
      visibleAt: arrives + (hidden?.number('delayMs') ?? 0),
      code,
      text,
      sender: message.sender,
      late: false,
      charge: false,
    };
  };

  const planSms = (service: string, now: number): SimSms[] => {
    if (traps.spring('no_sms') !== null) return [];
    const planned = [plannedAfter(service, now)];
    const further = traps.spring('several_sms')?.number('extra') ?? 0;
    for (let index = 0; index < further; index += 1) planned.push(plannedAfter(service, planned.at(-1)!.at));
    return planned;
  };

  const refundPlan = (): RefundPlan => {
    if (traps.spring('refund_never') !== null) return { delayMs: 0, kept: true };
    const late = traps.spring('refund_late');
    return { delayMs: late?.number('delayMs') ?? settings().refundDelayMs, kept: false };
  };

  const choose = (wish: Wish): Offer | { readonly min: number } | null => {
    const fitting = prices
      .of(wish.service, wish.country)
      .filter(
        (offer) => offer.stock > 0 && (wish.operators.length === 0 || wish.operators.includes(offer.operator) || offer.operator === 'any'),
      );
    const [cheapest] = fitting;
    if (cheapest === undefined) return null;
    if (wish.maxPrice !== null && cheapest.price > wish.maxPrice) return { min: cheapest.price };
    return cheapest;
  };

  /** To be called before the order ends: only what is marked late survives its end. */
  const planLate = (order: SimOrder, now: number): void => {
    const late = traps.spring('sms_after_end');
    if (late === null) return;
    const at = now + late.number('delayMs');
    order.planned = [{ ...plannedAfter(order.service, now), at, visibleAt: at, late: true, charge: late.flag('charge') }];
  };

  const trade: Trade = {
    timeOut(order, at) {
      planLate(order, at);
      return refundPlan();
    },
    buy(wish, now) {
      if (traps.spring('no_numbers') !== null || traps.peek('stock_not_there') !== null) return { kind: 'no_numbers' };
      if (wish.reference !== undefined && wish.reference !== null) {
        if (traps.spring('order_already_exists') !== null) return { kind: 'order_already_exists' };
        for (const order of books.orders.values()) if (order.reference === wish.reference) return { kind: 'order_already_exists' };
      } else if (traps.spring('order_already_exists') !== null) return { kind: 'order_already_exists' };
      const offer = choose(wish);
      if (offer === null) return { kind: 'no_numbers' };
      const dearer = traps.spring('wrong_max_price');
      if (dearer !== null) {
        const listed = 'min' in offer ? offer.min : offer.price;
        const floor = Math.max(listed, wish.maxPrice ?? 0);
        return { kind: 'wrong_max_price', min: Math.ceil((floor * (100 + dearer.number('addPercent'))) / 10_000) * 100 };
      }
      if ('min' in offer) return { kind: 'wrong_max_price', min: offer.min };
      const above = traps.spring('price_above_max');
      const price =
        above === null
          ? offer.price
          : Math.ceil((Math.max(offer.price, wish.maxPrice ?? 0) * (100 + above.number('percent'))) / 10_000) * 100;
      const discount = traps.spring('discount');
      const charged = discount === null ? price : price - Math.floor((price * discount.number('percent')) / 100);
      if (traps.spring('no_balance') !== null || books.balance < charged) return { kind: 'no_balance' };
      const foreignCurrency = traps.spring('wrong_currency');
      const lifetimeMs = wish.lifetimeMs ?? settings().serviceLifetimesMs[wish.service] ?? settings().lifetimeMs;
      const order: SimOrder = {
        id: books.nextId(),
        service: wish.service,
        country: wish.country,
        operator: wish.operatorShown ?? offer.operator,
        phone: wish.phone ?? phoneNumberIn(wish.country, random),
        price,
        charged,
        currency: foreignCurrency === null ? deps.currencyNumber() : foreignCurrency.text('numeric'),
        boughtAt: now,
        expiresAt: now + lifetimeMs,
        status: 'open',
        endedAt: null,
        planned: wish.silent === true ? [] : planSms(wish.service, now),
        sms: [],
        askedAfter: null,
        ready: false,
        reference: wish.reference ?? null,
        foreign: wish.foreign ?? false,
        inLists: traps.spring('order_missing') === null,
        statusLie: traps.spring('silent_status_change')?.text('to') ?? null,
        refundDueAt: null,
        refund: 'none',
      };
      books.add(order);
      books.move('purchase', -charged, order.id, now);
      return { kind: 'bought', order };
    },
    cancel(order, now, as = 'cancelled') {
      if (order.status !== 'open') return 'not_active';
      if (traps.spring('sms_on_cancel') !== null && order.sms.length === 0) trade.deliver(order, now, {});
      if (visibleSms(order, now).length > 0 || order.sms.length > 0)
        return order.askedAfter !== null && order.sms.length > order.askedAfter ? 'new_sms' : 'has_sms';
      if (traps.spring('cancel_too_early') !== null || now < order.boughtAt + settings().cancelWindowMs) return 'too_early';
      if (traps.spring('free_cancellation_expired') !== null) {
        books.end(order, 'timed_out', now, refundPlan());
        return 'window_over';
      }
      planLate(order, now);
      books.end(order, as, now, refundPlan());
      return 'cancelled';
    },
    finish(order, now) {
      if (order.status !== 'open') return 'not_active';
      if (order.sms.length === 0) return 'no_sms';
      books.end(order, 'finished', now, { delayMs: 0, kept: false });
      return 'finished';
    },
    another(order, now) {
      if (order.status !== 'open') return 'not_active';
      if (visibleSms(order, now).length === 0) return 'no_sms';
      if (order.askedAfter === null || order.sms.length > order.askedAfter) {
        order.askedAfter = order.sms.length;
        if (order.planned.length === 0) order.planned = [plannedAfter(order.service, now)];
        books.touch(order);
      }
      return 'asked';
    },
    deliver(order, now, given) {
      const made = messageOf(order.service, random);
      const sms: SimSms = {
        at: now,
        visibleAt: now,
        code: given.code ?? (given.text === undefined ? made.code : ''),
        text: given.text ?? (given.code === undefined ? made.text : `Your code is ${given.code}`),
        sender: made.sender,
        late: true,
        charge: false,
      };
      order.planned = [sms, ...order.planned];
      books.touch(order);
      books.advance(now);
      return sms;
    },
    shownBalance(now) {
      const lag = traps.peek('balance_lag');
      const balance = lag === null ? books.balance : books.balanceAt(now - lag.number('lagMs'));
      const rounded = traps.peek('balance_rounded');
      if (rounded === null) return balance;
      const step = 10 ** (6 - rounded.number('places'));
      return Math.round(balance / step) * step;
    },
  };
  return trade;
}
