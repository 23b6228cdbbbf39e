import proto from '@temporalio/proto';
import { afterEach, describe, expect, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../src/domain/names.js';
import { createTemporalClient, type TemporalClient } from '../../src/temporal/connection.js';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { ensureSearchAttributes, searchAttributes } from '../../src/temporal/search-attributes.js';
import { createBareNamespace, TEST_KEYS } from '../stack/namespace.js';

const { IndexedValueType } = proto.temporal.api.enums.v1;

describe('search attributes', () => {
  const open: TemporalClient[] = [];
  async function bareClient() {
    const temporal = createTemporalClient(await createBareNamespace(), createDataConverter(TEST_KEYS));
    open.push(temporal);
    return temporal.client;
  }
  afterEach(async () => {
    for (const temporal of open.splice(0)) await temporal.close();
  });

  it('are registered on a bare server, by many starters at once, and can be used when that is done', async () => {
    const client = await bareClient();
    await expect(client.workflow.count(`WatchwordPhase = 'x'`)).rejects.toThrow('Failed to count workflows');
    await Promise.all([1, 2, 3, 4].map(() => ensureSearchAttributes(client)));
    const workflowId = 'found-by-its-attributes';
    const values = { account: 'a', service: 'telegram', country: 'ID', provider: 'herosms', phase: 'WAITING' };
    await client.workflow.start('nobodyRunsThis', { workflowId, taskQueue: 'nobody', typedSearchAttributes: searchAttributes(values) });
    const query = Object.entries(values)
      .map(([name, value]) => `${SEARCH_ATTRIBUTES[name as keyof typeof values]} = '${value}'`)
      .join(' AND ');
    await expect.poll(async () => (await client.workflow.count(query)).count, { timeout: 10_000 }).toBe(1);
    await client.workflow.getHandle(workflowId).terminate();
  });

  it('cost nothing once they are there', async () => {
    const client = await bareClient();
    await ensureSearchAttributes(client);
    const began = performance.now();
    await ensureSearchAttributes(client);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('are refused in words when one exists under another type', async () => {
    const client = await bareClient();
    const { namespace } = client.options;
    await client.connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: { WatchwordPhase: IndexedValueType.INDEXED_VALUE_TYPE_INT },
    });
    await expect(ensureSearchAttributes(client, 3_000)).rejects.toThrow(
      /has WatchwordPhase under another type than Keyword|may exist with another type/,
    );
  });

  it('name the command to run when the server does not let us register them', async () => {
    const client = await bareClient();
    const refusing = new Proxy(client, {
      get: (target, property) =>
        property === 'connection'
          ? { operatorService: { listSearchAttributes: () => Promise.reject(new Error('7 PERMISSION_DENIED: not for you')) } }
          : (Reflect.get(target, property, target) as unknown),
    });
    await expect(ensureSearchAttributes(refusing, 1_000)).rejects.toThrow(
      /refused to register.*PERMISSION_DENIED.*temporal operator search-attribute create --namespace/,
    );
  });
});
