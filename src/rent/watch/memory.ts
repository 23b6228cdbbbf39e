import type { SeenReadings } from './list.js';

/** What a watcher remembers between loops. All of it may be lost: Postgres says what is to be done (ORDERS.md, rule 25). Times are milliseconds of the host's clock. */
export interface Memory {
  readonly seen: SeenReadings;
  listedAt: number;
  /** How long the last read of the list took, tokens waited for included. */
  listTook: number;
  sweptAt: number;
  sweepTook: number;
  provedAt: number;
  proofTook: number;
  /** The ledger's figure of the last pass. */
  provedExpected: bigint | null;
  /** The newest hook that a list read has answered; milliseconds of the database's clock. */
  hintSeen: number;
}

/** The memory of a watcher that just started. */
export function forgetful(): Memory {
  return {
    seen: new Map(),
    listedAt: -Infinity,
    listTook: 0,
    sweptAt: -Infinity,
    sweepTook: 0,
    provedAt: -Infinity,
    proofTook: 0,
    provedExpected: null,
    hintSeen: 0,
  };
}
