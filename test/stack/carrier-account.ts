import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningCarrierSimulator } from '../../src/main/carrier-simulators.js';

/** What is agreed with a carrier. */
export interface CarrierTerms {
  /** Messages a second that it grants. */
  readonly perSecond: number;
  /** Of a segment, by country (ISO 3166-1 alpha-2): decimal amounts in USD. */
  readonly prices: Readonly<Record<string, string>>;
}

/** A simulated carrier as an account of the configuration file. Its secrets and its price sheet are written into `folder`. */
export function carrierAccount(simulator: RunningCarrierSimulator, terms: CarrierTerms, folder: string): object {
  const written = (name: string, text: string): string => {
    const path = join(folder, `${simulator.id}-${name}`);
    writeFileSync(path, `${text}\n`, { mode: 0o600 });
    return path;
  };
  const rows = Object.entries(terms.prices).map(([country, price]) => `${country},${price}`);
  return {
    id: simulator.id,
    spec: `simulated-${simulator.dialect}`,
    base_url: simulator.url,
    secrets: {
      api_key: { file: written('api-key', simulator.apiKey.reveal()) },
      receipt_secret: { file: written('receipt-secret', simulator.receiptSecret.reveal()) },
    },
    prices: written('prices.csv', ['country,price', ...rows].join('\n')),
    per_second: terms.perSecond,
  };
}
