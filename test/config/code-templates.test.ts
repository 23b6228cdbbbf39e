import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.js';
import { loadPlatformConfig } from '../../src/config/load.js';
import { dearTexts } from '../../src/domain/code-costs.js';
import { renderCodeText } from '../../src/domain/code-texts.js';
import { segmentsOf } from '../../src/send/segments.js';

const folder = mkdtempSync(join(tmpdir(), 'watchword-templates-'));
const file = join(folder, 'config.json');
afterAll(() => rmSync(folder, { recursive: true }));

function load(verify: unknown) {
  writeFileSync(file, JSON.stringify({ verify }));
  return loadPlatformConfig({ WATCHWORD_CONFIG: file }).verify.texts;
}

function problemsOf(verify: unknown): readonly string[] {
  try {
    load(verify);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.split(`${file}: `)[1]!);
    throw error;
  }
  return [];
}

const variant = (text: string, given: object = {}) => ({ id: 'a', text, ...given });
const template = (given: object = {}) => ({ id: 'ours', channel: 'sms', locales: { en: [variant('{{code}} {{brand}}')] }, ...given });
const WANTED = {
  channel: 'sms',
  purpose: 'login',
  locale: null,
  brand: 'Acme',
  minutes: 5,
  webOtpDomain: null,
  appHash: null,
  draw: 0.9,
} as const;

describe('templates of the configuration', () => {
  it('say codes in the words of the operator, one variant more often than another', () => {
    const texts = load({
      default_locale: 'de',
      templates: [
        template({
          purpose: 'login',
          locales: {
            'de-AT': [variant('Servus! {{code}} für {{brand}}', { weight: 3 }), { id: 'b', text: '{{brand}}: {{code}}, {{minutes}} min' }],
          },
        }),
      ],
    });
    expect(renderCodeText(texts, WANTED)).toMatchObject({ template: 'ours', variant: 'b', locale: 'de-AT' });
    expect(renderCodeText(texts, { ...WANTED, draw: 0.74 })).toMatchObject({ variant: 'a' });
    expect(renderCodeText(texts, { ...WANTED, purpose: 'signup' })).toMatchObject({ template: 'built-in', locale: 'de' });
  });

  it.each([
    [{ templates: [template({ id: 'built-in-x' })] }, 'verify.templates[0].id: expected another name'],
    [{ templates: [template({ id: 'Ours' })] }, 'verify.templates[0].id: expected 1 to 32 characters'],
    [{ templates: [template({ channel: 'mail' })] }, 'verify.templates[0].channel: expected one of sms, whatsapp, voice'],
    [{ templates: [template({ purpose: 'Log in' })] }, 'verify.templates[0].purpose: expected a purpose in lower case'],
    [{ templates: [template({ locales: {} })] }, 'verify.templates[0].locales: expected at least one language'],
    [{ templates: [template({ locales: { 'e n': [variant('{{code}}')] } })] }, 'verify.templates[0].locales.e n: expected a language tag'],
    [{ templates: [template({ locales: { en: [] } })] }, 'verify.templates[0].locales.en: expected at least one variant'],
    [{ templates: [template({ locales: { en: [variant('Hi')] } })] }, 'verify.templates[0].locales.en[0].text: names {{code}} not at all'],
    [
      { templates: [template({ locales: { en: [variant('{{code}}', { weight: 0 })] } })] },
      'locales.en: expected a variant with a weight above 0',
    ],
    [
      { templates: [template({ locales: { en: [variant('{{code}}', { weight: 1.5 })] } })] },
      'locales.en[0].weight: expected a whole number of 0 to 1000',
    ],
    [{ templates: [template({ locales: { en: [variant('{{code}}'), variant('{{code}}')] } })] }, 'locales.en[1].id: "a" is used twice'],
    [{ templates: [template({ text: 'x' })] }, 'text'],
    [{ templates: [template(), template({ channel: 'voice' })] }, 'verify.templates[1].id: "ours" is used twice'],
    [
      { templates: [template(), template({ id: 'b', locales: { EN: [variant('{{code}}')] } })] },
      'verify.templates[1].locales.EN: the template "ours" says the same: sms, any purpose, EN',
    ],
    [{ default_locale: 'cy' }, 'verify.default_locale: "cy" cannot be the default language: sms has no text in it'],
    [
      { default_locale: 'cy', templates: [template({ locales: { cy: [variant('{{code}}')] } })] },
      'verify.default_locale: "cy" cannot be the default language: whatsapp',
    ],
    [{ locale: 'en' }, 'locale'],
  ])('%j is named as wrong', (verify, problem) => {
    expect(problemsOf(verify).join('\n')).toContain(problem);
  });

  it('are refused once for each fault, and for nothing else', () => {
    expect(
      problemsOf({ templates: [template({ locales: { en: [variant('Hi'), variant('{{code}} {{code}}', { id: 'b' })] } })] }),
    ).toHaveLength(2);
    expect(
      problemsOf({ templates: [template(), template({ id: 'b', purpose: 'login' }), template({ id: 'c', channel: 'voice' })] }),
    ).toEqual([]);
  });

  it('are pointed out where few characters or a long text make them dear', () => {
    const texts = load({
      templates: [
        template({
          locales: {
            es: [variant('{{code}} es tu código'), variant('{{code}} es tu clave', { id: 'b' })],
            hi: [variant('{{code}} आपका कोड है, किसी से साझा न करें')],
          },
        }),
        template({ id: 'long', locales: { en: [variant(`{{code}} ${'Please '.repeat(25)}.`)] } }),
        template({ id: 'spoken', channel: 'voice', locales: { es: [variant('Tu código es {{code}}')] } }),
      ],
    });
    expect(dearTexts(texts, segmentsOf)).toEqual([
      { template: 'ours', locale: 'es', variant: 'a', encoding: 'ucs2', segments: 1, notGsm7: ['ó'] },
      { template: 'long', locale: 'en', variant: 'a', encoding: 'gsm7', segments: 2, notGsm7: [] },
    ]);
  });
});
