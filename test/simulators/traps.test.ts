import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFiveSimSimulator } from '../../src/simulators/fivesim/simulator.js';
import { createHandlerApiSimulator } from '../../src/simulators/handler-api/simulator.js';
import type { Simulator } from '../../src/simulators/kernel.js';
import { createRandom } from '../../src/simulators/random.js';
import { TRAPS } from '../../src/simulators/trap-catalogue.js';
import { createTraps } from '../../src/simulators/traps.js';
import { controlClient, sleep, until } from './control-client.js';
import type { ControlClient } from './control-client.js';
import { ask } from './wire-client.js';

const KEY = 'trap-key';

describe('traps', () => {
  it('go off as often as they were told, and with the chance that was given', () => {
    const traps = createTraps(createRandom(1));
    traps.set('no_numbers', { count: 2 });
    expect([1, 2, 3].map(() => traps.spring('no_numbers') !== null)).toEqual([true, true, false]);
    traps.set('no_sms', { probability: 0.25 });
    const fired = Array.from({ length: 4_000 }, () => traps.spring('no_sms')).filter((one) => one !== null).length;
    expect(fired).toBeGreaterThan(850);
    expect(fired).toBeLessThan(1_150);
    expect(traps.spring('no_balance')).toBeNull();
  });

  it('with named actions go off for those only', () => {
    const traps = createTraps(createRandom(1));
    traps.set('slow_reply', { actions: ['getStatus'], delayMs: 5 });
    expect(traps.spring('slow_reply', 'getNumber')).toBeNull();
    expect(traps.spring('slow_reply')).toBeNull();
    expect(traps.spring('slow_reply', 'getStatus')?.number('delayMs')).toBe(5);
  });

  it.each([
    ['no_such_trap', {}],
    ['no_numbers', { probability: 2 }],
    ['no_numbers', { count: 0 }],
    ['no_numbers', { actions: 'getStatus' }],
    ['no_numbers', { delayMs: 5 }],
    ['slow_reply', { delayMs: 'long' }],
  ])('refuse what makes no sense: %s %j', (name, given) => {
    expect(() => createTraps(createRandom(1)).set(name, given)).toThrow(RangeError);
  });
});

describe('the control endpoints', () => {
  let simulator: Simulator;
  let control: ControlClient;
  beforeAll(async () => {
    simulator = await createHandlerApiSimulator({ apiKey: KEY, settings: { smsDelayMinMs: 20, smsDelayMaxMs: 30, cancelWindowMs: 0 } });
    control = controlClient(simulator.control);
  });
  afterAll(async () => simulator.close());
  beforeEach(async () => void (await control.post('/reset')));
  const get = async (query: string): Promise<string> => (await ask(`${simulator.url}?api_key=${KEY}&${query}`)).body;

  it('list every trap with its description', async () => {
    const { known, set } = (await (await fetch(`${simulator.control}/traps`)).json()) as {
      known: { name: string; description: string }[];
      set: unknown[];
    };
    expect(known.map((trap) => trap.name).toSorted()).toEqual(Object.keys(TRAPS).toSorted());
    for (const trap of known) expect(trap.description.length).toBeGreaterThan(15);
    expect(set).toEqual([]);
  });

  it('refuse what they do not understand, and say why', async () => {
    for (const [path, body] of [
      ['/traps', { name: 'no_such_trap' }],
      ['/traps', {}],
      ['/top-up', { amount: 'much' }],
      ['/outage', { mode: 'sleep' }],
      ['/purchases', { service: 'telegram' }],
    ] as const) {
      const reply = await control.post(path, body);
      expect(reply.status).toBe(400);
      expect(reply.body['message']).toBeTypeOf('string');
    }
    expect((await control.post('/nothing')).status).toBe(404);
    expect((await control.post('/orders/1/sms')).status).toBe(404);
    await expect(control.settings({ nonsense: 1 })).rejects.toThrow('nonsense');
    await expect(control.settings({ lifetimeMs: -1 })).rejects.toThrow('lifetimeMs');
  });

  it('top up, sell to somebody else, and deliver an SMS', async () => {
    await control.post('/top-up', { amount: '12.345678' });
    expect((await control.books()).balance).toBe('112.345678');
    await control.trap('no_sms');
    const sold = await control.post('/purchases', { service: 'telegram', country: 'ID' });
    expect(sold.body).toMatchObject({ foreign: true, status: 'open' });
    await control.post(`/orders/${String(sold.body['id'])}/sms`, { text: 'Hello 778899' });
    const [order] = (await control.books()).orders;
    expect(order!.sms[0]).toMatchObject({ code: '', text: 'Hello 778899' });
  });

  it('count requests by action', async () => {
    await get('action=getBalance');
    await get('action=getBalance');
    await get('action=getPrices&service=tg&country=6');
    expect(await control.requests()).toMatchObject({ total: 3, byAction: { getBalance: 2, getPrices: 1 } });
  });

  it('take a provider away for a while', async () => {
    await control.post('/outage', { mode: 'refuse', durationMs: 150 });
    await expect(get('action=getBalance')).rejects.toThrow('fetch failed');
    expect(await until(async () => get('action=getBalance').catch(() => null))).toBe('ACCESS_BALANCE:100.00');
  });

  it('hide an order from lists', async () => {
    await control.trap('order_missing', { count: 1 });
    await control.trap('no_sms');
    const [, id] = (await get('action=getNumber&service=tg&country=6')).split(':');
    expect(await get('action=getActiveActivations')).not.toContain(id);
    expect(await get(`action=getStatus&id=${id}`)).toBe('STATUS_WAIT_CODE');
  });

  it('shuffle pages so that some orders show twice and others not at all', async () => {
    for (let index = 0; index < 12; index += 1) await control.post('/purchases', { service: 'telegram', country: 'ID' });
    await control.trap('list_shuffled');
    const seen: string[] = [];
    for (let start = 0; start < 12; start += 4) {
      const page = JSON.parse(await get(`action=getActiveActivations&start=${start}&limit=4`)) as { data: { activationId: string }[] };
      seen.push(...page.data.map((row) => row.activationId));
    }
    expect(seen).toHaveLength(12);
    expect(new Set(seen).size).toBeLessThan(12);
  });

  it('hide an SMS for a while although a cancel is refused for it', async () => {
    await control.trap('sms_hidden', { delayMs: 1_500 });
    const [, id] = (await get('action=getNumber&service=tg&country=6')).split(':');
    await until(async () => ((await control.books()).orders[0]!.sms.length === 1 ? true : null));
    expect(await get(`action=getStatus&id=${id}`)).toBe('STATUS_WAIT_CODE');
    expect(await get(`action=setStatus&id=${id}&status=8`)).toContain('OTP_RECEIVED');
    await until(async () => ((await get(`action=getStatus&id=${id}`)).startsWith('STATUS_OK:') ? true : null));
  });

  it('let an SMS arrive in the very moment of a cancel', async () => {
    await control.trap('no_sms');
    await control.trap('sms_on_cancel');
    const [, id] = (await get('action=getNumber&service=tg&country=6')).split(':');
    expect(await get(`action=setStatus&id=${id}&status=8`)).toContain('OTP_RECEIVED');
    expect(await get(`action=getStatus&id=${id}`)).toMatch(/^STATUS_OK:\d+$/);
  });

  it('limit requests for real, with a ban after breaches', async () => {
    await control.settings({ rateLimit: 2, rateWindowMs: 200, rateBreaches: 2, rateBanMs: 400 });
    const burst = async (): Promise<number> => {
      const replies = await Promise.all(Array.from({ length: 4 }, async () => get('action=getBalance')));
      return replies.filter((reply) => reply.includes('RATE_LIMIT')).length;
    };
    expect(await burst()).toBe(2);
    await sleep(220);
    expect(await burst()).toBe(2);
    await sleep(220);
    expect(await burst()).toBe(4);
    await sleep(300);
    expect(await burst()).toBe(2);
  });

  it('give services lifetimes of their own', async () => {
    await control.settings({
      serviceLifetimesMs: { yandex: 2_400_000 },
      offers: [{ service: 'yandex', country: 'ID', price: '0.1', stock: 5 }],
    });
    const sold = JSON.parse(await get('action=getNumberV2&service=ya&country=6')) as { activationTime: string; activationEndTime: string };
    expect(Date.parse(sold.activationEndTime) - Date.parse(sold.activationTime)).toBe(2_400_000);
  });

  it('set the clock of the provider wrong, everywhere alike', async () => {
    await control.settings({ clockSkewMs: -7_200_000 });
    const wire = await ask(`${simulator.url}?api_key=${KEY}&action=getNumberV2&service=tg&country=6`);
    const { activationEndTime } = JSON.parse(wire.body) as { activationEndTime: string };
    expect(Date.parse(wire.headers.get('date')!)).toBeLessThan(Date.now() - 7_190_000);
    expect(Math.abs(Date.parse(activationEndTime) - Date.parse(wire.headers.get('date')!) - 1_200_000)).toBeLessThanOrEqual(1_000);
  });
});

describe('with nothing switched on', () => {
  it.each(['handler_api', 'fivesim'] as const)('every number of a %s simulator gets its SMS within ten seconds', async (kind) => {
    let now = 1_700_000_000_000;
    const options = { apiKey: KEY, now: () => now };
    const simulator = kind === 'fivesim' ? await createFiveSimSimulator(options) : await createHandlerApiSimulator(options);
    const control = controlClient(simulator.control);
    for (let index = 0; index < 30; index += 1)
      expect((await control.post('/purchases', { service: 'telegram', country: 'ID' })).status).toBe(201);
    now += 900;
    expect((await control.books()).orders.some((order) => order.sms.length > 0)).toBe(false);
    now += 9_100;
    expect((await control.books()).orders.every((order) => order.sms.length === 1)).toBe(true);
    await simulator.close();
  });
});
