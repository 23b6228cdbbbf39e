import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { TemporalConfig } from '../config/config.js';
import type { Traces } from '../observability/traces.js';
import { traceCarrier } from './trace-headers.js';

/** A client of one namespace, and how to let go of it. */
export interface TemporalClient {
  readonly client: Client;
  /** Whether the server answers within `timeoutMs`; never throws. For readiness checks. */
  isReachable(timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * A client for processes that start and signal workflows. It connects at the first call, so that the API can start and say
 * that it is not ready while Temporal is away. One a process. Without a converter it reads no payloads; with `traces`, what it
 * starts and signals carries the current trace.
 */
export function createTemporalClient(
  config: TemporalConfig,
  dataConverter?: DataConverter,
  traces?: Pick<Traces, 'current'>,
): TemporalClient {
  const connection = Connection.lazy({ ...config.connection, connectTimeout: 5_000 });
  const client = new Client({
    connection,
    namespace: config.namespace,
    ...(dataConverter === undefined ? {} : { dataConverter }),
    ...(traces === undefined ? {} : { interceptors: { workflow: [traceCarrier(() => traces.current()?.traceId ?? null)] } }),
  });
  return {
    client,
    isReachable: async (timeoutMs) => {
      try {
        await connection.withDeadline(Date.now() + timeoutMs, () => connection.workflowService.getSystemInfo({}));
        return true;
      } catch {
        return false;
      }
    },
    close: () => connection.close(),
  };
}
