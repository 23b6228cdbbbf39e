import { z } from 'zod';
import type { ApiSettings } from '../deps.js';
import type { LiveMatrix } from '../live-matrix.js';
import { route, type AnyRoute } from '../route.js';

const listedService = z
  .object({ slug: z.string(), title: z.string(), in_stock: z.boolean().meta({ description: 'Whether some country has a number for it.' }) })
  .meta({ id: 'Service' });
const listedCountry = z
  .object({ code: z.string(), name: z.string(), in_stock: z.boolean().meta({ description: 'Whether some service has a number there.' }) })
  .meta({ id: 'Country' });

/** What is sold, by its names; read from the matrix in memory, so that it costs nothing. */
export function catalogueRoutes(deps: {
  readonly settings: Pick<ApiSettings, 'services' | 'countries'>;
  matrix(): LiveMatrix | null;
}): AnyRoute[] {
  const common = { method: 'get', door: 'public', limit: 'none', tag: 'Catalogue', problems: [] } as const;
  const headers = { 'Cache-Control': 'public, max-age=30' };
  return [
    route({
      ...common,
      path: '/v1/services',
      summary: 'Services that some provider lists',
      answers: { 200: { description: 'All of them.', json: z.object({ items: z.array(listedService) }) } },
      handle() {
        const listed = deps.matrix()?.services;
        const items = deps.settings.services.flatMap(({ slug, title }) => {
          const inStock = listed?.get(slug);
          return inStock === undefined ? [] : [{ slug, title, in_stock: inStock }];
        });
        return { status: 200, json: { items }, headers };
      },
    }),
    route({
      ...common,
      path: '/v1/countries',
      summary: 'Countries that some provider lists',
      answers: { 200: { description: 'All of them.', json: z.object({ items: z.array(listedCountry) }) } },
      handle() {
        const listed = deps.matrix()?.countries;
        const items = deps.settings.countries.flatMap(({ code, name }) => {
          const inStock = listed?.get(code);
          return inStock === undefined ? [] : [{ code, name, in_stock: inStock }];
        });
        return { status: 200, json: { items }, headers };
      },
    }),
  ];
}
