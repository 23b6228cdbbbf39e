import { z } from 'zod';
import { formatMoney, moneyFromProvider } from '../../domain/money.js';
import type { CallScope } from '../caller.js';
import { looseId, looseText } from '../lenient.js';
import type { BalanceReading, PaymentRow } from '../provider.js';
import type { Session } from './session.js';

/** An amount that may be negative: a purchase's, or a balance that was taken below zero. */
const signedAmount = z.union([z.number(), z.string()]).transform((value, context) => {
  try {
    return moneyFromProvider(value);
  } catch {
    context.addIssue({ code: 'custom', message: 'is no amount' });
    return z.NEVER;
  }
});

const profile = z.object({ balance: signedAmount });

/** GET /user/profile. `frozen_balance` is left alone: that it holds the price of open orders is only suggested by its name. */
export async function balance(session: Session, scope: CallScope): Promise<BalanceReading> {
  const answer = await session.ask({ operation: 'balance', path: '/user/profile' }, scope);
  const parsed = profile.safeParse(answer.json);
  if (!parsed.success) throw session.error('balance', answer);
  return { amount: parsed.data.balance, currency: null, raw: formatMoney(parsed.data.balance) };
}

const payment = z.object({ ID: looseId, TypeName: looseText, Amount: signedAmount });
const list = z.object({ Data: z.array(payment).nullable() });

/** GET /user/payments, newest first. Rows of purchases seem to be posted when the order ends (provider notes 1.6, inferred). */
export async function payments(
  session: Session,
  page: { readonly offset: number; readonly limit: number },
  scope: CallScope,
): Promise<PaymentRow[]> {
  const query = { limit: page.limit, offset: page.offset, order: 'id', reverse: 'true' };
  const answer = await session.ask({ operation: 'payments', path: '/user/payments', query }, scope);
  const parsed = list.safeParse(answer.json);
  if (!parsed.success) throw session.error('payments', answer);
  return (parsed.data.Data ?? []).map((row) => ({ id: row.ID, kind: kindOf(row.TypeName), amount: row.Amount }));
}

function kindOf(type: string): PaymentRow['kind'] {
  if (type === 'charge') return 'top_up';
  return type === 'buy' ? 'purchase' : 'other';
}
