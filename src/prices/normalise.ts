import type { StoredPrice } from '../db/price-rows.js';
import type { PriceRow } from '../providers/provider.js';

/** A provider's list in the shape in which it is stored, and how many of its rows were of no use. */
export interface NormalisedList {
  readonly rows: readonly StoredPrice[];
  readonly refused: number;
}

const MAX_STOCK = 2_147_483_647;

/**
 * Makes rows unique by service, country and operator and leaves out what cannot be sold: broken names, prices that are
 * not positive, stock that is no number. Of two equal rows one with stock wins, then the cheaper.
 */
export function normaliseList(list: readonly PriceRow[]): NormalisedList {
  const kept = new Map<string, StoredPrice>();
  let refused = 0;
  for (const row of list) {
    const stored = normaliseRow(row);
    if (stored === null) {
      refused += 1;
      continue;
    }
    const key = `${stored.service} ${stored.country} ${stored.operator}`;
    const other = kept.get(key);
    if (other === undefined || isBetter(stored, other)) kept.set(key, stored);
  }
  return { rows: [...kept.values()], refused };
}

function normaliseRow(row: PriceRow): StoredPrice | null {
  const operator = row.operator ?? '';
  const named = /^[a-z0-9][a-z0-9_-]{0,63}$/.test(row.service) && /^[A-Z]{2}$/.test(row.country) && /^[\x21-\x7e]{0,40}$/.test(operator);
  if (!named || row.price <= 0n || row.price > 1_000_000_000_000n || !Number.isFinite(row.stock)) return null;
  const rate = row.rate !== null && row.rate >= 0 && row.rate <= 1 ? row.rate : null;
  return {
    service: row.service,
    country: row.country,
    operator,
    price: row.price,
    stock: Math.min(MAX_STOCK, Math.max(0, Math.trunc(row.stock))),
    rate,
  };
}

function isBetter(a: StoredPrice, b: StoredPrice): boolean {
  return a.stock > 0 === b.stock > 0 ? a.price < b.price : a.stock > 0;
}
