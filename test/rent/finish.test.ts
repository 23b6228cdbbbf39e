import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type World } from './world.js';

describe('an order that is finished', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ policy: { quietMs: 1_500 } });
  });
  afterAll(() => world.stop());

  it('is read once more, for an SMS that came since it was last seen', async () => {
    const account = await world.account();
    const { activationId } = await world.start(account, { country: 'ID' });
    await world.reaches(activationId, 'RECEIVED', 30_000);
    const { orders } = await world.control<{ orders: { id: string; sms: { code: string }[] }[] }>(world.fivesim, 'GET', '/books');
    const [order] = orders;
    expect(order?.sms).toHaveLength(1);
    // The watcher sees nothing more of it.
    await world.trap(world.fivesim, 'server_error', { actions: ['orders'] });
    await world.control(world.fivesim, 'POST', `/orders/${order!.id}/sms`, { code: '424242' });
    await world.reaches(activationId, 'COMPLETED', 10_000);
    expect(await world.codes(activationId)).toEqual([order!.sms[0]!.code, '424242']);
    expect(await world.problems()).toEqual([]);
  });
});
