import type { Stack } from '../stack/stack.js';

type Simulated = Pick<Stack, 'simulators'>;

/** The simulated providers of a stack, by their ids. */
export function providersOf({ simulators }: Simulated): string[] {
  return [...simulators].filter(([, one]) => !('receiptSecret' in one)).map(([id]) => id);
}

/** The simulated carriers of a stack, by their ids. */
export function carriersOf({ simulators }: Simulated): string[] {
  return [...simulators].filter(([, one]) => 'receiptSecret' in one).map(([id]) => id);
}
