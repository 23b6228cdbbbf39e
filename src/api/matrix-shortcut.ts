import type { IncomingMessage, ServerResponse } from 'node:http';
import accepts from 'accepts';
import type { Arrivals } from './access-log.js';
import type { LiveMatrix } from './live-matrix.js';
import { MATRIX_ENCODINGS, MATRIX_PATH, matrixReply } from './routes/prices.js';

/** What the shortcut needs. */
export interface MatrixShortcutDeps {
  readonly matrix: () => LiveMatrix | null;
  readonly clock: () => Date;
  readonly arrivals: Arrivals;
  /** What every answer carries; see `securityHeaders`. */
  readonly securityHeaders: Readonly<Record<string, string>>;
}

/** How many Accept-Encoding headers, and how long ones, are remembered with what they allow. Browsers send a dozen short ones. */
const REMEMBERED = 100;
const REMEMBERED_LENGTH = 100;

/**
 * Answers plain requests for the price matrix before Koa sees them, as its route would, byte for byte and with the same metric and
 * log line: it is public, uncounted, the same for everybody and asked for by whoever shows prices. Answers false for whatever it
 * leaves to the route: other addresses and methods, a query, a header that came twice, nothing to give or no encoding to give it in.
 */
export function createMatrixShortcut(deps: MatrixShortcutDeps): (request: IncomingMessage, response: ServerResponse) => boolean {
  const encodingOf = rememberEncodings();
  const fixed = Object.entries(deps.securityHeaders).flat();
  return (request, response) => {
    if (request.url !== MATRIX_PATH) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const { headers } = request;
    if (request.rawHeaders.length !== 2 * Object.keys(headers).length) return false;
    const matrix = deps.matrix();
    if (matrix === null) return false;
    const encoding = encodingOf(request);
    if (encoding === null) return false;

    const { requestId, traceId } = deps.arrivals(request, response, { route: MATRIX_PATH });
    const reply = matrixReply(matrix, encoding, headers['if-none-match'], deps.clock());
    const sent = ['X-Request-Id', requestId, 'X-Trace-Id', traceId, ...fixed];
    for (const [name, value] of Object.entries(reply.headers)) sent.push(name, value);
    sent.push('Access-Control-Allow-Origin', '*');
    if (reply.raw !== undefined)
      sent.push('Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(reply.raw.byteLength));
    response.writeHead(reply.status, sent);
    response.end(request.method === 'HEAD' ? undefined : reply.raw);
    return true;
  };
}

type Encoding = (typeof MATRIX_ENCODINGS)[number];

/** The best encoding that a request's Accept-Encoding allows, null for none; by the library that Koa asks. */
function rememberEncodings(): (request: IncomingMessage) => Encoding | null {
  const known = new Map<string | undefined, Encoding | null>();
  return (request) => {
    const header = request.headers['accept-encoding'];
    const remembered = known.get(header);
    if (remembered !== undefined) return remembered;
    const asked = accepts(request);
    const encoding = MATRIX_ENCODINGS.find((one) => asked.encodings([one]) !== false) ?? null;
    if ((header?.length ?? 0) <= REMEMBERED_LENGTH) {
      if (known.size >= REMEMBERED) known.clear();
      known.set(header, encoding);
    }
    return encoding;
  };
}
