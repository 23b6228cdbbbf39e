import { noteThrottled } from '../db/carriers.js';
import { changeCarrierCircuit, isCircuitClean, otherCarriers } from '../db/circuits.js';
import { reactToSend, type SendAnswer, signalOfSend } from '../domain/carrier-circuit.js';
import { admit, stateAt } from '../domain/circuit.js';
import type { Channel } from '../domain/message.js';
import type { SendDeps } from './deps.js';

type CircuitDeps = Pick<SendDeps, 'database' | 'log' | 'replyWaitMs'>;

/** How much longer than its reply may take a probe is waited for. */
const PROBE_MARGIN_MS = 10_000;

/**
 * Whether a message may be sent by a carrier: its circuit is closed, or half-open and this send is the one that finds out.
 * Several workers may ask at once; one of them is let through.
 *
 * @param key names the send, the same each time that it asks.
 */
export async function maySend(deps: CircuitDeps, carrier: string, key: string): Promise<boolean> {
  const asked = await deps.database.transaction((sql) =>
    changeCarrierCircuit(sql, carrier, (circuit, now) => {
      const admitted = admit(circuit, key, now, deps.replyWaitMs + PROBE_MARGIN_MS);
      return { circuit: admitted, result: { admitted: admitted !== null, probes: stateAt(circuit, now) === 'half_open' } };
    }),
  );
  if (asked.admitted && asked.probes)
    deps.log.info({ carrier }, 'the circuit is half-open: one message finds out whether the carrier answers again');
  return asked.admitted;
}

/**
 * Takes over what a send learned of a carrier's health, and says once what it changed. A carrier that finds us too fast is well;
 * until when it does is noted, so that the next messages are led around it.
 */
export async function hearSend(
  deps: CircuitDeps,
  sent: { readonly carrier: string; readonly channel: Channel; readonly key: string },
  outcome: SendAnswer,
): Promise<void> {
  const { carrier } = sent;
  if (outcome.kind === 'refused' && outcome.reason === 'throttled')
    await noteThrottled(deps.database, carrier, outcome.retryAfterMs ?? null);
  const signal = signalOfSend(outcome);
  // Nearly always: nobody waits for a row that would only say again that all is well.
  if ((signal.kind === 'answer' || signal.kind === 'nothing') && (await isCircuitClean(deps.database, carrier))) return;
  const { changed, circuit } = await deps.database.transaction(async (sql) => {
    const others = await otherCarriers(sql, carrier, sent.channel);
    return changeCarrierCircuit(sql, carrier, (before, now) => {
      const reaction = reactToSend(before, sent.key, signal, others, now);
      return { circuit: reaction.circuit, result: reaction };
    });
  });
  if (changed === 'closed') deps.log.info({ carrier }, 'the carrier answers again: its circuit is closed');
  if (changed !== 'opened') return;
  const fields = { carrier, reason: circuit.reason, until: new Date(circuit.openUntil!).toISOString(), openings: circuit.trips };
  if (signal.kind === 'fatal') deps.log.error(fields, 'the carrier refuses to send: its circuit is open');
  else deps.log.warn(fields, 'the carrier does not answer: its circuit is open');
}
