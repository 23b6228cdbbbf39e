import { type CountryResponse, open } from 'maxmind';
import type { FraudSettings } from '../config/fraud.js';
import type { Rule } from './rule.js';

/** The country of an address, ISO 3166-1 alpha-2; null where it is not known. */
export type IpCountries = (address: string) => string | null;

/**
 * Opens a country (or city) database in MaxMind's format, and reads it anew when the file changes.
 *
 * @throws Error that names the file if it cannot be read or is no such database
 */
export async function openIpCountries(path: string): Promise<IpCountries> {
  try {
    const reader = await open<CountryResponse>(path, { watchForUpdates: true, watchForUpdatesNonPersistent: true });
    return (address) => {
      const found = reader.get(address);
      return found?.country?.iso_code ?? found?.registered_country?.iso_code ?? null;
    };
  } catch (error) {
    throw new Error(
      `fraud.ip_country.database: ${path} cannot be used (${(error as Error).message}): expected a country database in MaxMind’s format`,
      {
        cause: error,
      },
    );
  }
}

/** Who asks from one country for a code to another's phone: a traveller, or a pump far away. */
export function ipCountryRule({ mode }: FraudSettings['ip_country'], countries: IpCountries): Rule {
  return {
    name: 'ip_country',
    mode,
    ask({ risk, address }) {
      const country = address === null ? null : countries(address);
      if (country === null || country === risk.country) return null;
      return { verdict: 'block', detail: { ip_country: country, country: risk.country } };
    },
  };
}
