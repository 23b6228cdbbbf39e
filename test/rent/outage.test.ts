import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, until, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const circuit = async () =>
  (await world.database.row<{ circuit_open_until: Date | null; circuit_reason: string | null }>(
    "SELECT circuit_open_until, circuit_reason FROM providers WHERE id = 'fivesim'",
  ))!;

it('goes around a provider that is out of reach, and comes back to it by one purchase', { timeout: 120_000 }, async () => {
  await world.trap(world.herosms, 'no_numbers');
  await world.control(world.fivesim, 'POST', '/outage', { mode: 'unavailable', durationMs: 600_000 });
  // Nothing was bought at either: their clients have their credit back at once.
  for (let index = 0; index < 3; index += 1) {
    const account = await world.account();
    const { answer } = await world.start(account);
    expect(answer?.failure?.code).toBe('no_numbers');
    expect(await world.wallet(account)).toEqual({ available: 10_000_000n, held: 0n });
  }
  expect((await circuit()).circuit_reason).toMatch(/^turned_away: \d+ purchases in a row without an answer$/);
  const calls = async () =>
    (await world.control<{ byAction: Record<string, number> }>(world.fivesim, 'GET', '/requests')).byAction['buy'] ?? 0;
  const before = await calls();
  const asideStill = await world.start(await world.account());
  expect(asideStill.answer?.failure?.detail['tried']).toEqual([expect.objectContaining({ provider: 'herosms' })]);
  expect(await calls()).toBe(before);

  // Others sell meanwhile.
  await world.control(world.herosms, 'DELETE', '/traps');
  const { activationId } = await world.start(await world.account());
  await world.reaches(activationId, 'RECEIVED');

  // It answers again; the first purchase after the pause finds out.
  await world.trap(world.herosms, 'no_numbers');
  await world.control(world.fivesim, 'POST', '/outage', { durationMs: 0 });
  await world.database.run("UPDATE providers SET circuit_open_until = now() WHERE id = 'fivesim'");
  const again = await world.start(await world.account());
  expect(again.answer?.failure).toBeNull();
  await until(
    async () => (await circuit()).circuit_open_until === null,
    5_000,
    async () => `the circuit is still open\n${world.logs.slice(-10).join('\n')}`,
  );
  await world.reaches(again.activationId, 'RECEIVED');
  const said = (words: string) => world.logs.filter((line) => line.includes(words) && line.includes('fivesim')).length;
  expect([said('its circuit is open'), said('half-open'), said('its circuit is closed')]).toEqual([1, 1, 1]);
  expect(await world.problems()).toEqual([]);
});
