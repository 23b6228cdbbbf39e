import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractCode } from '../../src/domain/sms.js';

describe('the code of a text', () => {
  it.each([
    ['Telegram code: 12345. Do not give this code to anyone', '12345'],
    ['G-123456 is your Google verification code.', '123456'],
    ['Your WhatsApp code: 123-456. Don’t share it. You can also tap v.whatsapp.com/123456', '123456'],
    ['<#> 482 913 is your Instagram code. Don’t share it.', '482913'],
    ['12 34 56 — ваш код', '123456'],
    ['Telegramcode:12345.Donotgivethiscode', '12345'],
    ['YourDiscordsecuritycodeis:482913', '482913'],
    ['Kode OTP Anda 9917, berlaku 5 menit', '9917'],
    ['【微信】验证码 5678，10分钟内有效', '5678'],
    ['Your order 20391 was paid. Your code is 4455', '4455'],
    ['Call +6281234567890. Code 7788', '7788'],
    ['Your code is 120034\n\n@example.com #120034', '120034'],
    ['[TikTok] 4821 is your verification code, valid for 5 minutes.', '4821'],
    ['PIN: 0042', '0042'],
    ['98765432', '98765432'],
    ['Code 2024', '2024'],
    ['Your code is 123456.Valid for 10 minutes', '123456'],
  ])('"%s" is %s', (text, code) => {
    expect(extractCode(text)).toBe(code);
  });

  it.each([
    [''],
    ['Welcome aboard!'],
    ['Balance 12.50 USD'],
    ['Call us at +6281234567890'],
    ['Happy 2024'],
    ['Call 44556677 or 99887766'],
    ['Paid $1234 today'],
    ['123'],
    ['1234567890123'],
    ['On 21/11/2026 at 12:30'],
  ])('"%s" has none', (text) => {
    expect(extractCode(text)).toBeNull();
  });

  it('is four to eight digits that stand in the text in that order, or nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'0123456789 -:.code'.split('')) })),
        (text) => {
          const code = extractCode(text);
          if (code === null) return;
          expect(code).toMatch(/^\d{4,8}$/);
          expect(text.replaceAll(/\D/g, '')).toContain(code);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is found in every wording of a code that is alone', () => {
    const codes = fc.integer({ min: 100_000, max: 999_999 }).map(String);
    const wordings = fc.constantFrom<(code: string) => string>(
      (code) => `Your code is ${code}`,
      (code) => `${code} is your code`,
      (code) => `code:${code}`,
      (code) => `G-${code} is your Google verification code.`,
      (code) => `Yourcode${code}.`,
      (code) => `Ваш код: ${code.slice(0, 3)}-${code.slice(3)}`,
      (code) => `OTP ${code.slice(0, 3)} ${code.slice(3)} expires soon`,
    );
    fc.assert(
      fc.property(codes, wordings, (code, wording) => {
        expect(extractCode(wording(code))).toBe(code);
      }),
    );
  });
});
