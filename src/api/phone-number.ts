import { parsePhoneNumberWithError, ParseError, type PhoneNumber } from 'libphonenumber-js/max';
import { invalidField } from './problem.js';

/** A phone that a message can be sent to. */
export interface Recipient {
  /** E.164 with its plus. */
  readonly number: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/**
 * Reads a phone number in international form, however it is spaced.
 *
 * @throws DomainError `invalid_input` that says what is wrong and how to write it.
 */
export function parseRecipient(text: string, field = 'to'): Recipient {
  // Full-width digits and signs, as some keyboards write them.
  const plain = text.normalize('NFKC').trim();
  const known = parse(plain, field);
  if (known.country === undefined || !known.isValid())
    throw invalidField(field, 'This is no phone number that can exist; write it as +6281234567890.');
  return { number: known.number, country: known.country };
}

function parse(text: string, field: string): PhoneNumber {
  if (!text.startsWith('+') && !text.startsWith('00'))
    throw invalidField(field, 'Write the number in international form, with its country code: +6281234567890 instead of 081234567890.');
  try {
    return parsePhoneNumberWithError(text.replace(/^00/, '+'));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw invalidField(field, 'This is no phone number; write it in international form, as +6281234567890.');
  }
}
