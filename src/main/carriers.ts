import { configureCarriers, type ConfiguredCarriers } from '../carriers/registry.js';
import type { ServiceConfig } from '../config/config.js';
import { carrierHookPath } from '../domain/names.js';
import type { HttpClient } from '../http/client.js';
import { carrierToken } from './installation.js';

/** The carriers of an installation, and where each posts its receipts. */
export interface InstalledCarriers extends ConfiguredCarriers {
  /** Path token of each carrier's hooks. */
  readonly tokens: ReadonlyMap<string, string>;
  /** Whole address for a carrier's receipts; null where it cannot reach us. */
  readonly receiptUrl: (carrier: string) => string | null;
}

/**
 * Builds the adapters of the configured carriers.
 *
 * @param secret the installation's, which keys the tokens.
 * @throws CarrierConfigError with every problem of every account, spec and price sheet at once.
 */
export function installCarriers(
  config: Pick<ServiceConfig, 'carriers' | 'publicUrl' | 'http'>,
  secret: Uint8Array,
  deps: { readonly http: HttpClient; readonly clock: () => Date },
): InstalledCarriers {
  const configured = configureCarriers(config.carriers, {
    http: deps.http,
    clock: { now: () => deps.clock().getTime() },
    die: Math.random,
  });
  const tokens = new Map(config.carriers.map(({ id }) => [id, carrierToken(secret, id)]));
  const simulated = new Set(config.carriers.filter((carrier) => carrier.simulated).map(({ id }) => id));
  return {
    ...configured,
    tokens,
    receiptUrl(carrier) {
      // A simulated carrier runs beside the API, and nothing outside need be open for it.
      const base = simulated.has(carrier) ? `http://127.0.0.1:${config.http.port}` : config.publicUrl;
      const token = tokens.get(carrier);
      return base === null || token === undefined ? null : base + carrierHookPath(carrier, token);
    },
  };
}
