import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../db/database.js';
import { takeToken } from '../db/request-budget.js';
import type { RequestGate } from '../providers/gate.js';
import type { CallPriority } from '../providers/provider.js';

/** The share of the budget that a caller leaves to more urgent ones: purchases and cancels may take the last token. */
const RESERVE: Readonly<Record<CallPriority, number>> = { purchase: 0, cancel: 0, order: 0.2, watch: 0.3, balance: 0.3, prices: 0.5 };
/** Waiters look again at least this often, so that a token freed by another process is not missed for long. */
const LOOK_AGAIN_MS = 500;
/** The gate of one provider account: every HTTP request waits here for its token (ORDERS.md, rule 24). */
export function createBudgetGate(sql: Sql, provider: string): RequestGate {
  return async ({ priority, signal }) => {
    const patient = priority !== 'purchase' && priority !== 'cancel';
    for (;;) {
      signal?.throwIfAborted();
      const wait = await takeToken(sql, provider, RESERVE[priority], patient);
      if (wait === 0) return;
      await sleep(Math.min(wait, LOOK_AGAIN_MS), undefined, signal === undefined ? {} : { signal });
    }
  };
}
