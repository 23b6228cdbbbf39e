import type { Metrics } from '../observability/metrics.js';
import type { Answering } from './http-server.js';

/**
 * Answers `GET /metrics` and `GET /healthz` of a process that has no other door. It names no account, number or key, and
 * needs none. `isWell` tells whether the process does what it is for.
 */
export function metricsAnswering(metrics: Pick<Metrics, 'expose'>, isWell: () => boolean): Answering {
  return {
    handler: (request, response) => {
      if (request.method === 'GET' && request.url === '/healthz') {
        const well = isWell();
        response.writeHead(well ? 200 : 503, { 'Content-Type': 'text/plain' }).end(well ? 'ok\n' : 'The workers do not ask for work.\n');
        return;
      }
      if (request.method !== 'GET' || request.url !== '/metrics') {
        response.writeHead(404, { 'Content-Type': 'text/plain' }).end('There are only GET /metrics and GET /healthz here.\n');
        return;
      }
      void metrics.expose([]).then(
        ({ contentType, text }) => response.writeHead(200, { 'Content-Type': contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    },
    onClientError: (_error, socket) => socket.destroy(),
  };
}
