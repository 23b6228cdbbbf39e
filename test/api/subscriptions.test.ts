import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Breaks every LISTEN connection of the database. */
async function breakSubscriptions(): Promise<number> {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  const broken = await admin.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'",
  );
  await admin.end();
  return broken.rowCount ?? 0;
}

test('a change that was announced while the subscription was broken is not missed', async () => {
  const client = await world.client();
  const id = await world.putActivation(client.accountId);
  const waiting = client.fetch(`/v1/activations/${id}?wait=20`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await breakSubscriptions()).toBe(2);
  // Nobody listens now.
  await world.setStatus(id, 'CANCELLED');
  const started = performance.now();
  expect(await (await waiting).json()).toMatchObject({ status: 'CANCELLED' });
  expect(performance.now() - started).toBeLessThan(10_000);

  const next = await world.putActivation(client.accountId);
  const later = client.fetch(`/v1/activations/${next}?wait=20`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await world.setStatus(next, 'REFUNDED');
  expect(await (await later).json()).toMatchObject({ status: 'REFUNDED' });
});
