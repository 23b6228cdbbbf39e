import type { Metrics } from '../observability/metrics.js';
import type { Answering } from './http-server.js';

/** Answers `GET /metrics` of a process that has no other door. It names no account, number or key, and needs none. */
export function metricsAnswering(metrics: Pick<Metrics, 'expose'>): Answering {
  return {
    handler: (request, response) => {
      if (request.method !== 'GET' || request.url !== '/metrics') {
        response.writeHead(404, { 'Content-Type': 'text/plain' }).end('There is only GET /metrics here.\n');
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
