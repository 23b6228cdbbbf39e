import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { TemporalConfig } from './config.js';
import type { Environment } from './environment.js';

/**
 * Reads how to reach an outside Temporal server: TEMPORAL_ADDRESS, or a profile that TEMPORAL_PROFILE or
 * TEMPORAL_CONFIG_FILE names, with whatever else `@temporalio/envconfig` understands (TLS, API key, gRPC metadata).
 *
 * A profile file that merely lies in the home folder is not enough: it would send a first `npm start` to whichever
 * cluster somebody last worked with.
 *
 * @returns null when no outside server is named.
 */
export function readTemporal(environment: Environment, problems: string[]): TemporalConfig | null {
  const named = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].filter((name) => (environment[name]?.trim() ?? '') !== '');
  if (named.length === 0) return null;
  const set = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  try {
    const { namespace = 'default', connectionOptions } = loadClientConnectConfig({
      overrideEnvVars: Object.fromEntries(set),
      ...(environment['TEMPORAL_PROFILE'] ? { profile: environment['TEMPORAL_PROFILE'] } : {}),
    });
    const { address, tls, apiKey, metadata } = connectionOptions;
    if (address === undefined) {
      problems.push(`${named.join(' and ')}: the profile names no address; expected one in the profile or in TEMPORAL_ADDRESS`);
      return null;
    }
    const connection = Object.freeze({
      address,
      ...(tls === undefined ? {} : { tls }),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(metadata === undefined ? {} : { metadata }),
    });
    return Object.freeze(
      Object.defineProperty({ address, namespace }, 'connection', { value: connection, enumerable: false }),
    ) as TemporalConfig;
  } catch (error) {
    problems.push(`${named.join(' and ')}: ${(error as Error).message}`);
    return null;
  }
}
