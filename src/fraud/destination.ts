import { parsePhoneNumber } from 'libphonenumber-js/max';

const NEXT_DIGITS = 4;
const HIDDEN_DIGITS = 5;

/** What is told of a number without saying whose it is. */
export interface Destination {
  /** Calling code and up to four digits more; at least the last five digits are never in it. */
  readonly prefix: string;
  /** libphonenumber's type in lower case: `mobile`, `fixed_line_or_mobile`, `voip`, …, `unknown`. */
  readonly lineType: string;
}

/** @param number E.164 with its plus, known to be a number that can exist. */
export function destinationOf(number: string): Destination {
  const parsed = parsePhoneNumber(number);
  const shown = Math.max(0, Math.min(NEXT_DIGITS, parsed.nationalNumber.length - HIDDEN_DIGITS));
  return {
    prefix: parsed.countryCallingCode + parsed.nationalNumber.slice(0, shown),
    lineType: parsed.getType()?.toLowerCase() ?? 'unknown',
  };
}
