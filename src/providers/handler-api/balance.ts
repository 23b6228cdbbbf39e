import { z } from 'zod';
import { moneyFromProvider } from '../../domain/money.js';
import type { CallScope } from '../caller.js';
import { currencyOf } from '../currency.js';
import { absentAsNull, looseAmount, looseText } from '../lenient.js';
import { ProviderError } from '../provider-error.js';
import type { BalanceReading } from '../provider.js';
import type { Session } from './session.js';

/** Tiger's JSON form; its amount may be written as a string. */
const jsonBalance = z.object({ balance: looseAmount, currency: absentAsNull(looseText).catch(null) });

/**
 * getBalance, never getBalanceAndCashBack: cashback is not ours to spend (ORDERS.md, rule 2).
 *
 * @throws ProviderError `rejected` if the balance is in another currency than the account's.
 */
export async function balance(session: Session, scope: CallScope): Promise<BalanceReading> {
  const answer = await session.ask({ operation: 'balance', action: 'getBalance' }, scope);
  const { reply, failure } = answer;
  const { raw } = reply.http;
  if (failure === null && reply.form === 'token' && reply.token === 'ACCESS_BALANCE') {
    const amount = amountOf(reply.rest ?? '');
    if (amount !== null) return { amount, currency: null, raw };
  }
  if (failure === null && reply.form === 'json') {
    const parsed = jsonBalance.safeParse(reply.value);
    if (parsed.success) {
      const currency = currencyOf(parsed.data.currency);
      if (currency !== null && currency !== session.currency) {
        throw new ProviderError({ provider: session.caller.provider, code: 'rejected', operation: 'balance (wrong currency)', raw });
      }
      return { amount: parsed.data.balance, currency, raw };
    }
  }
  throw session.error('balance', answer);
}

/** Balances may be below zero where a provider takes money back. */
function amountOf(text: string): bigint | null {
  try {
    return moneyFromProvider(text);
  } catch {
    return null;
  }
}
