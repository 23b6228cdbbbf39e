/**
 * Every failure that a client can meet, in one table with two renderers: activities turn it into an ApplicationFailure of
 * that type, the API into a problem document (RFC 9457) with that `code`. Codes are public and never renamed.
 */
export const ERRORS = {
  bad_request: { http: 400, title: 'The request is not understood' },
  unauthenticated: { http: 401, title: 'A valid API key is needed' },
  spend_cap_reached: { http: 402, title: 'The cap on what verifications may cost is reached' },
  insufficient_credit: { http: 402, title: 'The account has too little credit' },
  forbidden: { http: 403, title: 'This key may not do that' },
  blocked: { http: 403, title: 'No code is sent there' },
  not_found: { http: 404, title: 'There is no such thing' },
  method_not_allowed: { http: 405, title: 'This address does not take that method' },
  not_acceptable: { http: 406, title: 'None of the accepted media types can be given' },
  idempotency_key_reused: { http: 409, title: 'The Idempotency-Key was used with another request' },
  wrong_state: { http: 409, title: 'It is not in a state that allows this' },
  payload_too_large: { http: 413, title: 'The request body is too large' },
  unsupported_media_type: { http: 415, title: 'The request body must be JSON' },
  invalid_input: { http: 422, title: 'The request has values that cannot be accepted' },
  not_for_sale: { http: 422, title: 'This service or country is not offered here' },
  rate_limited: { http: 429, title: 'Too many requests' },
  no_route: { http: 422, title: 'No carrier can send this there' },
  internal: { http: 500, title: 'Something went wrong on our side' },
  no_numbers: { http: 503, title: 'No provider has a number for this now' },
  unavailable: { http: 503, title: 'A part that is needed for this does not answer' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** JSON that may stand in a problem document or a Temporal payload. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A failure of {@link ERRORS}; `message` says what happened to what, `detail` carries machine-readable particulars. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly detail: { readonly [key: string]: Json };

  constructor(code: ErrorCode, message: string, detail: { readonly [key: string]: Json } = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.detail = detail;
  }
}
