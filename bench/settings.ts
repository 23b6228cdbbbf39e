import { DEFAULT_POLICY } from '../src/domain/policy.js';

/** A pair of which a simulator never runs out. */
export const LONG_OFFERS = [{ service: 'telegram', country: 'ID', price: '0.10', stock: 1_000_000 }];

/** The policy of a real installation, in the form of the configuration file. */
export function realPolicy(): Record<string, number> {
  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries<number>({ ...DEFAULT_POLICY }).map(([name, value]) => [snake(name), value]));
}
