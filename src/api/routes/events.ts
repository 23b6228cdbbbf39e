import { Readable } from 'node:stream';
import { z } from 'zod';
import { isFinal } from '../../domain/activation.js';
import { DomainError } from '../../domain/errors.js';
import type { ActivationReader, ReadActivation } from '../activation-reader.js';
import type { ChangeHub, Watch } from '../change-hub.js';
import type { ApiLimits } from '../deps.js';
import { etagOf } from '../etag.js';
import { route, type AnyRoute } from '../route.js';
import { id } from '../schemas/scalars.js';
import { mustRead } from './activations.js';

/** What the event streams need. */
export interface EventDeps {
  readonly reader: ActivationReader;
  readonly changes: ChangeHub;
  readonly limits: Pick<ApiLimits, 'streams' | 'heartbeatMs' | 'streamMs'>;
}

/** Milliseconds after which a client whose stream broke shall come back. */
const RETRY_MS = 2_000;

/** An activation's changes as server-sent events. */
export function eventRoutes(deps: EventDeps): AnyRoute[] {
  const open = new Map<string, number>();
  return [
    route({
      method: 'get',
      path: '/v1/activations/:id/events',
      door: 'client',
      limit: 'read',
      tag: 'Activations',
      summary: 'Follow an activation as server-sent events',
      description:
        'Each `activation` event carries the whole activation, the current state first, and an id that names the state; with ' +
        'Last-Event-ID a state that you know is not repeated. Comments keep the connection alive. The stream ends when nothing can ' +
        'change any more, and after a quarter of an hour: come back with Last-Event-ID. 204 says that there is nothing left to follow.',
      params: z.object({ id }),
      headers: z.object({ 'last-event-id': z.string().max(100).optional().meta({ description: 'Id of the last event that you have.' }) }),
      answers: {
        200: { description: 'The stream.', media: 'text/event-stream' },
        204: { description: 'The activation is in its last state, and you know it.' },
      },
      problems: [],
      async handle({ caller, params, headers, signal, headOnly }) {
        const found = await mustRead(deps.reader, caller.accountId, params.id);
        const known = headers['last-event-id'] ?? null;
        if (isFinal(found.row.status) && eventId(found) === known) return { status: 204 };
        const streamHeaders = { 'Cache-Control': 'no-cache, no-transform', 'X-Accel-Buffering': 'no' };
        if (headOnly) return { status: 200, raw: Buffer.alloc(0), headers: streamHeaders };
        if (signal.aborted) return { status: 204 };
        const count = open.get(caller.accountId) ?? 0;
        if (count >= deps.limits.streams) {
          throw new DomainError('rate_limited', `This account has ${count} open streams; close one before you open another.`);
        }
        open.set(caller.accountId, count + 1);
        const watch = deps.changes.watch(params.id);
        signal.addEventListener(
          'abort',
          () => {
            watch.end();
            const left = (open.get(caller.accountId) ?? 1) - 1;
            if (left === 0) open.delete(caller.accountId);
            else open.set(caller.accountId, left);
          },
          { once: true },
        );
        const events = follow(deps, { accountId: caller.accountId, activationId: params.id, known, watch, signal });
        return { status: 200, raw: Readable.from(events), headers: streamHeaders };
      },
    }),
  ];
}

function eventId(found: ReadActivation): string {
  return etagOf(found.shown).slice(1, -1);
}

interface Followed {
  readonly accountId: string;
  readonly activationId: string;
  readonly known: string | null;
  readonly watch: Watch;
  readonly signal: AbortSignal;
}

/** Every heartbeat reads the row as well, so that even a lost announcement is made up for. */
async function* follow(deps: EventDeps, followed: Followed): AsyncGenerator<string> {
  const until = performance.now() + deps.limits.streamMs;
  let { known } = followed;
  yield `retry: ${RETRY_MS}\n\n`;
  while (!followed.signal.aborted) {
    const found = await deps.reader.read(followed.accountId, followed.activationId);
    if (found === null) return;
    const current = eventId(found);
    if (current === known) yield ': still here\n\n';
    else yield `id: ${current}\nevent: activation\ndata: ${JSON.stringify(found.shown)}\n\n`;
    known = current;
    const left = until - performance.now();
    if (isFinal(found.row.status) || left <= 0) return;
    await followed.watch.changed(Math.min(deps.limits.heartbeatMs, left), followed.signal);
  }
}
