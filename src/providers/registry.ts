import type { Clock, HttpClient } from '../http/client.js';
import { createFiveSimProvider } from './fivesim/provider.js';
import type { RequestGate } from './gate.js';
import { createHandlerApiProvider } from './handler-api/provider.js';
import type { HandlerDialect } from './handler-api/session.js';
import type { NumberProvider } from './provider.js';

/** What every adapter is given. */
export interface ProviderDeps {
  readonly http: HttpClient;
  readonly gate: RequestGate;
  readonly clock: Clock;
}

/** One provider account as configuration describes it. */
export interface ProviderAccount {
  /** Our id of the account. */
  readonly id: string;
  readonly kind: 'handler_api' | 'fivesim';
  /** Of handler_api the full URL of its PHP file, of 5SIM the base that ends in `/v1`. */
  readonly url: string;
  readonly apiKey: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Of handler_api only; null or absent: learned from the replies. */
  readonly dialect?: Exclude<HandlerDialect, 'auto'> | null;
  /** Of handler_api only: the setStatus code of a cancel. */
  readonly cancelStatus?: 8 | -1;
  readonly method?: 'GET' | 'POST';
  /** Of handler_api only: milliseconds after a purchase before which the provider refuses a cancel; 120,000 unless told. */
  readonly minCancelAgeMs?: number;
}

/** The adapter for an account; the one place that knows which kinds there are. */
export function createProvider(account: ProviderAccount, deps: ProviderDeps): NumberProvider {
  const { id, url, apiKey, currency } = account;
  switch (account.kind) {
    case 'handler_api':
      return createHandlerApiProvider({
        ...deps,
        id,
        url,
        apiKey,
        currency,
        dialect: account.dialect ?? 'auto',
        ...(account.cancelStatus === undefined ? {} : { cancelStatus: account.cancelStatus }),
        ...(account.method === undefined ? {} : { method: account.method }),
        ...(account.minCancelAgeMs === undefined ? {} : { minCancelAgeMs: account.minCancelAgeMs }),
      });
    case 'fivesim':
      return createFiveSimProvider({ ...deps, id, baseUrl: url, apiKey });
  }
}
