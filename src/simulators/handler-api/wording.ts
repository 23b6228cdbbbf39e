import type { SimOrder } from '../order.js';
import { asNumber, jsonReply, textReply, zoneless } from '../protocol.js';
import type { Reply } from '../protocol.js';
import type { Settings } from '../settings.js';
import type { Dialect } from './dialect.js';

/** HTTP status and details of HeroSMS's errors (provider notes 3.1). */
const HERO_ERRORS: Readonly<Record<string, readonly [status: number, details: string]>> = {
  WRONG_MAX_PRICE: [400, 'Wrong max price'],
  BAD_STATUS: [400, 'Bad status'],
  BAD_KEY: [401, 'Unauthorized'],
  NO_BALANCE: [402, 'Insufficient funds'],
  BANNED: [403, 'Purchases are temporarily banned'],
  CHANNELS_LIMIT: [403, 'Channels limit reached'],
  SERVICE_NOT_AVAILABLE: [403, 'Service not available'],
  ACCOUNT_INACTIVE: [403, 'Account inactive'],
  NOT_FOUND: [404, 'Activation Not Found'],
  BAD_ACTION: [404, 'Method Not Found'],
  OPERATORS_NOT_FOUND: [404, 'Operators Not Found'],
  EARLY_CANCEL_DENIED: [409, 'Early cancel denied'],
  OTP_RECEIVED: [409, 'Code already received'],
  NEW_OTP_RECEIVED: [409, 'New code received'],
  FREE_CANCELLATION_EXPIRED: [409, 'Free cancellation expired'],
  ACTIVATION_NOT_ACTIVE: [409, 'Activation is not active'],
  ORDER_ALREADY_EXISTS: [409, 'Order already exists'],
  UNPROCESSABLE_ENTITY: [422, 'Unprocessable entity'],
  RATE_LIMIT: [429, ''],
  SERVER_ERROR: [500, 'Server Gone'],
};

/** Statuses of Tiger's envelopes; whatever is not here comes with 200. */
const TIGER_STATUS: Readonly<Record<string, number>> = {
  WRONG_MAX_PRICE: 400,
  NO_BALANCE: 402,
  NOT_FOUND: 404,
  EARLY_CANCEL_DENIED: 409,
  UNPROCESSABLE_ENTITY: 422,
  RATE_LIMIT: 429,
};

/** An error, in a protocol-neutral form. */
export interface HandlerError {
  readonly code: string;
  /** What a token has behind its colon. */
  readonly rest?: string;
  readonly details?: string;
  readonly info?: Readonly<Record<string, unknown>>;
  /** The code that this dialect's envelopes use where it differs from the token. */
  readonly title?: string;
}

/** Words an error as the dialect does for an action. */
export function errorReply(dialect: Dialect, action: string, error: HandlerError): Reply {
  const token = error.rest === undefined ? error.code : `${error.code}:${error.rest}`;
  const title = error.title ?? error.code;
  const info = error.info === undefined ? {} : { info: error.info };
  if (dialect === 'herosms') {
    const [status, details] = HERO_ERRORS[title] ?? [400, title];
    // It declares JSON and often serves HTML.
    return jsonReply({ title, details: error.details ?? details, ...info }, status, 'text/html; charset=UTF-8');
  }
  if (dialect === 'hybrid' && action.endsWith('V2')) {
    return jsonReply({ title, details: error.details ?? '', ...info }, TIGER_STATUS[title] ?? 200);
  }
  return textReply(token);
}

/** A moment as the dialect writes it. */
export function stamp(dialect: Dialect, at: number, settings: Settings): string {
  const shown = at + settings.clockSkewMs;
  if (dialect === 'herosms') return `${new Date(shown).toISOString().slice(0, 19)}+00:00`;
  return zoneless(shown, settings.zoneMinutes);
}

/** An amount as the dialect writes it: Tiger has strings of four places. */
export function cost(dialect: Dialect, micros: number): number | string {
  return dialect === 'hybrid' ? asNumber(micros).toFixed(4) : asNumber(micros);
}

/** Status numbers of HeroSMS's records: 4 waiting, 2 SMS, 3 waiting for another, 6 success, 8 cancelled, 10 refund. */
export function statusNumber(order: SimOrder, visible: number): string {
  switch (order.status) {
    case 'finished':
      return '6';
    case 'cancelled':
    case 'banned':
      return order.refund === 'taken_back' ? '6' : '8';
    case 'timed_out':
      return order.refund === 'taken_back' ? '6' : '10';
    case 'open':
      if (visible === 0) return '4';
      return order.askedAfter !== null && visible <= order.askedAfter ? '3' : '2';
  }
}
