import type { SimOrder, SimSms } from './order.js';

/** A request as a protocol sees it: parameters of query and form are one. */
export interface ProtocolRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly params: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An answer before any trap of the wire has touched it. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a provider words things. What happens is the trade's business, what breaks on the wire the server's. */
export interface Protocol {
  /** The word under which a request is counted and by which traps can name it (`getNumberV2`, `buy`). */
  actionOf(request: ProtocolRequest): string;
  isPurchase(action: string): boolean;
  /** `now` is the true time; what is shown is shifted by the clock's error. */
  handle(request: ProtocolRequest, now: number): Reply;
  badKey(action: string): Reply;
  rateLimited(status: number): Reply;
  serverError(action: string): Reply;
  hookBody(
    order: SimOrder,
    sms: SimSms,
    delivery: { readonly number: number; readonly code: string | null; readonly shownAt: number },
  ): unknown;
  /** Pauses between the deliveries of a hook, as documented; empty is "once". */
  readonly hookPausesMs: readonly number[];
}

export const HTML = 'text/html; charset=UTF-8';
export const JSON_TYPE = 'application/json';
export const PLAIN = 'text/plain; charset=utf-8';

/** A 200 with a token. */
export function textReply(body: string, status = 200, contentType: string = HTML): Reply {
  return { status, contentType, body };
}

export function jsonReply(value: unknown, status = 200, contentType: string = JSON_TYPE): Reply {
  return { status, contentType, body: JSON.stringify(value) };
}

/** Micro units as a JSON number with the places that they need. */
export function asNumber(micros: number): number {
  return micros / 1_000_000;
}

/** `YYYY-MM-DD HH:MM:SS` of a moment, `zoneMinutes` ahead of UTC, naming no zone. */
export function zoneless(at: number, zoneMinutes: number): string {
  return new Date(at + zoneMinutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}
