/** The text that carries a code: what is asked for, and what comes out. The catalogue and its rules: src/domain/code-texts.ts. */
import type { Channel } from './message.js';

/**
 * Stands in a rendered text where each carrier's own code will be put just before it is sent: a private-use character, which
 * no template and no variable may hold.
 */
export const CODE_MARK = '\uE000';

/** Puts a code, or how it is to be read out, wherever a rendered text has its mark. */
export function putCode(text: string, code: string): string {
  return text.replaceAll(CODE_MARK, () => code);
}

/** A code's text as it may be shown: without the code, which nobody knows any more. */
export function hideCode(text: string): string {
  return putCode(text, '••••••');
}

/** Which text is wanted. */
export interface CodeTextWanted {
  readonly channel: Channel;
  readonly purpose: string;
  /** BCP 47 tag, as a browser or app gives it; null for the default language. */
  readonly locale: string | null;
  /** Name of whoever asks for the code, as people know it. */
  readonly brand: string;
  /** Minutes that the code is good for. */
  readonly minutes: number;
  /** Domain of the page that is to fill the code in by itself (WebOTP); null for none. */
  readonly webOtpDomain: string | null;
  /** Hash of the Android app that is to read it by itself (SMS Retriever, 11 characters); null for none. */
  readonly appHash: string | null;
  /** A draw of 0 to 1 that chooses among variants by their weights. */
  readonly draw: number;
}

/** A text with its code still to be put in. */
export interface CodeText {
  /** With {@link CODE_MARK} where the code goes: more than once for a voice, and where a line of WebOTP repeats it. */
  readonly text: string;
  /** Id of the template, the variant of it that was drawn, and the language that was found for it. */
  readonly template: string;
  readonly variant: string;
  readonly locale: string;
  /** What it has of the lines that were wanted to fill the code in: an app's hash is left out where the message is too long for it. */
  readonly autofill: readonly ('web_otp' | 'app_hash')[];
}
