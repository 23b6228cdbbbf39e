import { createRequire } from 'node:module';
import { FiveSim } from '5sim-api';
import { FiveSimAPI, GuestService, NoPhoneNumbersError, NotFoundError, OrderHasSMSError, UserService } from 'fivesim-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFiveSimSimulator } from '../../src/simulators/fivesim/simulator.js';
import { createHandlerApiSimulator } from '../../src/simulators/handler-api/simulator.js';
import type { Simulator } from '../../src/simulators/kernel.js';
import { controlClient, until } from './control-client.js';
import type { ControlClient } from './control-client.js';

const KEY = 'npm-client-key';
const QUICK = { smsDelayMinMs: 40, smsDelayMaxMs: 60 };

describe('npm fivesim-api 1.0.0, unmodified,', () => {
  let simulator: Simulator;
  let control: ControlClient;
  let client: FiveSimAPI;
  beforeAll(async () => {
    simulator = await createFiveSimSimulator({ apiKey: KEY, settings: QUICK });
    control = controlClient(simulator.control);
    // The way its users change the address (provider notes 4); its types call these private.
    Object.assign(UserService, { baseURL: simulator.url });
    Object.assign(GuestService, { baseURL: simulator.url });
    client = new FiveSimAPI(KEY);
  });
  afterAll(async () => simulator.close());
  beforeEach(async () => void (await control.post('/reset')));

  it('rents a number, receives its SMS and finishes', async () => {
    const order = await client.buyActivationNumber('indonesia', 'any', 'telegram', { maxPrice: 2 });
    expect(order).toMatchObject({ status: 'RECEIVED', country: 'indonesia', product: 'telegram', sms: null });
    const received = await until(async () => {
      const checked = await client.checkOrder(order.id);
      return (checked.sms?.length ?? 0) > 0 ? checked : null;
    });
    expect(received.sms![0]!.text).toContain(received.sms![0]!.code);
    await expect(client.cancelOrder(order.id)).rejects.toBeInstanceOf(OrderHasSMSError);
    expect(await client.finishOrder(order.id)).toMatchObject({ status: 'FINISHED' });
    const profile = await client.getProfile();
    expect(profile.balance).toBeCloseTo(100 - order.price, 6);
    const payments = await client.getPaymentHistory();
    expect(payments.Data.map((row: { TypeName: string }) => row.TypeName)).toEqual(['charge', 'buy']);
    const history = await client.getOrderHistory({ category: 'activation' });
    expect(history.Data).toHaveLength(1);
  });

  it('cancels and bans', async () => {
    await control.trap('no_sms');
    const first = await client.buyActivationNumber('england', 'any', 'google');
    expect(await client.cancelOrder(first.id)).toMatchObject({ status: 'CANCELED' });
    const second = await client.buyActivationNumber('usa', 'best', 'whatsapp');
    expect(await client.banOrder(second.id)).toMatchObject({ status: 'BANNED' });
    expect((await client.getProfile()).balance).toBe(100);
  });

  it('meets the errors that it knows', async () => {
    await expect(client.checkOrder(1)).rejects.toBeInstanceOf(NotFoundError);
    await control.trap('no_numbers');
    // With 200 the words come back as if they were an order; with 400 as an error.
    expect(await client.buyActivationNumber('indonesia', 'any', 'telegram')).toBe('no free phones');
    await control.trap('no_free_phones_400');
    await expect(client.buyActivationNumber('indonesia', 'any', 'telegram')).rejects.toBeInstanceOf(NoPhoneNumbersError);
  });

  it('sets and deletes price limits', async () => {
    expect(await client.getPriceLimits()).toEqual([]);
    await client.setPriceLimit({ product_name: 'telegram', price: 0.0001 });
    expect(await client.getPriceLimits()).toMatchObject([{ product: 'telegram', price: 0.0001 }]);
    expect(await client.buyActivationNumber('indonesia', 'any', 'telegram')).toBe('no free phones');
    await client.deletePriceLimit({ product_name: 'telegram' });
    expect(await client.buyActivationNumber('indonesia', 'any', 'telegram')).toMatchObject({ status: 'RECEIVED' });
  });

  it('reads products, prices and countries as a guest', async () => {
    const products = await FiveSimAPI.getProducts('indonesia', 'any');
    expect(products['telegram']).toMatchObject({ Category: 'activation' });
    const byProduct = await FiveSimAPI.getPricesByProduct('telegram');
    expect(Object.keys(byProduct)).toEqual(['telegram']);
    const byCountry = await FiveSimAPI.getPricesByCountry('indonesia');
    expect(Object.keys(byCountry)).toEqual(['indonesia']);
    expect((await FiveSimAPI.getCountries())['england']).toMatchObject({ iso: { gb: 1 }, prefix: { '+44': 1 } });
  });
});

describe('npm 5sim-api 1.0.2, unmodified,', () => {
  it('rents a number and waits for its SMS', async () => {
    const simulator = await createFiveSimSimulator({ apiKey: KEY, settings: { smsDelayMinMs: 0, smsDelayMaxMs: 0 } });
    const client = new FiveSim(KEY);
    const parts = client as unknown as Record<'balance' | 'orderHistory' | 'number' | 'sms', { api: { defaults: { baseURL: string } } }>;
    for (const part of ['balance', 'orderHistory', 'number', 'sms'] as const) parts[part].api.defaults.baseURL = `${simulator.url}/`;
    expect((await client.getUserBalance()).balance).toBe(100);
    const order = await client.buyActivationNumber({ country: 'indonesia', operator: 'any', product: 'telegram' });
    const sms = await client.waitForSMS({ id: String(order.id), interval: 20, timeout: 3_000 });
    expect(sms.text).toContain(String(sms.code));
    expect((await client.getOrderHistory('activation')).Data).toHaveLength(1);
    await simulator.close();
  });
});

interface SmsActivate {
  readonly session: { readonly defaults: { baseURL: string } };
  getBalance(): Promise<number | null>;
  getNumber(service: string, country: number): Promise<{ readonly id: number; readonly number: number } | null>;
  getCode(id: number): Promise<string | null>;
  getStatus(id: number): Promise<string>;
  setStatus(id: number, status: number): Promise<string>;
}

describe.each(['classic', 'hybrid', 'herosms'] as const)('npm sms-activate 1.0.1, unmodified, at a %s server,', (dialect) => {
  const Client = createRequire(import.meta.url)('sms-activate') as new (token: string) => SmsActivate;
  let simulator: Simulator;
  let control: ControlClient;
  let client: SmsActivate;
  beforeAll(async () => {
    simulator = await createHandlerApiSimulator({ apiKey: KEY, dialect, settings: { ...QUICK, cancelWindowMs: 0 } });
    control = controlClient(simulator.control);
    client = new Client(KEY);
    client.session.defaults.baseURL = simulator.url;
  });
  afterAll(async () => simulator.close());

  it('rents a number by POST, gets its code and another one, and finishes', async () => {
    expect(await client.getBalance()).toBe(100);
    const order = (await client.getNumber('tg', 6))!;
    const code = await until(async () => client.getCode(order.id));
    expect(code).toBe((await control.books()).orders[0]!.sms[0]!.code);
    expect(await client.setStatus(order.id, 3)).toBe('ACCESS_RETRY_GET');
    expect(await client.getStatus(order.id)).toBe('STATUS_WAIT_RETRY');
    const second = await until(async () => client.getCode(order.id));
    expect(second).toBe((await control.books()).orders[0]!.sms[1]!.code);
    expect(await client.setStatus(order.id, 6)).toBe('ACCESS_ACTIVATION');
    expect(await client.getStatus(order.id)).toBe('STATUS_CANCEL');
  });

  it('cancels', async () => {
    await control.trap('no_sms', { count: 1 });
    const order = (await client.getNumber('wa', 16))!;
    expect(await client.getStatus(order.id)).toBe('STATUS_WAIT_CODE');
    expect(await client.setStatus(order.id, 8)).toBe('ACCESS_CANCEL');
    expect(await client.getStatus(order.id)).toBe(dialect === 'hybrid' ? 'ACCESS_CANCEL' : 'STATUS_CANCEL');
  });

  it('meets the refusal that is a 200 everywhere', async () => {
    await control.trap('no_numbers', { count: 1 });
    await expect(client.getNumber('tg', 6)).rejects.toThrow('No free numbers');
  });
});
