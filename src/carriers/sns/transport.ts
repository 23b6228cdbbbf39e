import type { SNSClientConfig } from '@aws-sdk/client-sns';
import type { HttpClient } from '../../http/client.js';
import { HttpError } from '../../http/http-error.js';

const MOST_BYTES = 262_144;

/** A request as the SDK has signed it. */
interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What `client.send` was given beside the command. */
interface SdkCall {
  readonly abortSignal?: AbortSignal;
  readonly requestTimeout?: number;
}

/**
 * Lets the SDK speak through our own HTTP client, which knows whether a request was sent. What it throws passes through the SDK
 * as it is.
 */
export function sdkTransport(http: HttpClient, defaultTimeoutMs: number): NonNullable<SNSClientConfig['requestHandler']> {
  return {
    handle: async (request: SdkRequest, { abortSignal, requestTimeout }: SdkCall = {}) => {
      if (request.method !== 'POST' || typeof request.body !== 'string' || Object.keys(request.query ?? {}).length > 0)
        throw new HttpError('not_sent', 'protocol', 'the SDK made a request of another kind than before');
      const port = request.port === undefined ? '' : `:${request.port}`;
      const reply = await http.request({
        method: 'POST',
        url: `${request.protocol}//${request.hostname}${port}${request.path}`,
        headers: request.headers,
        body: request.body,
        timeoutMs: requestTimeout ?? defaultTimeoutMs,
        maxBytes: MOST_BYTES,
        ...(abortSignal === undefined ? {} : { signal: abortSignal }),
      });
      return { response: { statusCode: reply.status, headers: { ...reply.headers }, body: Buffer.from(reply.bodyText, 'utf8') } };
    },
  };
}
