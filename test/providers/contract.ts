import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatMoney, parseMoney } from '../../src/domain/money.js';
import type { OrderReading } from '../../src/domain/order.js';
import type { BoughtOrder, PurchaseOutcome } from '../../src/domain/purchase.js';
import { ProviderError } from '../../src/providers/provider-error.js';
import { until } from '../simulators/control-client.js';
import { call } from './subject.js';
import type { Subject } from './subject.js';

const CEILING = parseMoney('2.00');
const TELEGRAM_ID = { service: 'telegram', country: 'ID', maxPrice: CEILING } as const;

/** What the contract suite has to know of an adapter beyond its capabilities. */
export interface Expectations {
  /** Whether the purchase's reply names the price. */
  readonly priceInReply: boolean;
  /** Whether the order's end is known from the purchase. */
  readonly lifetimeInReply: boolean;
}

/** The one suite that every adapter passes against its simulator, over real HTTP. */
export function contractSuite(name: string, create: () => Promise<Subject>, expected: Expectations): void {
  describe(`${name} keeps the provider contract`, () => {
    let it_: Subject;
    beforeAll(async () => {
      it_ = await create();
    });
    afterAll(async () => it_.close());
    beforeEach(async () => {
      await it_.control.post('/reset');
      it_.gated.length = 0;
    });

    const buy = async (): Promise<BoughtOrder> => bought(await it_.provider.purchase(TELEGRAM_ID, call({ priority: 'purchase' })));
    const withSms = async (id: string): Promise<OrderReading> =>
      until(async () => {
        const reading = await it_.provider.readOrder(id, call());
        return reading.sms.length > 0 ? reading : null;
      });

    it('buys a number at the price of the list and takes it from the balance', async () => {
      const before = await it_.provider.balance(call());
      const listed = await it_.provider.price('telegram', 'ID', call());
      const order = await buy();
      const after = await it_.provider.balance(call());
      const { orders } = await it_.control.books();
      expect(order.providerOrderId).toBe(orders[0]!.id);
      expect(order.phoneNumber).toBe(`+${orders[0]!.phone}`);
      expect(order.phoneNumber).toMatch(/^\+62\d{6,12}$/);
      expect(listed?.price).toBe(before.amount - after.amount);
      expect(order.price).toBe(expected.priceInReply ? before.amount - after.amount : null);
      // The Date header has whole seconds, so the answer may be off by one.
      const lifetime = order.lifetimeMs === null ? null : Math.abs(order.lifetimeMs - 60_000) <= 2_000;
      expect(lifetime).toBe(expected.lifetimeInReply ? true : null);
    });

    it('asks the gate before every request, with the priority of the call', async () => {
      await buy();
      const order = (await it_.control.books()).orders[0]!;
      await it_.provider.cancel(order.id, call({ priority: 'cancel' }));
      await it_.provider.openOrders({ offset: 0, limit: 50 }, call({ priority: 'watch' }));
      expect(it_.gated.slice(-2)).toEqual(['cancel', 'watch']);
      expect(it_.gated[0]).toBe('purchase');
      expect(it_.gated).toHaveLength((await it_.control.requests()).total);
    });

    it('reads waiting before the SMS, has_sms with its code after it', async () => {
      await it_.control.settings({ smsDelayMinMs: 250, smsDelayMaxMs: 260 });
      const order = await buy();
      const waiting = await it_.provider.readOrder(order.providerOrderId, call());
      expect(waiting).toMatchObject({ condition: 'waiting', settlement: 'unknown', sms: [] });
      expect(waiting.rawStatus).not.toBe('');
      const reading = await withSms(order.providerOrderId);
      const shown = (await it_.control.books()).orders[0]!.sms[0]!;
      expect(reading.condition).toBe('has_sms');
      expect(reading.sms).toHaveLength(1);
      expect(reading.sms[0]!.code).toBe(shown.code);
      expect(reading.sms[0]!.text).toBe(shown.text);
      expect(reading.rawStatus).not.toContain(shown.code);
    });

    it('lists open orders with number, price, service, country and SMS', async () => {
      const order = await buy();
      await withSms(order.providerOrderId);
      const page = await it_.provider.openOrders({ offset: 0, limit: 100 }, call());
      const booked = (await it_.control.books()).orders[0]!;
      expect(page.more).toBe(false);
      expect(page.orders).toHaveLength(1);
      expect(page.orders[0]).toMatchObject({
        providerOrderId: order.providerOrderId,
        condition: 'has_sms',
        service: 'telegram',
        country: 'ID',
        phoneNumber: order.phoneNumber,
        price: parseMoney(booked.price),
      });
      expect(page.orders[0]!.sms).toMatchObject([{ code: booked.sms[0]!.code, text: booked.sms[0]!.text }]);
    });

    it('has no open orders at first', async () => {
      expect(await it_.provider.openOrders({ offset: 0, limit: 100 }, call())).toEqual({ orders: [], more: false });
    });

    it('lists more orders than a page holds once and whole', async () => {
      for (let index = 0; index < 7; index += 1)
        expect((await it_.control.post('/purchases', { service: 'telegram', country: 'ID' })).status).toBe(201);
      const seen = new Set<string>();
      let offset = 0;
      for (let pages = 0; pages < 10; pages += 1) {
        const page = await it_.provider.openOrders({ offset, limit: 3 }, call());
        for (const order of page.orders) seen.add(order.providerOrderId);
        offset += 3;
        if (!page.more) break;
      }
      const { orders } = await it_.control.books();
      expect([...seen].toSorted()).toEqual(orders.map((order) => order.id).toSorted());
    });

    it('cancels, and the money comes back', async () => {
      await it_.control.trap('no_sms');
      const start = await it_.provider.balance(call());
      const order = await buy();
      expect(await it_.provider.cancel(order.providerOrderId, call())).toMatchObject({ kind: 'accepted' });
      const reading = await it_.provider.readOrder(order.providerOrderId, call());
      expect(reading).toMatchObject({ condition: 'ended', sms: [] });
      expect(reading.settlement).toBe(it_.provider.capabilities.finalRecord ? 'refunded' : 'unknown');
      expect((await it_.provider.balance(call())).amount).toBe(start.amount);
      expect(await it_.provider.cancel(order.providerOrderId, call())).toMatchObject({ kind: 'not_active' });
    });

    it('refuses a cancel once an SMS is there', async () => {
      const order = await buy();
      await withSms(order.providerOrderId);
      expect(await it_.provider.cancel(order.providerOrderId, call())).toMatchObject({ kind: 'has_sms' });
    });

    it('says when a cancel is too early', async () => {
      await it_.control.trap('cancel_too_early', { count: 1 });
      await it_.control.trap('no_sms');
      const order = await buy();
      const outcome = await it_.provider.cancel(order.providerOrderId, call({ orderFirstSeenAt: Date.now() }));
      expect(outcome).toMatchObject({ kind: 'too_early', retryAfterMs: expect.any(Number) as number });
      expect(await it_.provider.cancel(order.providerOrderId, call())).toMatchObject({ kind: 'accepted' });
    });

    it('finishes an order with an SMS as sold, and none without', async () => {
      await it_.control.settings({ smsDelayMinMs: 150, smsDelayMaxMs: 160 });
      const start = await it_.provider.balance(call());
      const order = await buy();
      expect(await it_.provider.finish(order.providerOrderId, call())).toMatchObject({ kind: 'no_sms' });
      const { sms } = await withSms(order.providerOrderId);
      expect(await it_.provider.finish(order.providerOrderId, call())).toMatchObject({ kind: 'accepted' });
      const reading = await it_.provider.readOrder(order.providerOrderId, call());
      const { finalRecord } = it_.provider.capabilities;
      expect(reading).toMatchObject({ condition: 'ended', settlement: finalRecord ? 'sold' : 'unknown' });
      // Where no record is kept the SMS of an ended order is gone, which is why it is read before the end is judged.
      expect(reading.sms.map((one) => one.text)).toEqual(finalRecord ? [sms[0]!.text] : []);
      expect((await it_.provider.balance(call())).amount).toBeLessThan(start.amount);
      expect(await it_.provider.finish(order.providerOrderId, call())).toMatchObject({ kind: 'not_active' });
    });

    it('collects further SMS on the same order', async () => {
      const order = await buy();
      await withSms(order.providerOrderId);
      const { anotherSms } = it_.provider.capabilities;
      expect(await it_.provider.requestAnotherSms(order.providerOrderId, call())).toMatchObject({ kind: 'accepted' });
      // The last code is shown again while another is awaited; it is an SMS that was there, not a new one.
      const asked = await it_.provider.readOrder(order.providerOrderId, call());
      expect(asked).toMatchObject({ condition: 'has_sms', sms: [{}] });
      if (!anotherSms) await it_.control.post(`/orders/${order.providerOrderId}/sms`);
      const codes = await until(async () => {
        const { sms } = (await it_.control.books()).orders[0]!;
        return sms.length === 2 ? sms.map((one) => one.code) : null;
      });
      const reading = await it_.provider.readOrder(order.providerOrderId, call());
      expect(reading.sms.map((one) => one.code)).toContain(codes[1]);
    });

    it('lets an unused order run out, refunded by itself', async () => {
      await it_.control.trap('no_sms');
      const start = await it_.provider.balance(call());
      const order = await buy();
      await it_.control.post(`/orders/${order.providerOrderId}/expire`);
      const reading = await it_.provider.readOrder(order.providerOrderId, call());
      expect(reading.condition).toBe('ended');
      expect(reading.settlement).toBe(it_.provider.capabilities.finalRecord ? 'refunded' : 'unknown');
      expect((await it_.provider.balance(call())).amount).toBe(start.amount);
    });

    it('reports an order that does not exist as unknown', async () => {
      expect(await errorCode(it_.provider.readOrder('123', call()))).toBe('unknown_order');
    });

    it.each([
      ['no_numbers', 'no_numbers'],
      ['no_balance', 'no_balance'],
      ['rate_limited', 'rate_limited'],
    ])('refuses a purchase for %s', async (trap, reason) => {
      await it_.control.trap(trap);
      expect(await it_.provider.purchase(TELEGRAM_ID, call())).toMatchObject({ kind: 'refused', reason });
      expect((await it_.control.books()).orders).toHaveLength(0);
    });

    it('takes a refused key for fatal', async () => {
      await it_.control.trap('bad_key');
      expect(await it_.provider.purchase(TELEGRAM_ID, call())).toMatchObject({ kind: 'fatal', reason: 'bad_key' });
      expect(await errorCode(it_.provider.balance(call()))).toBe('bad_key');
    });

    it.each(['reset', 'bad_gateway', 'gateway_timeout', 'truncated', 'hang'])(
      'takes a purchase whose reply was lost (%s) for ambiguous',
      async (mode) => {
        await it_.control.trap('lost_reply', { mode, count: 1 });
        const outcome = await it_.provider.purchase(TELEGRAM_ID, call({ timeoutMs: mode === 'hang' ? 400 : 4_000 }));
        expect(outcome.kind).toBe('ambiguous');
        // It was bought, and only once.
        expect((await it_.control.books()).orders).toHaveLength(1);
        const page = await it_.provider.openOrders({ offset: 0, limit: 10 }, call());
        expect(page.orders).toHaveLength(1);
      },
    );

    it('takes a word that nobody knows for ambiguous', async () => {
      await it_.control.trap('unknown_answer');
      expect((await it_.provider.purchase(TELEGRAM_ID, call())).kind).toBe('ambiguous');
    });

    it('takes a server error during a purchase for ambiguous', async () => {
      await it_.control.trap('server_error');
      expect((await it_.provider.purchase(TELEGRAM_ID, call())).kind).toBe('ambiguous');
      expect(await errorCode(it_.provider.balance(call()))).toBe('server_error');
    });

    it("takes an edge's refusal for surely not bought", async () => {
      await it_.control.trap('html_page');
      expect(await it_.provider.purchase(TELEGRAM_ID, call())).toMatchObject({ kind: 'refused', reason: 'turned_away' });
      await it_.control.trap('html_page', { error: 1020 });
      expect(await it_.provider.purchase(TELEGRAM_ID, call())).toMatchObject({
        kind: 'refused',
        reason: 'rate_limited',
        retryAfterMs: 10_000,
      });
    });

    it('takes a body that was cut for ambiguous when buying and unreadable elsewhere', async () => {
      await it_.control.trap('truncated_body', { keepPercent: 60 });
      const outcome = await it_.provider.purchase(TELEGRAM_ID, call());
      expect(outcome.kind).toBe('ambiguous');
      expect(await errorCode(it_.provider.openOrders({ offset: 0, limit: 10 }, call()))).toBe('unreadable');
      expect(await errorCode(it_.provider.prices(call()))).toBe('unreadable');
    });

    it('reads what has the wrong content type', async () => {
      await it_.control.trap('wrong_content_type', { type: 'application/octet-stream' });
      await buy();
      expect((await it_.provider.openOrders({ offset: 0, limit: 10 }, call())).orders).toHaveLength(1);
    });

    it('has bought what is dearer than the ceiling', async () => {
      await it_.control.trap('price_above_max', { count: 1 });
      const order = await buy();
      const [booked] = (await it_.control.books()).orders;
      expect(parseMoney(booked!.price)).toBeGreaterThan(CEILING);
      expect(order.price).toBe(expected.priceInReply ? parseMoney(booked!.price) : null);
    });

    it('buys nothing above the ceiling', async () => {
      const outcome = await it_.provider.purchase({ ...TELEGRAM_ID, maxPrice: parseMoney('0.0001') }, call());
      expect(outcome.kind).toBe('refused');
      expect((await it_.control.books()).orders).toHaveLength(0);
    });

    it('refuses what it does not know without a request', async () => {
      for (const request of [
        { service: 'no-such-service', country: 'ID', maxPrice: CEILING },
        { service: 'telegram', country: 'AQ', maxPrice: CEILING },
      ]) {
        expect(await it_.provider.purchase(request, call())).toMatchObject({ kind: 'refused', reason: 'unsupported' });
      }
      expect((await it_.control.requests()).total).toBe(0);
    });

    it('says not_sent when nobody listens, and says so of a purchase too', async () => {
      await it_.control.post('/outage', { mode: 'refuse', durationMs: 60_000 });
      expect(await it_.provider.purchase(TELEGRAM_ID, call())).toMatchObject({ kind: 'refused', reason: 'not_sent' });
      expect(await errorCode(it_.provider.balance(call()))).toBe('not_sent');
      await it_.control.post('/outage', { durationMs: 0 });
      await it_.provider.balance(call());
    });

    it('survives an outage that answers 503, hangs or resets', async () => {
      await it_.control.post('/outage', { mode: 'unavailable', durationMs: 60_000 });
      expect(await it_.provider.purchase(TELEGRAM_ID, call())).toMatchObject({ kind: 'refused', reason: 'turned_away' });
      expect(await errorCode(it_.provider.balance(call()))).toBe('server_error');
      await it_.control.post('/outage', { mode: 'reset', durationMs: 60_000 });
      expect((await it_.provider.purchase(TELEGRAM_ID, call())).kind).toBe('ambiguous');
      expect(await errorCode(it_.provider.balance(call()))).toBe('no_reply');
      await it_.control.post('/outage', { mode: 'hang', durationMs: 60_000 });
      expect((await it_.provider.purchase(TELEGRAM_ID, call({ timeoutMs: 200 }))).kind).toBe('ambiguous');
      await it_.control.post('/outage', { durationMs: 0 });
    });

    it('lists prices that can be bought at', async () => {
      const rows = await it_.provider.prices(call());
      expect(rows.length).toBeGreaterThan(1_000);
      for (const row of rows.slice(0, 200)) {
        expect(row.country).toMatch(/^[A-Z]{2}$/);
        expect(row.price).toBeGreaterThan(0n);
      }
      const countries = await it_.provider.countries('telegram', call());
      expect(countries).toEqual(expect.arrayContaining(['ID', 'GB', 'US']));
      const cheapest = await it_.provider.price('whatsapp', 'GB', call());
      const matching = rows.filter((row) => row.service === 'whatsapp' && row.country === 'GB' && row.stock > 0);
      expect(cheapest?.price).toBe(matching.toSorted((a, b) => Number(a.price - b.price))[0]!.price);
      expect(await it_.provider.price('no-such-service', 'GB', call())).toBeNull();
    });

    it('reads an order of unknown status word by its SMS alone', async () => {
      await it_.control.settings({ smsDelayMinMs: 200, smsDelayMaxMs: 210 });
      await it_.control.trap('silent_status_change', { to: 'STATUS_OK' });
      const order = await buy();
      const reading = await it_.provider.readOrder(order.providerOrderId, call());
      expect(reading).toMatchObject({ condition: 'waiting', sms: [], settlement: 'unknown' });
      expect(reading.rawStatus).toBe('STATUS_OK');
      expect((await withSms(order.providerOrderId)).condition).toBe('has_sms');
    });

    it('finds the code in the text where the provider leaves it empty', async () => {
      await it_.control.trap('sms_code_empty');
      const order = await buy();
      const { sms } = await withSms(order.providerOrderId);
      const shown = (await it_.control.books()).orders[0]!.sms[0]!;
      expect(shown.code).toBe('');
      expect(shown.text).toContain(sms[0]!.code);
    });

    it('keeps a late SMS of an ended order readable', async () => {
      await it_.control.trap('no_sms');
      await it_.control.trap('sms_after_end', { delayMs: 20, charge: true });
      const order = await buy();
      expect(await it_.provider.cancel(order.providerOrderId, call())).toMatchObject({ kind: 'accepted' });
      await until(async () => ((await it_.control.books()).orders[0]!.refund === 'taken_back' ? true : null));
      const reading = await it_.provider.readOrder(order.providerOrderId, call());
      expect(reading.condition).toBe('ended');
      expect(reading.sms).toHaveLength(it_.provider.capabilities.finalRecord ? 1 : 0);
    });

    it('holds no secret, number or text in what it keeps of a reply', async () => {
      const order = await buy();
      await it_.control.post(`/orders/${order.providerOrderId}/sms`, { code: '918273', text: 'Your secret code is 918273' });
      await it_.control.trap('truncated_body', { keepPercent: 95 });
      const error = await it_.provider.openOrders({ offset: 0, limit: 10 }, call()).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ProviderError);
      const kept = JSON.stringify([(error as ProviderError).raw, (error as ProviderError).message]);
      for (const secret of ['test-key', '918273', 'secret code', order.phoneNumber.slice(1)]) expect(kept).not.toContain(secret);
    });
  });
}

function bought(outcome: PurchaseOutcome): BoughtOrder {
  if (outcome.kind !== 'bought') {
    throw new Error(
      `not bought: ${JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'bigint' ? formatMoney(value) : value))}`,
    );
  }
  return outcome.order;
}

/** The code of the ProviderError that a call fails with; anything else fails the test. */
async function errorCode(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (caught: unknown) => caught,
  );
  if (error instanceof ProviderError) return error.code;
  throw error;
}
