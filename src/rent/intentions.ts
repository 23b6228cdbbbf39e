import { setCancelDue } from '../db/activations.js';
import { databaseNow } from '../db/providers.js';
import type { RentDeps } from './deps.js';

/** Shows the client when an accepted cancel will be carried out. */
export async function noteCancelDue(deps: RentDeps, activationId: string, inMs: number): Promise<void> {
  const now = await databaseNow(deps.database);
  await setCancelDue(deps.database, activationId, new Date(now.getTime() + inMs));
}
