import { expect, it } from 'vitest';
import { startStack } from '../stack/stack.js';

it('API and worker are known to be ready also where LOG_LEVEL leaves out that they say so', async () => {
  const stack = await startStack({ env: { LOG_LEVEL: 'error' }, providers: [{ id: 'fivesim' }] });
  try {
    expect((await stack.fetch('/readyz', { key: null })).status).toBe(200);
    expect(stack.logged.filter((line) => line.includes('"level":"info"'))).toEqual([]);
  } finally {
    await stack.close();
  }
}, 180_000);
