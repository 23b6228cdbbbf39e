import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHandlerApiSimulator } from '../../src/simulators/handler-api/simulator.js';
import type { Simulator } from '../../src/simulators/kernel.js';
import { controlClient, until } from './control-client.js';
import type { ControlClient } from './control-client.js';
import { ask } from './wire-client.js';
import type { Wire } from './wire-client.js';

const KEY = 'wire-key';

/** What one situation looks like in each dialect: status and body (a text, or the parsed JSON in part). */
type Look = readonly [status: number, body: string | object];

function looksLike(wire: Wire, [status, body]: Look): void {
  expect(wire.status).toBe(status);
  const shown: unknown = typeof body === 'string' ? wire.body : JSON.parse(wire.body);
  if (typeof body === 'string') expect(shown).toBe(body);
  else expect(shown).toMatchObject(body);
}

describe.each(['classic', 'herosms', 'hybrid'] as const)('a %s server', (dialect) => {
  let simulator: Simulator;
  let control: ControlClient;
  const get = async (action: string, params: Record<string, string> = {}, key: string | null = KEY): Promise<Wire> => {
    const query = new URLSearchParams({ ...(key === null ? {} : { api_key: key }), action, ...params });
    return ask(`${simulator.url}?${query.toString()}`);
  };
  const by = (looks: Record<'classic' | 'herosms' | 'hybrid', Look>): Look => looks[dialect];
  const buy = async (): Promise<string> => (await get('getNumber', { service: 'tg', country: '6' })).body.split(':')[1]!;
  beforeAll(async () => {
    simulator = await createHandlerApiSimulator({
      apiKey: KEY,
      dialect,
      settings: { smsDelayMinMs: 30, smsDelayMaxMs: 40, cancelWindowMs: 0 },
    });
    control = controlClient(simulator.control);
  });
  afterAll(async () => simulator.close());
  beforeEach(async () => void (await control.post('/reset')));

  it('has a Date header, a balance and a url that ends in handler_api.php', async () => {
    expect(simulator.url).toMatch(/\/stubs\/handler_api\.php$/);
    const wire = await get('getBalance');
    expect(wire).toMatchObject({ status: 200, body: 'ACCESS_BALANCE:100.00' });
    expect(Math.abs(Date.parse(wire.headers.get('date')!) - Date.now())).toBeLessThan(2_000);
  });

  it('refuses a wrong, a missing key and an unknown action its own way', async () => {
    looksLike(
      await get('getBalance', {}, 'wrong'),
      by({ classic: [200, 'BAD_KEY'], herosms: [401, { title: 'BAD_KEY', details: 'Unauthorized' }], hybrid: [401, 'BAD_KEY'] }),
    );
    looksLike(
      await get('getBalance', {}, null),
      by({
        classic: [200, 'NO_KEY'],
        herosms: [422, { title: 'UNPROCESSABLE_ENTITY', info: { field: 'api_key', code: 'REQUIRED' } }],
        hybrid: [401, 'BAD_KEY'],
      }),
    );
    looksLike(
      await get('getNothing'),
      by({
        classic: [200, 'BAD_ACTION'],
        herosms: [404, { title: 'BAD_ACTION', details: 'Method Not Found' }],
        hybrid: [200, 'BAD_ACTION'],
      }),
    );
  });

  it('says NO_NUMBERS with 200, in an envelope only for V2 of the hybrid', async () => {
    await control.trap('no_numbers');
    looksLike(await get('getNumber', { service: 'tg', country: '6' }), [200, 'NO_NUMBERS']);
    looksLike(
      await get('getNumberV2', { service: 'tg', country: '6' }),
      by({ classic: [200, 'NO_NUMBERS'], herosms: [200, 'NO_NUMBERS'], hybrid: [200, { title: 'NO_NUMBERS' }] }),
    );
  });

  it('words an unknown service', async () => {
    looksLike(
      await get('getNumber', { service: '__probe__', country: '6' }),
      by({ classic: [200, 'BAD_SERVICE'], herosms: [200, 'UNPROCESSABLE_ENTITY:service:INVALID'], hybrid: [200, 'BAD_SERVICE'] }),
    );
    looksLike(
      await get('getNumberV2', { service: '__probe__', country: '6' }),
      by({
        classic: [200, 'BAD_SERVICE'],
        herosms: [422, { title: 'UNPROCESSABLE_ENTITY', info: { field: 'service', code: 'INVALID' } }],
        hybrid: [200, { title: 'BAD_SERVICE', details: 'This service/country combination is not available' }],
      }),
    );
  });

  it('names the lowest price when the ceiling is too low', async () => {
    await control.settings({ offers: [{ service: 'telegram', country: 'ID', price: '0.35', stock: 5 }] });
    looksLike(
      await get('getNumberV2', { service: 'tg', country: '6', maxPrice: '0.34' }),
      by({
        classic: [200, 'WRONG_MAX_PRICE:0.35'],
        herosms: [400, { title: 'WRONG_MAX_PRICE', info: { min: 0.35 } }],
        hybrid: [400, { title: 'WRONG_MAX_PRICE', info: { min: 0.35 } }],
      }),
    );
  });

  it('sells by V2 with the fields and types of its kind', async () => {
    await control.settings({ offers: [{ service: 'telegram', country: 'ID', price: '0.25', stock: 5 }] });
    const wire = await get('getNumberV2', { service: 'tg', country: '6' });
    const zoneless = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string;
    const zoned = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/) as string;
    looksLike(
      wire,
      by({
        classic: [
          200,
          {
            activationId: expect.any(Number) as number,
            activationCost: 0.25,
            currency: 840,
            countryCode: '6',
            canGetAnotherSms: '1',
            activationTime: zoneless,
          },
        ],
        herosms: [
          200,
          {
            activationId: expect.any(String) as string,
            activationCost: 0.25,
            activationEndTime: zoned,
            activationTime: zoned,
            canGetAnotherSms: true,
            status: 4,
            serviceCode: 'tg',
          },
        ],
        hybrid: [200, { activationId: expect.any(Number) as number, activationCost: '0.2500', activationEndTime: zoneless, currency: 840 }],
      }),
    );
    expect(JSON.parse(wire.body)).toHaveProperty('phoneNumber', expect.stringMatching(/^62\d+$/));
    expect('activationEndTime' in (JSON.parse(wire.body) as object)).toBe(dialect !== 'classic');
  });

  it('goes through the statuses', async () => {
    // Long enough that a busy machine still asks before it comes.
    await control.settings({ smsDelayMinMs: 700, smsDelayMaxMs: 800 });
    const id = await buy();
    expect((await get('getStatus', { id })).body).toBe('STATUS_WAIT_CODE');
    const code = await until(async () => /^STATUS_OK:(\d+)$/.exec((await get('getStatus', { id })).body)?.[1] ?? null);
    looksLike(
      await get('setStatus', { id, status: '8' }),
      by({ classic: [200, 'BAD_STATUS'], herosms: [409, { title: 'OTP_RECEIVED', info: { data: [code] } }], hybrid: [200, 'BAD_STATUS'] }),
    );
    expect((await get('setStatus', { id, status: '3' })).body).toBe('ACCESS_RETRY_GET');
    expect((await get('getStatus', { id })).body).toBe(`STATUS_WAIT_RETRY:${code}`);
    await until(async () => ((await get('getStatus', { id })).body.startsWith('STATUS_OK:') ? true : null));
    looksLike(
      await get('setStatus', { id, status: '8' }),
      by({ classic: [200, 'BAD_STATUS'], herosms: [409, { title: 'NEW_OTP_RECEIVED' }], hybrid: [200, 'BAD_STATUS'] }),
    );
    expect((await get('setStatus', { id, status: '6' })).body).toBe('ACCESS_ACTIVATION');
    expect((await get('getStatus', { id })).body).toBe('STATUS_CANCEL');
    looksLike(
      await get('setStatus', { id, status: '6' }),
      by({ classic: [200, 'NO_ACTIVATION'], herosms: [409, { title: 'ACTIVATION_NOT_ACTIVE' }], hybrid: [200, 'NO_ACTIVATION'] }),
    );
  });

  it('denies an early cancel and says the window where it does', async () => {
    await control.settings({ cancelWindowMs: 120_000 });
    const id = await buy();
    looksLike(
      await get('setStatus', { id, status: '8' }),
      by({
        classic: [200, 'EARLY_CANCEL_DENIED'],
        herosms: [409, { title: 'EARLY_CANCEL_DENIED', info: { minActivationTime: 120 } }],
        hybrid: [200, 'EARLY_CANCEL_DENIED'],
      }),
    );
  });

  it('has one word for an order that does not exist, and one for an id that is none', async () => {
    looksLike(
      await get('getStatus', { id: '1' }),
      by({
        classic: [200, 'NO_ACTIVATION'],
        herosms: [404, { title: 'NOT_FOUND', details: 'Activation Not Found' }],
        hybrid: [200, 'NO_ACTIVATION'],
      }),
    );
    looksLike(
      await get('getStatus', { id: 'abc' }),
      by({
        classic: [200, 'WRONG_ACTIVATION_ID'],
        herosms: [422, { title: 'UNPROCESSABLE_ENTITY', info: { field: 'id' } }],
        hybrid: [200, 'NO_ACTIVATION'],
      }),
    );
    looksLike(
      await get('getStatusV2', { id: '1' }),
      by({ classic: [200, 'NO_ACTIVATION'], herosms: [404, { title: 'NOT_FOUND' }], hybrid: [404, { title: 'NOT_FOUND' }] }),
    );
  });

  it('lists open orders in its own form, empty or not', async () => {
    looksLike(
      await get('getActiveActivations'),
      by({
        classic: [200, { status: 'error', error: 'NO_ACTIVATIONS' }],
        herosms: [200, { status: 'success', data: [], activeActivations: { affected_rows: 0, num_rows: 0, row: [], rows: [] } }],
        hybrid: [200, { status: 'success', data: [] }],
      }),
    );
    await buy();
    const rows = [{ serviceCode: 'tg', countryCode: '6', activationStatus: '4' }];
    looksLike(
      await get('getActiveActivations'),
      by({
        classic: [200, { status: 'success', activeActivations: rows }],
        herosms: [200, { data: rows, activeActivations: { num_rows: 1, rows } }],
        hybrid: [200, { data: rows }],
      }),
    );
  });

  it('bans until a moment', async () => {
    await control.trap('banned', { durationMs: 600_000, count: 2 });
    const wire = await get('getNumber', { service: 'tg', country: '6' });
    const classic = /^BANNED:'\d{4}-\d\d-\d\d \d\d-\d\d-\d\d'$/;
    expect(wire.status).toBe(dialect === 'herosms' ? 403 : 200);
    expect(dialect === 'herosms' ? 'BANNED' : wire.body).toMatch(dialect === 'herosms' ? /BANNED/ : classic);
    expect(
      dialect === 'herosms' ? (JSON.parse(wire.body) as unknown) : { info: { scope: 'global', retry_after_seconds: 600 } },
    ).toMatchObject({
      info: { scope: 'global', retry_after_seconds: 600 },
    });
  });

  it('knows repeated orderIds where it knows them', async () => {
    const twice = { service: 'tg', country: '6', orderId: 'same' };
    await get('getNumberV2', twice);
    const wire = await get('getNumberV2', twice);
    expect((await control.books()).orders).toHaveLength(dialect === 'herosms' ? 2 : 1);
    expect(wire.body.includes('ORDER_ALREADY_EXISTS')).toBe(dialect !== 'herosms');
  });

  it('keeps a history with a page and a window, where it keeps one', async () => {
    const id = await buy();
    await control.trap('no_sms');
    const other = await buy();
    await get('setStatus', { id: other, status: '8' });
    await until(async () => ((await get('getStatus', { id })).body.startsWith('STATUS_OK') ? true : null));
    await get('setStatus', { id, status: '6' });
    const now = Math.floor(Date.now() / 1_000);
    const wire = await get('getHistory', { start: String(now - 60), end: String(now + 60), offset: '0', limit: '10' });
    const rows = dialect === 'hybrid' ? [] : (JSON.parse(wire.body) as { id: string | number; status: string }[]);
    expect(rows.map((row) => [String(row.id), row.status])).toEqual(
      dialect === 'hybrid'
        ? []
        : [
            [other, '8'],
            [id, '6'],
          ],
    );
    expect(wire.body === 'BAD_ACTION').toBe(dialect === 'hybrid');
    const empty = await get('getHistory', { start: String(now - 7_200), end: String(now - 3_600) });
    expect(empty.body).toBe(dialect === 'hybrid' ? 'BAD_ACTION' : '[]');
    looksLike(
      await get('getHistory', { start: '9', end: '1' }),
      by({ classic: [200, 'WRONG_DATE'], herosms: [400, { title: 'WRONG_DATE' }], hybrid: [200, 'BAD_ACTION'] }),
    );
  });

  it('shows prices, country first, and physicalCount at HeroSMS only', async () => {
    await control.settings({ offers: [{ service: 'telegram', country: 'ID', price: '0.25', stock: 100 }] });
    looksLike(await get('getPrices', { service: 'tg', country: '6' }), [
      200,
      by({
        classic: [200, { 6: { tg: { cost: 0.25, count: 100 } } }],
        herosms: [200, { 6: { tg: { cost: 0.25, count: 100, physicalCount: 90 } } }],
        hybrid: [200, { 6: { tg: { cost: '0.2500', count: 100 } } }],
      })[1],
    ]);
    await control.trap('stock_not_there');
    const wire = await get('getPrices', { service: 'tg', country: '6' });
    expect(wire.body.includes('"physicalCount":0')).toBe(dialect === 'herosms');
    expect((await get('getNumber', { service: 'tg', country: '6' })).body).toBe('NO_NUMBERS');
    const wrong = await get('getPrices', { service: 'zz' });
    expect(JSON.parse(wrong.body)).toEqual(
      dialect === 'hybrid' ? { error: 'Bad service' } : { status: 'false', msg: 'service is incorrect' },
    );
  });

  it('answers every other action of its dialect without an error of ours', async () => {
    const id = await buy();
    const calls: readonly (readonly [string, Record<string, string>])[] = [
      ['getBalanceAndCashBack', {}],
      ['getStatusV2', { id }],
      ['getFullSms', { id }],
      ['getAllSms', { id, size: '10', page: '1' }],
      ['getPricesExtended', { service: 'tg', country: '6' }],
      ['getPricesVerification', { service: 'tg', country: '6' }],
      ['getPricesV2', { service: 'tg', country: '6' }],
      ['getPricesV3', { service: 'tg', country: '6' }],
      ['getNumbersStatus', { country: '6' }],
      ['getTopCountriesByService', { service: 'tg' }],
      ['getCountries', {}],
      ['getServicesList', {}],
      ['getOperators', { country: '6' }],
      ['getMultiServiceNumber', { multiService: 'tg,wa', country: '6' }],
      ['getAdditionalService', { id, service: 'wa' }],
      ['checkExtraActivation', { activationId: id }],
      ['getExtraActivation', { activationId: id }],
      ['getIncomingCallStatus', { activationId: id }],
      ['parseCall', { id }],
      ['setStatus', { id, status: '1' }],
      ['setStatus', { id, status: '99' }],
    ];
    for (const [action, params] of calls) {
      const wire = await get(action, params);
      expect({ action, broken: wire.status >= 500 || wire.body === '' }).toEqual({ action, broken: false });
    }
    expect((await control.requests()).byAction['setStatus']).toBe(2);
  });

  it('ends by finishActivation and cancelActivation with 204, where it has them', async () => {
    await control.trap('no_sms', { count: 1 });
    const id = await buy();
    const wire = await get('cancelActivation', { id });
    expect(wire).toMatchObject(dialect === 'herosms' ? { status: 204, body: '' } : { status: 200, body: 'BAD_ACTION' });
  });

  it('cancels by −1 where clones do', async () => {
    await control.trap('no_sms', { count: 1 });
    const id = await buy();
    looksLike(
      await get('setStatus', { id, status: '-1' }),
      by({ classic: [200, 'BAD_STATUS'], herosms: [400, { title: 'BAD_STATUS' }], hybrid: [200, 'ACCESS_CANCEL'] }),
    );
  });
});
