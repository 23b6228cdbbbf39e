import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publicText } from '../../src/domain/public-text.js';
import { createPayloadCodec, PayloadDecryptionError } from '../../src/temporal/payload-codec.js';

const key = (id: string) => ({ id, key: randomBytes(32) });
const first = key('k1');
const codec = createPayloadCodec([first]);
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const one = async (work: Promise<Payload[]>): Promise<Payload> => (await work)[0]!;
const valueOf = (payload: Payload): unknown => defaultPayloadConverter.fromPayload(payload);
const text = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('utf8');

describe('the payload codec', () => {
  it('gives back what it encrypted, whatever it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.dictionary(fc.string(), fc.uint8Array()), async (value, metadata) => {
        const original: Payload = { ...payloadOf(value), metadata: { ...metadata, encoding: Buffer.from('json/plain') } };
        const encrypted = await one(codec.encode([original]));
        const decrypted = await one(codec.decode([encrypted]));
        // JSON knows no negative zero.
        expect(valueOf(decrypted)).toEqual(JSON.parse(JSON.stringify(value)));
        for (const [name, bytes] of Object.entries(original.metadata!)) {
          expect(Buffer.from(decrypted.metadata![name]!).equals(Buffer.from(bytes))).toBe(true);
        }
      }),
    );
  });

  it('takes the payload of nothing, which the SDK may hand over without a buffer', async () => {
    for (const data of [undefined, null, new Uint8Array(), [] as unknown as Uint8Array]) {
      const nothing = { metadata: { encoding: Buffer.from('binary/null') }, data } as Payload;
      expect(valueOf(await one(codec.decode([await one(codec.encode([nothing]))])))).toBeUndefined();
    }
  });

  it('shows nothing of the payload, not even which kind it is', async () => {
    const encrypted = await one(codec.encode([payloadOf({ phone: '+6281234567890', code: '445566' })]));
    expect(Object.keys(encrypted.metadata!).toSorted()).toEqual(['encoding', 'encryption-key-id']);
    expect(text(encrypted.metadata!['encoding'])).toBe('binary/encrypted');
    expect(text(encrypted.data)).not.toMatch(/6281234567890|445566|phone|json/);
  });

  it('never uses a nonce twice', async () => {
    const many = await codec.encode(Array.from({ length: 500 }, () => payloadOf('same')));
    expect(new Set(many.map(({ data }) => Buffer.from(data!).subarray(0, 12).toString('hex'))).size).toBe(500);
  });

  it('refuses a payload of which any bit was changed', async () => {
    const encrypted = await one(codec.encode([payloadOf({ price: '0.15' })]));
    const data = Buffer.from(encrypted.data!);
    await fc.assert(
      fc.asyncProperty(fc.nat(data.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const altered = Buffer.from(data);
        altered[at] = altered[at]! ^ mask;
        await expect(codec.decode([{ ...encrypted, data: altered }])).rejects.toThrow(PayloadDecryptionError);
      }),
    );
    for (const length of [0, 5, 12, 27, data.length - 1]) {
      await expect(codec.decode([{ ...encrypted, data: data.subarray(0, length) }])).rejects.toThrow(/was altered/);
    }
  });

  it('reads what older keys wrote, and writes with the first', async () => {
    const second = key('k2');
    const old = await one(codec.encode([payloadOf('written before')]));
    const rotated = createPayloadCodec([second, first]);
    expect(valueOf(await one(rotated.decode([old])))).toBe('written before');
    const fresh = await one(rotated.encode([payloadOf('written after')]));
    expect(text(fresh.metadata!['encryption-key-id'])).toBe('k2');
    await expect(codec.decode([fresh])).rejects.toThrow('encrypted with the key "k2", which WATCHWORD_ENCRYPTION_KEYS does not hold');
  });

  it('says so when a key id holds other bytes', async () => {
    const encrypted = await one(codec.encode([payloadOf(1)]));
    await expect(createPayloadCodec([key('k1')]).decode([encrypted])).rejects.toThrow('holds other bytes under this id');
  });

  it('does not let one key id pass for another', async () => {
    const twins = createPayloadCodec([first, { id: 'twin', key: first.key }]);
    const encrypted = await one(twins.encode([payloadOf(1)]));
    const renamed = { ...encrypted, metadata: { ...encrypted.metadata, 'encryption-key-id': Buffer.from('twin') } };
    await expect(twins.decode([renamed])).rejects.toThrow(PayloadDecryptionError);
  });

  it('reads payloads that are not encrypted as they are', async () => {
    const plain = payloadOf({ from: 'an older worker' });
    expect(await codec.decode([plain])).toEqual([plain]);
  });

  it('lets marked text through in clear, without the mark', async () => {
    const summary = await one(codec.encode([payloadOf(publicText('buy at herosms'))]));
    expect(valueOf(summary)).toBe('buy at herosms');
    const details = await one(codec.encode([payloadOf({ definition: { type: 'activation' }, currentDetails: publicText('**waiting**') })]));
    expect(valueOf(details)).toEqual({ definition: { type: 'activation' }, currentDetails: '**waiting**' });
  });

  it.each([
    ['the mark inside a text', `phone ${publicText('x')}`],
    ['the mark in a field', { summary: publicText('x') }],
    ['the mark in a field of the name, without the record around it', { currentDetails: publicText('x') }],
    ['the mark in a list', [publicText('x')]],
    ['unmarked details', { definition: {}, currentDetails: 'x' }],
  ])('encrypts %s', async (_what, value) => {
    const payload = await one(codec.encode([payloadOf(value)]));
    expect(text(payload.metadata!['encoding'])).toBe('binary/encrypted');
    expect(valueOf(await one(codec.decode([payload])))).toEqual(value);
  });

  it('refuses to be without a key or with a short one', () => {
    expect(() => createPayloadCodec([])).toThrow(RangeError);
    expect(() => createPayloadCodec([{ id: 'short', key: randomBytes(16) }])).toThrow('encryption key "short" has 16 bytes instead of 32');
  });
});
