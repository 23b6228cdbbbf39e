import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HttpError } from '../../src/http/http-error.js';
import { ProviderError } from '../../src/providers/provider-error.js';
import type { NumberProvider } from '../../src/providers/provider.js';
import { cannedHttp, fiveSim, handler } from './replies.js';
import type { Canned } from './replies.js';

const CALL = { priority: 'order', timeoutMs: 2_000 } as const;
const WISH = { service: 'telegram', country: 'ID', maxPrice: 1_000_000n } as const;

const TOKENS =
  'NO_NUMBERS ACCESS_NUMBER STATUS_OK STATUS_CANCEL STATUS_WAIT_RETRY ACCESS_BALANCE BAD_KEY BANNED WRONG_MAX_PRICE NO_ACTIVATIONS';
const PHRASES = 'no free phones|order not found|order has sms|internal error|success|error|RECEIVED|CANCELED|840|0.5|6281234567890|';
const KEYS =
  'activationId phoneNumber activationCost currency status error title details info data activeActivations rows smsCode smsText id phone price ' +
  'sms expires product country Data Total balance cost count min code text 6 tg indonesia telegram';
const words = fc.constantFrom(...TOKENS.split(' '), ...PHRASES.split('|'));
const keys = fc.constantFrom(...KEYS.split(' '));
const leaf = fc.oneof(words, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.string());
const tree = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 6 }),
  ),
})).value;
const body = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  words,
  fc.tuple(words, fc.string()).map(([word, rest]) => `${word}:${rest}`),
  tree.map((value) => JSON.stringify(value) ?? ''),
  fc.tuple(tree, fc.nat(60)).map(([value, length]) => (JSON.stringify(value) ?? '').slice(0, length)),
  fc.constant('<html><body>hello</body></html>'),
);
const reply: fc.Arbitrary<Canned | HttpError> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ status: fc.constantFrom(200, 200, 200, 204, 302, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503), body }),
  },
  { weight: 1, arbitrary: fc.constantFrom<HttpError>(new HttpError('no_reply', 'reset', 'x'), new HttpError('not_sent', 'connect', 'x')) },
);

const adapters: readonly [string, (replies: readonly (Canned | HttpError)[]) => NumberProvider][] = [
  ['handler_api', (replies) => handler(cannedHttp(replies))],
  ['fivesim', (replies) => fiveSim(cannedHttp(replies))],
];

describe.each(adapters)('%s, whatever it is answered,', (_name, create) => {
  it('throws nothing but ProviderError, whose text is bounded', async () => {
    const calls: readonly ((provider: NumberProvider) => Promise<unknown>)[] = [
      async (provider) => provider.readOrder('1', CALL),
      async (provider) => provider.openOrders({ offset: 0, limit: 10 }, CALL),
      async (provider) => provider.cancel('1', CALL),
      async (provider) => provider.finish('1', CALL),
      async (provider) => provider.requestAnotherSms('1', CALL),
      async (provider) => provider.balance(CALL),
      async (provider) => provider.prices(CALL),
      async (provider) => provider.price('telegram', 'ID', CALL),
      async (provider) => provider.countries('telegram', CALL),
      async (provider) => provider.operators('ID', CALL),
      async (provider) => provider.payments({ offset: 0, limit: 10 }, CALL),
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(reply, { minLength: 1, maxLength: 3 }), async (replies) => {
        for (const run of calls) {
          const result = await run(create(replies)).catch((error: unknown) => error);
          if (!(result instanceof Error)) continue;
          expect(result).toBeInstanceOf(ProviderError);
          expect((result as ProviderError).raw.length).toBeLessThanOrEqual(500);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never throws from a purchase, and has bought only what has an id and a number', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(reply, { minLength: 1, maxLength: 2 }), async (replies) => {
        const outcome = await create(replies).purchase(WISH, CALL);
        const order = 'order' in outcome ? outcome.order : undefined;
        expect(outcome.kind === 'bought').toBe(outcome.kind === 'bought' && order !== undefined);
        expect(order?.providerOrderId ?? '1').toMatch(/^[\w-]{1,64}$/);
        expect(order?.phoneNumber ?? '+1234567').toMatch(/^\+\d{7,15}$/);
        expect(order?.price ?? 0n).toBeGreaterThanOrEqual(0n);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes no random word for a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[A-Z][A-Z_]{3,20}$/), fc.constantFrom(200, 400, 409), async (token, status) => {
        const outcome = await create([{ status, body: `X${token}X` }]).purchase(WISH, CALL);
        expect(outcome.kind).toBe('ambiguous');
      }),
      { numRuns: 300 },
    );
  });

  it('reads orders without making up SMS', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(reply, { minLength: 1, maxLength: 3 }), async (replies) => {
        const reading = await create(replies)
          .readOrder('1', CALL)
          .catch(() => null);
        if (reading === null) return;
        for (const sms of reading.sms) expect(sms.code ?? sms.text).not.toBeNull();
        expect(reading.sms.length > 0 || reading.condition !== 'has_sms').toBe(true);
        expect(reading.condition === 'ended' || reading.settlement === 'unknown').toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('reads hooks without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(tree, fc.anything()), (value) => {
        const hook = create([{}]).readHook(value);
        expect(hook === null || hook.providerOrderId.length > 0).toBe(true);
      }),
    );
  });
});
