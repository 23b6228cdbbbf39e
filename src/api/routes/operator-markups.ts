import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { type MarkupRow, readMarkups, removeMarkup, setMarkup } from '../../db/markups.js';
import { DomainError } from '../../domain/errors.js';
import { formatMoney, parseMoney } from '../../domain/money.js';
import type { ApiSettings } from '../deps.js';
import { invalidField } from '../problem.js';
import { type AnyRoute, route } from '../route.js';
import { country, keepable, money, service, time, timeText } from '../schemas/scalars.js';

const basisPoints = z
  .int()
  .min(0)
  .max(1_000_000)
  .meta({ description: 'Hundredths of a per cent of the provider’s price: 2500 is 25 %.', example: 2500 });

const shownMarkup = z
  .object({
    service: z.string().nullable().meta({ description: 'Null: any.' }),
    country: z.string().nullable().meta({ description: 'Null: any.' }),
    basis_points: z.int(),
    fixed: money.meta({ description: 'Added to that, in the wallet’s currency.' }),
    reason: z.string(),
    set_by: z.uuid(),
    set_at: time,
  })
  .meta({ id: 'Markup' });

const page = z.object({ items: z.array(shownMarkup) });
const place = {
  service: service.nullish().meta({ type: ['string', 'null'], description: 'Any when missing.' }),
  country: country.nullish().meta({ type: ['string', 'null'], description: 'Any when missing.' }),
  reason: keepable(500).min(1).meta({ description: 'Kept in the list of actions.' }),
};

/** The most of the fixed part, in micro units. */
const MOST_FIXED = parseMoney('1000');

/** What clients pay above the provider's price, by service and country. */
export function operatorMarkupRoutes(deps: {
  readonly database: Database;
  readonly settings: Pick<ApiSettings, 'services' | 'countries'>;
}): AnyRoute[] {
  const common = { door: 'operator', tag: 'Operator' } as const;
  const all = async () => ({ items: (await readMarkups(deps.database)).map(shown) });

  /** @throws DomainError `invalid_input` where it is for nothing, or for what is not offered. */
  function placeOf(body: { readonly service?: string | null | undefined; readonly country?: string | null | undefined }) {
    const found = { service: body.service ?? null, country: body.country ?? null };
    if (found.service === null && found.country === null)
      throw new DomainError(
        'invalid_input',
        'A markup is for a service, a country or both; the one for everything stands in the configuration.',
      );
    if (found.service !== null && !deps.settings.services.some(({ slug }) => slug === found.service))
      throw invalidField('service', 'is no service of this installation; see /v1/services');
    if (found.country !== null && !deps.settings.countries.some(({ code }) => code === found.country))
      throw invalidField('country', 'is no country of this installation; see /v1/countries');
    return found;
  }

  return [
    route({
      ...common,
      method: 'get',
      path: '/v1/operator/markups',
      limit: 'read',
      summary: 'Markups that operators set',
      answers: { 200: { description: 'All of them.', json: page } },
      problems: [],
      handle: async () => ({ status: 200, json: await all() }),
    }),
    route({
      ...common,
      method: 'post',
      path: '/v1/operator/markups',
      limit: 'command',
      summary: 'Set the markup of a service, a country or a pair',
      description:
        'The pair’s own counts before the service’s, the service’s before the country’s, and any of them before the configuration’s; each whole. It counts ' +
        'at once for what is begun from now on, and with the next refresh in the matrix; a running activation keeps the one that it was begun with.',
      body: z.strictObject({
        ...place,
        basis_points: basisPoints,
        fixed: z
          .string()
          .max(20)
          .default('0')
          .meta({ description: 'Decimal string from 0 to 1000, with at most six places.', example: '0.01' }),
      }),
      answers: { 200: { description: 'Set; all markups.', json: page } },
      problems: [],
      async handle({ caller, body }) {
        const where = placeOf(body);
        const markup = { basisPoints: body.basis_points, fixed: fixedOf(body.fixed) };
        await setMarkup(deps.database, where, markup, { reason: body.reason, operatorAccountId: caller.accountId });
        return { status: 200, json: await all() };
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/v1/operator/markups/remove',
      limit: 'command',
      summary: 'Take a markup away; the next broader one counts again',
      body: z.strictObject(place),
      answers: { 200: { description: 'Taken away, or not there; all markups.', json: page } },
      problems: [],
      async handle({ body }) {
        await removeMarkup(deps.database, placeOf(body));
        return { status: 200, json: await all() };
      },
    }),
  ];
}

function fixedOf(text: string): bigint {
  try {
    const fixed = parseMoney(text);
    if (fixed >= 0n && fixed <= MOST_FIXED) return fixed;
  } catch {
    // Said below.
  }
  throw invalidField('fixed', 'must be a decimal string from 0 to 1000, with at most six places');
}

function shown(row: MarkupRow): z.output<typeof shownMarkup> {
  return {
    service: row.service,
    country: row.country,
    basis_points: row.markup.basisPoints,
    fixed: formatMoney(row.markup.fixed),
    reason: row.reason,
    set_by: row.setBy,
    set_at: timeText(row.setAt),
  };
}
