/** Which of an operator's own texts take more of a text message than they seem to. */
import { putCode } from './code-template.js';
import type { CodeTexts } from './code-texts.js';
import { fillTemplate } from './code-variables.js';

/** A text that takes more than one segment, or leaves the GSM alphabet for a few characters. */
export interface DearText {
  readonly template: string;
  readonly locale: string;
  readonly variant: string;
  readonly encoding: 'gsm7' | 'ucs2';
  /** Each is paid for. */
  readonly segments: number;
  /** Characters that the GSM alphabet lacks, each once; a single one leaves 70 characters a segment instead of 160. */
  readonly notGsm7: readonly string[];
}

/** What a text is measured with: a name of ten plain letters, so that what is found lies in the template. */
const SAMPLE = { brand: 'Acme Hotel', minutes: 10 };
/** A text with more of them is of another script, which has no cheaper way to be written. */
const AVOIDABLE = 8;

/**
 * Operators' texts for text messages that are worth another look. Which name and which lines are added at a send is not known here.
 *
 * @param measure how a text travels
 */
export function dearTexts(
  texts: CodeTexts,
  measure: (text: string) => { readonly encoding: 'gsm7' | 'ucs2'; readonly segments: number; readonly notGsm7: readonly string[] },
): DearText[] {
  return texts.own
    .filter(({ channel }) => channel === 'sms')
    .flatMap(({ template, tongue, variants }) =>
      variants.map(({ id, text }) => ({
        template,
        locale: tongue.tag,
        variant: id,
        ...measure(putCode(fillTemplate(text, SAMPLE), '000000')),
      })),
    )
    .filter(({ segments, encoding, notGsm7 }) => segments > 1 || (encoding === 'ucs2' && notGsm7.length <= AVOIDABLE));
}
