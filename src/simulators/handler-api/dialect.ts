/**
 * `classic`: SMS-Activate, everything with 200 and as tokens. `herosms`: HeroSMS 3.2, status codes and envelopes.
 * `hybrid`: Tiger SMS, tokens at 200 for the old actions and envelopes for the V2 ones, GrizzlySMS's −1 and list.
 */
export type Dialect = 'herosms' | 'classic' | 'hybrid';

/** Actions that servers of a dialect do not have. */
export const MISSING: Readonly<Record<Dialect, ReadonlySet<string>>> = {
  herosms: new Set(['getPricesV2', 'getPricesV3', 'getFreePrices', 'getFullSms', 'getServices', 'setStatusV2', 'getBalanceAndCashBack']),
  classic: new Set(['getPricesV2', 'getPricesV3', 'getFreePrices', 'getAllSms', 'finishActivation', 'cancelActivation', 'setStatusV2']),
  hybrid: new Set([
    'getTopCountriesByService',
    'getTopCountriesByServiceRank',
    'getListOfTopCountriesByService',
    'getNumbersStatus',
    'getOperators',
    'getFullSms',
    'getHistory',
    'getAllSms',
    'finishActivation',
    'cancelActivation',
    'getBalanceAndCashBack',
  ]),
};

/** Actions that need no key (provider notes 3.1). */
export const KEYLESS: Readonly<Record<Dialect, ReadonlySet<string>>> = {
  herosms: new Set(['getServicesList', 'getCountries', 'getOperators']),
  classic: new Set(),
  hybrid: new Set(),
};

/** Pauses between the deliveries of a hook (provider notes 2.6). */
export const HOOK_PAUSES_MS: Readonly<Record<Dialect, readonly number[]>> = {
  // At least seven, every 20–30 s.
  herosms: [20_000, 22_000, 24_000, 26_000, 28_000, 30_000],
  // Up to eight within two hours.
  classic: [60_000, 300_000, 600_000, 900_000, 1_200_000, 1_800_000, 2_100_000],
  // SMSBower's: after one minute and after five.
  hybrid: [60_000, 300_000],
};

/** Operators that can be chosen; HeroSMS offers a choice in few countries only (seeds/000). */
export const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  UA: ['kyivstar', 'lifecell', 'vodafone'],
  KZ: ['activ', 'altel', 'beeline', 'tele2'],
  ID: ['axis', 'indosat', 'telkomsel', 'three'],
  GB: ['ee', 'lebara', 'o2', 'vodafone'],
};

export const CURRENCY_NUMBERS: Readonly<Record<string, string>> = {
  USD: '840',
  EUR: '978',
  RUB: '643',
  GBP: '826',
  CNY: '156',
  UAH: '980',
};
