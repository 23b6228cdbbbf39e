import { join } from 'node:path';
import type { PlatformConfig, TemporalConfig } from '../config/config.js';
import { formatSimulatedCarriers } from '../config/carriers.js';
import type { Environment } from '../config/environment.js';
import { formatEncryptionKeys } from '../config/encryption-keys.js';
import { formatSimulated } from '../config/providers.js';
import type { Secret } from '../config/secret.js';
import { formatMoney } from '../domain/money.js';
import type { PlatformKeys } from './generated-keys.js';

/** What the platform found or started, which its API and worker must be told. */
export interface Surroundings {
  readonly databaseUrl: string;
  /** Where the embedded Temporal server is; null if an outside one is used, of which the environment tells already. */
  readonly temporal: (Pick<TemporalConfig, 'address' | 'namespace'> & { readonly uiUrl: string | null }) | null;
  readonly simulators: ReadonlyMap<string, { readonly url: string; readonly apiKey: Secret }>;
  /** Simulated carriers that run, by their ids. */
  readonly carriers: ReadonlyMap<
    string,
    { readonly dialect: string; readonly url: string; readonly apiKey: Secret; readonly receiptSecret: Secret }
  >;
  readonly keys: PlatformKeys;
  /** The port that the API is to take. */
  readonly port: number;
}

/** The environment of the API and the worker: the platform's own, with what it found or started written into it. */
export function childrenEnvironment(own: Environment, config: PlatformConfig, found: Surroundings): Environment {
  const { temporal, keys } = found;
  const inherited = temporal === null ? own : Object.fromEntries(Object.entries(own).filter(([name]) => !name.startsWith('TEMPORAL_')));
  return {
    ...inherited,
    // Their values follow, and a secret may be given once only.
    DATABASE_URL_FILE: undefined,
    WATCHWORD_ENCRYPTION_KEYS_FILE: undefined,
    WATCHWORD_API_KEY_FILE: undefined,
    WATCHWORD_OPERATOR_KEY_FILE: undefined,
    DATABASE_URL: found.databaseUrl,
    ...(temporal === null
      ? {}
      : {
          TEMPORAL_ADDRESS: temporal.address,
          TEMPORAL_NAMESPACE: temporal.namespace,
          // A file that does not exist, so that no profile of the user's home reaches the embedded server.
          TEMPORAL_CONFIG_FILE: join(config.dataDir, 'no-temporal-profile.toml'),
        }),
    ...(temporal === null || temporal.uiUrl === null ? {} : { WATCHWORD_TEMPORAL_UI_URL: temporal.uiUrl }),
    HOST: config.http.host,
    PORT: String(found.port),
    WATCHWORD_DATA_DIR: config.dataDir,
    WATCHWORD_ENCRYPTION_KEYS: formatEncryptionKeys(keys.encryption),
    WATCHWORD_API_KEY: keys.client.key.reveal(),
    WATCHWORD_OPERATOR_KEY: keys.operator.key.reveal(),
    WATCHWORD_API_CREDIT: formatMoney(config.apiCredit),
    WATCHWORD_SIMULATED: formatSimulated(found.simulators),
    WATCHWORD_SIMULATED_CARRIERS: formatSimulatedCarriers(found.carriers),
  };
}
