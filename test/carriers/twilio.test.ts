import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import twilioWebhooks from 'twilio/lib/webhooks/webhooks.js';
import type { Carrier, HookRequest, OutgoingMessage } from '../../src/carriers/carrier.js';
import { twilio } from '../../src/carriers/twilio/adapter.js';
import { isSignedByTwilio } from '../../src/carriers/twilio/signature.js';
import { spokenText, twimlOf } from '../../src/carriers/twilio/spoken.js';
import { createHttpClient } from '../../src/http/client.js';
import { API_KEY, type HookListener, listenForHooks, RECEIPT_SECRET, type SimulatedCarrier, startSimulated } from './simulated-carrier.js';

const CALL = { timeoutMs: 3_000 };
const TO = '+447700900123';
const clock = { now: Date.now };

describe('a Twilio account', () => {
  const http = createHttpClient({ clock, keepAliveMs: 1_000 });
  let simulator: SimulatedCarrier;
  let hooks: HookListener;
  const carrierWith = (settings: Record<string, string> = {}): Carrier =>
    twilio.create(
      {
        id: 'twilio',
        secrets: { auth_token: RECEIPT_SECRET, api_key_secret: API_KEY },
        settings: {
          account_sid: `AC${'a'.repeat(32)}`,
          api_key_sid: `SK${'b'.repeat(32)}`,
          whatsapp_from: '+14155550100',
          voice_from: '+14155550101',
          ...settings,
        },
        baseUrl: simulator.url,
        currency: 'USD',
        perSecond: null,
        sender: null,
      },
      { http, clock, die: () => 0.5 },
    );
  const message = (given: Partial<OutgoingMessage>): OutgoingMessage => ({
    reference: randomUUID(),
    channel: 'sms',
    to: TO,
    from: null,
    text: 'Your code is 493817, valid for 10 minutes',
    encoding: 'gsm7',
    segments: 1,
    validitySeconds: 600,
    maxPrice: null,
    receiptUrl: hooks.url,
    ...given,
  });

  beforeAll(async () => {
    simulator = await startSimulated('twilio', '--settings', '{"receiptDelayMinMs":10,"receiptDelayMaxMs":20,"delivered":1}');
    hooks = await listenForHooks();
  });
  afterEach(async () => {
    hooks.requests.length = 0;
    await simulator.control('POST', '/reset');
  });
  afterAll(async () => {
    await simulator.kill('SIGTERM');
    await hooks.close();
    await http.close();
  });

  it('sends WhatsApp messages from its own number, and as they are where it has no template', async () => {
    const carrier = carrierWith();
    expect(carrier.capabilities.channels).toEqual(['sms', 'whatsapp', 'voice']);
    expect(await carrier.send(message({ channel: 'whatsapp' }), CALL)).toMatchObject({ kind: 'accepted' });
    expect((await simulator.books()).at(-1)).toMatchObject({
      to: `whatsapp:${TO}`,
      from: 'whatsapp:+14155550100',
      text: 'Your code is 493817, valid for 10 minutes',
    });
    expect(await carrier.send(message({ channel: 'whatsapp', from: 'Acme' }), CALL)).toMatchObject({
      kind: 'refused',
      reason: 'bad_sender',
    });
  });

  it('puts the code into its WhatsApp template, and refuses what holds none or several', async () => {
    const carrier = carrierWith({ whatsapp_content_sid: `HX${'d'.repeat(32)}`, whatsapp_code_variable: 'code' });
    expect(await carrier.send(message({ channel: 'whatsapp' }), CALL)).toMatchObject({ kind: 'accepted' });
    expect((await simulator.books()).at(-1)?.text).toBe(`HX${'d'.repeat(32)} {"code":"493817"}`);
    const before = (await simulator.books()).length;
    for (const text of ['Hello', 'Codes 493817 and 112233', 'Your code is 12345678901'])
      expect(await carrier.send(message({ channel: 'whatsapp', text }), CALL)).toMatchObject({ kind: 'refused', reason: 'content' });
    expect(await simulator.books()).toHaveLength(before);
  });

  it('reads codes out digit by digit, and says whether somebody answered', async () => {
    const carrier = carrierWith({ voice_language: 'en-GB' });
    const sent = message({ channel: 'voice', text: 'Your code is 493817 <&> "now"' });
    const outcome = await carrier.send(sent, CALL);
    expect((await simulator.books()).at(-1)?.text).toBe(
      '<Response><Pause length="1"></Pause><Say loop="2" language="en-GB">Your code is 4, 9, 3, 8, 1, 7 &lt;&amp;&gt; &quot;now&quot;</Say></Response>',
    );
    if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
    expect(outcome.messageId).toMatch(/^CA[0-9a-f]{32}$/);
    const posted = (): HookRequest | undefined => hooks.requests.find(({ url }) => url.includes(sent.reference));
    await expect.poll(posted).toBeDefined();
    expect(await carrier.readHook(posted()!)).toMatchObject({
      kind: 'receipts',
      receipts: [{ messageId: outcome.messageId, reference: sent.reference, status: 'delivered', rawStatus: 'completed' }],
    });
    await simulator.trap('undelivered');
    const unanswered = await carrier.send(message({ channel: 'voice' }), CALL);
    await expect
      .poll(async () => carrier.receiptOf(unanswered.kind === 'accepted' ? unanswered.messageId : '', CALL))
      .toMatchObject({ status: 'undelivered', rawStatus: 'no-answer' });
    expect(await carrier.send(message({ channel: 'voice', text: 'x'.repeat(4_000) }), CALL)).toMatchObject({ reason: 'content' });
  });

  it('offers no channel that it has no sender for', async () => {
    const { secrets } = { secrets: { auth_token: RECEIPT_SECRET } };
    const bare = twilio.create(
      {
        id: 'bare',
        secrets,
        settings: { account_sid: `AC${'a'.repeat(32)}` },
        baseUrl: simulator.url,
        currency: 'USD',
        perSecond: 3,
        sender: null,
      },
      { http, clock, die: () => 0.5 },
    );
    expect(bare.capabilities).toMatchObject({ channels: ['sms'], perSecond: 3 });
    for (const channel of ['whatsapp', 'voice'] as const)
      expect(await bare.send(message({ channel }), CALL)).toMatchObject({ kind: 'refused', reason: 'unsupported' });
    expect(await bare.send(message({}), CALL)).toMatchObject({ kind: 'refused', reason: 'bad_sender' });
  });

  it('says what a message has cost once that is known', async () => {
    const carrier = carrierWith({ messaging_service_sid: `MG${'c'.repeat(32)}` });
    const outcome = await carrier.send(message({}), CALL);
    if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
    await expect
      .poll(async () => carrier.receiptOf(outcome.messageId, CALL))
      .toMatchObject({ status: 'delivered', price: 10_000n, currency: 'USD' });
  });

  it('keeps a validity within what Twilio takes, and waits as long as it is told when it is throttled', async () => {
    const seen: URLSearchParams[] = [];
    const carrier = twilio.create(
      {
        id: 'twilio',
        secrets: { auth_token: 'token' },
        settings: { account_sid: `AC${'a'.repeat(32)}` },
        baseUrl: null,
        currency: 'USD',
        perSecond: null,
        sender: 'Acme',
      },
      {
        clock,
        die: () => 0.5,
        http: {
          request: async ({ body, url }) => {
            expect(url).toBe(`https://api.twilio.com/2010-04-01/Accounts/AC${'a'.repeat(32)}/Messages.json`);
            seen.push(new URLSearchParams(body));
            const bodyText = '{"code":20429,"message":"Too Many Requests","status":429}';
            return { status: 429, headers: { 'retry-after': '7' }, bodyText, receivedAt: 0, dateHeaderMs: null };
          },
          close: async () => undefined,
        },
      },
    );
    for (const validitySeconds of [172_800, 0.2])
      expect(await carrier.send(message({ validitySeconds }), CALL)).toMatchObject({
        reason: 'throttled',
        code: '20429',
        retryAfterMs: 7_000,
      });
    expect(seen.map((form) => form.get('ValidityPeriod'))).toEqual(['36000', '1']);
  });

  it.each([
    [400, '{"code":21408,"status":400}', { kind: 'refused', reason: 'unreachable', code: '21408' }],
    [400, '{"code":21614,"status":400}', { kind: 'refused', reason: 'invalid_number' }],
    [400, '{"code":29999,"status":400}', { kind: 'refused', reason: 'other', code: '29999' }],
    [400, '{"code":21609,"status":400}', { kind: 'fatal', reason: 'misconfigured' }],
    // Not Twilio's own word: a page of an edge, or a document about another status.
    [400, '<html></html>', { kind: 'ambiguous' }],
    [404, '{"code":21211,"status":400}', { kind: 'ambiguous' }],
    [500, '{"code":20500,"status":500}', { kind: 'ambiguous' }],
    [201, '{"sid":"hello"}', { kind: 'ambiguous' }],
  ])('reads the answer %s %s', async (status, bodyText, wanted) => {
    const reply = { status, headers: {}, bodyText, receivedAt: 0, dateHeaderMs: null };
    const carrier = twilio.create(
      {
        id: 'twilio',
        secrets: { auth_token: 'token' },
        settings: { account_sid: `AC${'a'.repeat(32)}` },
        baseUrl: null,
        currency: 'USD',
        perSecond: null,
        sender: 'Acme',
      },
      { clock, die: () => 0.5, http: { request: async () => reply, close: async () => undefined } },
    );
    expect(await carrier.send(message({}), CALL)).toMatchObject(wanted);
  });

  it.each([
    ['failed', '30007', 'rejected'],
    ['undelivered', '30003', 'undelivered'],
    ['failed', '30036', 'expired'],
    ['failed', '63016', 'rejected'],
    ['sent', '', 'in_transit'],
    ['read', '', 'delivered'],
    ['constructor', '', 'in_transit'],
  ])('takes the status %s with error %s for %s', async (word, code, status) => {
    const body = new URLSearchParams({ MessageSid: 'SM1', MessageStatus: word, ErrorCode: code });
    expect(await carrierWith().readHook(hook('https://acme.example/hooks/1', body))).toMatchObject({
      receipts: [{ status, rawStatus: word, errorCode: code === '' ? null : code, reference: null }],
    });
  });

  it('answers an incoming message well, and reads no receipt from it', async () => {
    const body = new URLSearchParams({ MessageSid: 'SM1', SmsStatus: 'received', Body: 'STOP', From: TO });
    expect(await carrierWith().readHook(hook('https://acme.example/hooks/1', body))).toMatchObject({
      kind: 'nothing',
      reply: { status: 200, contentType: 'text/xml' },
    });
  });
});

function hook(url: string, body: URLSearchParams): HookRequest {
  const signature = twilioWebhooks.getExpectedTwilioSignature(RECEIPT_SECRET, url, Object.fromEntries(body));
  return { method: 'POST', url, headers: { 'x-twilio-signature': signature }, body: Buffer.from(body.toString()), now: 0 };
}

describe('the signature of Twilio', () => {
  const form = fc.array(fc.tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' })), { maxLength: 8 });
  const address = fc.tuple(
    fc.constantFrom('http:', 'https:'),
    fc.constantFrom('', ':80', ':443', ':8443'),
    fc.constantFrom('', '?reference=1f', '?a=%20b&c=d'),
  );

  it('is judged as Twilio’s own library judges it', () => {
    fc.assert(
      fc.property(form, address, address, fc.boolean(), (pairs, [scheme, port, query], [otherScheme, otherPort, otherQuery], forged) => {
        const fields = new URLSearchParams(pairs.map(([name, value]) => [name, value] as [string, string]));
        const params = Object.fromEntries([...fields.keys()].map((name) => [name, fields.getAll(name)]));
        const url = `${scheme}//acme.example${port}/hooks/one${query}`;
        const signed = forged ? `${otherScheme}//acme.example${otherPort}/hooks/one${otherQuery}` : url;
        const signature = twilioWebhooks.getExpectedTwilioSignature('token', signed, params);
        expect(isSignedByTwilio('token', signature, url, fields)).toBe(twilioWebhooks.validateRequest('token', signature, url, params));
      }),
      { numRuns: 2_000 },
    );
  });

  it('stands for nothing without a token, over another form, or of another length', () => {
    const fields = new URLSearchParams({ MessageStatus: 'delivered' });
    const url = 'https://acme.example/hooks';
    const signature = twilioWebhooks.getExpectedTwilioSignature('token', url, { MessageStatus: 'delivered' });
    expect(isSignedByTwilio('token', signature, url, fields)).toBe(true);
    expect(isSignedByTwilio('token', signature, url, new URLSearchParams({ MessageStatus: 'failed' }))).toBe(false);
    expect(isSignedByTwilio('token', '', url, fields)).toBe(false);
    expect(isSignedByTwilio('', twilioWebhooks.getExpectedTwilioSignature('', url, { MessageStatus: 'delivered' }), url, fields)).toBe(
      false,
    );
  });
});

it('a spoken text is always a document, whatever it is made of', () => {
  expect(spokenText('12 or 123\u0000\ud800')).toBe('12 or 1, 2, 3  ');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const twiml = twimlOf(text, {});
      // oxlint-disable-next-line eslint/no-control-regex -- these are what must not be there
      expect(twiml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
      expect(twiml?.match(/</g)).toHaveLength(6);
    }),
  );
});
