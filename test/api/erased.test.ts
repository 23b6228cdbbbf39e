import { afterAll, beforeAll, expect, test } from 'vitest';
import { eraseExpired } from '../../src/privacy/erase-expired.js';
import type { TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let client: TestClient;
beforeAll(async () => {
  world = await createWorld();
  client = await world.client();
});
afterAll(() => world.close());

test('an erased activation says so, without number, code and text, everywhere', async () => {
  const id = await world.putActivation(client.accountId, { status: 'COMPLETED' });
  await world.putMessage(client.accountId, id, { code: '515253', text: 'Your code is 515253' });
  const before = (await (await client.fetch(`/v1/activations/${id}`)).json()) as object;
  expect(before).toMatchObject({ phone_number: '+6281234567890', messages: [{ code: '515253' }] });
  expect(before).not.toHaveProperty('erased_at');
  await world.database.run("UPDATE activations SET ended_at = now() - interval '25 hours'");
  expect(await eraseExpired(world.database, 86_400_000)).toMatchObject({ activations: 1 });

  const erased = {
    status: 'COMPLETED',
    price: '0.15',
    phone_number: null,
    erased_at: expect.stringMatching(/Z$/) as string,
    messages: [{ code: null, text: null, received_at: expect.any(String) as string }],
  };
  expect(await (await client.fetch(`/v1/activations/${id}`)).json()).toMatchObject(erased);
  expect(await (await client.fetch('/v1/activations')).json()).toMatchObject({ items: [erased] });
  const events = await (await client.fetch(`/v1/activations/${id}/events`)).text();
  expect(JSON.parse(/data: (.*)/.exec(events)![1]!)).toMatchObject(erased);
  const timeline = (await (await client.fetch(`/v1/activations/${id}/timeline`)).json()) as { events: object[] };
  expect(timeline.events.at(-1)).toMatchObject({ from: 'COMPLETED', to: 'COMPLETED', reason: 'erased' });
});
