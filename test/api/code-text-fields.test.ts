import { describe, expect, it } from 'vitest';
import { verificationRequest } from '../../src/api/schemas/verification.js';
import { BUILT_IN_CODE_TEXTS, renderCodeText } from '../../src/domain/code-texts.js';

const faultsOf = (given: object) => {
  const result = verificationRequest.safeParse({ to: '+14155550123', ...given });
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
};

/** Whether a text can be made of it: what the door lets in must never fail behind it. */
const renders = (given: { brand?: string; web_otp_domain?: string; app_hash?: string; locale?: string }) => {
  try {
    renderCodeText(BUILT_IN_CODE_TEXTS, {
      channel: 'sms',
      purpose: 'login',
      locale: given.locale ?? null,
      brand: given.brand ?? 'Acme',
      minutes: 10,
      webOtpDomain: given.web_otp_domain ?? null,
      appHash: given.app_hash ?? null,
      draw: 0,
    });
    return true;
  } catch {
    return false;
  }
};

describe('what a request wants to have in the text of its code', () => {
  it.each([
    [{ brand: 'acme.com' }, 'brand must not look like an address'],
    [{ brand: 'Acme\n@evil.example #1' }, 'brand must have only letters'],
    [{ brand: 'Acme 123456' }, 'brand must not have four figures in a row'],
    [{ brand: '' }, 'brand must be a name'],
    [{ brand: 'x'.repeat(41) }, 'brand must have at most 40 characters'],
    [{ web_otp_domain: 'https://example.com' }, 'web_otp_domain must be a host name'],
    [{ web_otp_domain: 'Example.com' }, 'web_otp_domain must be a host name'],
    [{ app_hash: 'FA+9qCX9VS' }, 'app_hash must be the 11 characters'],
  ])('%j is refused at the door as it would be behind it', (given, fault) => {
    expect(faultsOf(given).join()).toContain(fault);
    expect(renders(given)).toBe(false);
  });

  it('a language that is none is refused', () => {
    expect(faultsOf({ locale: 'not a tag' })).toEqual(['locale must be a BCP 47 language tag such as "pt-BR"']);
  });

  it.each([
    { brand: 'Müller & Söhne' },
    { web_otp_domain: 'login.example.co.uk' },
    { web_otp_domain: 'xn--bcher-kva.xn--p1ai' },
    { app_hash: 'FA+9qCX9VSu' },
    { locale: 'pt_BR' },
    { locale: 'zh-Hant-TW' },
  ])('%j is taken', (given) => {
    expect(faultsOf(given)).toEqual([]);
    expect(renders(given)).toBe(true);
  });
});
