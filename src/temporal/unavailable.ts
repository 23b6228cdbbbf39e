/** A Temporal server that cannot be used. The message says which, why, and what to do. */
export class TemporalUnavailableError extends Error {
  override readonly name = 'TemporalUnavailableError';
}
