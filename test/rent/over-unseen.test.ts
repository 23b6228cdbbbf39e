import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type World } from './world.js';

interface Order {
  readonly status: string;
  readonly sms: readonly { readonly code: string }[];
}

describe('an order that was bought, sold and over while nobody saw it', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ settings: { lifetimeMs: 1_500 } });
  });
  afterAll(() => world.stop());

  async function over(): Promise<Order> {
    for (;;) {
      const { orders } = await world.control<{ orders: Order[] }>(world.fivesim, 'GET', '/books');
      if (orders[0] !== undefined && orders[0].status !== 'open') return orders[0];
      await sleep(100);
    }
  }

  it('belongs to its attempt where the provider lists ended orders', async () => {
    await world.trap(world.herosms, 'no_numbers');
    await world.trap(world.fivesim, 'lost_reply', { count: 1 });
    await world.trap(world.fivesim, 'server_error', { actions: ['orders', 'check'] });
    const account = await world.account();
    const { activationId } = await world.start(account, {}, 1_000);
    const order = await over();
    expect(order).toMatchObject({ status: 'finished', sms: [{}] });
    await world.control(world.fivesim, 'DELETE', '/traps/server_error');
    await world.reaches(activationId, 'COMPLETED', 60_000);
    expect(await world.codes(activationId)).toEqual([order.sms[0]!.code]);
    expect(await world.problems()).toEqual([]);
  });
});
