import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFiveSimSimulator } from '../../src/simulators/fivesim/simulator.js';
import type { Simulator } from '../../src/simulators/kernel.js';
import { controlClient, until } from './control-client.js';
import type { ControlClient } from './control-client.js';
import { ask } from './wire-client.js';
import type { Wire } from './wire-client.js';

const KEY = 'wire-key';

describe('a 5SIM server', () => {
  let simulator: Simulator;
  let control: ControlClient;
  const get = async (path: string, init: RequestInit = {}, key: string | null = KEY): Promise<Wire> =>
    ask(`${simulator.url}${path}`, { ...init, headers: key === null ? {} : { authorization: `Bearer ${key}` } });
  const json = async (path: string): Promise<Record<string, unknown>> => JSON.parse((await get(path)).body) as Record<string, unknown>;
  const buy = async (path = 'indonesia/any/telegram'): Promise<number> => Number((await json(`/user/buy/activation/${path}`))['id']);
  beforeAll(async () => {
    simulator = await createFiveSimSimulator({ apiKey: KEY, settings: { smsDelayMinMs: 30, smsDelayMaxMs: 40 } });
    control = controlClient(simulator.control);
  });
  afterAll(async () => simulator.close());
  beforeEach(async () => void (await control.post('/reset')));

  it('answers a wrong or missing key with 401 and nothing, and guests without any', async () => {
    for (const key of [null, 'wrong']) expect(await get('/user/profile', {}, key)).toMatchObject({ status: 401, body: '' });
    expect((await get('/guest/countries', {}, null)).status).toBe(200);
    expect((await get('/guest/countries', {}, 'bogus')).status).toBe(200);
  });

  it('sends what matches no route to its 404 page', async () => {
    for (const path of [
      '/user/buy/activation/england/any/__probe__',
      '/user/sms/inbox/1',
      '/guest/flags/england',
      '/user/check/abc',
      '/nowhere',
    ]) {
      const wire = await get(path);
      expect({ path, ...wire }).toMatchObject({ path, status: 302, body: '<a href="/404.html">Found</a>.\n\n' });
      expect(wire.headers.get('location')).toBe('/404.html');
    }
  });

  it('sells a number that reads RECEIVED with sms null', async () => {
    const order = await json('/user/buy/activation/england/any/google');
    expect(order).toMatchObject({
      status: 'RECEIVED',
      sms: null,
      country: 'england',
      product: 'google',
      forwarding: false,
      forwarding_number: '',
    });
    expect(order['phone']).toMatch(/^\+44\d+$/);
    expect(order['id']).toBeTypeOf('number');
    expect(order['expires']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    await control.trap('pending_status');
    expect(await json('/user/buy/activation/england/any/google')).toMatchObject({ status: 'PENDING' });
  });

  it.each([
    ['/user/buy/activation/england/any/zzprobezz', 400, 'no product'],
    ['/user/buy/activation/atlantis/any/google', 400, 'bad country'],
    ['/user/buy/activation/england/nobody/google', 400, 'bad operator'],
    ['/user/check/1', 404, 'order not found'],
    ['/user/finish/1', 400, 'order not found'],
    ['/user/cancel/1', 400, 'order not found'],
    ['/user/ban/1', 400, 'order not found'],
    ['/guest/products/atlantis/any', 400, 'bad country'],
    ['/guest/prices?country=atlantis', 400, 'country is incorrect'],
    ['/guest/prices?country=england&product=zzprobezz', 400, 'product is incorrect'],
    ['/user/reuse/google/447000000000', 400, 'reuse not possible'],
  ])('says of %s: %i %s', async (path, status, words) => {
    const wire = await get(path);
    expect(wire).toMatchObject({ status, body: words });
    expect(wire.type).toMatch(/^text\/plain/);
  });

  it('has no free phones as 200, or as 400', async () => {
    await control.trap('no_numbers');
    expect(await get('/user/buy/activation/england/any/google')).toMatchObject({ status: 200, body: 'no free phones' });
    await control.trap('no_free_phones_400');
    expect(await get('/user/buy/activation/england/any/google')).toMatchObject({ status: 400, body: 'no free phones' });
  });

  it('honours maxPrice for any operator only', async () => {
    await control.settings({ offers: [{ service: 'google', country: 'GB', price: '0.5', stock: 9 }] });
    expect((await get('/user/buy/activation/england/any/google?maxPrice=0.49')).body).toBe('no free phones');
    expect(await json('/user/buy/activation/england/any/google?maxPrice=0.5')).toMatchObject({ price: 0.5 });
    const { operator } = (await json('/user/buy/activation/england/any/google')) as { operator: string };
    expect(await json(`/user/buy/activation/england/${operator}/google?maxPrice=0.01`)).toMatchObject({ price: 0.5 });
  });

  it('refuses a cancel after an SMS and too early, and a finish without one', async () => {
    await control.settings({ smsDelayMinMs: 60, smsDelayMaxMs: 70, cancelWindowMs: 60_000 });
    const id = await buy();
    expect(await get(`/user/cancel/${id}`)).toMatchObject({ status: 400, body: 'you need to wait time' });
    expect(await get(`/user/finish/${id}`)).toMatchObject({ status: 400, body: 'order no sms' });
    await until(async () => ((await json(`/user/check/${id}`))['sms'] === null ? null : true));
    expect(await get(`/user/cancel/${id}`)).toMatchObject({ status: 400, body: 'order has sms' });
    expect(await json(`/user/finish/${id}`)).toMatchObject({ status: 'FINISHED' });
    expect(await get(`/user/cancel/${id}`)).toMatchObject({ status: 400, body: 'order expired' });
  });

  it('lets orders run out: TIMEOUT with the money back, FINISHED after an SMS', async () => {
    await control.trap('no_sms', { count: 1 });
    const [empty, used] = [await buy(), await buy()];
    await until(async () => ((await json(`/user/check/${used}`))['sms'] === null ? null : true));
    for (const id of [empty, used]) await control.post(`/orders/${id}/expire`);
    expect(await json(`/user/check/${empty}`)).toMatchObject({ status: 'TIMEOUT' });
    expect(await json(`/user/check/${used}`)).toMatchObject({ status: 'FINISHED' });
    const { movements } = await control.books();
    expect(movements.filter((movement) => movement.kind === 'refund').map((movement) => movement.orderId)).toEqual([String(empty)]);
  });

  it('keeps a rating and frozen money', async () => {
    await control.trap('no_sms');
    const before = await json('/user/profile');
    const id = await buy();
    const during = await json('/user/profile');
    await get(`/user/cancel/${id}`);
    const after = await json('/user/profile');
    expect(before).toMatchObject({ balance: 100, rating: 96, frozen_balance: 0 });
    expect(Number(during['balance']) + Number(during['frozen_balance'])).toBeCloseTo(100, 6);
    expect(after).toMatchObject({ balance: 100, rating: 95.9, frozen_balance: 0 });
  });

  it('lists orders in pages whose Total is untrue, and payments when orders end', async () => {
    for (let index = 0; index < 5; index += 1) await buy();
    const page = await json('/user/orders?category=activation&limit=2&offset=1&order=id&reverse=true');
    expect(page).toMatchObject({ Total: 999_999 });
    const ids = (await control.books()).orders.map((order) => Number(order.id));
    expect((page['Data'] as { id: number }[]).map((row) => row.id)).toEqual([ids[3], ids[2]]);
    expect((await get('/user/orders')).status).toBe(400);
    expect((await json('/user/payments?limit=10'))['Data']).toHaveLength(1);
    await until(async () => ((await json(`/user/check/${ids[0]}`))['sms'] === null ? null : true));
    await get(`/user/finish/${ids[0]}`);
    expect((await json('/user/payments?limit=10'))['Data']).toMatchObject([
      { TypeName: 'charge', Amount: 100 },
      { TypeName: 'buy', Amount: expect.any(Number) as number },
    ]);
  });

  it('swaps the nesting of prices when only a product is given', async () => {
    expect(Object.keys(await json('/guest/prices?product=telegram'))).toEqual(['telegram']);
    expect(Object.keys(await json('/guest/prices?country=england'))).toEqual(['england']);
    const pair = (await json('/guest/prices?country=england&product=telegram')) as Record<string, Record<string, Record<string, unknown>>>;
    expect(Object.values(pair['england']!['telegram']!)[0]).toMatchObject({
      cost: expect.any(Number) as number,
      count: expect.any(Number) as number,
    });
    const country = ((await json('/guest/countries')) as Record<string, Record<string, unknown>>)['england']!;
    expect(country).toMatchObject({ iso: { gb: 1 }, prefix: { '+44': 1 } });
    for (const operator of Object.keys(pair['england']!['telegram']!)) expect(country[operator]).toEqual({ activation: 1 });
  });

  it('rents for hours, and reuses a number that was finished', async () => {
    const hosting = await json('/user/buy/hosting/england/any/1day');
    expect(Date.parse(String(hosting['expires'])) - Date.now()).toBeGreaterThan(86_000_000);
    const id = await buy('england/any/google');
    await until(async () => ((await json(`/user/check/${id}`))['sms'] === null ? null : true));
    const { phone } = (await json(`/user/finish/${id}`)) as { phone: string };
    expect(await json(`/user/reuse/google/${phone.slice(1)}`)).toMatchObject({ phone, status: 'RECEIVED' });
  });

  it('words its limits', async () => {
    await control.trap('rate_limited', { count: 1 });
    expect(await get('/user/profile')).toMatchObject({ status: 429, body: 'api limit is 100 requests per second' });
    await control.trap('rate_limited', { status: 503, count: 1 });
    expect(await get('/user/profile')).toMatchObject({ status: 503, body: 'ip address limit is 100 requests per second' });
    await control.trap('server_error', { count: 1 });
    expect(await get('/user/profile')).toMatchObject({ status: 500, body: 'internal error' });
  });

  it('serves a vendor who sells nothing', async () => {
    for (const path of ['/user/vendor', '/vendor/wallets', '/vendor/orders', '/vendor/payments', '/vendor/prices'])
      expect({ path, status: (await get(path)).status }).toEqual({ path, status: 200 });
    expect((await get('/vendor/withdraw', { method: 'POST' })).status).toBe(400);
  });
});
