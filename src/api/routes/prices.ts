import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { isSandbox } from '../../db/buyers.js';
import { readMarkups } from '../../db/markups.js';
import { readExactPrices } from '../../db/price-rows.js';
import { DomainError } from '../../domain/errors.js';
import { clientPrice, convertAt, formatMoney } from '../../domain/money.js';
import { markupAmong } from '../../domain/markups.js';
import { successRate } from '../../prices/bands.js';
import { priceMatrix } from '../../prices/price-matrix.js';
import { cutPage, decodeCursor, DEFAULT_PAGE, pageQuery } from '../cursor.js';
import type { ApiDeps, ApiSettings } from '../deps.js';
import { namesEtag } from '../etag.js';
import type { LiveMatrix } from '../live-matrix.js';
import { route, type AnyRoute } from '../route.js';
import { country, currency, keepable, money, service, time, timeText } from '../schemas/scalars.js';

const priceRow = z
  .object({
    service: z.string(),
    country: z.string(),
    provider: z.string(),
    operator: z.string().nullable().meta({ description: 'Null where the provider does not tell operators apart.' }),
    price: money.meta({ description: 'What you pay, markup included.' }),
    currency,
    stock: z.int().meta({ description: 'Numbers that the provider showed.' }),
    success_rate: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .meta({ description: 'How often a code came, by our own outcomes of late; null where too little is known.' }),
    read_at: time.meta({ description: 'When the provider’s list was read.' }),
    age_seconds: z.int().min(0),
  })
  .meta({ id: 'Price' });

/** What the price routes need. */
export interface PriceRouteDeps {
  readonly database: Database;
  readonly settings: Pick<ApiSettings, 'currency' | 'denied' | 'markupFor'>;
  readonly posterior: ApiDeps['posterior'];
  readonly clock: () => Date;
  readonly matrix: () => LiveMatrix | null;
}

/** Exact prices by query, and the whole matrix at once. */
export function priceRoutes(deps: PriceRouteDeps): AnyRoute[] {
  const { settings } = deps;
  const denied = { deniedServices: [...settings.denied.services], deniedCountries: [...settings.denied.countries] };
  return [
    route({
      method: 'get',
      path: '/v1/prices',
      door: 'client',
      limit: 'read',
      tag: 'Prices',
      summary: 'Exact prices, stock and success rates',
      description: 'Narrow it by service and country. For everything at once, `GET /v1/prices/matrix` is one cached document.',
      query: z.object({ ...pageQuery, service: service.optional(), country: country.optional() }),
      answers: { 200: { description: 'A page.', json: z.object({ items: z.array(priceRow), next_cursor: z.string().nullable() }) } },
      problems: [],
      async handle({ caller, query }) {
        const limit = query.limit ?? DEFAULT_PAGE;
        const text = keepable(64);
        const rows = await readExactPrices(deps.database, {
          service: query.service ?? null,
          country: query.country ?? null,
          ...denied,
          buyer: { sandbox: await isSandbox(deps.database, caller.accountId) },
          after: decodeCursor(query.cursor, z.tuple([text, text, text, text])),
          limit: limit + 1,
        });
        const page = cutPage(rows, limit, (last) => [last.service, last.country, last.provider, last.operator]);
        const now = deps.clock().getTime();
        const setFor = markupAmong(await readMarkups(deps.database));
        const items = page.items.map((row) => ({
          service: row.service,
          country: row.country,
          provider: row.provider,
          operator: row.operator === '' ? null : row.operator,
          price: formatMoney(
            clientPrice(
              convertAt(row.cost, row.rate_micros),
              setFor(row.service, row.country) ?? settings.markupFor(row.service, row.country),
            ),
          ),
          currency: settings.currency,
          stock: row.stock,
          success_rate: successRate(row, deps.posterior),
          read_at: timeText(row.read_at),
          age_seconds: Math.max(0, Math.floor((now - row.read_at.getTime()) / 1000)),
        }));
        return { status: 200, json: { items, next_cursor: page.nextCursor } };
      },
    }),
    matrixRoute(deps),
  ];
}

/** How the matrix can be had, the best first. */
export const MATRIX_ENCODINGS = ['br', 'gzip', 'identity'] as const;

/** Where the matrix is. */
export const MATRIX_PATH = '/v1/prices/matrix';

/** What a client that takes `encoding` and has what `known` (its If-None-Match) names is answered at `now`. */
export function matrixReply(
  matrix: LiveMatrix,
  encoding: (typeof MATRIX_ENCODINGS)[number],
  known: string | undefined,
  now: Date,
): { readonly status: 200 | 304; readonly headers: Readonly<Record<string, string>>; readonly raw?: Buffer } {
  const { blob } = matrix;
  // Strong tags differ by encoding (RFC 9110, 8.8.3.3); a client may come back with either.
  const etag = encoding === 'identity' ? blob.etag : `${blob.etag.slice(0, -1)}-${encoding}"`;
  const common = {
    ETag: etag,
    Vary: 'Accept-Encoding',
    'Cache-Control': 'public, max-age=30, stale-while-revalidate=60, stale-if-error=86400',
    Age: String(Math.max(0, Math.floor((now.getTime() - blob.builtAt.getTime()) / 1000))),
  };
  if (namesEtag(known, etag)) return { status: 304, headers: common };
  if (encoding === 'identity') return { status: 200, raw: matrix.identity, headers: common };
  return { status: 200, raw: encoding === 'br' ? blob.brotli : blob.gzip, headers: { ...common, 'Content-Encoding': encoding } };
}

function matrixRoute(deps: PriceRouteDeps): AnyRoute {
  const told = {
    ETag: 'Names this matrix.',
    Age: 'Seconds since it was built.',
    'Cache-Control': 'For how long caches may keep it.',
    'Content-Encoding': '`br` or `gzip`, the best that Accept-Encoding allows.',
    Vary: '`Accept-Encoding`.',
  };
  return route({
    method: 'get',
    path: MATRIX_PATH,
    door: 'public',
    limit: 'none',
    tag: 'Prices',
    summary: 'The whole price matrix in one document',
    description: 'Replaced about once a minute. Made to be cached: send If-None-Match. docs/prices.md shows how to read it.',
    headers: z.object({ 'if-none-match': z.string().optional() }),
    answers: {
      200: { description: 'The matrix.', json: priceMatrix, media: 'application/json', headers: told },
      304: { description: 'It is the one that If-None-Match names.', headers: told },
    },
    problems: ['not_acceptable', 'unavailable'],
    handle({ headers, acceptsEncoding }) {
      const matrix = deps.matrix();
      if (matrix === null) throw new DomainError('unavailable', 'The first price matrix has not been built yet.');
      const encoding = acceptsEncoding(MATRIX_ENCODINGS);
      if (encoding === null) throw new DomainError('not_acceptable', 'The matrix can be had as br, gzip or identity.');
      return matrixReply(matrix, encoding, headers['if-none-match'], deps.clock());
    },
  });
}
