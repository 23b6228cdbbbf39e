import { z } from 'zod';
import type { AccountOverview } from '../../db/operator-accounts.js';
import { formatMoney } from '../../domain/money.js';
import { currency, money, time, timeText } from './scalars.js';

/** An account as operators see it. */
export const account = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: z.enum(['client', 'operator']),
    sandbox: z.boolean().meta({ description: 'It plays: its credit is no money, and it buys from simulators only.' }),
    reference: z.string().nullable(),
    created_at: time,
    suspended_at: time.nullable(),
    erased_at: time.nullable(),
    available: money,
    held: money,
    currency,
    keys: z.int().meta({ description: 'Keys that may be used now.' }),
  })
  .meta({ id: 'Account' });

export type Account = z.output<typeof account>;

/** Shows an account, with its money in the wallet's currency. */
export function accountShown(row: AccountOverview, walletCurrency: string): Account {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    sandbox: row.sandbox,
    reference: row.reference,
    created_at: timeText(row.created_at),
    suspended_at: row.suspended_at === null ? null : timeText(row.suspended_at),
    erased_at: row.erased_at === null ? null : timeText(row.erased_at),
    available: formatMoney(row.available),
    held: formatMoney(row.held),
    currency: walletCurrency,
    keys: row.keys,
  };
}
