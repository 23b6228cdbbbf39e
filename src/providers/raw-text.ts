import { redactSecrets } from '../http/redact.js';

const BOUND = 500;

/** Fields whose values are message texts or codes; also when the reply was cut in the middle of one. */
const PERSONAL_FIELD = /"(text|code|sms|smsText|smsCode|msgText|sender|phoneFrom)"(\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|\[[^\]]*\]?)/giu;
const PERSONAL_TOKEN = /\b(STATUS_OK|STATUS_WAIT_RETRY|FULL_SMS):[\s\S]*/u;
const LONG_NUMBER = /\d{4,}/gu;

/** What may stand before a number that an operator needs: an order's id, or the whole part of an amount. */
const KEPT_BEFORE = /(?:activationId|\bid|ACCESS_NUMBER)"?\s*:\s*"?$|\d\.$/iu;

/**
 * A reply's text as it may be kept: at most 500 characters, without our secrets, and without phone numbers, codes and
 * message texts. Order ids, amounts and dates stay, because whoever reconciles by hand needs them.
 */
export function keepableText(text: string, secrets: readonly string[]): string {
  const clean = redactSecrets(text.slice(0, 8_000), secrets)
    .replace(PERSONAL_FIELD, (_, name: string, colon: string) => `"${name}"${colon}"…"`)
    .replace(PERSONAL_TOKEN, (_, token: string) => `${token}:…`)
    .slice(0, 2 * BOUND);
  return clean
    .replace(LONG_NUMBER, (digits, at: number) => {
      if (KEPT_BEFORE.test(clean.slice(Math.max(0, at - 24), at))) return digits;
      if (/^-\d\d?-\d\d?/u.test(clean.slice(at + digits.length)) && digits.length === 4) return digits;
      return '#'.repeat(digits.length);
    })
    .slice(0, BOUND);
}
