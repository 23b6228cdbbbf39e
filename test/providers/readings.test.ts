import { describe, expect, it } from 'vitest';
import { ProviderError } from '../../src/providers/provider-error.js';
import { cannedHttp, DATE, fiveSim, handler, NOW } from './replies.js';
import type { Canned } from './replies.js';

const CALL = { priority: 'order', timeoutMs: 2_000 } as const;

/** Answers by action; what is not named is BAD_ACTION. */
const byAction = (answers: Readonly<Record<string, Canned>>): ReturnType<typeof cannedHttp> =>
  cannedHttp((request) => answers[new URL(request.url).searchParams.get('action') ?? ''] ?? { body: 'BAD_ACTION' });

const json = (value: unknown, status = 200): Canned => ({ status, body: JSON.stringify(value) });

describe('handler_api: one order', () => {
  it.each([
    ['STATUS_WAIT_CODE', { condition: 'waiting', sms: [], rawStatus: 'STATUS_WAIT_CODE' }],
    ['STATUS_WAIT_RESEND', { condition: 'waiting', sms: [], rawStatus: 'STATUS_WAIT_RESEND' }],
    ['STATUS_OK:12345', { condition: 'has_sms', sms: [{ code: '12345', text: null }], rawStatus: 'STATUS_OK' }],
    ["STATUS_OK:'12345'", { condition: 'has_sms', sms: [{ code: '12345' }] }],
    ['STATUS_OK:G-12:34', { condition: 'has_sms', sms: [{ code: 'G-12:34' }] }],
    ['STATUS_WAIT_RETRY:12345', { condition: 'has_sms', sms: [{ code: '12345' }], rawStatus: 'STATUS_WAIT_RETRY' }],
    ['STATUS_OK', { condition: 'waiting', sms: [], rawStatus: 'STATUS_OK' }],
    ['STATUS_OK:', { condition: 'waiting', sms: [], rawStatus: 'STATUS_OK' }],
    ['STATUS_OK:null', { condition: 'waiting', sms: [] }],
    ['STATUS_WAIT_RETRY', { condition: 'waiting', sms: [] }],
  ])('%s', async (body, expected) => {
    const http = byAction({ getStatus: { body }, getActiveActivations: json({ status: 'success', data: [] }) });
    expect(await handler(http).readOrder('1', CALL)).toMatchObject({ settlement: 'unknown', ...expected });
  });

  it('keeps a code whose text cannot be had', async () => {
    const http = byAction({ getStatus: { body: 'STATUS_OK:12345' }, getAllSms: { status: 500, body: 'oops' } });
    expect(await handler(http).readOrder('1', CALL)).toMatchObject({ condition: 'has_sms', sms: [{ code: '12345', text: null }] });
  });

  it.each([
    ['6', 'sold'],
    ['8', 'refunded'],
    ['10', 'refunded'],
  ])('STATUS_CANCEL means what the history says: %s is %s', async (status, settlement) => {
    const http = byAction({
      getStatus: { body: 'STATUS_CANCEL' },
      getHistory: json([
        { id: '2', date: '2026-11-21 12:00:00', phone: '628', sms: null, cost: '9', status: '6', currency: 840 },
        {
          id: 1,
          date: '2026-11-21 12:00:00',
          phone: '6281234567890',
          sms: status === '6' ? 'Your code is 4455' : null,
          cost: 0.5,
          status: Number(status),
          currency: '840',
        },
      ]),
    });
    const reading = await handler(http).readOrder('1', CALL);
    expect(reading).toMatchObject({
      condition: 'ended',
      settlement,
      rawStatus: `STATUS_CANCEL ${status}`,
      price: 500_000n,
      currency: 'USD',
      remainingMs: 0,
    });
    expect(reading.sms).toMatchObject(status === '6' ? [{ code: '4455', text: 'Your code is 4455' }] : []);
  });

  it.each<[string, Canned]>([
    ['there is no history', { body: 'BAD_ACTION' }],
    ['the history does not have it', json([])],
    ['the history says nothing', { body: 'NO_HISTORY' }],
    ['the history shows it as open', json([{ id: 1, status: '4' }])],
  ])('STATUS_CANCEL alone is unknown: %s', async (_name, history) => {
    const http = byAction({ getStatus: { body: 'ACCESS_CANCEL' }, getHistory: history });
    expect(await handler(http).readOrder('1', CALL)).toMatchObject({ condition: 'ended', settlement: 'unknown', sms: [] });
  });

  it('that STATUS_CANCEL ends has its SMS fetched before that is judged', async () => {
    const http = byAction({
      getStatus: { body: 'STATUS_CANCEL' },
      getAllSms: json({ data: [{ code: '4455', text: 'Your code is 4455' }] }),
      getHistory: json([]),
    });
    expect(await handler(http).readOrder('1', CALL)).toMatchObject({ condition: 'ended', sms: [{ code: '4455' }] });
  });

  it('asks the history in a window around our first sight, in pages', async () => {
    const row = { id: 5, status: '8' };
    const http = cannedHttp((request) => {
      const { searchParams } = new URL(request.url);
      if (searchParams.get('action') === 'getStatus') return { body: 'STATUS_CANCEL' };
      if (searchParams.get('action') !== 'getHistory') return { body: 'BAD_ACTION' };
      const offset = Number(searchParams.get('offset'));
      return json(
        Array.from({ length: 100 }, (_, index) => ({ ...row, id: offset + index + 1_000 }))
          .concat(offset === 200 ? [] : [])
          .map((one) => (one.id === 1_250 ? row : one)),
      );
    });
    const seen = NOW - 30 * 86_400_000;
    expect(await handler(http).readOrder('5', { ...CALL, orderFirstSeenAt: seen })).toMatchObject({ settlement: 'refunded' });
    const pages = http.asked.map((request) => new URL(request.url).searchParams).filter((params) => params.get('action') === 'getHistory');
    expect(pages.map((params) => params.get('offset'))).toEqual(['0', '100', '200']);
    expect(Number(pages[0]!.get('start')) * 1_000).toBe(seen - 3_600_000);
    expect(Number(pages[0]!.get('end')) * 1_000).toBe(seen + 4 * 3_600_000);
  });

  it('gives up a history without end as unknown', async () => {
    const http = cannedHttp((request) =>
      request.url.includes('getHistory')
        ? json(Array.from({ length: 100 }, (_, index) => ({ id: index + 10, status: '6' })))
        : request.url.includes('getStatus&')
          ? { body: 'STATUS_CANCEL' }
          : { body: 'BAD_ACTION' },
    );
    expect(await handler(http).readOrder('5', CALL)).toMatchObject({ condition: 'ended', settlement: 'unknown' });
    expect(http.actions().filter((action) => action === 'getHistory')).toHaveLength(20);
  });

  it('that the server has forgotten is looked for in its history', async () => {
    const history = { getHistory: json([{ id: 1, status: '10', cost: 0.1 }]) };
    expect(await handler(byAction({ getStatus: { body: 'NO_ACTIVATION' }, ...history })).readOrder('1', CALL)).toMatchObject({
      condition: 'ended',
      settlement: 'refunded',
    });
    await expect(handler(byAction({ getStatus: { body: 'NO_ACTIVATION' }, ...history })).readOrder('9', CALL)).rejects.toMatchObject({
      code: 'unknown_order',
    });
  });

  it.each([
    ['SOMETHING_NEW', 'rejected'],
    ['STATUS_SOMETHING_NEW', 'unreadable'],
    ['', 'unreadable'],
    ['<html></html>', 'unreadable'],
    ['{"a":1}', 'unreadable'],
    ['ERROR_SQL', 'server_error'],
    ['BAD_KEY', 'bad_key'],
  ])('"%s" is no reading (%s)', async (body, code) => {
    await expect(handler(byAction({ getStatus: { body } })).readOrder('1', CALL)).rejects.toMatchObject({ code });
  });
});

describe('handler_api: the list of open orders', () => {
  const row = {
    activationId: '7',
    serviceCode: 'tg',
    phoneNumber: '6281234567890',
    activationCost: '0.5',
    activationStatus: '4',
    countryCode: '6',
    currency: 840,
  };
  const listed = async (value: Canned, limit = 100): ReturnType<ReturnType<typeof handler>['openOrders']> =>
    handler(cannedHttp([value])).openOrders({ offset: 0, limit }, CALL);

  it.each<[string, Canned]>([
    ['wrapped', json({ status: 'success', activeActivations: [row] })],
    ['plain', json([row])],
    ['a page', json({ status: 'success', data: [row] })],
    [
      'a page beside a database result',
      json({ status: 'success', data: [row], activeActivations: { affected_rows: 1, num_rows: 1, row, rows: [row] } }),
    ],
    ['a database result alone', json({ status: 'success', data: [], activeActivations: { num_rows: 1, rows: [row] } })],
  ])('in the form "%s"', async (_name, reply) => {
    const page = await listed(reply);
    expect(page.more).toBe(false);
    expect(page.orders).toMatchObject([
      { providerOrderId: '7', service: 'telegram', country: 'ID', price: 500_000n, currency: 'USD', condition: 'waiting' },
    ]);
  });

  it.each<[string, Canned]>([
    ['NO_ACTIVATIONS', { body: 'NO_ACTIVATIONS' }],
    ['NO_ACTIVATIONS in JSON', json({ status: 'error', error: 'NO_ACTIVATIONS' })],
    ['an empty list', json([])],
    ['an empty page', json({ status: 'success', data: [], activeActivations: { affected_rows: 0, num_rows: 0, row: [], rows: [] } })],
  ])('empty: %s', async (_name, reply) => {
    expect(await listed(reply)).toEqual({ orders: [], more: false });
  });

  it('has more only where it is paged and full', async () => {
    const rows = Array.from({ length: 3 }, (_, index) => ({ ...row, activationId: index + 1 }));
    expect((await listed(json({ data: rows }), 3)).more).toBe(true);
    expect((await listed(json({ data: rows }), 4)).more).toBe(false);
    expect((await listed(json(rows), 3)).more).toBe(false);
    expect((await listed(json({ activeActivations: rows }), 3)).more).toBe(false);
    // A server that ignores paging shows everything.
    const all = await listed(json({ data: rows }), 2);
    expect(all.more).toBe(false);
    expect(all.orders.map((order) => order.providerOrderId)).toEqual(['3', '2', '1']);
  });

  it.each<[string, Canned]>([
    ['a row without an id', json([row, { ...row, activationId: null }])],
    ['a row that is no object', json([row, 'x'])],
    ['another shape', json({ orders: [row] })],
    ['a cut body', { body: JSON.stringify([row]).slice(0, 40) }],
    ['HTML', { body: '<html></html>' }],
    ['nothing', { body: '' }],
  ])('is void as a whole with %s', async (_name, reply) => {
    await expect(listed(reply)).rejects.toMatchObject({ code: 'unreadable' });
  });

  it.each<[string, object, object[]]>([
    [
      'a list of codes and one text',
      { smsCode: ['111222', '333444'], smsText: 'Your code is 333-444' },
      [
        { code: '111222', text: null },
        { code: '333444', text: 'Your code is 333-444' },
      ],
    ],
    ['a code as a number', { smsCode: 4455, smsText: null }, [{ code: '4455', text: null }]],
    ['a text alone', { smsCode: null, smsText: 'Your code is 4455' }, [{ code: '4455', text: 'Your code is 4455' }]],
    ['an empty code', { smsCode: [''], smsText: ['Your code is 4455'] }, [{ code: '4455' }]],
    ['a text that no code fits', { smsCode: '9999', smsText: 'Hello there' }, [{ code: '9999', text: 'Hello there' }]],
    ['texts without codes', { smsCode: [], smsText: ['Hello there'] }, [{ code: null, text: 'Hello there' }]],
    [
      'pairs',
      { smsCode: ['1111', '2222'], smsText: ['code 1111', 'code 2222'] },
      [
        { code: '1111', text: 'code 1111' },
        { code: '2222', text: 'code 2222' },
      ],
    ],
    ['the same text as `sms`', { sms: 'Your code is 4455' }, [{ code: '4455', text: 'Your code is 4455' }]],
    ['nothing', { smsCode: null, smsText: false }, []],
  ])('pairs codes and texts: %s', async (_name, fields, sms) => {
    const { orders } = await listed(json([{ ...row, ...fields }]));
    expect(orders[0]!.sms).toHaveLength(sms.length);
    expect(orders[0]!.sms).toMatchObject(sms);
    expect(orders[0]!.condition).toBe(sms.length > 0 ? 'has_sms' : 'waiting');
  });

  it('takes no status number for an SMS, and unknown names for unknown', async () => {
    const { orders } = await listed(json([{ activationId: 1, activationStatus: '2', serviceCode: 'zzzz', countryCode: '9999' }]));
    expect(orders[0]).toMatchObject({ condition: 'waiting', service: null, country: null, phoneNumber: null, price: null, currency: null });
  });

  it('reads the end by the Date header', async () => {
    const { orders } = await listed(json([{ ...row, activationEndTime: new Date(DATE + 600_000).toISOString() }]));
    expect(orders[0]!.remainingMs).toBe(600_000);
  });
});

describe('handler_api: cancel, finish, another SMS', () => {
  const hero = (title: string, info: object = {}, status = 409): Canned => json({ title, details: '', info }, status);
  it.each<[string, Canned, object]>([
    ['ACCESS_CANCEL', { body: 'ACCESS_CANCEL' }, { kind: 'accepted' }],
    ['204', { status: 204 }, { kind: 'accepted' }],
    ['success', json({ status: 'success' }), { kind: 'accepted' }],
    ['EARLY_CANCEL_DENIED', { body: 'EARLY_CANCEL_DENIED' }, { kind: 'too_early', retryAfterMs: 120_000 }],
    [
      'EARLY_CANCEL_DENIED with its window',
      hero('EARLY_CANCEL_DENIED', { minActivationTime: 60 }),
      { kind: 'too_early', retryAfterMs: 60_000 },
    ],
    ['OTP_RECEIVED', hero('OTP_RECEIVED', { data: ['1234'] }), { kind: 'has_sms' }],
    ['NEW_OTP_RECEIVED', hero('NEW_OTP_RECEIVED'), { kind: 'has_sms' }],
    ['FREE_CANCELLATION_EXPIRED', hero('FREE_CANCELLATION_EXPIRED'), { kind: 'not_active' }],
    ['ACTIVATION_NOT_ACTIVE', hero('ACTIVATION_NOT_ACTIVE'), { kind: 'not_active' }],
    ['NO_ACTIVATION', { body: 'NO_ACTIVATION' }, { kind: 'not_active' }],
  ])('cancel: %s', async (_name, reply, expected) => {
    expect(await handler(byAction({ setStatus: reply })).cancel('1', CALL)).toMatchObject(expected);
  });

  it('waits out what is left of the window by our first sight', async () => {
    const provider = handler(byAction({ setStatus: hero('EARLY_CANCEL_DENIED', { minActivationTime: 120 }) }));
    expect(await provider.cancel('1', { ...CALL, orderFirstSeenAt: NOW - 100_000 })).toMatchObject({ retryAfterMs: 20_000 });
    expect(await provider.cancel('1', { ...CALL, orderFirstSeenAt: NOW - 500_000 })).toMatchObject({ retryAfterMs: 1_000 });
    expect(await provider.cancel('1', { ...CALL, orderFirstSeenAt: NOW + 500_000 })).toMatchObject({ retryAfterMs: 120_000 });
  });

  it('tells what BAD_STATUS means by reading the order', async () => {
    const bad = { body: 'BAD_STATUS' };
    expect(await handler(byAction({ setStatus: bad, getStatus: { body: 'STATUS_OK:1234' } })).cancel('1', CALL)).toMatchObject({
      kind: 'has_sms',
    });
    expect(await handler(byAction({ setStatus: bad, getStatus: { body: 'STATUS_CANCEL' } })).cancel('1', CALL)).toMatchObject({
      kind: 'not_active',
    });
    expect(await handler(byAction({ setStatus: bad, getStatus: { body: 'STATUS_WAIT_CODE' } })).finish('1', CALL)).toMatchObject({
      kind: 'no_sms',
    });
    expect(await handler(byAction({ setStatus: bad, getStatus: { body: 'STATUS_CANCEL' } })).finish('1', CALL)).toMatchObject({
      kind: 'not_active',
    });
    expect(await handler(byAction({ setStatus: bad })).requestAnotherSms('1', CALL)).toMatchObject({ kind: 'refused' });
  });

  it.each<[string, Canned]>([
    ['another token', { body: 'ACCESS_READY' }],
    ['something new', { body: 'SOMETHING_NEW' }],
    ['an order that never was', hero('NOT_FOUND', {}, 404)],
    ['a page', { body: '<html></html>' }],
  ])('throws for %s', async (_name, reply) => {
    const provider = handler(byAction({ setStatus: reply }));
    for (const attempt of [provider.cancel('1', CALL), provider.finish('1', CALL), provider.requestAnotherSms('1', CALL)]) {
      await expect(attempt).rejects.toBeInstanceOf(ProviderError);
    }
  });

  it('cancels by −1 where told to', async () => {
    const http = cannedHttp([{ body: 'ACCESS_CANCEL' }]);
    await handler(http, { cancelStatus: -1 }).cancel('1', CALL);
    expect(new URL(http.asked[0]!.url).searchParams.get('status')).toBe('-1');
  });
});

describe('handler_api: prices, balance, operators, hooks', () => {
  it('knows names, stock that is not there, and prices as text', async () => {
    const http = cannedHttp([
      json({
        6: {
          tg: { cost: '0.2500', count: '44', physicalCount: 3 },
          wa: { cost: 0.1, count: 56_964, physicalCount: 0 },
          zzz: { cost: 1, count: 1 },
        },
        12: { tg: { cost: 0.01, count: 5 } },
        9999: { tg: { cost: 1, count: 1 } },
        16: { go: { cost: 'free', count: 1 } },
      }),
    ]);
    expect(await handler(http).prices(CALL)).toEqual([
      { service: 'telegram', country: 'ID', operator: null, price: 250_000n, stock: 44, rate: null },
      { service: 'whatsapp', country: 'ID', operator: null, price: 100_000n, stock: 0, rate: null },
    ]);
  });

  it.each<[string, Canned]>([
    ['all rows strange', json({ 6: { tg: { price: 1 } } })],
    ['no matrix', json({ a: 1 })],
    ['a list', json([1])],
    ['text', { body: 'hello' }],
  ])('prices that cannot be read: %s', async (_name, reply) => {
    await expect(handler(cannedHttp([reply])).prices(CALL)).rejects.toBeInstanceOf(ProviderError);
  });

  it('finds no price where the provider does not have it', async () => {
    for (const reply of [json([]), json({}), json({ status: 'false', msg: 'service is incorrect' }), json({ error: 'Bad country' })]) {
      expect(await handler(cannedHttp([reply])).price('telegram', 'ID', CALL)).toBeNull();
    }
  });

  it('reads balances', async () => {
    expect(await handler(cannedHttp([{ body: 'ACCESS_BALANCE:12.5085' }])).balance(CALL)).toMatchObject({
      amount: 12_508_500n,
      currency: null,
    });
    expect(await handler(cannedHttp([{ body: 'ACCESS_BALANCE:-0.5' }])).balance(CALL)).toMatchObject({ amount: -500_000n });
    expect(await handler(cannedHttp([json({ balance: '4.6820', currency: 840 })])).balance(CALL)).toMatchObject({
      amount: 4_682_000n,
      currency: 'USD',
    });
    await expect(handler(cannedHttp([json({ balance: '4.6820', currency: 643 })])).balance(CALL)).rejects.toMatchObject({
      code: 'rejected',
    });
    await expect(handler(cannedHttp([{ body: 'ACCESS_BALANCE:a lot' }])).balance(CALL)).rejects.toMatchObject({ code: 'unreadable' });
    // Cashback is in no figure: it is not asked for.
    const http = cannedHttp([{ body: 'ACCESS_BALANCE:1' }]);
    await handler(http).balance(CALL);
    expect(new URL(http.asked[0]!.url).searchParams.get('action')).toBe('getBalance');
  });

  it('reads operators', async () => {
    expect(
      await handler(cannedHttp([json({ status: 'success', countryOperators: { 6: ['any', 'axis'] } })])).operators('ID', CALL),
    ).toEqual(['axis']);
    for (const reply of [{ body: 'OPERATORS_NOT_FOUND' }, { body: 'BAD_ACTION' }, json({ status: 'success', countryOperators: [] })]) {
      expect(await handler(cannedHttp([reply])).operators('ID', CALL)).toEqual([]);
    }
  });

  it('reads hooks as hints', () => {
    const provider = handler(cannedHttp([{}]));
    expect(
      provider.readHook({
        activationId: 5,
        service: 'go',
        text: 'Your code is 4455',
        code: '4455',
        country: 6,
        receivedAt: '2026-11-21 12:00:00',
      }),
    ).toEqual({
      providerOrderId: '5',
      code: '4455',
      text: 'Your code is 4455',
      rawTime: '2026-11-21 12:00:00',
    });
    expect(provider.readHook({ activationId: '5', id: 9, text: 'Your code is 4455', code: null })).toMatchObject({
      providerOrderId: '5',
      code: '4455',
    });
    expect(provider.readHook({ activationId: 5, text: null, code: null })).toEqual({
      providerOrderId: '5',
      code: null,
      text: null,
      rawTime: null,
    });
    for (const other of [null, 'x', [], {}, { rentId: 5, sms: {} }, { activationId: '../x' }]) expect(provider.readHook(other)).toBeNull();
  });
});

describe('5SIM: readings', () => {
  const order = {
    id: 1,
    phone: '+6281234567890',
    operator: 'virtual4',
    product: 'telegram',
    price: 0.5,
    status: 'RECEIVED',
    expires: '2026-11-21T12:20:00Z',
    sms: null,
    country: 'indonesia',
  };
  const sms = { created_at: '2026-11-21T12:01:00.5Z', date: '2026-11-21T12:01:00Z', sender: 'Telegram', text: 'Code 12345', code: '12345' };
  it.each<[string, object, object]>([
    ['RECEIVED is a number, not a code', {}, { condition: 'waiting', settlement: 'unknown', remainingMs: 1_200_000 }],
    ['PENDING', { status: 'PENDING', sms: [] }, { condition: 'waiting' }],
    ['without sms at all', { sms: undefined }, { condition: 'waiting' }],
    [
      'an SMS',
      { sms: [sms] },
      { condition: 'has_sms', sms: [{ code: '12345', text: 'Code 12345', sender: 'Telegram', rawTime: '2026-11-21T12:01:00Z' }] },
    ],
    ['an SMS with an empty code', { sms: [{ ...sms, code: '' }] }, { condition: 'has_sms', sms: [{ code: '12345' }] }],
    ['an SMS without spaces', { sms: [{ text: 'YourTelegramcode:12345.Donotshare', code: '' }] }, { sms: [{ code: '12345' }] }],
    ['several SMS', { sms: [sms, { ...sms, code: '22222' }] }, { sms: [{ code: '12345' }, { code: '22222' }] }],
    ['an unknown status word', { status: 'STATUS_OK' }, { condition: 'waiting', rawStatus: 'STATUS_OK' }],
    ['CANCELED', { status: 'CANCELED' }, { condition: 'ended', settlement: 'refunded', remainingMs: 0 }],
    ['TIMEOUT', { status: 'TIMEOUT' }, { condition: 'ended', settlement: 'refunded' }],
    ['BANNED', { status: 'BANNED' }, { condition: 'ended', settlement: 'refunded' }],
    ['CANCELED with an SMS', { status: 'CANCELED', sms: [sms] }, { condition: 'ended', settlement: 'unknown' }],
    ['FINISHED with an SMS', { status: 'FINISHED', sms: [sms] }, { condition: 'ended', settlement: 'sold' }],
    ['FINISHED without', { status: 'FINISHED' }, { condition: 'ended', settlement: 'unknown' }],
    ['past its end and not said to be', { expires: '2026-11-21T11:00:00Z' }, { condition: 'waiting', remainingMs: 0 }],
  ])('%s', async (_name, fields, expected) => {
    const reading = await fiveSim(cannedHttp([json({ ...order, ...fields })])).readOrder('1', CALL);
    expect(reading).toMatchObject({ service: 'telegram', country: 'ID', price: 500_000n, phoneNumber: '+6281234567890', ...expected });
  });

  it('gives all orders of a page, ended ones too, and does not believe Total', async () => {
    const rows = [order, { ...order, id: 2, status: 'CANCELED' }];
    const page = await fiveSim(cannedHttp([json({ Data: rows, ProductNames: [], Statuses: [], Total: 999_999 })])).openOrders(
      { offset: 0, limit: 3 },
      CALL,
    );
    expect(page.more).toBe(false);
    expect(page.orders.map((one) => one.condition)).toEqual(['waiting', 'ended']);
    const full = await fiveSim(cannedHttp([json({ Data: rows, Total: 0 })])).openOrders({ offset: 4, limit: 2 }, CALL);
    expect(full.more).toBe(true);
    await expect(fiveSim(cannedHttp([json({ Data: [order, {}] })])).openOrders({ offset: 0, limit: 3 }, CALL)).rejects.toMatchObject({
      code: 'unreadable',
    });
    expect(await fiveSim(cannedHttp([json({ Data: null })])).openOrders({ offset: 0, limit: 3 }, CALL)).toEqual({
      orders: [],
      more: false,
    });
  });

  it.each<[string, Canned, object]>([
    ['an order that is cancelled', json({ ...order, status: 'CANCELED' }), { kind: 'accepted' }],
    ['an order that shows an SMS', json({ ...order, sms: [sms] }), { kind: 'has_sms' }],
    ['an order that had run out', json({ ...order, status: 'TIMEOUT' }), { kind: 'not_active' }],
    ['order has sms', { status: 400, body: 'order has sms' }, { kind: 'has_sms' }],
    ['order expired', { status: 400, body: 'order expired' }, { kind: 'not_active' }],
    ['you need to wait time', { status: 400, body: 'you need to wait time' }, { kind: 'too_early', retryAfterMs: 15_000 }],
  ])('cancel: %s', async (_name, reply, expected) => {
    expect(await fiveSim(cannedHttp([reply])).cancel('1', CALL)).toMatchObject(expected);
  });

  it('waits as long again as the order is old, where the window is not known', async () => {
    const provider = fiveSim(cannedHttp([{ status: 400, body: 'you need to wait time' }]));
    expect(await provider.cancel('1', { ...CALL, orderFirstSeenAt: NOW - 20_000 })).toMatchObject({ retryAfterMs: 20_000 });
    expect(await provider.cancel('1', { ...CALL, orderFirstSeenAt: NOW })).toMatchObject({ retryAfterMs: 5_000 });
    expect(await provider.cancel('1', { ...CALL, orderFirstSeenAt: 0 })).toMatchObject({ retryAfterMs: 60_000 });
  });

  it.each<[string, Canned, string]>([
    ['check of an unknown order', { status: 404, body: 'order not found' }, 'unknown_order'],
    ['cancel of an unknown order', { status: 400, body: 'order not found' }, 'unknown_order'],
    ['hosting order', { status: 400, body: 'hosting order' }, 'rejected'],
    ['401', { status: 401 }, 'bad_key'],
    ['429', { status: 429, body: 'api limit is 100 requests per second' }, 'rate_limited'],
    ['internal error', { status: 500, body: 'internal error' }, 'server_error'],
    ['a page', { status: 200, body: '<html></html>' }, 'unreadable'],
    ['a cut order', { body: JSON.stringify(order).slice(0, 30) }, 'unreadable'],
    ['an order without a status', json({ id: 1 }), 'unreadable'],
    ['no route', { status: 302, body: '<a href="/404.html">Found</a>.' }, 'unsupported'],
  ])('throws for %s', async (_name, reply, code) => {
    await expect(fiveSim(cannedHttp([reply])).readOrder('1', CALL)).rejects.toMatchObject({ code });
    await expect(fiveSim(cannedHttp([reply])).finish('1', CALL)).rejects.toBeInstanceOf(ProviderError);
  });

  it('reads both nestings of prices, and rates as shares', async () => {
    const offer = { virtual4: { cost: 0.5, count: 3, rate: 91.5 }, virtual9: { cost: '0.4', count: 0 } };
    const rows = [
      { service: 'telegram', country: 'ID', operator: 'virtual4', price: 500_000n, stock: 3, rate: 0.915 },
      { service: 'telegram', country: 'ID', operator: 'virtual9', price: 400_000n, stock: 0, rate: null },
    ];
    expect(
      await fiveSim(cannedHttp([json({ indonesia: { telegram: offer, unknownproduct: offer }, atlantis: { telegram: offer } })])).prices(
        CALL,
      ),
    ).toEqual(rows);
    expect(await fiveSim(cannedHttp([json({ telegram: { indonesia: offer } })])).countries('telegram', CALL)).toEqual(['ID']);
    expect(await fiveSim(cannedHttp([json({ indonesia: { telegram: offer } })])).price('telegram', 'ID', CALL)).toEqual(rows[0]);
    expect(await fiveSim(cannedHttp([{ status: 400, body: 'product is incorrect' }])).price('telegram', 'ID', CALL)).toBeNull();
  });

  it('reads payments newest first as they come', async () => {
    const body = {
      Data: [
        { ID: 9, TypeName: 'charge', ProviderName: 'x', Amount: 10, Balance: 20, CreatedAt: 'x' },
        { ID: '8', TypeName: 'buy', Amount: -0.5 },
        { ID: 7, TypeName: 'gift', Amount: 1 },
      ],
    };
    expect(await fiveSim(cannedHttp([json(body)])).payments({ offset: 0, limit: 10 }, CALL)).toEqual([
      { id: '9', kind: 'top_up', amount: 10_000_000n },
      { id: '8', kind: 'purchase', amount: -500_000n },
      { id: '7', kind: 'other', amount: 1_000_000n },
    ]);
  });

  it('puts nothing but digits into a path', async () => {
    const http = cannedHttp([{ status: 400, body: 'order not found' }]);
    await expect(fiveSim(http).cancel('1/../../buy', CALL)).rejects.toMatchObject({ code: 'unknown_order' });
    expect(http.asked[0]!.url).toBe('https://provider.example/v1/user/cancel/0');
  });
});
