/** A question to a carrier that could not be asked or whose answer could not be read. The message holds no number and no text. */
export class CarrierError extends Error {
  override readonly name = 'CarrierError';
  readonly carrier: string;
  readonly reason: 'not_sent' | 'no_reply' | 'unreadable' | 'refused';
  readonly retryAfterMs: number | undefined;

  constructor(
    carrier: string,
    reason: CarrierError['reason'],
    message: string,
    options: ErrorOptions & { readonly retryAfterMs?: number } = {},
  ) {
    super(`${carrier}: ${message}`, options);
    this.carrier = carrier;
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
  }
}
