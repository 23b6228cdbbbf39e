import { z } from 'zod';
import { DomainError, ERRORS, type ErrorCode, type Json } from '../domain/errors.js';

/** One value of a request that could not be accepted. */
export interface FieldError {
  /** Where: a body path (`metadata.order`), a query parameter or a header's name. */
  readonly field: string;
  readonly message: string;
}

/** A problem document (RFC 9457) of this API. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly instance: string;
  /** Names everything that the request set in motion; missing where Node could not read the request. */
  readonly trace_id?: string;
  readonly errors?: readonly FieldError[];
  readonly [member: string]: unknown;
}

export const PROBLEM_MEDIA = 'application/problem+json';

/** Renders a failure. `requestId` becomes `instance`, so that a report can be found in the log, and so can its trace. */
export function problemOf(error: DomainError, requestId: string, traceId?: string): Problem {
  const { http, title } = ERRORS[error.code];
  return {
    ...error.detail,
    type: `/problems/${error.code}`,
    title,
    status: http,
    code: error.code,
    detail: error.message,
    instance: `urn:uuid:${requestId}`,
    ...(traceId === undefined ? {} : { trace_id: traceId }),
  };
}

const MAX_ERRORS = 20;

/** Turns what a schema found wrong into an `invalid_input`, without repeating the values. */
export function invalidInput(error: z.ZodError, where: 'body' | 'query' | 'header'): DomainError {
  const errors: Json[] = error.issues.slice(0, MAX_ERRORS).map((issue) => ({
    field: shorten(issue.path.map(String).join('.') || where, 100),
    message: shorten(issue.message, 200),
  }));
  return new DomainError('invalid_input', 'Some values of the request cannot be accepted; see errors.', { errors });
}

/** An `invalid_input` about one field. */
export function invalidField(field: string, message: string): DomainError {
  return new DomainError('invalid_input', message, { errors: [{ field, message }] });
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

const fieldError = z.object({ field: z.string(), message: z.string() });

/** The shape of every problem, for the OpenAPI document. */
export const problemSchema = z
  .looseObject({
    type: z.string().meta({ description: 'URI reference that names the kind of problem; `/problems/<code>`.' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]).meta({ description: 'Stable; switch on this.' }),
    detail: z.string().meta({ description: 'What happened, for people.' }),
    instance: z.string().meta({ description: 'Names this request in the server’s log.' }),
    trace_id: z.string().optional().meta({ description: 'Names everything that this request set in motion, in every log.' }),
    errors: z.array(fieldError).optional(),
  })
  .meta({ id: 'Problem', description: 'A problem document (RFC 9457). Some codes carry further members.' });
