import type { ProtocolDeps } from '../kernel.js';
import type { SimOrder } from '../order.js';
import { visibleSms } from '../order.js';
import { asNumber, textReply } from '../protocol.js';
import type { Reply } from '../protocol.js';
import { createRandom, hashOf } from '../random.js';
import { COUNTRY_SLUGS, PRODUCTS } from './codes.js';

const SERVICE_BY_PRODUCT = new Map(PRODUCTS);
const PRODUCT_BY_SERVICE = new Map(PRODUCTS.map(([product, slug]) => [slug, product]));
const ISO_BY_SLUG = new Map(COUNTRY_SLUGS);
const SLUG_BY_ISO = new Map(COUNTRY_SLUGS.map(([slug, iso]) => [iso, slug]));

export const FIVESIM_SERVICE_SLUGS: readonly string[] = PRODUCTS.map(([, slug]) => slug);
export const FIVESIM_ISO_CODES: readonly string[] = COUNTRY_SLUGS.map(([, iso]) => iso);

/** Operators of a country: one to four words like 5SIM's own, the same on every start. */
export function operatorsOf(iso: string): readonly string[] {
  const random = createRandom(hashOf('operators', iso));
  const words = ['virtual4', 'virtual21', 'virtual34', 'virtual51', 'virtual53', 'virtual58', 'virtual60', 'virtual66'];
  const first = random.int(0, words.length - 1);
  return Array.from({ length: random.int(1, 4) }, (_, index) => words[(first + index) % words.length]!);
}

/** What the endpoints of one 5SIM server share. */
export interface FiveSimContext extends ProtocolDeps {
  serviceOf(product: string): string | null;
  productOf(service: string): string;
  countryOf(slug: string): string | null;
  slugOf(iso: string): string;
  /** Price ceilings that the account set for products, in micro units. */
  readonly maxPrices: Map<string, { readonly id: number; readonly price: number; readonly createdAt: number }>;
  /** What is left of the account's rating. */
  rating(): number;
}

export function createContext(deps: ProtocolDeps): FiveSimContext {
  return {
    ...deps,
    serviceOf: (product) => SERVICE_BY_PRODUCT.get(product) ?? null,
    productOf: (service) => PRODUCT_BY_SERVICE.get(service) ?? service,
    countryOf: (slug) => ISO_BY_SLUG.get(slug) ?? null,
    slugOf: (iso) => SLUG_BY_ISO.get(iso) ?? iso.toLowerCase(),
    maxPrices: new Map(),
    rating: () => ratingOf(deps),
  };
}

/** Starts at 96, at most 96; changes with every end of an order (provider notes 1.6). Counted in hundredths. */
function ratingOf({ books }: ProtocolDeps): number {
  let rating = 9_600;
  for (const order of books.orders.values()) {
    if (order.status === 'finished') rating += 50;
    else if (order.status === 'timed_out') rating -= 15;
    else if (order.status !== 'open') rating -= 10;
    rating = Math.min(9_600, rating);
  }
  return Math.max(0, rating) / 100;
}

/** 5SIM's errors are plain words. */
export function words(text: string, status = 400): Reply {
  return textReply(text, status, 'text/plain; charset=utf-8');
}

const STATUS_WORDS = { open: 'RECEIVED', finished: 'FINISHED', cancelled: 'CANCELED', timed_out: 'TIMEOUT', banned: 'BANNED' } as const;

/** RFC 3339 with as many digits as 5SIM happens to write: 0, 6 or 9. */
export function stamp(context: FiveSimContext, at: number, digits: 0 | 6 | 9 = 6): string {
  const iso = new Date(at + context.settings().clockSkewMs).toISOString();
  if (digits === 0) return `${iso.slice(0, 19)}Z`;
  return `${iso.slice(0, 23)}${'0'.repeat(digits - 3)}Z`;
}

/** The order object (provider notes 1.2). */
export function orderShown(context: FiveSimContext, order: SimOrder, now: number): Record<string, unknown> {
  const sms = visibleSms(order, now).map((one) => ({
    created_at: stamp(context, one.at, 9),
    date: stamp(context, one.at, 0),
    sender: one.sender,
    text: one.text,
    code: one.code,
  }));
  const pending = order.status === 'open' && sms.length === 0 && context.traps.peek('pending_status') !== null;
  const lie = order.status === 'open' && sms.length === 0 ? order.statusLie : null;
  return {
    id: order.id,
    phone: `+${order.phone}`,
    operator: order.operator,
    product: context.productOf(order.service),
    price: asNumber(order.price),
    status: lie ?? (pending ? 'PENDING' : STATUS_WORDS[order.status]),
    expires: stamp(context, order.expiresAt),
    sms: sms.length === 0 ? null : sms,
    created_at: stamp(context, order.boughtAt, 9),
    forwarding: false,
    forwarding_number: '',
    country: context.slugOf(order.country),
  };
}
