import type { CallContext, NumberProvider } from '../../providers/provider.js';
import type { RentDeps } from '../deps.js';

/** The same steps, whose calls to providers end when `signal` is aborted: a watcher that must stop waits for no reply and no token. */
export function stoppable(deps: RentDeps, signal: AbortSignal): RentDeps {
  const until = (call: CallContext): CallContext => ({ ...call, signal });
  const providers = [...deps.providers].map(([id, provider]): [string, NumberProvider] => [
    id,
    {
      ...provider,
      // Some are learned from replies.
      get capabilities() {
        return provider.capabilities;
      },
      readOrder: (order, call) => provider.readOrder(order, until(call)),
      openOrders: (page, call) => provider.openOrders(page, until(call)),
      balance: (call) => provider.balance(until(call)),
      payments: (page, call) => provider.payments(page, until(call)),
      cancel: (order, call) => provider.cancel(order, until(call)),
    },
  ]);
  return { ...deps, providers: new Map(providers) };
}
