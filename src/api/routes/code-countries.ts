import examples from 'libphonenumber-js/mobile/examples';
import { getCountryCallingCode, getExampleNumber, isSupportedCountry } from 'libphonenumber-js/max';
import { z } from 'zod';
import { etagOf, namesEtag } from '../etag.js';
import { type AnyRoute, route } from '../route.js';

const codeCountry = z
  .object({
    code: z.string().meta({ description: 'ISO 3166-1 alpha-2.' }),
    name: z.string().meta({ description: 'In English.' }),
    calling_code: z.string().meta({ example: '+49' }),
    example: z.string().nullable().meta({ description: 'A mobile number as one is written there, with its calling code.' }),
    allowed: z.boolean().meta({ description: 'Whether codes are sent there.' }),
  })
  .meta({ id: 'CodeCountry' });

/** What an app's country picker shows: one answer for everybody, which changes with the configuration only. */
export function codeCountryRoutes(deps: {
  readonly countries: readonly { readonly code: string; readonly name: string }[];
  /** Whether codes are sent to a country. */
  readonly isAllowed: (country: string) => boolean;
}): AnyRoute[] {
  const json = { items: deps.countries.flatMap(({ code, name }) => shown(code, name, deps.isAllowed(code))) };
  const headers = { ETag: etagOf(json), 'Cache-Control': 'public, max-age=300' };
  return [
    route({
      method: 'get',
      path: '/v1/verifications/countries',
      door: 'public',
      limit: 'none',
      tag: 'Verifications',
      summary: 'Countries for an app’s picker',
      headers: z.object({ 'if-none-match': z.string().max(1_000).optional() }),
      answers: {
        200: {
          description: 'All that have phones, in order of code.',
          json: z.object({ items: z.array(codeCountry) }),
          headers: { ETag: 'Names this list.' },
        },
        304: { description: 'It is the one that If-None-Match names.', headers: { ETag: 'Names this list.' } },
      },
      problems: [],
      handle: ({ headers: asked }) =>
        namesEtag(asked['if-none-match'], headers.ETag) ? { status: 304, headers } : { status: 200, json, headers },
    }),
  ];
}

function shown(code: string, name: string, allowed: boolean): z.output<typeof codeCountry>[] {
  if (!isSupportedCountry(code)) return [];
  const example = getExampleNumber(code, examples)?.formatInternational() ?? null;
  return [{ code, name, calling_code: `+${getCountryCallingCode(code)}`, example, allowed }];
}
