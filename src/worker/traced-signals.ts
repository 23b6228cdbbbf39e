import { traceOfActivation } from '../db/activations.js';
import type { Sql } from '../db/database.js';
import type { Traces } from '../observability/traces.js';
import type { Log } from '../domain/log.js';
import type { ActivationSignals } from '../rent/deps.js';

/**
 * Signals in the trace of the activation that they are for: a watcher sends them, woken by a hook perhaps, and neither knows
 * whose request it was.
 */
export function tracedSignals(
  signals: ActivationSignals,
  deps: { readonly database: Sql; readonly traces: Traces; readonly log: Pick<Log, 'info'> },
): ActivationSignals {
  async function within<T>(activationId: string, news: string, send: () => Promise<T>): Promise<T> {
    const traceId = await traceOfActivation(deps.database, activationId);
    const sent = async () => {
      const heard = await send();
      deps.log.info({ activationId, news, heard }, 'an activation’s workflow was told');
      return heard;
    };
    return traceId === null ? sent() : deps.traces.run({ ...deps.traces.current(), traceId }, sent);
  }
  return {
    smsReceived: (activationId, inboxId) => within(activationId, 'sms_received', () => signals.smsReceived(activationId, inboxId)),
    orderEnded: (activationId, orderId) => within(activationId, 'order_ended', () => signals.orderEnded(activationId, orderId)),
    refunded: (activationId) => within(activationId, 'refunded', () => signals.refunded(activationId)),
  };
}
