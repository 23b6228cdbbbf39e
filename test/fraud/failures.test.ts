import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openDatabase, type Sql } from '../../src/db/database.js';
import { fraudFailuresLately } from '../../src/db/fraud-failures.js';
import { createFailureCount } from '../../src/fraud/failure-count.js';
import { limitersInPostgres } from '../../src/fraud/limiters.js';
import { createGateWorld, type GateWorld, only, wish } from './gate-world.js';

/** Where the alerts learn that fraud rules cannot be asked: in Postgres, without a Prometheus. */
let world: GateWorld;
beforeAll(async () => {
  world = await createGateWorld();
});
afterAll(() => world?.close());
beforeEach(() => world.database.run('DELETE FROM fraud_failures'));

const counted = async () =>
  Object.fromEntries((await fraudFailuresLately(world.database, 10)).map(({ part, failures }) => [part, failures]));

it('a limiter that is away is counted at each code, whether it refuses or is only watched', async () => {
  const gone = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', applicationName: 'test' });
  const away = limitersInPostgres(gone);
  const enforced = world.gate(only({ cooldown: {} }), { limiters: away });
  const watched = world.gate(only({ neighbours: { mode: 'monitor' } }), { limiters: away });
  await Promise.all(
    Array.from({ length: 20 }, () => expect(enforced.decide(wish(world.accountId))).rejects.toMatchObject({ code: 'unavailable' })),
  );
  for (let nth = 0; nth < 2; nth += 1) expect((await watched.decide(wish(world.accountId))).verdict).toBe('allow');
  await expect.poll(async () => (await counted())['cooldown']).toBeGreaterThanOrEqual(20);
  await expect.poll(async () => (await counted())['neighbours']).toBeGreaterThanOrEqual(2);
  await gone.close();
});

it('a flood is one write at a time, and nothing of it is lost', async () => {
  let writes = 0;
  const slow: Sql = {
    ...world.database,
    async run(...statement) {
      writes += 1;
      await new Promise((done) => setTimeout(done, 50));
      return world.database.run(...statement);
    },
  };
  const failures = createFailureCount(slow, { warn: () => {} });
  for (let nth = 0; nth < 500; nth += 1) failures.note(nth % 2 === 0 ? 'cooldown' : 'captcha');
  await expect.poll(counted).toEqual({ cooldown: 250, captcha: 250 });
  expect(writes).toBe(2);
});

it('what cannot be written is said, and the next failures are counted', async () => {
  let isAway = true;
  const said: string[] = [];
  const sometimes: Sql = {
    ...world.database,
    run: (...statement) => (isAway ? Promise.reject(new Error('Postgres is away')) : world.database.run(...statement)),
  };
  const failures = createFailureCount(sometimes, { warn: (_fields: unknown, message?: string) => void said.push(String(message)) });
  failures.note('cooldown');
  await expect.poll(() => said).toEqual(['failures of the fraud rules could not be counted']);
  isAway = false;
  failures.note('cooldown');
  await expect.poll(counted).toEqual({ cooldown: 1 });
});
