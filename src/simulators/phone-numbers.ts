import { getCountryCallingCode, getExampleNumber, isSupportedCountry } from 'libphonenumber-js';
import examples from 'libphonenumber-js/mobile/examples';
import type { Random } from './random.js';

/** A plausible mobile number of a country, digits only with its calling code: the example number with its last six digits changed. */
export function phoneNumberIn(country: string, random: Random): string {
  const tail = String(random.int(0, 999_999)).padStart(6, '0');
  if (!isSupportedCountry(country)) return `999${tail}${random.int(100, 999)}`;
  const example = getExampleNumber(country, examples);
  const code = getCountryCallingCode(country);
  const national = example?.nationalNumber ?? '700000000';
  return `${code}${national.slice(0, Math.max(1, national.length - 6))}${tail}`;
}
