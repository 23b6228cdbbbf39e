import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack } from '../stack/stack.js';

describe('the test stack', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.close());

  it('rents a number and gets its code', async () => {
    const response = await stack.fetch('/v1/activations', {
      json: { service: 'telegram', country: 'ID' },
      headers: { 'idempotency-key': 'first' },
    });
    const text = await response.text();
    expect(text).toContain('"phone_number":"+62');
    expect(response.status).toBe(201);
    const { id } = JSON.parse(text) as { id: string };
    await expect
      .poll(async () => ((await (await stack.fetch(`/v1/activations/${id}`)).json()) as { status: string }).status, { timeout: 15_000 })
      .toBe('RECEIVED');
  });

  it('goes on after worker and API were killed', async () => {
    await stack.kill('worker');
    await stack.kill('api');
    await Promise.all([stack.restart('worker'), stack.restart('api')]);
    expect((await stack.fetch('/v1/balance')).status).toBe(200);
    expect(await stack.control('herosms', 'GET', '/books')).toBeTypeOf('object');
  });
});
