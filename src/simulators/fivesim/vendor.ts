import { asNumber, jsonReply } from '../protocol.js';
import type { Reply } from '../protocol.js';
import { words } from './context.js';
import type { FiveSimContext } from './context.js';

/** The endpoints for number suppliers (provider notes 1.5): a vendor who sells nothing. Null if the path is none of them. */
export function vendor(context: FiveSimContext, method: string, resource: string, now: number): Reply | null {
  const empty = { Data: [], Total: 0 };
  switch (`${method} ${resource}`) {
    case 'GET profile':
      return jsonReply({
        id: 1_234_567,
        email: 'simulator@example.com',
        vendor: 'simulator',
        balance: asNumber(context.trade.shownBalance(now)),
        rating: context.rating(),
        frozen_balance: 0,
      });
    case 'GET wallets':
      return jsonReply({ fkwallet: 0, payeer: 0, unitpay: 0 });
    case 'GET orders':
      return jsonReply({ ...empty, ProductNames: [], Statuses: [] });
    case 'GET payments':
      return jsonReply({ ...empty, PaymentTypes: [], PaymentProviders: [] });
    case 'GET prices':
      return jsonReply({});
    case 'POST withdraw':
      return words('not enough user balance');
    default:
      return null;
  }
}
