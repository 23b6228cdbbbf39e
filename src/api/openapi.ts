import { OpenApiGeneratorV31, OpenAPIRegistry, type ResponseConfig, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../domain/errors.js';
import { problemSchema, PROBLEM_MEDIA } from './problem.js';
import { problemsOf, type AnyRoute } from './route.js';

/** The OpenAPI 3.1 document of the declared routes, from the very schemas that validate. */
export function describeRoutes(routes: readonly AnyRoute[], version: string): object {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer', description: 'An API key of watchword.' });
  for (const spec of routes) registry.registerPath(describe(spec));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'watchword',
      version,
      description:
        'Rent a number, receive its code. JSON in snake_case, times in RFC 3339, money as decimal strings beside a currency. ' +
        'Failures are problem documents (RFC 9457); switch on their `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
  });
}

function describe(spec: AnyRoute): RouteConfig {
  const path = spec.path.replace(/:([a-z_]+)/g, '{$1}');
  const request = {
    ...(spec.params === undefined ? {} : { params: spec.params as z.ZodObject }),
    ...(spec.query === undefined ? {} : { query: spec.query as z.ZodObject }),
    ...(spec.headers === undefined ? {} : { headers: spec.headers as z.ZodObject }),
    ...(spec.body === undefined
      ? {}
      : { body: { required: spec.bodyRequired ?? true, content: { 'application/json': { schema: spec.body } } } }),
  };
  return {
    method: spec.method,
    path,
    operationId: `${spec.method}${path.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase())}`,
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    security: spec.door === 'client' || spec.door === 'operator' ? [{ apiKey: [] }] : [],
    'x-door': spec.door,
    request,
    responses: responsesOf(spec),
  };
}

function responsesOf(spec: AnyRoute): RouteConfig['responses'] {
  const responses: RouteConfig['responses'] = {};
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of problemsOf(spec)) byStatus.set(ERRORS[code].http, [...(byStatus.get(ERRORS[code].http) ?? []), code]);
  for (const [status, codes] of [...byStatus].toSorted(([a], [b]) => a - b)) {
    responses[status] = {
      description: codes.map((code) => `\`${code}\`: ${ERRORS[code].title}.`).join(' '),
      content: { [PROBLEM_MEDIA]: { schema: problemSchema } },
    };
  }
  for (const [status, declared] of Object.entries(spec.answers)) {
    const { description, headers = {}, json, media } = declared;
    const described = Object.fromEntries(
      Object.entries(headers).map(([name, meaning]) => [name, { description: meaning, schema: { type: 'string' as const } }]),
    );
    const content =
      json === undefined
        ? media === undefined
          ? undefined
          : { [media]: { schema: z.string() } }
        : { [media ?? 'application/json']: { schema: json } };
    const answered: ResponseConfig = { description, headers: described, ...(content === undefined ? {} : { content }) };
    const other = responses[status] as ResponseConfig | undefined;
    // A status may be both an answer and a problem (503 of /readyz).
    responses[status] = other === undefined ? answered : { ...answered, content: { ...other.content, ...content } };
  }
  return responses;
}
