import { changeCircuit } from '../db/circuits.js';
import { admit, react, type Signal, stateAt } from '../domain/circuit.js';
import type { RentDeps } from './deps.js';

/** What a purchase needs to be let through and to be heard. */
type CircuitDeps = Pick<RentDeps, 'database' | 'log' | 'policy'>;

/** How much longer than its reply may take a probe is waited for. */
const PROBE_MARGIN_MS = 10_000;

/**
 * Whether a purchase may be made: the circuit is closed, or half-open and this purchase is the one that finds out. Several
 * workers may ask at once; one of them is let through.
 */
export async function mayBuy(deps: CircuitDeps, provider: string, purchase: string): Promise<boolean> {
  const asked = await deps.database.transaction((sql) =>
    changeCircuit(sql, provider, (circuit, now) => {
      const admitted = admit(circuit, purchase, now, deps.policy.replyWaitMs + PROBE_MARGIN_MS);
      return { circuit: admitted, result: { admitted: admitted !== null, probes: stateAt(circuit, now) === 'half_open' } };
    }),
  );
  if (asked.admitted && asked.probes)
    deps.log.info({ provider }, 'the circuit is half-open: one purchase finds out whether the provider answers again');
  return asked.admitted;
}

/** Takes over what a purchase learned of the account's health, and says once what it changed. */
export async function hearOf(deps: CircuitDeps, provider: string, purchase: string, signal: Signal): Promise<void> {
  const { changed, circuit } = await deps.database.transaction((sql) =>
    changeCircuit(sql, provider, (before, now) => {
      const reaction = react(before, purchase, signal, now);
      return { circuit: reaction.circuit, result: reaction };
    }),
  );
  if (changed === 'closed') deps.log.info({ provider }, 'the provider answers again: its circuit is closed');
  if (changed !== 'opened') return;
  const fields = { provider, reason: circuit.reason, until: new Date(circuit.openUntil!).toISOString(), openings: circuit.trips };
  if (signal.kind === 'fatal') deps.log.error(fields, 'the provider refuses to sell: its circuit is open');
  else deps.log.warn(fields, 'the provider does not answer: its circuit is open');
}
