/** Why a provider call other than a purchase failed. */
export type ProviderErrorCode =
  /** No connection was made: surely nothing happened. */
  | 'not_sent'
  /** Sent, but no whole reply came. */
  | 'no_reply'
  /** A reply came that fits no schema. */
  | 'unreadable'
  | 'unknown_order'
  | 'bad_key'
  | 'banned'
  | 'account_inactive'
  | 'rate_limited'
  | 'server_error'
  | 'unsupported'
  | 'rejected';

/** A provider call that did not give an answer. `raw` is the reply's text, bounded to 500 characters, without secrets. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly provider: string;
  readonly code: ProviderErrorCode;
  readonly raw: string;
  /** Milliseconds to wait before asking again, where the provider says so. */
  readonly retryAfterMs: number | undefined;

  constructor(options: {
    provider: string;
    code: ProviderErrorCode;
    operation: string;
    raw?: string;
    retryAfterMs?: number | undefined;
    cause?: unknown;
  }) {
    super(`${options.provider}: ${options.operation} failed (${options.code})`, { cause: options.cause });
    this.provider = options.provider;
    this.code = options.code;
    this.raw = (options.raw ?? '').slice(0, 500);
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Whether the same call may be made again later without anybody acting. */
  get retryable(): boolean {
    return !['bad_key', 'account_inactive', 'unsupported', 'unknown_order'].includes(this.code);
  }
}
