import type { PriceRow } from '../../src/providers/provider.js';

/** Seeded uniform numbers (mulberry32), so that a test sees the same market each time. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Normally distributed around 0. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export const SERVICES = Array.from({ length: 800 }, (_, index) => `service${index}`);
export const COUNTRIES = Array.from(
  { length: 150 },
  (_, index) => String.fromCharCode(65 + Math.floor(index / 26)) + String.fromCharCode(65 + (index % 26)),
);

/**
 * A market as providers show it: popular services sell nearly everywhere and rare ones here and there, prices hang on
 * service and country with noise in whole cents, stock spreads over five decades. About `share` of all pairs are listed.
 */
export function market(
  seed: number,
  share: number,
  services: readonly string[] = SERVICES,
  countries: readonly string[] = COUNTRIES,
): PriceRow[] {
  const random = randomFrom(seed);
  const shared = randomFrom(7);
  const ofService = services.map(() => ({ base: Math.exp(-2 + 0.7 * normal(shared)), reach: Math.exp(0.6 * normal(shared)) }));
  const ofCountry = countries.map(() => ({ factor: Math.exp(0.5 * normal(shared)), reach: Math.exp(0.5 * normal(shared)) }));
  const meanReach = average(ofService.map(({ reach }) => reach)) * average(ofCountry.map(({ reach }) => reach));
  const rows: PriceRow[] = [];
  for (const [s, service] of services.entries()) {
    for (const [c, country] of countries.entries()) {
      const listed = (share * ofService[s]!.reach * ofCountry[c]!.reach) / meanReach;
      if (random() >= listed * 1.05) continue;
      const cents = Math.max(2, Math.round(100 * ofService[s]!.base * ofCountry[c]!.factor * Math.exp(0.3 * normal(random))));
      const stock = random() < 0.08 ? 0 : Math.floor(10 ** (random() * 4.5));
      rows.push({ service, country, operator: null, price: BigInt(cents) * 10_000n, stock, rate: null });
    }
  }
  return rows;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
