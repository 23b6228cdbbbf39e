import { z } from 'zod';
import type { RemoteCodec } from '../../temporal/remote-codec.js';
import { route, type AnyRoute } from '../route.js';

const base64 = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/, 'expected base64');
const payloads = z
  .object({ payloads: z.array(z.object({ metadata: z.record(z.string(), base64).optional(), data: base64.optional() })).max(10_000) })
  .meta({ id: 'Payloads', description: 'Temporal payloads, as its codec endpoints take and give them.' });

/** A page of the Web UI sends all payloads of a history at once. */
const MOST_BYTES = 8 * 1_024 * 1_024;

export interface CodecDeps {
  readonly codec: RemoteCodec;
  /** Exact origins at which Temporal's Web UI is served, besides our own. */
  readonly origins: ReadonlySet<string>;
}

/**
 * The codec endpoint that Temporal's Web UI and command line ask for payloads in clear. A browser's session opens it, for
 * the Web UI can show no key.
 */
export function codecRoutes({ codec, origins }: CodecDeps): AnyRoute[] {
  const common = {
    method: 'post',
    door: 'operator',
    session: true,
    readsOnly: true,
    origins,
    limit: 'read',
    tag: 'Operator',
    body: payloads,
    maxBodyBytes: MOST_BYTES,
    answers: { 200: { description: 'The same payloads, in the same order.', json: payloads } },
    problems: [],
  } as const;
  return [
    route({
      ...common,
      path: '/v1/operator/codec/decode',
      summary: 'Temporal payloads in clear',
      description: 'A payload that no key of this installation opens comes back as it is.',
      handle: async ({ body }) => ({ status: 200, json: { payloads: await codec.decode(body.payloads) } }),
    }),
    route({
      ...common,
      path: '/v1/operator/codec/encode',
      summary: 'Temporal payloads, encrypted',
      description: 'For signals and inputs that an operator writes in Temporal’s Web UI.',
      handle: async ({ body }) => ({ status: 200, json: { payloads: await codec.encode(body.payloads) } }),
    }),
  ];
}
