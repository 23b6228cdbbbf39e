import { retryAfterMs, readTime } from '../provider-time.js';
import type { EdgeFailure } from '../edge-failure.js';
import type { ProviderReply } from '../caller.js';
import type { ProviderErrorCode } from '../provider-error.js';
import type { HandlerFailure } from './failure.js';

const BAD_KEY: ReadonlySet<string> = new Set(['BAD_KEY', 'NO_KEY', 'BAD_API_KEY', 'NO_ACCESS', 'INVALID_KEY', 'WRONG_KEY', 'HTTP_401']);
const RATE: ReadonlySet<string> = new Set(['RATE_LIMIT', 'RATE_LIMITED', 'TOO_MANY_REQUESTS', 'LIMIT_EXCEEDED', 'HTTP_429']);
const UNKNOWN_ORDER: ReadonlySet<string> = new Set(['NO_ACTIVATION', 'WRONG_ACTIVATION_ID', 'NOT_FOUND', 'ACTIVATION_NOT_FOUND']);
const NO_SUCH_ACTION: ReadonlySet<string> = new Set(['BAD_ACTION', 'WRONG_ACTION', 'NO_ACTION']);
const SERVER: ReadonlySet<string> = new Set(['ERROR_SQL', 'SERVER_ERROR', 'SQL_ERROR', 'INTERNAL_ERROR']);

/** Whether a reply says that the key is not accepted; HeroSMS words a missing one as a validation error. */
export function saysBadKey(failure: HandlerFailure): boolean {
  return BAD_KEY.has(failure.code) || (failure.code === 'UNPROCESSABLE_ENTITY' && fieldOf(failure) === 'api_key');
}

export function saysRateLimited(failure: HandlerFailure): boolean {
  return RATE.has(failure.code);
}

/** Whether the server does not know the action: then surely nothing was done. */
export function saysNoSuchAction(failure: HandlerFailure): boolean {
  return NO_SUCH_ACTION.has(failure.code);
}

export function saysUnknownOrder(failure: HandlerFailure): boolean {
  return UNKNOWN_ORDER.has(failure.code) || (failure.code === 'UNPROCESSABLE_ENTITY' && ['id', 'activationId'].includes(fieldOf(failure)));
}

/** The field of a validation error, as the envelope names it or as the token does (`UNPROCESSABLE_ENTITY:service:INVALID`). */
export function fieldOf(failure: HandlerFailure): string {
  const field = failure.info['field'];
  return typeof field === 'string' ? field : (failure.rest?.split(':')[0] ?? '');
}

/**
 * Milliseconds until a refusal ends, where it says so: Retry-After, the envelope's seconds or moment, or the moment
 * behind `BANNED:'YYYY-m-d H-i-s'`. That last one names no zone; read as UTC it is at worst some hours too late, which
 * costs nothing but those hours.
 */
export function waitOf(failure: HandlerFailure, http: ProviderReply): number | undefined {
  const header = retryAfterMs(http.headers['retry-after'], http.dateHeaderMs);
  if (header !== undefined) return header;
  const seconds = Number(failure.info['retry_after_seconds']);
  if (Number.isFinite(seconds) && seconds > 0 && seconds < 1e8) return seconds * 1_000;
  const until = failure.info['banned_until'] ?? failure.rest;
  if (typeof until !== 'string' || http.dateHeaderMs === null) return undefined;
  const time = readTime(until.replaceAll(/^['"]|['"]$/gu, '').replaceAll(/(?<!\d)(\d)(?!\d)/gu, '0$1'));
  return time === null ? undefined : Math.max(0, time.ms - http.dateHeaderMs);
}

/** What a failure means to every call but a purchase. */
export function errorCodeOf(failure: HandlerFailure): ProviderErrorCode {
  if (saysBadKey(failure)) return 'bad_key';
  if (saysRateLimited(failure)) return 'rate_limited';
  if (saysUnknownOrder(failure)) return 'unknown_order';
  if (saysNoSuchAction(failure)) return 'unsupported';
  if (failure.code === 'BANNED') return 'banned';
  if (failure.code === 'ACCOUNT_INACTIVE') return 'account_inactive';
  if (SERVER.has(failure.code) || failure.code.startsWith('HTTP_5')) return 'server_error';
  return 'rejected';
}

/** What an edge's answer means to every call but a purchase. */
export function errorCodeOfEdge(edge: EdgeFailure): ProviderErrorCode {
  if (edge.kind === 'bad_key') return 'bad_key';
  return edge.kind === 'rate_limited' ? 'rate_limited' : 'server_error';
}
