import { randomBytes } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { TemporalConfig } from '../../src/config/config.js';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { createTemporalClient } from '../../src/temporal/connection.js';
import { ensureSearchAttributes } from '../../src/temporal/search-attributes.js';
import { platform } from './platform.js';

/** A key for tests; the same everywhere, so that what one wrote another can read. */
export const TEST_KEYS = [{ id: 'test', key: Buffer.alloc(32, 7) }] as const;

/**
 * A Temporal namespace of one test file's own on the shared dev server, with our search attributes usable. Task queues and
 * workflow ids of others cannot meet with its own.
 */
export async function createTestNamespace(): Promise<TemporalConfig> {
  const config = await createBareNamespace();
  const temporal = createTemporalClient(config, createDataConverter(TEST_KEYS));
  try {
    await ensureSearchAttributes(temporal.client);
  } finally {
    await temporal.close();
  }
  return config;
}

/** A namespace as a bare `temporal server start-dev` has it: without our search attributes. */
export async function createBareNamespace(): Promise<TemporalConfig> {
  const { address } = await platform('temporal');
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const config: TemporalConfig = { address, namespace, connection: { address } };
  const connection = await Connection.connect(config.connection);
  try {
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') });
    // Every part of the server looks new namespaces up again only after a moment.
    for (const deadline = Date.now() + 30_000; ;) {
      try {
        await connection.workflowService.describeNamespace({ namespace });
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  } finally {
    await connection.close();
  }
  return config;
}
