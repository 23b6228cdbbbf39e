import { z } from 'zod';
import { type AnyRoute, route } from '../route.js';
import { time, timeText } from '../schemas/scalars.js';

/** Reading the price lists without waiting for their time. */
export function operatorPriceRoutes(deps: {
  readonly refreshPrices: () => Promise<void>;
  readonly builtAt: () => Date | null;
}): AnyRoute[] {
  return [
    route({
      method: 'post',
      path: '/v1/operator/prices/refresh',
      door: 'operator',
      limit: 'command',
      tag: 'Operator',
      summary: 'Read every provider’s price list now',
      description:
        'It is done in the background; while a refresh runs, no other is started. `built_at` is of the matrix that is there: a later one is the new one.',
      body: z.strictObject({}),
      bodyRequired: false,
      answers: { 202: { description: 'Asked for.', json: z.object({ built_at: time.nullable() }) } },
      problems: ['unavailable'],
      async handle() {
        await deps.refreshPrices();
        const builtAt = deps.builtAt();
        return { status: 202, json: { built_at: builtAt === null ? null : timeText(builtAt) } };
      },
    }),
  ];
}
