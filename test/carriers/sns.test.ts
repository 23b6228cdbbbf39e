import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Carrier, OutgoingMessage } from '../../src/carriers/carrier.js';
import { sns } from '../../src/carriers/sns/adapter.js';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../src/http/client.js';
import { HttpError } from '../../src/http/http-error.js';
import { API_KEY, type SimulatedCarrier, startSimulated } from './simulated-carrier.js';

const CALL = { timeoutMs: 3_000 };
const clock = { now: Date.now };
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function carrierWith(
  http: HttpClient,
  given: { baseUrl?: string; settings?: Record<string, string>; sender?: string; currency?: string } = {},
): Carrier {
  return sns.create(
    {
      id: 'sns',
      secrets: { secret_access_key: API_KEY },
      settings: { access_key_id: 'AKIAEXAMPLE', region: 'eu-west-1', ...given.settings },
      baseUrl: given.baseUrl ?? null,
      currency: given.currency ?? 'USD',
      perSecond: null,
      sender: given.sender ?? null,
    },
    { http, clock, die: () => 0.5 },
  );
}
function message(given: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    reference: randomUUID(),
    channel: 'sms',
    to: '+447700900123',
    from: null,
    text: 'Your code is 493817',
    encoding: 'gsm7',
    segments: 1,
    validitySeconds: 600,
    maxPrice: 64_500n,
    receiptUrl: null,
    ...given,
  };
}
/** An HTTP client that keeps what it was asked, and gives always one answer. */
function answering(
  answer: () => { status: number; bodyText: string },
): HttpClient & { readonly asked: HttpRequest[]; publishes(): readonly URLSearchParams[] } {
  const asked: HttpRequest[] = [];
  return {
    asked,
    publishes: () => asked.map(({ body }) => new URLSearchParams(body)).filter((form) => form.get('Action') === 'Publish'),
    request: async (request) => {
      asked.push(request);
      return { ...answer(), headers: { 'content-type': 'text/xml' }, receivedAt: 0, dateHeaderMs: null };
    },
    close: async () => undefined,
  };
}
const published = { status: 200, bodyText: '<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>' };
function failed(status: number, code: string, text = 'no', type = 'Sender'): { status: number; bodyText: string } {
  return {
    status,
    bodyText: `<ErrorResponse><Error><Type>${type}</Type><Code>${code}</Code><Message>${text}</Message></Error></ErrorResponse>`,
  };
}
/** A message's attributes by name. */
function attributesOf(form: URLSearchParams): Record<string, string> {
  const names = [...form].filter(([name]) => /^MessageAttributes\.entry\.\d+\.Name$/.test(name));
  return Object.fromEntries(names.map(([name, value]) => [value, form.get(name.replace('.Name', '.Value.StringValue')) ?? '']));
}

describe('AWS SNS', () => {
  const simulated = async (): Promise<{ simulator: SimulatedCarrier; http: HttpClient }> => {
    const simulator = await startSimulated('sns');
    const http = createHttpClient({ clock, keepAliveMs: 1_000 });
    closing.push(
      () => simulator.kill('SIGTERM'),
      () => http.close(),
    );
    return { simulator, http };
  };

  it('asks first whether a number has opted out, and sends nothing to one that has', async () => {
    const { simulator, http } = await simulated();
    const carrier = carrierWith(http, { baseUrl: simulator.url });
    expect(await carrier.send(message({ to: '+447700900000' }), CALL)).toMatchObject({ kind: 'refused', reason: 'opted_out' });
    expect(await carrier.send(message(), CALL)).toMatchObject({ kind: 'accepted' });
    expect(await simulator.books()).toMatchObject([{ to: '+447700900123' }]);
    const careless = carrierWith(http, { baseUrl: simulator.url, settings: { check_opt_out: 'off' } });
    expect(await careless.send(message({ to: '+447700900000' }), CALL)).toMatchObject({ kind: 'accepted' });
  });

  it('sends all the same where it is not told who has opted out: SNS keeps to it itself', async () => {
    let first = true;
    const http = answering(() => {
      const answer = first ? failed(429, 'Throttled') : published;
      first = false;
      return answer;
    });
    expect(await carrierWith(http).send(message(), CALL)).toMatchObject({ kind: 'accepted', messageId: 'm-1' });
  });

  it('is asked once, whatever it answers', async () => {
    for (const answer of [failed(500, 'InternalError', 'no', 'Receiver'), failed(429, 'Throttled'), failed(503, 'ServiceUnavailable')]) {
      const http = answering(() => answer);
      await carrierWith(http).send(message(), CALL);
      expect(http.publishes()).toHaveLength(1);
    }
    let asked = 0;
    const http: HttpClient = {
      request: async () => {
        asked += 1;
        throw new HttpError('no_reply', 'reset', 'gone');
      },
      close: async () => undefined,
    };
    expect(await carrierWith(http, { settings: { check_opt_out: 'off' } }).send(message(), CALL)).toMatchObject({ kind: 'ambiguous' });
    expect(asked).toBe(1);
  });

  it('is told sender, kind and ceiling', async () => {
    const http = answering(() => published);
    const carrier = carrierWith(http, { settings: { check_opt_out: 'off', entity_id: 'E1', template_id: 'T1' } });
    for (const from of [null, 'Acme-1', '+447700900000', '12345']) await carrier.send(message({ from }), CALL);
    const usual = {
      'AWS.SNS.SMS.SMSType': 'Transactional',
      'AWS.SNS.SMS.MaxPrice': '0.0645',
      'AWS.MM.SMS.EntityId': 'E1',
      'AWS.MM.SMS.TemplateId': 'T1',
    };
    expect(http.publishes().map(attributesOf)).toEqual([
      usual,
      { ...usual, 'AWS.SNS.SMS.SenderID': 'Acme-1' },
      { ...usual, 'AWS.MM.SMS.OriginationNumber': '+447700900000' },
      { ...usual, 'AWS.MM.SMS.OriginationNumber': '12345' },
    ]);
    expect(http.asked[0]!.url).toBe('https://sns.eu-west-1.amazonaws.com/');
    for (const from of ['Much too long', 'Ärger', 'a b'])
      expect(await carrier.send(message({ from }), CALL)).toMatchObject({ kind: 'refused', reason: 'bad_sender' });
    expect(http.publishes()).toHaveLength(4);
  });

  it('is told no ceiling that it would take for another one', async () => {
    const http = answering(() => published);
    const settings = { check_opt_out: 'off', sms_type: 'Promotional' };
    await carrierWith(http, { settings, currency: 'EUR' }).send(message(), CALL);
    await carrierWith(http, { settings: { ...settings, max_price: 'off' }, sender: 'Acme' }).send(message(), CALL);
    expect(http.publishes().map(attributesOf)).toEqual([
      { 'AWS.SNS.SMS.SMSType': 'Promotional' },
      { 'AWS.SNS.SMS.SMSType': 'Promotional', 'AWS.SNS.SMS.SenderID': 'Acme' },
    ]);
  });

  it.each([
    [
      failed(400, 'InvalidParameter', 'Invalid parameter: PhoneNumber Reason: +1 is not valid to publish to'),
      { kind: 'refused', reason: 'invalid_number' },
    ],
    [failed(400, 'ParameterValueInvalid', 'MaxPrice'), { kind: 'refused', reason: 'price' }],
    [failed(400, 'InvalidParameter', 'something else'), { kind: 'refused', reason: 'other', code: 'InvalidParameter' }],
    [failed(404, 'NotFound', 'PhoneNumber'), { kind: 'refused', reason: 'other', code: 'NotFound' }],
    [failed(400, 'ThrottlingException'), { kind: 'refused', reason: 'throttled' }],
    [failed(403, 'AuthorizationError'), { kind: 'fatal', reason: 'bad_credentials' }],
    [failed(400, 'RequestExpired'), { kind: 'fatal', reason: 'misconfigured' }],
    [failed(400, 'NeverHeardOf'), { kind: 'refused', reason: 'other', code: 'NeverHeardOf' }],
    // Nobody's word that nothing was published.
    [failed(500, 'InternalError', 'no', 'Receiver'), { kind: 'ambiguous' }],
    [failed(503, 'Throttled'), { kind: 'ambiguous' }],
    [failed(400, 'Throttled', 'no', 'Receiver'), { kind: 'ambiguous' }],
    [{ status: 403, bodyText: '<html><body>no</body></html>' }, { kind: 'ambiguous' }],
    [{ status: 400, bodyText: 'no' }, { kind: 'ambiguous' }],
    [{ status: 200, bodyText: '' }, { kind: 'ambiguous' }],
  ])('reads the answer %j', async (answer, wanted) => {
    const http = answering(() => answer);
    expect(await carrierWith(http, { settings: { check_opt_out: 'off' } }).send(message(), CALL)).toMatchObject(wanted);
  });

  it('keeps what it may of an error, and promises no receipts', async () => {
    const http = answering(() =>
      failed(400, 'InvalidParameter', 'Invalid parameter: PhoneNumber Reason: +447700900123 is not valid to publish to'),
    );
    const carrier = carrierWith(http);
    const { raw } = await carrier.send(message(), CALL);
    expect(raw).toContain('is not valid to publish to');
    expect(raw).not.toContain('7700900123');
    expect(carrier.capabilities).toMatchObject({ receipts: 'none', lookUp: false, perSecond: 20 });
  });
});
