import type { PriceBook } from '../prices/price-book.js';
import type { NumberProvider } from '../providers/provider.js';
import { asFailure } from './failures.js';

/** What a refresh of one provider's prices came to. */
export interface PriceRefresh {
  readonly rows: number;
  readonly changed: number;
}

/** Price activities on a provider's queue. */
export interface PriceReadActivities {
  refreshProviderPrices(request: { readonly provider: string }): Promise<PriceRefresh>;
}

/** Price activities that touch only our own database. */
export interface PriceBlobActivities {
  listProviders(): Promise<readonly string[]>;
  buildPriceBlob(): Promise<{ readonly cells: number }>;
}

const PRICES_TIMEOUT_MS = 30_000;

/** Reads price lists. Repeatable: an older list never replaces a newer one. */
export function createPriceReadActivities(deps: {
  readonly providers: ReadonlyMap<string, NumberProvider>;
  readonly book: PriceBook;
  readonly clock: () => Date;
}): PriceReadActivities {
  return {
    refreshProviderPrices: ({ provider }) =>
      asFailure(async () => {
        const adapter = deps.providers.get(provider);
        if (adapter === undefined) return { rows: 0, changed: 0 };
        const askedAt = deps.clock();
        const list = await adapter.prices({ priority: 'prices', timeoutMs: PRICES_TIMEOUT_MS });
        const { rows, changed } = await deps.book.refreshProvider(provider, list, askedAt);
        return { rows, changed };
      }),
  };
}

/** Builds the blob from what is stored. */
export function createPriceBlobActivities(deps: {
  readonly providers: ReadonlyMap<string, NumberProvider>;
  readonly book: PriceBook;
}): PriceBlobActivities {
  return {
    listProviders: async () => [...deps.providers.keys()],
    buildPriceBlob: () =>
      asFailure(async () => {
        const { cells } = await deps.book.buildBlob();
        return { cells };
      }),
  };
}
