import { gunzipSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { HttpError } from './http-error.js';
import type { HttpErrorReason } from './http-error.js';

/** A whole reply, decompressed and decoded as UTF-8. */
export interface CollectedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyText: string;
}

export interface CollectLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Dispatches one request and gathers its reply.
 *
 * Whether it was sent is known from the moment at which undici hands the request to a connection (`onRequestStart`): it
 * writes right after that call and never before. So an error before it is `not_sent`, whatever its code, and everything
 * after it is `no_reply`, also on a kept connection that the server had just closed.
 */
export function collectReply(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions, limits: CollectLimits): Promise<CollectedReply> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null;
    let settled = false;
    let status = 0;
    let headers: Record<string, string> = {};
    let bytes = 0;
    const chunks: Buffer[] = [];

    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      limits.signal?.removeEventListener('abort', onAbort);
      finish();
    };
    const fail = (reason: HttpErrorReason, detail: string, cause?: unknown): void => {
      const kind = controller === null ? 'not_sent' : 'no_reply';
      const error = new HttpError(kind, reason, detail, cause === undefined ? undefined : { cause });
      settle(() => reject(error));
      if (controller !== null && !controller.aborted) controller.abort(error);
    };
    const onAbort = (): void => fail('aborted', 'given up by its caller');
    const timer = setTimeout(() => fail('timeout', `no whole reply within ${limits.timeoutMs} ms`), Math.max(0, limits.timeoutMs));
    if (limits.signal?.aborted === true) {
      onAbort();
      return;
    }
    limits.signal?.addEventListener('abort', onAbort, { once: true });

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        if (settled) {
          // Given up while it waited for a connection: aborting here is before the first byte.
          started.abort(new HttpError('not_sent', 'aborted', 'given up before it was sent'));
          return;
        }
        if (controller !== null) {
          // A second start would be a second sending of the same request.
          fail('reset', 'the connection was lost after the request was written');
          started.abort(new HttpError('no_reply', 'reset', 'not sent again'));
          return;
        }
        controller = started;
      },
      onResponseStart(_controller, statusCode, incoming) {
        // Interim answers (1xx) are followed by the real one.
        status = statusCode;
        headers = flatten(incoming);
      },
      onResponseData(_controller, chunk) {
        bytes += chunk.length;
        if (bytes > limits.maxBytes) fail('too_large', `more than ${limits.maxBytes} bytes`);
        else chunks.push(chunk);
      },
      onResponseEnd() {
        if (settled) return;
        try {
          const bodyText = decode(Buffer.concat(chunks), headers['content-encoding'], limits.maxBytes);
          settle(() => resolve({ status, headers, bodyText }));
        } catch (error) {
          fail('truncated', 'the body cannot be decompressed', error);
        }
      },
      onResponseError(_controller, error) {
        fail(...reasonOf(error), error);
      },
    };
    try {
      dispatcher.dispatch(options, handler);
    } catch (error) {
      fail('protocol', 'the request is malformed', error);
    }
  });
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

function decode(body: Buffer, encoding: string | undefined, maxBytes: number): string {
  const plain = encoding?.toLowerCase() === 'gzip' && body.length > 0 ? gunzipSync(body, { maxOutputLength: maxBytes }) : body;
  return plain.toString('utf8');
}

/** The codes of Node and undici that tell more than "the connection broke". */
function reasonOf(error: Error): [HttpErrorReason, string] {
  const code = 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ADDRESS_REFUSED':
      return ['address_refused', 'the address is not a public one'];
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return ['connect', code];
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return ['truncated', 'the body is shorter than announced'];
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return ['reset', code];
    default:
      return ['protocol', code === '' ? error.name : code];
  }
}
