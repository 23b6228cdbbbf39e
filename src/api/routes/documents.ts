import { z } from 'zod';
import { DomainError, ERRORS, type ErrorCode } from '../../domain/errors.js';
import { route, type AnyRoute } from '../route.js';

/** The API's description of itself, and of each kind of problem. */
export function documentRoutes(describe: (routes: readonly AnyRoute[]) => object, others: readonly AnyRoute[]): AnyRoute[] {
  const common = { method: 'get', door: 'public', limit: 'none', tag: 'Documents' } as const;
  const headers = { 'Cache-Control': 'public, max-age=300' };
  let document: Buffer | null = null;
  const own: AnyRoute[] = [
    route({
      ...common,
      path: '/openapi.json',
      summary: 'This API in OpenAPI 3.1',
      answers: { 200: { description: 'The document.', media: 'application/json' } },
      problems: [],
      handle() {
        document ??= Buffer.from(JSON.stringify(describe([...others, ...own])));
        return { status: 200, raw: document, headers };
      },
    }),
    route({
      ...common,
      path: '/problems/:code',
      summary: 'What a kind of problem means',
      params: z.object({ code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]) }),
      answers: { 200: { description: 'Its meaning.', json: z.object({ code: z.string(), status: z.int(), title: z.string() }) } },
      problems: [],
      handle({ params: { code } }) {
        const known = Object.hasOwn(ERRORS, code) ? ERRORS[code] : undefined;
        if (known === undefined) throw new DomainError('not_found', 'There is no such kind of problem.');
        return { status: 200, json: { code, status: known.http, title: known.title }, headers };
      },
    }),
  ];
  return own;
}
