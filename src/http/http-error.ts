/**
 * `not_sent`: no byte of the request was written, so it surely had no effect. `no_reply`: a connection was there and the
 * request may have been carried out, whole or in part.
 */
export type HttpErrorKind = 'not_sent' | 'no_reply';

/** What went wrong, beneath the kind. */
export type HttpErrorReason = 'connect' | 'address_refused' | 'aborted' | 'timeout' | 'reset' | 'truncated' | 'too_large' | 'protocol';

/** An outgoing request that brought no whole reply. The message holds no address and no secret. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly kind: HttpErrorKind;
  readonly reason: HttpErrorReason;

  constructor(kind: HttpErrorKind, reason: HttpErrorReason, detail: string, options?: ErrorOptions) {
    super(`request ${kind === 'not_sent' ? 'not sent' : 'without a whole reply'} (${reason}): ${detail}`, options);
    this.kind = kind;
    this.reason = reason;
  }
}
