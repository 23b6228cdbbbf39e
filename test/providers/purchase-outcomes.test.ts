import { describe, expect, it } from 'vitest';
import { parseMoney } from '../../src/domain/money.js';
import { HttpError } from '../../src/http/http-error.js';
import type { RequestGate } from '../../src/providers/gate.js';
import type { Canned, CannedHttp } from './replies.js';
import { cannedHttp, DATE, fiveSim, handler } from './replies.js';

const WISH = { service: 'telegram', country: 'ID', maxPrice: parseMoney('0.50') } as const;
const CALL = { priority: 'purchase', timeoutMs: 2_000 } as const;
const NGINX_503 = '<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head></html>';
const CLOUDFLARE = (code: number): string =>
  `<html><body><h1>Access denied</h1><p>Error code: <b>${code}</b> error code: ${code}</p></body></html>`;
const hero = (title: string, info?: object, status = 400): Canned => ({
  status,
  body: JSON.stringify({ title, details: 'x', ...(info === undefined ? {} : { info }) }),
});

describe('handler_api: a purchase is', () => {
  it.each<[string, Canned, object]>([
    ['NO_NUMBERS as text', { body: 'NO_NUMBERS' }, { reason: 'no_numbers' }],
    ['NO_NUMBERS with white space and a BOM', { body: '\uFEFF NO_NUMBERS\n' }, { reason: 'no_numbers' }],
    ['NO_NUMBERS as a JSON string', { body: '"NO_NUMBERS"' }, { reason: 'no_numbers' }],
    ['NO_NUMBERS in an envelope at 200', hero('NO_NUMBERS', undefined, 200), { reason: 'no_numbers' }],
    ['NO_NUMBERS as a status error', { body: '{"status":"error","error":"NO_NUMBERS"}' }, { reason: 'no_numbers' }],
    ['WRONG_MAX_PRICE as text', { body: 'WRONG_MAX_PRICE:0.35' }, { reason: 'price_too_low', minPrice: 350_000n }],
    ['WRONG_MAX_PRICE as text with 400', { status: 400, body: 'WRONG_MAX_PRICE:0.35' }, { reason: 'price_too_low', minPrice: 350_000n }],
    ['WRONG_MAX_PRICE with info.min', hero('WRONG_MAX_PRICE', { min: 0.068 }), { reason: 'price_too_low', minPrice: 68_000n }],
    ['WRONG_MAX_PRICE with a text', hero('WRONG_MAX_PRICE', { min: '0.068' }), { reason: 'price_too_low', minPrice: 68_000n }],
    ['WRONG_MAX_PRICE without a number', hero('WRONG_MAX_PRICE', { min: null }), { reason: 'price_too_low' }],
    ['MAX_PRICE_EXCEEDED', { body: 'MAX_PRICE_EXCEEDED' }, { reason: 'price_too_low' }],
    ['NO_BALANCE as text', { body: 'NO_BALANCE' }, { reason: 'no_balance' }],
    ['NO_BALANCE with 402', hero('NO_BALANCE', undefined, 402), { reason: 'no_balance' }],
    ['BAD_SERVICE', { body: 'BAD_SERVICE' }, { reason: 'unsupported' }],
    ['WRONG_SERVICE', { body: 'WRONG_SERVICE' }, { reason: 'unsupported' }],
    ['Bad service', { body: '{"error":"Bad service"}' }, { reason: 'unsupported' }],
    ['a validation token', { body: 'UNPROCESSABLE_ENTITY:service:INVALID' }, { reason: 'unsupported' }],
    [
      'a validation envelope',
      hero('UNPROCESSABLE_ENTITY', { field: 'service', code: 'INVALID', message: '' }, 422),
      { reason: 'unsupported' },
    ],
    [
      "Tiger's 422 with the token in details",
      { status: 422, body: '{"title":"UNPROCESSABLE_ENTITY","details":"BAD_SERVICE"}' },
      { reason: 'unsupported' },
    ],
    ['CHANNELS_LIMIT', hero('CHANNELS_LIMIT', { current_threads: 10, max_allowed: 10 }, 403), { reason: 'channels_limit' }],
    ['TOO_MANY_ACTIVE_RENTALS', { body: 'TOO_MANY_ACTIVE_RENTALS' }, { reason: 'channels_limit' }],
    ['SERVICE_NOT_AVAILABLE', hero('SERVICE_NOT_AVAILABLE', undefined, 403), { reason: 'unavailable' }],
    ['prohibited for sale', { body: 'This service is prohibited for sale' }, { reason: 'unavailable' }],
    [
      'a ban of this pair only',
      hero('BANNED', { scope: 'specific', retry_after_seconds: 1_800 }, 403),
      { reason: 'unavailable', retryAfterMs: 1_800_000 },
    ],
    [
      '429 with Retry-After',
      { status: 429, body: 'Too Many Requests', headers: { 'retry-after': '7' } },
      { reason: 'rate_limited', retryAfterMs: 7_000 },
    ],
    ['RATE_LIMIT', hero('RATE_LIMIT', undefined, 429), { reason: 'rate_limited' }],
    ['RATE_LIMITED as text', { status: 429, body: 'RATE_LIMITED' }, { reason: 'rate_limited' }],
    ['503 without a body', { status: 503, body: '' }, { reason: 'rate_limited' }],
    ["nginx's 503", { status: 503, body: NGINX_503 }, { reason: 'turned_away' }],
    ['Cloudflare 1010', { status: 403, body: CLOUDFLARE(1_010) }, { reason: 'turned_away' }],
    ['Cloudflare 1020', { status: 403, body: CLOUDFLARE(1_020) }, { reason: 'rate_limited', retryAfterMs: 10_000 }],
    ['Cloudflare that could not connect', { status: 521, body: '<html>521</html>' }, { reason: 'turned_away' }],
  ])('refused: %s', async (_name, reply, expected) => {
    const http = cannedHttp([reply]);
    const outcome = await handler(http).purchase(WISH, CALL);
    expect(outcome).toMatchObject({ kind: 'refused', ...expected });
    // A refusal is an answer: nothing is asked a second time under another action.
    expect(http.actions()).toEqual(['getNumberV2']);
  });

  it.each<[string, Canned, object]>([
    ['BAD_KEY as text', { body: 'BAD_KEY' }, { reason: 'bad_key' }],
    ['BAD_KEY with 401', { status: 401, body: 'BAD_KEY' }, { reason: 'bad_key' }],
    ['BAD_KEY in an envelope', hero('BAD_KEY', undefined, 401), { reason: 'bad_key' }],
    ['NO_KEY', { body: 'NO_KEY' }, { reason: 'bad_key' }],
    ["SMSBower's No access", { status: 401, body: '{"status":0,"message":"No access","data":[]}' }, { reason: 'bad_key' }],
    ['a missing key as validation', hero('UNPROCESSABLE_ENTITY', { field: 'api_key', code: 'REQUIRED' }, 422), { reason: 'bad_key' }],
    ['401 with anything', { status: 401, body: '<html></html>' }, { reason: 'bad_key' }],
    ['ACCOUNT_INACTIVE', hero('ACCOUNT_INACTIVE', undefined, 403), { reason: 'account_inactive' }],
    ['BANNED with a moment', { body: "BANNED:'2026-11-21 12-30-00'" }, { reason: 'banned', retryAfterMs: 1_800_000 }],
    ['BANNED with one-digit month', { body: "BANNED:'2026-11-21 12-05-00'" }, { reason: 'banned', retryAfterMs: 300_000 }],
    ['BANNED with info', hero('BANNED', { scope: 'global', retry_after_seconds: 600 }, 403), { reason: 'banned', retryAfterMs: 600_000 }],
    [
      'BANNED with banned_until',
      hero('BANNED', { scope: 'global', banned_until: '2026-11-21T12:10:00Z' }, 403),
      { reason: 'banned', retryAfterMs: 600_000 },
    ],
    ['BANNED without a moment', { body: 'BANNED' }, { reason: 'banned' }],
  ])('fatal: %s', async (_name, reply, expected) => {
    expect(await handler(cannedHttp([reply])).purchase(WISH, CALL)).toMatchObject({ kind: 'fatal', ...expected });
  });

  it.each<[string, Canned]>([
    ['ORDER_ALREADY_EXISTS', { body: 'ORDER_ALREADY_EXISTS' }],
    ['ERROR_SQL', { body: 'ERROR_SQL' }],
    ['SERVER_ERROR', hero('SERVER_ERROR', undefined, 500)],
    ['an unknown token', { body: 'SOMETHING_NEW' }],
    ['an unknown envelope', hero('SOMETHING_NEW')],
    ['502', { status: 502, body: '<html>502 Bad Gateway</html>' }],
    ['502 that words a refusal', { status: 502, body: 'NO_NUMBERS' }],
    ['504', { status: 504, body: '' }],
    ["Envoy's 503, which comes after a broken reply", { status: 503, body: 'upstream connect error or disconnect/reset before headers' }],
    ['524, a reply that took too long', { status: 524, body: '<html></html>' }],
    ['an empty 200', { body: '' }],
    ['HTML', { body: '<html>maintenance</html>' }],
    ['JSON that is cut', { body: '{"activationId":"635468024","phoneNumber":"6281' }],
    ['ACCESS_NUMBER without a number', { body: 'ACCESS_NUMBER:635468024' }],
    ['ACCESS_NUMBER that is cut', { body: 'ACCESS_NUMBER:635468024:628' }],
    ['ACCESS_NUMBER with another id', { body: 'ACCESS_NUMBER::6281234567890' }],
    ['V2 without a number', { body: '{"activationId":635468024}' }],
    ['V2 with an unreadable number', { body: '{"activationId":635468024,"phoneNumber":"soon"}' }],
    ['a number with a status that means none', { status: 400, body: 'ACCESS_NUMBER:635468024:6281234567890' }],
    ['a list', { body: '[]' }],
    ['a status that belongs elsewhere', { body: 'STATUS_OK:12345' }],
    ['an unknown page with 403', { status: 403, body: '<html>forbidden</html>' }],
  ])('ambiguous: %s', async (_name, reply) => {
    const http = cannedHttp([reply]);
    expect((await handler(http).purchase(WISH, CALL)).kind).toBe('ambiguous');
    expect(http.asked).toHaveLength(1);
  });

  it('ambiguous after sending, refused when it was not sent', async () => {
    for (const reason of ['reset', 'timeout', 'truncated', 'too_large', 'aborted', 'protocol'] as const) {
      const http = cannedHttp([new HttpError('no_reply', reason, 'x')]);
      expect(await handler(http).purchase(WISH, CALL)).toMatchObject({ kind: 'ambiguous', reason });
      expect(http.asked).toHaveLength(1);
    }
    expect(await handler(cannedHttp([new HttpError('not_sent', 'connect', 'x')])).purchase(WISH, CALL)).toMatchObject({
      kind: 'refused',
      reason: 'not_sent',
    });
    expect(await handler(cannedHttp([new HttpError('not_sent', 'timeout', 'x')])).purchase(WISH, CALL)).toMatchObject({
      kind: 'refused',
      reason: 'too_late',
    });
  });

  it('bought: ACCESS_NUMBER', async () => {
    const http = cannedHttp([{ body: 'BAD_ACTION' }, { body: 'ACCESS_NUMBER:635468024:6281234567890' }]);
    expect(await handler(http).purchase(WISH, CALL)).toEqual({
      kind: 'bought',
      order: {
        providerOrderId: '635468024',
        phoneNumber: '+6281234567890',
        price: null,
        currency: null,
        operator: null,
        lifetimeMs: null,
        cancelAllowedInMs: 120_000,
        canGetAnotherSms: null,
        rawStatus: 'ACCESS_NUMBER',
      },
    });
  });

  it('bought: ACCESS_NUMBER with its price in a header', async () => {
    const http = cannedHttp([{ body: 'BAD_ACTION' }, { body: 'ACCESS_NUMBER:1:6281234567890', headers: { 'x-price': '0.13' } }]);
    expect(await handler(http).purchase(WISH, CALL)).toMatchObject({ kind: 'bought', order: { price: 130_000n } });
  });

  it('bought: getNumberV2 of SMS-Activate', async () => {
    const body = JSON.stringify({
      activationId: 635468024,
      phoneNumber: '6281234567890',
      activationCost: 12.5,
      currency: 840,
      countryCode: '6',
      canGetAnotherSms: '1',
      activationTime: '2026-11-21 15:00:00',
      activationOperator: 'telkomsel',
    });
    expect(await handler(cannedHttp([{ body }])).purchase(WISH, CALL)).toMatchObject({
      kind: 'bought',
      order: {
        providerOrderId: '635468024',
        price: 12_500_000n,
        currency: 'USD',
        operator: 'telkomsel',
        lifetimeMs: null,
        canGetAnotherSms: true,
      },
    });
  });

  it('bought: getNumberV2 of HeroSMS, its end by the Date header and not by our clock', async () => {
    const body = JSON.stringify({
      activationId: '635468024',
      phoneNumber: 6281234567890,
      activationCost: '0.0675',
      currency: '840',
      canGetAnotherSms: false,
      activationTime: '2026-11-21T12:00:00+00:00',
      activationEndTime: '2026-11-21T15:45:00.123456789+03:00',
      status: 4,
    });
    expect(await handler(cannedHttp([{ body }])).purchase(WISH, CALL)).toMatchObject({
      kind: 'bought',
      order: {
        phoneNumber: '+6281234567890',
        price: 67_500n,
        lifetimeMs: Date.UTC(2026, 10, 21, 12, 45, 0, 123) - DATE,
        canGetAnotherSms: false,
      },
    });
  });

  it('bought: the end without a zone counts from the beginning without a zone', async () => {
    const body = JSON.stringify({
      activationId: 1,
      phoneNumber: '6281234567890',
      activationTime: '2026-11-21 15:00:00',
      activationEndTime: '2026-11-21 15:20:00',
    });
    expect(await handler(cannedHttp([{ body }])).purchase(WISH, CALL)).toMatchObject({ kind: 'bought', order: { lifetimeMs: 1_200_000 } });
  });

  it('fatal with the order that was bought all the same: another currency', async () => {
    const body = JSON.stringify({ activationId: 1, phoneNumber: '6281234567890', activationCost: 9, currency: 643 });
    expect(await handler(cannedHttp([{ body }])).purchase(WISH, CALL)).toMatchObject({
      kind: 'fatal',
      reason: 'wrong_currency',
      order: { providerOrderId: '1', currency: 'RUB', price: 9_000_000n },
    });
  });

  it('asked by getNumber only where getNumberV2 does not exist, and that is remembered', async () => {
    const http = cannedHttp((request) =>
      request.url.includes('getNumberV2')
        ? { status: 404, body: '{"title":"BAD_ACTION","details":"Method Not Found"}' }
        : { body: 'NO_NUMBERS' },
    );
    const provider = handler(http);
    await provider.purchase(WISH, CALL);
    await provider.purchase(WISH, CALL);
    expect(http.actions()).toEqual(['getNumberV2', 'getNumber', 'getNumber']);
  });

  it('asked with code, country, ceiling and operator', async () => {
    const http = cannedHttp([{ body: 'NO_NUMBERS' }]);
    await handler(http).purchase({ ...WISH, country: 'US', operator: 'tmobile', maxPrice: 64_501n }, CALL);
    const { searchParams } = new URL(http.asked[0]!.url);
    expect(Object.fromEntries(searchParams)).toEqual({
      api_key: 'KEY-KEY-KEY-KEY',
      action: 'getNumberV2',
      service: 'tg',
      country: '187',
      operator: 'tmobile',
      maxPrice: '0.064501',
    });
  });
});

describe('5SIM: a purchase is', () => {
  const order = (more: object = {}): string =>
    JSON.stringify({
      id: 1_006_310_001,
      phone: '+6281234567890',
      operator: 'virtual4',
      product: 'telegram',
      price: 0.0123,
      status: 'RECEIVED',
      expires: '2026-11-21T12:20:00.809469028Z',
      sms: null,
      created_at: '2026-11-21T12:00:00Z',
      country: 'indonesia',
      ...more,
    });

  it.each<[string, Canned, string]>([
    ['no free phones with 200', { body: 'no free phones' }, 'no_numbers'],
    ['no free phones with 400', { status: 400, body: 'no free phones' }, 'no_numbers'],
    ['no free phones as a JSON string', { body: '"no free phones"' }, 'no_numbers'],
    ['not enough product qty', { status: 400, body: 'not enough product qty' }, 'no_numbers'],
    ['not enough user balance', { status: 400, body: 'not enough user balance' }, 'no_balance'],
    ['not enough rating', { status: 400, body: 'not enough rating' }, 'unavailable'],
    ['server offline', { status: 400, body: 'server offline' }, 'unavailable'],
    ['no product', { status: 400, body: 'no product' }, 'unsupported'],
    ['bad country', { status: 400, body: 'bad country' }, 'unsupported'],
    ['bad operator', { status: 400, body: 'bad operator' }, 'unsupported'],
    ['no route', { status: 302, body: '<a href="/404.html">Found</a>.', headers: { location: '/404.html' } }, 'unsupported'],
    ['429', { status: 429, body: 'api limit is 100 requests per second' }, 'rate_limited'],
    ['503', { status: 503, body: 'ip address limit is 100 requests per second' }, 'rate_limited'],
    ['503 of an edge', { status: 503, body: NGINX_503 }, 'turned_away'],
  ])('refused: %s', async (_name, reply, reason) => {
    expect(await fiveSim(cannedHttp([reply])).purchase(WISH, CALL)).toMatchObject({ kind: 'refused', reason });
  });

  it('fatal: 401 without a body', async () => {
    expect(await fiveSim(cannedHttp([{ status: 401 }])).purchase(WISH, CALL)).toMatchObject({ kind: 'fatal', reason: 'bad_key' });
  });

  it.each<[string, Canned]>([
    ['internal error', { status: 500, body: 'internal error' }],
    ['502', { status: 502, body: '<html>502</html>' }],
    ['504', { status: 504, body: '<html>504</html>' }],
    ['an unknown text', { status: 400, body: 'something new' }],
    ['a refusal with a status that it never has', { status: 418, body: 'no free phones' }],
    ['an empty 200', { body: '' }],
    ['an order that is cut', { body: order().slice(0, 60) }],
    ['an order without an id', { body: order({ id: undefined }) }],
    ['an order without a number', { body: order({ phone: '' }) }],
    ['an order with 400', { status: 400, body: order() }],
    ['a redirect to somewhere else', { status: 302, body: '', headers: { location: 'https://elsewhere.example/' } }],
  ])('ambiguous: %s', async (_name, reply) => {
    expect((await fiveSim(cannedHttp([reply])).purchase(WISH, CALL)).kind).toBe('ambiguous');
  });

  it('bought: an order, whatever its status word', async () => {
    for (const status of ['RECEIVED', 'PENDING', 'SOMETHING_NEW']) {
      expect(await fiveSim(cannedHttp([{ body: order({ status }) }])).purchase(WISH, CALL)).toEqual({
        kind: 'bought',
        order: {
          providerOrderId: '1006310001',
          phoneNumber: '+6281234567890',
          price: 12_300n,
          currency: null,
          operator: 'virtual4',
          lifetimeMs: 1_200_809,
          cancelAllowedInMs: null,
          canGetAnotherSms: true,
          rawStatus: status,
        },
      });
    }
  });

  it('asked with a path of known words only', async () => {
    const http = cannedHttp([{ body: 'no free phones' }]);
    await fiveSim(http).purchase({ ...WISH, country: 'GB' }, CALL);
    expect(http.asked[0]!.url).toBe('https://provider.example/v1/user/buy/activation/england/any/telegram?maxPrice=0.50');
    expect(http.asked[0]!.headers).toMatchObject({ authorization: 'Bearer KEY-KEY-KEY-KEY' });
    expect(await fiveSim(http).purchase({ ...WISH, operator: '../../cancel/1' }, CALL)).toMatchObject({
      kind: 'refused',
      reason: 'unsupported',
    });
    expect(http.asked).toHaveLength(1);
  });
});

describe.each([
  ['handler_api', (http: CannedHttp, gate: RequestGate) => handler(http, { gate })],
  ['5SIM', (http: CannedHttp, gate: RequestGate) => fiveSim(http, gate)],
] as const)('%s: the gate before a purchase', (_name, create) => {
  it('that refuses means not sent', async () => {
    const http = cannedHttp([{ body: 'no free phones' }]);
    const refusing = async (): Promise<void> => {
      throw new Error('the circuit is open');
    };
    expect(await create(http, refusing).purchase(WISH, CALL)).toMatchObject({ kind: 'refused', reason: 'not_sent' });
    expect(http.asked).toHaveLength(0);
  });

  it('that takes too long means too late: half of the time is kept for the reply', async () => {
    const http = cannedHttp([{ body: 'no free phones' }]);
    const slow = async ({ signal }: { readonly signal?: AbortSignal }): Promise<void> =>
      new Promise((_resolve, reject) => {
        signal!.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const began = Date.now();
    expect(await create(http, slow).purchase(WISH, { priority: 'purchase', timeoutMs: 200 })).toMatchObject({
      kind: 'refused',
      reason: 'too_late',
    });
    expect(Date.now() - began).toBeLessThan(180);
    expect(http.asked).toHaveLength(0);
  });

  it('is told when the caller gives up', async () => {
    const http = cannedHttp([{ body: 'no free phones' }]);
    const giveUp = new AbortController();
    const slow = async ({ signal }: { readonly signal?: AbortSignal }): Promise<void> =>
      new Promise((_resolve, reject) => {
        signal!.addEventListener('abort', () => reject(new Error('aborted')));
        giveUp.abort();
      });
    expect(await create(http, slow).purchase(WISH, { ...CALL, signal: giveUp.signal })).toMatchObject({
      kind: 'refused',
      reason: 'not_sent',
    });
    expect(http.asked).toHaveLength(0);
  });
});
