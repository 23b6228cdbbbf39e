import { carrierOffers } from '../db/carriers.js';
import type { Buyer } from '../db/buyers.js';
import type { Database } from '../db/database.js';
import type { PreparedMessage } from '../domain/message-request.js';
import { clientPrice, convertAt, type Markup } from '../domain/money.js';

/** What carriers would ask the client for a message, micro units of the wallet's currency; null where none reaches it. */
export async function priceRange(
  deps: { readonly database: Database; readonly markupOf: (country: string) => Markup },
  buyer: Buyer,
  message: Pick<PreparedMessage, 'to' | 'channel' | 'country' | 'segments' | 'carriers'>,
): Promise<{ readonly from: bigint; readonly to: bigint } | null> {
  const offers = await carrierOffers(deps.database, message.channel, message.to.slice(1), buyer);
  const prices = offers
    .filter(({ carrier }) => message.carriers === null || message.carriers.includes(carrier))
    .map(({ price, rateMicros }) => clientPrice(convertAt(price * BigInt(message.segments), rateMicros), deps.markupOf(message.country)))
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return prices.length === 0 ? null : { from: prices[0]!, to: prices.at(-1)! };
}
