/** ISO 4217 numeric codes that providers of this trade use (SMS-Activate's protocol writes 840 and 643). */
const BY_NUMBER: ReadonlyMap<string, string> = new Map([
  ['840', 'USD'],
  ['978', 'EUR'],
  ['643', 'RUB'],
  ['980', 'UAH'],
  ['398', 'KZT'],
  ['156', 'CNY'],
  ['826', 'GBP'],
  ['356', 'INR'],
  ['986', 'BRL'],
  ['949', 'TRY'],
  ['360', 'IDR'],
]);

/**
 * A currency as a reply writes it, numeric or alphabetic, as ISO 4217 alphabetic. Null when the reply names none; what
 * cannot be understood is given back in upper case, so that it differs from every account's currency.
 */
export function currencyOf(value: string | null | undefined): string | null {
  const text = (value ?? '').trim().toUpperCase();
  if (text === '') return null;
  return BY_NUMBER.get(text) ?? text;
}
