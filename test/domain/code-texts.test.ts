import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../src/domain/code-autofill.js';
import { CODE_LANGUAGES } from '../../src/domain/code-languages.js';
import { CODE_MARK, putCode, type CodeTextWanted } from '../../src/domain/code-template.js';
import { BUILT_IN_CODE_TEXTS, type CodeTemplate, createCodeTexts, drawVariant, renderCodeText } from '../../src/domain/code-texts.js';
import { brandProblem, templateTextProblem } from '../../src/domain/code-variables.js';
import type { DomainError } from '../../src/domain/errors.js';
import { CHANNELS } from '../../src/domain/message.js';
import { segmentsOf } from '../../src/send/segments.js';

const WANTED: CodeTextWanted = {
  channel: 'sms',
  purpose: 'signup',
  locale: null,
  brand: 'Acme',
  minutes: 10,
  webOtpDomain: null,
  appHash: null,
  draw: 0,
};
const render = (wanted: Partial<CodeTextWanted>, texts = BUILT_IN_CODE_TEXTS) => renderCodeText(texts, { ...WANTED, ...wanted });
const sent = (wanted: Partial<CodeTextWanted>, texts = BUILT_IN_CODE_TEXTS) => putCode(render(wanted, texts).text, '123456');
const HASH = 'FA+9qCX9VSu';

/** Whose natural words have letters that the GSM alphabet lacks, or whose script it lacks. */
const UCS2 = 'pt pt-PT cs sk hu tr el bg ru uk ar he hi vi th zh-Hans zh-Hant ja ko'.split(' ');

describe.each(Object.keys(CODE_LANGUAGES))('the built-in texts in %s', (locale) => {
  it.each(['signup', 'login'])('fit into one segment to %s, in the GSM alphabet where the language allows', (purpose) => {
    const gsm7 = !UCS2.includes(locale);
    const text = sent({ locale, purpose, brand: gsm7 ? 'Twelve Chars' : 'Ten Chars.' });
    expect(segmentsOf(text)).toMatchObject({ encoding: gsm7 ? 'gsm7' : 'ucs2', segments: 1 });
  });

  it('say the code early, once, with its brand and its minutes', () => {
    for (const purpose of ['signup', 'login']) {
      const text = sent({ locale, purpose });
      expect(text.split('123456')).toHaveLength(2);
      expect(text.indexOf('123456')).toBeLessThan(25);
      expect(text).toContain('Acme');
      expect(text).toContain('10');
    }
  });

  it('say the code twice in a call', () => {
    const text = sent({ locale, channel: 'voice' });
    expect(text.split('123456')).toHaveLength(3);
    expect(text).toContain('Acme');
  });

  it('keep to the rules of templates, and are found under their own tag', () => {
    const { code, login, voice } = CODE_LANGUAGES[locale]!;
    expect([templateTextProblem(code, 'sms'), templateTextProblem(login, 'sms'), templateTextProblem(voice, 'voice')]).toEqual([
      null,
      null,
      null,
    ]);
    for (const channel of CHANNELS) expect(render({ locale, channel }).locale).toBe(locale);
  });
});

describe('the language of a text', () => {
  it.each([
    ['pt-BR', 'pt'],
    ['pt_BR', 'pt'],
    ['pt-PT', 'pt-PT'],
    ['pt-AO', 'pt'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['zh-Hant-SG', 'zh-Hant'],
    ['in', 'id'],
    ['iw-IL', 'he'],
    ['no', 'nb'],
    ['nn-NO', 'nb'],
    ['EN-us', 'en'],
    ['de-CH-1996-u-co-phonebk', 'de'],
    ['sr-Latn', 'en'],
    ['xx', 'en'],
    ['not a tag', 'en'],
    ['', 'en'],
    ['hi-Latn', 'en'],
  ])('asked for as %j is %s', (locale, expected) => {
    expect(render({ locale }).locale).toBe(expected);
  });

  it('is the default one where nobody says which', () => {
    expect(render({ locale: null }, createCodeTexts([], 'de-AT')).locale).toBe('de');
    expect(() => createCodeTexts([], 'cy')).toThrow('sms has no text in it');
    expect(() => createCodeTexts([], '?')).toThrow('cannot be the default language');
  });

  it('of a purpose to sign in has its own words', () => {
    expect(sent({ purpose: 'login' })).toBe('123456 is your code to sign in to Acme. It expires in 10 min. Do not share it with anyone.');
    expect(render({ purpose: 'sign_in' }).template).toBe('built-in-login');
    expect(render({ purpose: 'login', channel: 'voice' }).template).toBe('built-in');
  });
});

describe('templates of operators', () => {
  const template = (id: string, given: Partial<CodeTemplate> = {}): CodeTemplate => ({
    id,
    channel: 'sms',
    purpose: null,
    locales: { en: [{ id: 'a', weight: 1, text: `${id} {{code}}` }] },
    ...given,
  });

  it('come before the built-in ones, that of the purpose first', () => {
    const texts = createCodeTexts([template('any'), template('ours', { purpose: 'login' })]);
    expect(render({ purpose: 'login' }, texts).template).toBe('ours');
    expect(render({ purpose: 'signup' }, texts).template).toBe('any');
    expect(render({ channel: 'whatsapp' }, texts).template).toBe('built-in');
  });

  it('do not come before a text in the language that was asked for', () => {
    expect(render({ locale: 'fr' }, createCodeTexts([template('any')])).template).toBe('built-in');
  });

  it('of another region are read by who has none of the own', () => {
    const variants = [{ id: 'a', weight: 1, text: '{{code}}' }];
    const texts = createCodeTexts([template('any', { locales: { 'es-MX': variants, 'es-AR': variants } })]);
    expect(render({ locale: 'es-AR' }, texts).locale).toBe('es-AR');
    expect(render({ locale: 'es-CL' }, texts).locale).toBe('es-MX');
    expect(render({ locale: 'es' }, texts).locale).toBe('es-MX');
    const general = createCodeTexts([template('any', { locales: { 'es-MX': variants, es: variants } })]);
    expect(render({ locale: 'es-CL' }, general).locale).toBe('es');
  });

  it('are refused where a language is none', () => {
    expect(() => createCodeTexts([template('any', { locales: { 'e n': [] } })])).toThrow('The template "any" names "e n"');
  });

  it('are drawn by their weights', () => {
    const variants = [
      { id: 'off', weight: 0, text: '' },
      { id: 'a', weight: 1, text: '' },
      { id: 'b', weight: 3, text: '' },
    ];
    expect(drawVariant(variants.toReversed(), 1).id).toBe('a');
    expect([0, 0.249, 0.25, 0.999, 1].map((draw) => drawVariant(variants, draw).id)).toEqual(['a', 'a', 'b', 'b', 'b']);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 6 }), (weights) => {
        fc.pre(weights.some((weight) => weight > 0));
        const all = weights.map((weight, index) => ({ id: String(index), weight, text: '' }));
        const sum = weights.reduce((total, weight) => total + weight, 0);
        const drawn = Array.from({ length: sum * 8 }, (_, at) => drawVariant(all, (at + 0.5) / (sum * 8)).id);
        for (const { id, weight } of all) expect(drawn.filter((one) => one === id)).toHaveLength(weight * 8);
      }),
    );
  });

  it('never take what is put in for a variable', () => {
    expect(renderCodeText(createCodeTexts([template('$& $1 any')]), WANTED).text).toBe(`$& $1 any ${CODE_MARK}`);
    expect(putCode(`a ${CODE_MARK}`, '$&')).toBe('a $&');
  });
});

describe('what is put into a text', () => {
  it.each([
    ['a line break', 'Acme\n@evil.example #1234'],
    ['a carriage return', 'Acme\rX'],
    ['the mark of a code', `Acme ${CODE_MARK}`],
    ['another private character', 'Acme \uF8FF'],
    ['a variable', '{{code}}'],
    ['a brace', 'Acme}'],
    ['a change of direction', 'Acme \u202Eemca'],
    ['an isolate', 'Acme \u2067x'],
    ['a direction mark', 'Acme\u200F'],
    ['an invisible space', 'Ac\u200Bme'],
    ['a line separator', 'Acme\u2028X'],
    ['broken Unicode', 'Acme \uD800'],
    ['a sign of WebOTP', 'Acme @x #1'],
    ['a link', 'https://acme.example'],
    ['a link without a scheme', 'www.acme'],
    ['a host', 'acme.com'],
    ['a host in full-width letters', 'ａｃｍｅ.ｃｏｍ'],
    ['a code', 'Acme 999999'],
    ['a code in other figures', 'Acme ٩٩٩٩'],
    ['nothing', ''],
    ['spaces only', '  '],
    ['too much', 'A'.repeat(41)],
  ])('is no brand with %s', (_, brand) => {
    expect(() => render({ brand })).toThrow(/brand must/);
  });

  it.each([
    'Acme',
    'Müller & Söhne',
    'Toys “R” Us'.replaceAll(/[“”]/g, ''),
    'Яндекс',
    '微信',
    'Acme Inc.',
    'L’Oréal',
    '7-Eleven',
    'हिन्दी',
    'AT&T',
    'Yahoo!',
  ])('is the brand %s', (brand) => {
    expect(brandProblem(brand)).toBeNull();
    expect(sent({ brand })).toContain(brand);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity])('is not %s minutes', (minutes) => {
    expect(() => render({ minutes })).toThrow('minutes must be whole minutes');
  });

  it('is named where it is wrong', () => {
    expect(() => render({ webOtpDomain: 'https://x.example' })).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        detail: { errors: [{ field: 'web_otp_domain', message: expect.any(String) }] },
      }) as DomainError,
    );
  });
});

describe('a line of WebOTP', () => {
  it('is the last one, and repeats the code', () => {
    expect(render({ webOtpDomain: 'example.com' })).toMatchObject({ autofill: ['web_otp'] });
    expect(sent({ webOtpDomain: 'example.com' })).toMatch(/\n@example\.com #123456$/);
  });

  it.each([
    'Example.com',
    'example.com.',
    'example',
    'example.com:8443',
    'https://example.com',
    'example.com/x',
    'ex ample.com',
    '-a.example',
    '1.2.3.4',
    'a..b',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(60)}example`,
    'example.com\n@evil.example',
  ])('is not made for %j', (webOtpDomain) => {
    expect(() => render({ webOtpDomain })).toThrow('web_otp_domain must');
  });

  it('is for a text message only', () => {
    for (const channel of ['whatsapp', 'voice'] as const) {
      const { text, autofill } = render({ channel, webOtpDomain: 'example.com', appHash: HASH });
      expect(text).not.toMatch(/\n|example|FA\+9/);
      expect(autofill).toEqual([]);
    }
  });
});

describe("an app's hash", () => {
  it('ends the message, on a line of its own', () => {
    expect(render({ appHash: HASH })).toMatchObject({ autofill: ['app_hash'] });
    expect(sent({ appHash: HASH })).toMatch(/\nFA\+9qCX9VSu$/);
  });

  it('ends the line of WebOTP, which ignores it', () => {
    const text = sent({ appHash: HASH, webOtpDomain: 'a.example', brand: 'A' });
    expect(text).toMatch(/\n@a\.example #123456 FA\+9qCX9VSu$/);
    expect(render({ appHash: HASH, webOtpDomain: 'a.example' }).autofill).toEqual(['web_otp', 'app_hash']);
  });

  it.each(['short', 'FA+9qCX9VSu=', 'FA+9qCX9 Su', 'FA-9qCX9VSu', ''])('is not %j', (appHash) => {
    expect(() => render({ appHash })).toThrow('app_hash must be the 11 characters');
  });

  it('is left out where the app could not read the message', () => {
    for (let length = 1; length <= 40; length += 1) {
      const wanted = { appHash: HASH, webOtpDomain: 'login.example.com', brand: 'B'.repeat(length) };
      const { text, autofill } = render(wanted);
      const fits = bytesOf(putCode(render({ ...wanted, appHash: null }).text, '0123456789')) + 12 <= 140;
      expect(autofill.includes('app_hash')).toBe(fits);
      expect(text.endsWith(HASH)).toBe(fits);
    }
    expect(render({ appHash: HASH, brand: 'B'.repeat(40) }).autofill).toEqual(['app_hash']);
    expect(render({ appHash: HASH, locale: 'hi' }).autofill).toEqual([]);
  });
});

describe('the bytes of a text', () => {
  it('are counted by the alphabet that segments are counted by', () => {
    for (let point = 0; point < 0x3000; point += 1) {
      const character = String.fromCodePoint(point);
      const { encoding } = segmentsOf(`a${character}`);
      expect([point.toString(16), bytesOf(`a${character}`) === 4 ? 'ucs2' : 'gsm7']).toEqual([point.toString(16), encoding]);
    }
    expect(bytesOf('aé')).toBe(2);
    expect(bytesOf('a€')).toBe(3);
    expect(bytesOf('a😀')).toBe(6);
  });
});

describe('the text of a template', () => {
  it.each([
    ['Hello', 'names {{code}} not at all: expected it once'],
    ['{{code}} and {{code}}', 'names {{code}} 2 times: expected it once'],
    ['{{code}} {{name}}', 'names {{name}}, which does not exist'],
    ['{{code}} {{ brand }}', 'names {{ brand }}, which does not exist'],
    ['{{code}} {brand}', 'a brace that belongs to no variable'],
    ['{{{code}}}', 'a brace that belongs to no variable'],
    ['{{code}}, or call 0800 1234', 'has four figures in a row'],
    ['1{{code}}', 'right beside {{code}}'],
    ['{{code}}{{minutes}}', 'right beside {{code}}'],
    ['{{minutes}}{{code}}', 'right beside {{code}}'],
    [' {{code}}', 'neither begins nor ends with a space'],
    ['', 'neither begins nor ends with a space'],
    [`{{code}} ${'a'.repeat(306)}`, 'at most 306 characters'],
    ['{{code}}\u202E x', 'holds U+202E'],
    [`{{code}} ${CODE_MARK} x`, 'holds U+E000'],
    ['{{code}}\tx', 'holds U+0009'],
    ['{{code}} https://x.example', 'holds a link'],
    ['{{code}} WWW.x.example', 'holds a link'],
  ])('is refused: %j', (text, problem) => {
    expect(templateTextProblem(text, 'sms')).toContain(problem);
  });

  it('may have lines, and say the code more often in a call', () => {
    expect(templateTextProblem('{{brand}}\n{{code}}，{{minutes}}', 'sms')).toBeNull();
    expect(templateTextProblem('{{code}} {{code}} {{code}}', 'voice')).toBeNull();
    expect(templateTextProblem('{{code}} {{code}} {{code}} {{code}} {{code}}', 'voice')).toContain('5 times: expected it 1 to 4 times');
  });
});
