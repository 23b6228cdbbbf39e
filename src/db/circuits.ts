import type { OtherCarrier } from '../domain/carrier-circuit.js';
import type { Circuit } from '../domain/circuit.js';
import type { Channel } from '../domain/message.js';
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
export function changeCircuit<T>(sql: Sql, provider: string, change: Change<T>): Promise<T> {
  return changeIn(sql, 'providers', provider, change);
}

/** The same for a carrier account. */
export function changeCarrierCircuit<T>(sql: Sql, carrier: string, change: Change<T>): Promise<T> {
  return changeIn(sql, 'carriers', carrier, change);
}

type Change<T> = (circuit: Circuit, now: number) => { readonly circuit: Circuit | null; readonly result: T };

async function changeIn<T>(sql: Sql, table: 'providers' | 'carriers', id: string, change: Change<T>): Promise<T> {
  // Not FOR UPDATE: that would wait for whoever stores a row that refers to this one, such as a price list.
  await sql.run(`SELECT 1 FROM ${table} WHERE id = $1 FOR NO KEY UPDATE`, [id]);
  const row = await sql.row<CircuitRow>(
    `SELECT clock_timestamp() AS now, circuit_open_until, circuit_reason, circuit_faults, circuit_good, circuit_bad, circuit_counted_at,
       circuit_trips, circuit_closed_at, circuit_probe, circuit_probe_until FROM ${table} WHERE id = $1`,
    [id],
  );
  if (row === null) throw new Error(`${id} is not registered among the ${table}`);
  const before = circuitOf(row);
  const { circuit, result } = change(before, row.now.getTime());
  if (circuit !== null && circuit !== before) await save(sql, table, id, circuit);
  return result;
}

/** What counts less than this has faded. */
const FADED = 0.5;

/**
 * Whether a carrier's circuit is closed, without a fault that still counts, and was heard within the last seconds, so that one
 * more answer changes nothing of it.
 */
export async function isCircuitClean(sql: Sql, carrier: string): Promise<boolean> {
  const row = await sql.row<{ clean: boolean }>(
    `SELECT circuit_open_until IS NULL AND circuit_faults = 0 AND circuit_bad < $2
       AND coalesce(circuit_counted_at > clock_timestamp() - interval '5 seconds', false) AS clean FROM carriers WHERE id = $1`,
    [carrier, FADED],
  );
  return row?.clean ?? false;
}

/** What was heard last of a channel's other carriers that could be asked: neither paused nor retired. */
export async function otherCarriers(sql: Sql, carrier: string, channel: Channel): Promise<OtherCarrier[]> {
  const rows = await sql.rows<{ circuit_faults: number; circuit_counted_at: Date | null }>(
    `SELECT circuit_faults, circuit_counted_at FROM carriers
     WHERE id <> $1 AND $2 = ANY (channels) AND paused_at IS NULL AND retired_at IS NULL`,
    [carrier, channel],
  );
  return rows.map((row) => ({ faults: row.circuit_faults, heardAt: row.circuit_counted_at?.getTime() ?? 0 }));
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

async function save(sql: Sql, table: 'providers' | 'carriers', id: string, circuit: Circuit): Promise<void> {
  const date = (ms: number | null) => (ms === null ? null : new Date(ms));
  await sql.run(
    `UPDATE ${table} SET circuit_open_until = $2, circuit_reason = $3, circuit_faults = $4, circuit_good = $5, circuit_bad = $6,
       circuit_counted_at = $7, circuit_trips = $8, circuit_closed_at = $9, circuit_probe = $10, circuit_probe_until = $11
     WHERE id = $1`,
    [
      id,
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
