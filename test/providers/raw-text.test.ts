import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepableText } from '../../src/providers/raw-text.js';

describe('what is kept of a reply', () => {
  it.each([
    ['NO_NUMBERS', 'NO_NUMBERS'],
    ['WRONG_MAX_PRICE:0.3512', 'WRONG_MAX_PRICE:0.3512'],
    ["BANNED:'2026-11-21 12-30-00'", "BANNED:'2026-11-21 12-30-00'"],
    ['ACCESS_NUMBER:635468024:6281234567890', 'ACCESS_NUMBER:635468024:#############'],
    ['STATUS_OK:12345', 'STATUS_OK:…'],
    ['STATUS_WAIT_RETRY:AB-12', 'STATUS_WAIT_RETRY:…'],
    ['FULL_SMS:Dear Ann, the word is swordfish', 'FULL_SMS:…'],
    ['{"activationId":635468024,"phoneNumber":"6281234567890"}', '{"activationId":635468024,"phoneNumber":"#############"}'],
    ['{"id":12345,"phone":"+6281234567890","price":0.1234}', '{"id":12345,"phone":"+#############","price":0.1234}'],
    ['{"smsCode":["AB12"],"smsText":"Dear Ann, \\"x\\" AB12"}', '{"smsCode":"…","smsText":"…"}'],
    ['{"text":"Dear Ann, your co', '{"text":"…"'],
    ['{"data":["4455","99"]}', '{"data":["####","99"]}'],
    ['GET /x?api_key=k-e-y-1&a=b', 'GET /x?api_key=[secret]&a=b'],
    ['the key k-e-y-1 is wrong', 'the key [secret] is wrong'],
  ])('of %s', (text, kept) => {
    expect(keepableText(text, ['k-e-y-1'])).toBe(kept);
  });

  it('is bounded, and holds no number as long as a phone number but ids', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3_000 }), fc.integer({ min: 1_000_000, max: 999_999_999 }), (text, number) => {
        const kept = keepableText(`${text} ${number} ${text}`, []);
        expect(kept.length).toBeLessThanOrEqual(500);
        expect(kept).not.toContain(` ${number} `);
      }),
    );
  });
});
