import { join } from 'node:path';
import openapiTypescript, { type OpenAPI3 } from 'openapi-typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, type World } from '../api/world.js';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** `npm run client` writes the file anew. */
test('the typed client is that of the running API', async () => {
  const document = (await (await world.fetch('/openapi.json')).json()) as OpenAPI3;
  const types = await openapiTypescript(document, { commentHeader: '' });
  const source = `/** Written by \`npm run client\` from the API's own OpenAPI document; never edited by hand. */\n\n${types.trim()}\n`;
  await expect(source).toMatchFileSnapshot(join(import.meta.dirname, '..', '..', 'src', 'client', 'schema.ts'));
});
