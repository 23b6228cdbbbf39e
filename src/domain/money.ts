/**
 * Money is a `bigint` of micro units: 1/1,000,000 of a currency unit. Six places hold the cheapest price that the seeds
 * know ($0.00645) without rounding. JSON and Temporal payloads carry decimal strings, because JSON numbers are floats.
 */
export type Micros = bigint;

/** Micro units in one currency unit. */
export const MICROS_PER_UNIT = 1_000_000n;

const DECIMAL = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/;

/**
 * Reads a decimal string of up to twelve whole digits and six places (`"0.15"`) into micro units.
 *
 * @throws RangeError if the text is not such a number; exponents, spaces and signs other than a leading `-` are refused.
 */
export function parseMoney(text: string): Micros {
  const match = DECIMAL.exec(text);
  if (match === null) throw new RangeError(`"${text.slice(0, 40)}" is not an amount with at most six decimal places`);
  const [, sign, whole, fraction = ''] = match;
  const micros = BigInt(whole!) * MICROS_PER_UNIT + BigInt(fraction.padEnd(6, '0'));
  return sign === '-' ? -micros : micros;
}

/** Writes micro units as the shortest decimal string with at least two places: `150000n` is `"0.15"`, `6450n` `"0.00645"`. */
export function formatMoney(micros: Micros): string {
  const absolute = micros < 0n ? -micros : micros;
  const fraction = (absolute % MICROS_PER_UNIT)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${micros < 0n ? '-' : ''}${absolute / MICROS_PER_UNIT}.${fraction}`;
}

/**
 * Reads an amount that a provider sent as a JSON number or a decimal string. More than six places are rounded half away
 * from zero; float noise beyond twelve places (0.1 + 0.2) disappears in that rounding.
 *
 * @throws RangeError if the value is not a finite decimal number below 10^12.
 */
export function moneyFromProvider(value: number | string): Micros {
  const text = typeof value === 'number' ? plainDecimal(value) : value.trim();
  const match = /^(-?)(\d{1,12})(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new RangeError(`"${text.slice(0, 40)}" is not an amount`);
  const [, sign, whole, fraction = ''] = match;
  const kept = BigInt(whole!) * MICROS_PER_UNIT + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  const rounded = kept + (fraction.charAt(6) >= '5' ? 1n : 0n);
  return sign === '-' ? -rounded : rounded;
}

function plainDecimal(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e12) throw new RangeError(`${value} is not an amount`);
  return value.toFixed(12).replace(/\.?0+$/, '');
}

/** A markup: `basisPoints` of the provider's price (2,500 is 25 %) plus a fixed part in micro units of the wallet currency. */
export interface Markup {
  readonly basisPoints: number;
  readonly fixed: Micros;
}

/** What the client pays for a number that costs us `cost`; rounded up, so that a markup never turns into a loss. */
export function clientPrice(cost: Micros, markup: Markup): Micros {
  const marked = cost * BigInt(10_000 + markup.basisPoints);
  return (marked + 9_999n) / 10_000n + markup.fixed;
}

/** The highest provider price whose {@link clientPrice} does not exceed `ceiling`; negative when no price fits. */
export function costCeiling(ceiling: Micros, markup: Markup): Micros {
  const beforeFixed = ceiling - markup.fixed;
  if (beforeFixed < 0n) return -1n;
  return (beforeFixed * 10_000n) / BigInt(10_000 + markup.basisPoints);
}

/**
 * Converts between currencies at a stored rate: `rateMicros` micro units of the target for one unit of the source.
 * Rounded up, because the result is what something costs us.
 */
export function convertAt(amount: Micros, rateMicros: Micros): Micros {
  const product = amount * rateMicros;
  return product >= 0n ? (product + MICROS_PER_UNIT - 1n) / MICROS_PER_UNIT : product / MICROS_PER_UNIT;
}
