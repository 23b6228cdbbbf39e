/**
 * Lines at the end of a text message by which a browser or an app fills the code in by itself.
 *
 * - WebOTP: the last line is `@host #code`; what follows in it is ignored (wicg.github.io/sms-one-time-codes).
 * - Android's SMS Retriever: the message has the app's hash of 11 characters and at most 140 bytes
 *   (developers.google.com/identity/sms-retriever/verify). It is put at the very end.
 */
import { CODE_MARK, putCode } from './code-template.js';

/** What a text was given to fill its code in by itself. */
export type Autofill = 'web_otp' | 'app_hash';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^(?:${LABEL}\\.)+(?=[a-z0-9-]*[a-z])${LABEL}$`);
/** A host this long takes a segment by itself; the protocol allows 253. */
const MOST_HOST = 100;

/** What is wrong with a WebOTP domain; null if nothing is. */
export function webOtpDomainProblem(domain: string): string | null {
  if (domain.length > MOST_HOST) return `must have at most ${MOST_HOST} characters`;
  if (!HOST.test(domain)) return 'must be a host name in lower case such as example.com: no scheme, port, path or dot at the end';
  return null;
}

/** What is wrong with an app's hash; null if nothing is. */
export function appHashProblem(hash: string): string | null {
  return /^[A-Za-z0-9+/]{11}$/.test(hash) ? null : 'must be the 11 characters of the app’s hash, such as FA+9qCX9VSu';
}

/** The message's bytes that SMS Retriever reads. */
const MOST_BYTES = 140;
/** Codes are no longer; the hash must fit with any. */
const LONGEST_CODE = '0'.repeat(10);

/**
 * Adds the lines to a text. The hash is left out where the message would be longer than the app may read: it would cost, and help
 * nobody. With both, the hash ends the line of WebOTP, where browsers ignore it.
 */
export function addAutofill(
  text: string,
  wanted: { readonly webOtpDomain: string | null; readonly appHash: string | null },
): { readonly text: string; readonly autofill: readonly Autofill[] } {
  const web = wanted.webOtpDomain === null ? text : `${text}\n@${wanted.webOtpDomain} #${CODE_MARK}`;
  const asked: Autofill[] = wanted.webOtpDomain === null ? [] : ['web_otp'];
  if (wanted.appHash === null) return { text: web, autofill: asked };
  const hashed = `${web}${wanted.webOtpDomain === null ? '\n' : ' '}${wanted.appHash}`;
  if (bytesOf(putCode(hashed, LONGEST_CODE)) > MOST_BYTES) return { text: web, autofill: asked };
  return { text: hashed, autofill: [...asked, 'app_hash'] };
}

/** The GSM alphabet without its extension (3GPP TS 23.038, 6.2.1). */
const GSM_7 = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const GSM_7_EXTENSION = new Set('\f^{}\\[~]|€');

/**
 * Bytes of a text as SMS Retriever's bound is meant: two a character where the text leaves the GSM alphabet, else one, though seven
 * bits would do.
 */
export function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    if (GSM_7.has(character)) bytes += 1;
    else if (GSM_7_EXTENSION.has(character)) bytes += 2;
    else return text.length * 2;
  }
  return bytes;
}
