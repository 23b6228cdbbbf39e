import { type AnyRoute, route } from '../route.js';
import type { Exposition } from '../../observability/metrics.js';

/** The figures of this process and of the installation, for Prometheus. */
export function metricsRoutes(deps: { expose(): Promise<Exposition> }): AnyRoute[] {
  return [
    route({
      method: 'get',
      path: '/metrics',
      door: 'operator',
      limit: 'read',
      tag: 'Health',
      summary: 'Metrics in Prometheus’ text format',
      description: 'For a scraper with an operator’s key as its bearer token: balances and refunds are in it.',
      answers: { 200: { description: 'The metrics.', media: 'text/plain; version=0.0.4; charset=utf-8' } },
      problems: [],
      async handle() {
        const { text } = await deps.expose();
        return { status: 200, raw: Buffer.from(text), headers: { 'Cache-Control': 'no-store' } };
      },
    }),
  ];
}
