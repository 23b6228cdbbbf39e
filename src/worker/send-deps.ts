import type { Carrier } from '../carriers/carrier.js';
import type { Config } from '../config/config.js';
import type { Database } from '../db/database.js';
import type { Keyring } from '../sealing/keyring.js';
import type { Log } from '../domain/log.js';
import type { SendDeps } from '../send/deps.js';
import type { VerifyHashes } from '../sealing/verify-hashes.js';
import { createRouteMemory } from '../send/route-memory.js';
import { markupFor } from './markup.js';

/** How many carriers one message may try. */
const MAX_CARRIERS = 4;
const SEND_WITHIN_MS = 15_000;
const REPLY_WAIT_MS = 15_000;

/** Puts together what the steps of sending need. */
export function createSendDeps(
  deps: {
    readonly config: Pick<Config, 'currency' | 'markup'>;
    readonly database: Database;
    readonly keyring: Keyring;
    readonly log: Log;
    readonly clock: () => Date;
    readonly newCode: (digits: number) => string;
    readonly hashes: VerifyHashes;
  },
  carriers: ReadonlyMap<string, Carrier>,
  receiptUrl: (carrier: string) => string | null,
  workflows: Pick<SendDeps, 'tellMessage' | 'startMessage' | 'startBatch'>,
  newId: () => string,
  die: () => number,
): SendDeps {
  return {
    database: deps.database,
    keyring: deps.keyring,
    walletCurrency: deps.config.currency,
    markupOf: (country) => markupFor(deps.config.markup, '', country),
    carriers,
    receiptUrl,
    newCode: deps.newCode,
    hashes: deps.hashes,
    maxCarriers: MAX_CARRIERS,
    sendWithinMs: SEND_WITHIN_MS,
    replyWaitMs: REPLY_WAIT_MS,
    ...workflows,
    routes: createRouteMemory(deps.clock),
    newId,
    die,
    log: deps.log,
  };
}
