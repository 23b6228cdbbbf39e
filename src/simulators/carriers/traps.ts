import { z } from 'zod';
import type { Random } from '../random.js';

/** Why a simulated carrier refuses; each dialect has its own word for it. */
export const REFUSALS = ['throttled', 'invalid_number', 'opted_out', 'no_balance', 'bad_sender', 'content', 'bad_key', 'closed'] as const;
export type SimRefusal = (typeof REFUSALS)[number];

/** What can be made to go wrong, and what it does. */
export const TRAPS = {
  refuse: 'A send is refused, with `reason`.',
  lost_reply: 'The message is taken, and the connection dies before the answer.',
  cut_reply: 'The message is taken, and its answer ends in the middle.',
  error_page: 'The message is taken, and an edge answers with `status` and a page.',
  lost_request: 'The connection dies before the message is taken.',
  garbage: 'The message is taken, and the answer is of no form that is documented.',
  hang: 'The message is taken, and no answer ever comes.',
  no_receipt: 'No receipt is ever sent.',
  undelivered: 'The message does not reach its phone, and the receipt says so.',
  fake_receipt: 'The message does not reach its phone, and the receipt says that it did.',
  late_receipt: 'The receipt comes `delayMs` later.',
  doubled_receipt: 'The receipt comes twice.',
  early_receipt: 'The receipt comes before the answer.',
  backwards: 'After the last receipt comes an older one that says "on its way".',
  unknown_status: 'The receipt has a status that is not documented.',
  bad_signature: 'The receipt is signed with another key.',
} as const;
export type TrapName = keyof typeof TRAPS;

const given = z.strictObject({
  name: z.enum(Object.keys(TRAPS) as [TrapName, ...TrapName[]]),
  probability: z.number().min(0).max(1).default(1),
  /** How often it still goes off; without it, without end. */
  count: z.int().min(1).optional(),
  reason: z.enum(REFUSALS).default('throttled'),
  status: z.int().min(400).max(599).default(502),
  delayMs: z.int().min(0).max(31_536_000_000).default(5_000),
});
export type Trap = z.output<typeof given> & { fired: number };

/** The traps of one simulated carrier. */
export interface CarrierTraps {
  /** @throws z.ZodError */
  set(trap: unknown): Trap;
  clear(name?: string): void;
  list(): readonly Trap[];
  /** Whether it goes off on this occasion. */
  spring(name: TrapName): Trap | null;
}

/** @see CarrierTraps */
export function createTraps(random: Random): CarrierTraps {
  const traps = new Map<string, Trap>();
  return {
    set: (trap) => {
      const parsed = { ...given.parse(trap), fired: 0 };
      traps.set(parsed.name, parsed);
      return parsed;
    },
    clear: (name) => (name === undefined ? traps.clear() : void traps.delete(name)),
    list: () => [...traps.values()],
    spring: (name) => {
      const trap = traps.get(name);
      if (trap === undefined || (trap.count !== undefined && trap.fired >= trap.count) || !random.chance(trap.probability)) return null;
      trap.fired += 1;
      return trap;
    },
  };
}
