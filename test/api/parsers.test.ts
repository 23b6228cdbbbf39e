import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { decodeCursor, encodeCursor, timePlace } from '../../src/api/cursor.js';
import { etagOf, namesEtag } from '../../src/api/etag.js';
import { parsePrefer } from '../../src/api/prefer.js';
import { parseJson } from '../../src/api/request-body.js';
import { activationRequest } from '../../src/api/schemas/activation.js';
import { hashRequest } from '../../src/api/start-activation.js';
import { DomainError } from '../../src/domain/errors.js';

test.each([
  [undefined, null],
  ['', null],
  ['wait=10', 10],
  ['WAIT=10', 10],
  ['wait = 10', 10],
  ['wait="10"', 10],
  ['wait=10; foo=bar', 10],
  ['respond-async, wait=10', 10],
  ['respond-async', 0],
  ['foo="a, wait=3", wait=4', 4],
  ['wait=1, wait=2', 1],
  ['wait', null],
  ['wait=', null],
  ['wait=1.5', null],
  ['wait=+1', null],
  ['waiting=3', null],
  ['handling=lenient', null],
])('Prefer %s', (header, wait) => {
  expect(parsePrefer(header)).toEqual({ wait });
});

test('any Prefer header is read without harm', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (header) => {
      const { wait } = parsePrefer(header);
      expect(wait === null || (Number.isSafeInteger(wait) && wait >= 0)).toBe(true);
    }),
  );
});

test('a wait survives whatever preferences stand around it', () => {
  const token = fc.stringMatching(/^[a-z]{1,8}$/).filter((name) => name !== 'wait');
  const other = fc.oneof(
    token,
    fc.tuple(token, fc.stringMatching(/^[ -!#-[\]-~]{0,10}$/)).map(([name, value]) => `${name}="${value}"`),
  );
  fc.assert(
    fc.property(fc.array(other), fc.nat(99_999), fc.array(other), (before, wait, after) => {
      expect(parsePrefer([...before, `wait=${wait}`, ...after].join(', '))).toEqual({ wait });
    }),
  );
});

const etagText = fc.stringMatching(/^[!#-~]{0,20}$/).map((text) => `"${text}"`);

test('If-None-Match finds its tag among others, weak or strong, and no other', () => {
  fc.assert(
    fc.property(
      fc.array(etagText, { maxLength: 5 }),
      etagText,
      fc.boolean(),
      fc.array(etagText, { maxLength: 5 }),
      (before, tag, weak, after) => {
        const header = [...before, weak ? `W/${tag}` : tag, ...after].join(', ');
        expect(namesEtag(header, tag)).toBe(true);
        expect(namesEtag(header, '"none of them \u00e9"')).toBe(false);
      },
    ),
  );
});

test('If-None-Match that is no list of tags matches nothing', () => {
  for (const header of ['abc', '"abc', 'W/abc', '"a" "b"', ', ,', '']) expect([header, namesEtag(header, '"b"')]).toEqual([header, false]);
  expect(namesEtag(undefined, '"a"')).toBe(false);
  expect(namesEtag('*', '"a"')).toBe(true);
  fc.assert(fc.property(fc.string(), (header) => void namesEtag(header, '"a"')));
});

test('equal values have equal tags, others have others', () => {
  expect(etagOf({ a: 1 })).toBe(etagOf({ a: 1 }));
  expect(etagOf({ a: 1 })).not.toBe(etagOf({ a: 2 }));
  expect(etagOf({})).toMatch(/^"[A-Za-z0-9_-]{22}"$/);
});

/** Code of the problem that `work` throws; null if it throws none. */
function codeOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof DomainError ? error.code : String(error);
  }
}

const place = z.tuple([z.string(), z.uuid()]);

test('a cursor comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 50 }), fc.uuid(), (text, id) => {
      // Lone surrogates cannot be encoded, and no place has any.
      fc.pre(!/\p{Cs}/u.test(text));
      expect(decodeCursor(encodeCursor([text, id]), place)).toEqual([text, id]);
    }),
  );
});

test('any other text is an invalid cursor, not a failure', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      expect([null, 'invalid_input']).toContain(codeOf(() => decodeCursor(text, place)));
    }),
  );
});

test.each([
  '2026-02-31T00:00:00.000000Z',
  '0000-01-01T00:00:00.000000Z',
  '2026-01-01T24:00:01.000000Z',
  '2026-01-01T00:00:00.000Z',
  'now',
  'infinity',
])('a cursor with the time %s is refused', (time) => {
  expect(timePlace.safeParse(time).success).toBe(false);
});

test('any bytes are JSON or a clear problem', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect([null, 'bad_request']).toContain(codeOf(() => parseJson(Buffer.from(bytes))));
    }),
  );
  fc.assert(
    fc.property(fc.json(), (text) => {
      fc.pre(!text.includes('__proto__') && !/\p{Cs}/u.test(text));
      expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text));
    }),
  );
});

const request = fc.record(
  {
    service: fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/),
    country: fc.stringMatching(/^[A-Za-z]{2}$/),
    operator: fc.option(fc.stringMatching(/^[a-z]{1,10}$/)),
    max_price: fc.option(
      fc.integer({ min: 1, max: 1_000_000_000 }).map((micros) => `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`),
    ),
    metadata: fc.dictionary(fc.stringMatching(/^[a-z]{1,10}$/), fc.stringMatching(/^[ -~]{0,20}$/), { maxKeys: 5 }),
  },
  { requiredKeys: ['service', 'country'] },
);

test('a request’s hash is that of its meaning, not of its spelling', () => {
  fc.assert(
    fc.property(request, (body) => {
      const parsed = activationRequest.parse(body);
      const metadata = body.metadata === undefined ? {} : { metadata: Object.fromEntries(Object.entries(body.metadata).toReversed()) };
      const otherwise = activationRequest.parse({
        ...Object.fromEntries(Object.entries(body).toReversed()),
        ...metadata,
        country: body.country.toLowerCase(),
        on_no_code: 'refund',
        ...(body.max_price === null || body.max_price === undefined
          ? {}
          : { max_price: body.max_price.replace(/0+$/, '').replace(/\.$/, '') }),
      });
      expect(hashRequest(otherwise)).toBe(hashRequest(parsed));
    }),
  );
});

test('requests of different meaning have different hashes', () => {
  const variants = [
    { service: 'telegram', country: 'ID' },
    { service: 'telegram', country: 'UA' },
    { service: 'whatsapp', country: 'ID' },
    { service: 'telegram', country: 'ID', operator: 'x' },
    { service: 'telegram', country: 'ID', max_price: '0.1' },
    { service: 'telegram', country: 'ID', metadata: { a: '1' } },
    { service: 'telegram', country: 'ID', metadata: { b: '1' } },
  ];
  expect(new Set(variants.map((body) => hashRequest(activationRequest.parse(body)))).size).toBe(variants.length);
});
