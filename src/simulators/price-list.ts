import { parseMoney } from '../domain/money.js';
import { createRandom, hashOf } from './random.js';
import type { Settings } from './settings.js';

/** Something that can be bought. Prices are whole micro units. */
export interface Offer {
  readonly service: string;
  readonly country: string;
  /** `any` where the protocol knows no operators. */
  readonly operator: string;
  readonly price: number;
  readonly stock: number;
  /** Delivery rate in percent. */
  readonly rate: number;
}

/** Always there, so that a first try never ends in "no numbers". */
const ALWAYS_SERVICES: ReadonlySet<string> = new Set(['telegram', 'whatsapp', 'google']);
const ALWAYS_COUNTRIES: ReadonlySet<string> = new Set(['ID', 'GB', 'US']);

export interface PriceList {
  /** Offers of a pair, cheapest first; empty if it is not listed. */
  of(service: string, country: string): readonly Offer[];
  /** Every offer. */
  all(): readonly Offer[];
}

/**
 * A price list drawn from the seed: a quarter of all pairs, between 0.02 and 2.00, most of them cheap.
 *
 * @param operatorWords operators of a country; with several, each has an offer of its own.
 */
export function createPriceList(options: {
  readonly seed: number;
  readonly services: readonly string[];
  readonly countries: readonly string[];
  readonly operatorWords: (country: string) => readonly string[];
  readonly settings: () => Settings;
}): PriceList {
  const offers = new Map<string, Offer[]>();
  for (const country of options.countries) {
    for (const service of options.services) {
      const drawn = draw(options.seed, service, country, options.operatorWords(country));
      if (drawn.length > 0) offers.set(`${service} ${country}`, drawn);
    }
  }
  /** Offers from the settings replace those of the same pair and operator. */
  const adjusted = (service: string, country: string): readonly Offer[] => {
    const given = options.settings().offers.filter((offer) => offer.service === service && offer.country === country);
    const listed = offers.get(`${service} ${country}`) ?? [];
    if (given.length === 0) return listed;
    const whole = given.some((offer) => offer.operator === undefined);
    const replaced = new Set(given.map((offer) => offer.operator));
    const kept = whole ? [] : listed.filter((offer) => !replaced.has(offer.operator));
    const operator = listed[0]?.operator ?? options.operatorWords(country)[0] ?? 'any';
    const added = given.map((offer) => ({
      service,
      country,
      operator: offer.operator ?? operator,
      price: Number(parseMoney(offer.price)),
      stock: offer.stock,
      rate: 90,
    }));
    return [...kept, ...added].toSorted((a, b) => a.price - b.price);
  };
  return {
    of: adjusted,
    all: () => {
      const pairs = new Set([...offers.keys(), ...options.settings().offers.map((offer) => `${offer.service} ${offer.country}`)]);
      return [...pairs].flatMap((pair) => {
        const [service = '', country = ''] = pair.split(' ');
        return adjusted(service, country);
      });
    },
  };
}

function draw(seed: number, service: string, country: string, operators: readonly string[]): Offer[] {
  const random = createRandom(hashOf(seed, service, country));
  const always = ALWAYS_SERVICES.has(service) && ALWAYS_COUNTRIES.has(country);
  if (!always && random.next() >= 0.25) return [];
  // Cubed, so that most prices are low; four places, as providers show them.
  const base = always ? 0.05 + random.next() * 0.3 : 0.02 + random.next() ** 3 * 1.9;
  const made = operators.map((operator): Offer => {
    const price = Math.min(2, Math.max(0.02, base * (0.8 + random.next() * 0.6)));
    const stock = !always && random.chance(0.08) ? 0 : random.int(20, 60_000);
    return { service, country, operator, price: Math.round(price * 10_000) * 100, stock, rate: Math.round(random.next() * 10_000) / 100 };
  });
  return made.toSorted((a, b) => a.price - b.price);
}
