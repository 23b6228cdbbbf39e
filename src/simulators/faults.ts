import type { ServerResponse } from 'node:http';
import { HTML } from './protocol.js';
import type { Protocol, Reply } from './protocol.js';
import type { Traps } from './traps.js';

/** Ways to lose a reply after the request was carried out. */
export const LOSSES = ['reset', 'bad_gateway', 'gateway_timeout', 'truncated', 'hang'] as const;
type Loss = (typeof LOSSES)[number];

/** An answer instead of the protocol's own, before anything is carried out; null lets the request through. */
export function refusalInstead(protocol: Protocol, traps: Traps, action: string): Reply | null {
  if (traps.spring('bad_key', action) !== null) return protocol.badKey(action);
  const limited = traps.spring('rate_limited', action);
  if (limited !== null) {
    const reply = protocol.rateLimited(limited.number('status'));
    const wait = limited.number('retryAfterS');
    return wait > 0 ? { ...reply, headers: { ...reply.headers, 'retry-after': String(wait) } } : reply;
  }
  if (traps.spring('server_error', action) !== null) return protocol.serverError(action);
  const page = traps.spring('html_page', action);
  return page === null ? null : edgePage(page.number('status'), page.number('error'));
}

/** A page as an edge in front of a provider answers. */
export function edgePage(status: number, error: number): Reply {
  const body = `<!DOCTYPE html>\n<html><head><title>Access denied</title></head><body><h1>Error ${error}</h1><p>error code: ${error}</p></body></html>\n`;
  return { status, contentType: HTML, body };
}

/** Which loss the reply meets, if any. */
export function lossOf(protocol: Protocol, traps: Traps, action: string): Loss | null {
  const trap = traps.list().find((one) => one.name === 'lost_reply');
  // Without named actions only purchases are lost: those are the ones that cost money.
  if (trap === undefined || (trap.actions === null && !protocol.isPurchase(action))) return null;
  const mode = traps.spring('lost_reply', action)?.text('mode');
  if (mode === undefined) return null;
  return LOSSES.find((loss) => loss === mode) ?? 'reset';
}

/** Sends a reply the way that a loss leaves of it. */
export function sendLost(response: ServerResponse, reply: Reply, loss: Loss): void {
  switch (loss) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'bad_gateway':
    case 'gateway_timeout': {
      const status = loss === 'bad_gateway' ? 502 : 504;
      const title = status === 502 ? '502 Bad Gateway' : '504 Gateway Time-out';
      send(response, {
        status,
        contentType: HTML,
        body: `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`,
      });
      return;
    }
    case 'truncated': {
      const body = Buffer.from(reply.body);
      response.writeHead(reply.status, { 'content-type': reply.contentType, 'content-length': body.length });
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
      return;
    }
    case 'hang':
      // Never answered; the client's deadline ends it.
      return;
  }
}

/** What traps make of a reply's body and head. */
export function disfigured(reply: Reply, traps: Traps, action: string): Reply {
  let result = reply;
  const cut = traps.spring('truncated_body', action);
  if (cut !== null) result = { ...result, body: result.body.slice(0, Math.floor((result.body.length * cut.number('keepPercent')) / 100)) };
  const type = traps.spring('wrong_content_type', action);
  return type === null ? result : { ...result, contentType: type.text('type') };
}

export function send(response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, {
    ...(body.length > 0 ? { 'content-type': reply.contentType } : {}),
    'content-length': body.length,
    ...reply.headers,
  });
  response.end(body);
}
