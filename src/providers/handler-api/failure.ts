import { z } from 'zod';
import type { HandlerReply } from './reply.js';

/** An error as any dialect words it, brought to one code in upper case. */
export interface HandlerFailure {
  /** `NO_NUMBERS`, `BAD_KEY`, …; words that are no token become one (`service is incorrect` → `SERVICE_IS_INCORRECT`). */
  readonly code: string;
  /** What stood behind a token's colon; null if nothing did. */
  readonly rest: string | null;
  /** The `info` object of the envelope; empty where there is none. */
  readonly info: Readonly<Record<string, unknown>>;
}

/** `{"title","details","info"}` of HeroSMS and Tiger; info may be an object, a list or null. */
const envelope = z.object({ title: z.string().regex(/^[A-Z][A-Z0-9_]*$/u), details: z.unknown().optional(), info: z.unknown().optional() });

/** The looser ones: `{"status":"error","error"}`, `{"status":"false","msg"}`, `{"status":0,"message"}`, `{"error"}`. */
const complaint = z.object({
  status: z.unknown().optional(),
  error: z.unknown().optional(),
  msg: z.unknown().optional(),
  message: z.unknown().optional(),
});

const REFUSING_STATUS: readonly unknown[] = ['error', 'false', 'fail', false, 0, '0'];
const ANSWERS = /^(?:ACCESS_|STATUS_|FULL_SMS$|ADDITIONAL$)/u;

/** The error that a reply words, or null if it is no error (or not readable at all). */
export function failureOf(reply: HandlerReply): HandlerFailure | null {
  switch (reply.form) {
    case 'token':
      return ANSWERS.test(reply.token) ? null : { code: reply.token, rest: reply.rest, info: {} };
    case 'json':
      return failureInJson(reply.value);
    case 'text':
      return reply.text === ''
        ? { code: `HTTP_${reply.http.status}`, rest: null, info: {} }
        : { code: asCode(reply.text), rest: null, info: {} };
    case 'empty':
    case 'unreadable':
      return null;
  }
}

function failureInJson(value: unknown): HandlerFailure | null {
  const enveloped = envelope.safeParse(value);
  if (enveloped.success) {
    const { title, details, info } = enveloped.data;
    const record = isRecord(info) ? info : {};
    // Tiger's 422 may carry the token that matters in `details`.
    const nested = title === 'UNPROCESSABLE_ENTITY' && typeof details === 'string' && /^[A-Z][A-Z0-9_]*$/u.test(details);
    return { code: nested ? details : title, rest: null, info: record };
  }
  const complained = complaint.safeParse(value);
  if (!complained.success) return null;
  const { status, error, msg, message } = complained.data;
  const words = [error, msg, message].find((word) => typeof word === 'string' && word !== '');
  const refusing = REFUSING_STATUS.includes(status);
  if (!refusing && !(status === undefined && typeof error === 'string')) return null;
  if (typeof words !== 'string') return { code: 'ERROR', rest: null, info: {} };
  const token = /^([A-Z][A-Z0-9_]*)(?::([\s\S]*))?$/u.exec(words.trim());
  if (token !== null) return { code: token[1]!, rest: token[2] ?? null, info: {} };
  return { code: asCode(words), rest: null, info: {} };
}

function asCode(words: string): string {
  return words
    .slice(0, 80)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/gu, '_')
    .replaceAll(/^_+|_+$/gu, '');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
