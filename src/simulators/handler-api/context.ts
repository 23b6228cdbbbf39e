import type { ProtocolDeps } from '../kernel.js';
import type { SimOrder } from '../order.js';
import type { ProtocolRequest } from '../protocol.js';
import { COUNTRY_IDS, SERVICE_CODES } from './codes.js';
import type { Dialect } from './dialect.js';

/** What the actions of one handler_api server share. */
export interface HandlerContext extends ProtocolDeps {
  readonly dialect: Dialect;
  /** Our slug of a code; null for what is not sold. */
  serviceOf(code: string | null): string | null;
  countryOf(id: string | null): string | null;
  serviceCode(slug: string): string;
  countryId(iso: string): string;
  /** The order that `id` (or `activationId`) names; `invalid` if that is no number. */
  orderOf(request: ProtocolRequest): SimOrder | 'unknown' | 'invalid';
}

const SERVICE_BY_CODE = new Map(SERVICE_CODES);
const CODE_BY_SERVICE = new Map(SERVICE_CODES.map(([code, slug]) => [slug, code]));
const COUNTRY_BY_ID = new Map(COUNTRY_IDS);
const ID_BY_COUNTRY = new Map(COUNTRY_IDS.map(([id, iso]) => [iso, id]));

export const HANDLER_SERVICE_SLUGS: readonly string[] = SERVICE_CODES.map(([, slug]) => slug);
export const HANDLER_ISO_CODES: readonly string[] = COUNTRY_IDS.map(([, iso]) => iso);

export function createContext(deps: ProtocolDeps, dialect: Dialect): HandlerContext {
  return {
    ...deps,
    dialect,
    serviceOf: (code) => SERVICE_BY_CODE.get(code ?? '') ?? null,
    // Russia (0) is the classic service's; HeroSMS does not have it.
    countryOf: (id) => (id === '0' && dialect === 'herosms' ? null : (COUNTRY_BY_ID.get(id ?? '') ?? null)),
    serviceCode: (slug) => CODE_BY_SERVICE.get(slug) ?? 'ot',
    countryId: (iso) => ID_BY_COUNTRY.get(iso) ?? '0',
    orderOf(request) {
      const id = request.params.get('id') ?? request.params.get('activationId') ?? '';
      if (!/^\d{1,15}$/u.test(id)) return 'invalid';
      return deps.books.orders.get(Number(id)) ?? 'unknown';
    },
  };
}
