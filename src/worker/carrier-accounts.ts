import type { ConfiguredCarriers } from '../carriers/registry.js';
import { registerCarriers, storeSheet } from '../db/carriers.js';
import type { Database } from '../db/database.js';

/** Writes the configured carriers and their price sheets down where every process reads them. */
export async function registerConfiguredCarriers(database: Database, { rows, sheets }: ConfiguredCarriers): Promise<void> {
  await database.transaction((sql) => registerCarriers(sql, rows));
  for (const [carrier, lines] of sheets) await database.transaction((sql) => storeSheet(sql, carrier, lines));
}
