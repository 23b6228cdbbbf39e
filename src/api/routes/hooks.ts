import type { Logger } from 'pino';
import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { hookPath } from '../../domain/names.js';
import { activationOfOrder, receiveHook } from '../../db/hooks.js';
import type { Keyring } from '../../sealing/keyring.js';
import { invalidField } from '../problem.js';
import { route, type AnyRoute } from '../route.js';
import type { HookNews } from '../deps.js';
import { keepable } from '../schemas/scalars.js';

/** What a hook's news must keep to; providers' ids and codes are far shorter. */
const news = z.object({
  providerOrderId: keepable(100).min(1),
  code: keepable(100).nullable(),
  text: keepable(8_000).nullable(),
});

/** What the hooks' route needs. */
export interface HookDeps {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly readHook: (provider: string, body: unknown) => HookNews | null;
  readonly log: Logger;
}

/** Where providers announce that an SMS has come. */
export function hookRoutes(deps: HookDeps): AnyRoute[] {
  return [
    route({
      method: 'post',
      path: hookPath(':provider', ':token'),
      door: 'provider',
      limit: 'none',
      tag: 'Hooks',
      summary: 'A provider announces an SMS',
      description:
        'The token in the path is the only credential, because no provider signs its hooks; so the news is a hint that is confirmed with the provider before anybody sees it.',
      params: z.object({ provider: z.string(), token: z.string() }),
      body: z.unknown().meta({ type: 'object', description: 'As the provider writes it.' }),
      answers: { 200: { description: 'Taken in.', json: z.object({ ok: z.literal(true) }) } },
      problems: [],
      async handle({ caller, body, requestId }) {
        const read = news.safeParse(deps.readHook(caller.id, body));
        if (!read.success) throw invalidField('body', 'is not a hook of this provider');
        const kept = await receiveHook(deps.database, deps.keyring, { provider: caller.id, ...read.data });
        if (kept === 'full') deps.log.warn({ provider: caller.id }, 'a hook was not stored: too many unconfirmed ones');
        const about = await activationOfOrder(deps.database, { provider: caller.id, providerOrderId: read.data.providerOrderId });
        // A provider names no trace: the line joins the request to that of the activation.
        if (about !== null)
          deps.log.info(
            {
              requestId,
              provider: caller.id,
              kept,
              activationId: about.activation_id,
              ...(about.trace_id === null ? {} : { traceId: about.trace_id }),
            },
            'a hook came for an activation',
          );
        return { status: 200, json: { ok: true } };
      },
    }),
  ];
}
