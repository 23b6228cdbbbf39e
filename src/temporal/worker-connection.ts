import { NativeConnection } from '@temporalio/worker';
import type { TemporalConfig } from '../config/config.js';
import { TemporalUnavailableError } from './unavailable.js';

/**
 * A connection for workers, apart from the client's so that the API need not load the worker's native library.
 *
 * @throws TemporalUnavailableError if the server does not answer.
 */
export async function createWorkerConnection(config: TemporalConfig): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(config.connection);
  } catch (cause) {
    throw new TemporalUnavailableError(
      `no Temporal server answers at ${config.address} (${(cause as Error).message}): start it, or correct TEMPORAL_ADDRESS`,
      { cause },
    );
  }
}
