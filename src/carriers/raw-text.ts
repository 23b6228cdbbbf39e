import { redactSecrets } from '../http/redact.js';

const BOUND = 500;
/** Fields in which carriers repeat what was sent. */
const PERSONAL_FIELD =
  /"(text|body|content|sms|msisdn|to|from|recipient|destination|phone|phone_number|number|mobile)"(\s*:\s*)"(?:[^"\\]|\\.)*"?/giu;
const PERSONAL_ELEMENT = /<(text|body|content|msisdn|to|from|recipient|destination|phone|number|mobile)\b([^>]*)>[^<]*/giu;
const LONG_NUMBER = /\d{7,}/gu;

/** What must not be kept of one message. */
export interface PersonalTexts {
  readonly to?: string;
  readonly text?: string;
}

/**
 * An answer's text as it may be kept: at most 500 characters, without our secrets, phone numbers and message texts. Ids of
 * messages are kept in columns of their own, so that long numbers need not survive here.
 */
export function keepableText(text: string, secrets: readonly string[], personal: PersonalTexts = {}): string {
  let clean = redactSecrets(text.slice(0, 8_000), secrets);
  for (const given of [personal.text, personal.to, personal.to?.slice(1)]) {
    if (given === undefined || given.length < 4) continue;
    // As it was written: half a surrogate pair becomes a replacement character, and has no percent-encoding.
    const value = Buffer.from(given, 'utf8').toString('utf8');
    const forms = [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      new URLSearchParams({ v: value }).toString().slice(2),
      escapeXml(value),
    ];
    for (const form of new Set(forms)) clean = clean.replaceAll(form, '…');
  }
  return clean
    .replace(PERSONAL_FIELD, (_, name: string, colon: string) => `"${name}"${colon}"…"`)
    .replace(PERSONAL_ELEMENT, (_, name: string, attributes: string) => `<${name}${attributes}>…`)
    .replace(LONG_NUMBER, (digits) => '#'.repeat(digits.length))
    .slice(0, BOUND);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
