import type { ProtocolDeps } from '../kernel.js';
import { HTML, jsonReply } from '../protocol.js';
import type { Protocol, ProtocolRequest, Reply } from '../protocol.js';
import { buy, reuse } from './buying.js';
import { createContext, words } from './context.js';
import type { FiveSimContext } from './context.js';
import { countries, prices, products } from './guest.js';
import { actOnOrder, maxPrices, orders, payments, profile } from './user.js';
import { vendor } from './vendor.js';

/** What matches no route is sent to a page (provider notes 1.1). */
const NOWHERE: Reply = { status: 302, contentType: HTML, body: '<a href="/404.html">Found</a>.\n\n', headers: { location: '/404.html' } };

/** A path segment as the router knows it: no underscores, no dots. */
const SEGMENT = /^[a-z0-9-]*$/iu;

/** Steps of the path below `/v1`. */
function stepsOf(path: string): readonly string[] {
  return path.replace(/^\/v1\//u, '').split('/');
}

/** A server of 5SIM's API v1. */
export function createFiveSimProtocol(deps: ProtocolDeps): Protocol {
  const context = createContext(deps);
  return {
    actionOf(request) {
      const [area = '', first = ''] = stepsOf(request.path);
      return area === 'user' ? first : `${area}/${first}`;
    },
    isPurchase: (action) => action === 'buy' || action === 'reuse',
    badKey: () => ({ status: 401, contentType: HTML, body: '' }),
    rateLimited: (status) =>
      words(status === 503 ? 'ip address limit is 100 requests per second' : 'api limit is 100 requests per second', status),
    serverError: () => words('internal error', 500),
    hookPausesMs: [],
    // No webhook is documented. A hook that is configured all the same gets what one client library expects.
    hookBody: (order, sms, { code }) => ({ id: order.id, phone: `+${order.phone}`, sms: [{ text: sms.text, code, sender: sms.sender }] }),
    handle(request, now) {
      const [area, ...rest] = stepsOf(request.path);
      if (!request.path.startsWith('/v1/') || !rest.every((step) => SEGMENT.test(step))) return NOWHERE;
      if (area === 'guest') return guest(context, request, rest);
      if (area !== 'user' && area !== 'vendor') return NOWHERE;
      if (request.headers['authorization'] !== `Bearer ${deps.apiKey}`) return this.badKey('');
      if (area === 'vendor') return vendor(context, request.method, rest[0] ?? '', now) ?? NOWHERE;
      return user(context, request, rest, now);
    },
  };
}

function guest(context: FiveSimContext, request: ProtocolRequest, steps: readonly string[]): Reply {
  const [resource, ...rest] = steps;
  switch (resource) {
    case 'products':
      return products(context, rest);
    case 'prices':
      return prices(context, request);
    case 'countries':
      return countries();
    case 'flash':
      return jsonReply({ text: '' });
    default:
      return NOWHERE;
  }
}

function user(context: FiveSimContext, request: ProtocolRequest, steps: readonly string[], now: number): Reply {
  const [resource = '', ...rest] = steps;
  switch (resource) {
    case 'profile':
      return profile(context, now);
    case 'orders':
      return orders(context, request, now);
    case 'payments':
      return payments(context, request);
    case 'max-prices':
      return maxPrices(context, request, now);
    case 'vendor':
      return vendor(context, 'GET', 'profile', now) ?? NOWHERE;
    case 'buy':
      return rest[0] === 'activation' || rest[0] === 'hosting' ? buy(context, request, rest, now) : NOWHERE;
    case 'reuse':
      return reuse(context, rest, now);
    case 'check':
    case 'finish':
    case 'cancel':
    case 'ban':
      return /^\d{1,15}$/u.test(rest[0] ?? '') ? actOnOrder(context, resource, rest[0]!, now) : NOWHERE;
    // /user/sms/inbox/{id} is documented, and answered 302 live (provider notes 1.2).
    default:
      return NOWHERE;
  }
}
