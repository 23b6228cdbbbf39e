import type { Circuit } from '../domain/circuit.js';
import type { Sql } from './database.js';

interface CircuitRow {
  readonly now: Date;
  readonly circuit_open_until: Date | null;
  readonly circuit_reason: string | null;
  readonly circuit_faults: number;
  readonly circuit_good: number;
  readonly circuit_bad: number;
  readonly circuit_counted_at: Date | null;
  readonly circuit_trips: number;
  readonly circuit_closed_at: Date | null;
  readonly circuit_probe: string | null;
  readonly circuit_probe_until: Date | null;
}

/**
 * Locks a provider account's circuit and changes it by a pure rule, in the caller's transaction: workers that learn something
 * at the same moment are heard one after the other. `now` is the database's clock after the lock was got.
 *
 * @returns whatever else `change` returns; a circuit of null leaves the row as it is.
 */
export async function changeCircuit<T>(
  sql: Sql,
  provider: string,
  change: (circuit: Circuit, now: number) => { readonly circuit: Circuit | null; readonly result: T },
): Promise<T> {
  // Not FOR UPDATE: that would wait for whoever stores a row that refers to this one, such as a price list.
  await sql.run('SELECT 1 FROM providers WHERE id = $1 FOR NO KEY UPDATE', [provider]);
  const row = await sql.row<CircuitRow>(
    `SELECT clock_timestamp() AS now, circuit_open_until, circuit_reason, circuit_faults, circuit_good, circuit_bad, circuit_counted_at,
       circuit_trips, circuit_closed_at, circuit_probe, circuit_probe_until FROM providers WHERE id = $1`,
    [provider],
  );
  if (row === null) throw new Error(`provider ${provider} is not registered`);
  const before = circuitOf(row);
  const { circuit, result } = change(before, row.now.getTime());
  if (circuit !== null && circuit !== before) await save(sql, provider, circuit);
  return result;
}

function circuitOf(row: CircuitRow): Circuit {
  const ms = (date: Date | null) => date?.getTime() ?? null;
  return {
    openUntil: ms(row.circuit_open_until),
    reason: row.circuit_reason,
    faults: row.circuit_faults,
    good: row.circuit_good,
    bad: row.circuit_bad,
    countedAt: ms(row.circuit_counted_at) ?? 0,
    trips: row.circuit_trips,
    closedAt: ms(row.circuit_closed_at),
    probe:
      row.circuit_probe === null || row.circuit_probe_until === null
        ? null
        : { key: row.circuit_probe, until: row.circuit_probe_until.getTime() },
  };
}

async function save(sql: Sql, provider: string, circuit: Circuit): Promise<void> {
  const date = (ms: number | null) => (ms === null ? null : new Date(ms));
  await sql.run(
    `UPDATE providers SET circuit_open_until = $2, circuit_reason = $3, circuit_faults = $4, circuit_good = $5, circuit_bad = $6,
       circuit_counted_at = $7, circuit_trips = $8, circuit_closed_at = $9, circuit_probe = $10, circuit_probe_until = $11
     WHERE id = $1`,
    [
      provider,
      date(circuit.openUntil),
      circuit.reason,
      circuit.faults,
      circuit.good,
      circuit.bad,
      date(circuit.countedAt),
      circuit.trips,
      date(circuit.closedAt),
      circuit.probe?.key ?? null,
      date(circuit.probe?.until ?? null),
    ],
  );
}
