import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnyRoute } from '../../src/api/route.js';
import { createWorld, type World } from './world.js';

interface Operation {
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, { description?: string; content?: Record<string, unknown> }>>;
  readonly parameters?: readonly { name: string; in: string; required?: boolean }[];
  readonly requestBody?: { required?: boolean };
  readonly operationId: string;
}

let world: World;
let document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, unknown> } };
beforeAll(async () => {
  world = await createWorld();
  document = (await (await world.fetch('/openapi.json')).json()) as typeof document;
});
afterAll(() => world.close());

const hasKey = (spec: AnyRoute) => spec.door === 'client' || spec.door === 'operator';

test('every route is described once, with its door', () => {
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  const described = world.api.routes.filter(({ page }) => page !== true);
  expect(operations).toHaveLength(described.length);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const spec of described) {
    const operation = document.paths[spec.path.replace(/:([a-z]+)/g, '{$1}')]?.[spec.method];
    expect([spec.path, operation!.security]).toEqual([spec.path, hasKey(spec) ? [{ apiKey: [] }] : []]);
    expect([spec.path, Object.keys(operation!.responses)]).toEqual([spec.path, expect.arrayContaining(Object.keys(spec.answers))]);
    const ofKeys = hasKey(spec) ? ['401', '403', '429'] : [];
    expect([spec.path, Object.keys(operation!.responses)]).toEqual([spec.path, expect.arrayContaining([...ofKeys, '500', '503'])]);
  }
});

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target!);
  expect(references.length).toBeGreaterThan(10);
  for (const target of new Set(references)) {
    const found = target
      .slice(2)
      .split('/')
      .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], document);
    expect([target, found]).toEqual([target, expect.anything()]);
  }
});

test('the purchase says what it takes and what it answers', () => {
  const operation = document.paths['/v1/activations']!['post']!;
  expect(Object.keys(operation.responses)).toEqual(
    expect.arrayContaining(['201', '202', '400', '401', '402', '409', '413', '415', '422', '429', '503']),
  );
  expect(operation.parameters).toContainEqual(expect.objectContaining({ name: 'idempotency-key', in: 'header', required: true }));
  expect(operation.requestBody?.required).toBe(true);
  const request = document.components.schemas['ActivationRequest'] as {
    required: string[];
    properties: object;
    additionalProperties: boolean;
  };
  expect(request.required).toEqual(['service', 'country']);
  expect(request.additionalProperties).toBe(false);
  expect(Object.keys(request.properties)).toEqual(['service', 'country', 'operator', 'max_price', 'on_no_code', 'metadata']);
});

test('every kind of problem can be read about', async () => {
  const response = await world.fetch('/problems/insufficient_credit');
  expect(await response.json()).toMatchObject({ code: 'insufficient_credit', status: 402 });
});
