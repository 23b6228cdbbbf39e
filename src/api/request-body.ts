import type { IncomingMessage } from 'node:http';
import { DomainError } from '../domain/errors.js';

/** The most bytes that any request body may have. */
export const MAX_BODY_BYTES = 65_536;

/**
 * Reads a request's body whole, at most `most` bytes.
 *
 * @throws DomainError `payload_too_large`, or `bad_request` when the body breaks off.
 */
export async function readBytes(request: IncomingMessage, most: number = MAX_BODY_BYTES): Promise<Buffer> {
  const tooLarge = () => new DomainError('payload_too_large', `A request body may have at most ${most} bytes.`);
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > most) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('bad_request', 'The request body broke off.', {}, { cause: error });
  }
  return Buffer.concat(chunks);
}

/**
 * Reads bytes as UTF-8 JSON.
 *
 * @throws DomainError `bad_request` for other encodings, malformed JSON and members named `__proto__`.
 */
export function parseJson(bytes: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DomainError('bad_request', 'The request body is not valid UTF-8.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message repeats the text, which may be somebody's code.
    throw new DomainError('bad_request', 'The request body is not valid JSON.');
  }
  if (namesPrototype(value)) throw new DomainError('bad_request', 'The request body has a member named "__proto__".');
  return value;
}

/** Whether the media type is JSON in UTF-8, plain as it lies on the wire. */
export function isJson(request: IncomingMessage): boolean {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') return false;
  const [media = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  if (!/^application\/(?:[a-z0-9!#$&^_.-]+\+)?json$/.test(media.trim())) return false;
  return parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=');
    return name.trim() !== 'charset' || /^"?utf-?8"?$/.test(value.trim());
  });
}

/** Whether the media type is that of a browser's form. */
export function isForm(request: IncomingMessage): boolean {
  return /^application\/x-www-form-urlencoded(;|$)/.test((request.headers['content-type'] ?? '').toLowerCase());
}

/** Reads the fields of a form; of several of one name the last. */
export function parseForm(bytes: Buffer): unknown {
  return Object.fromEntries(new URLSearchParams(bytes.toString('utf8')));
}

function namesPrototype(root: unknown): boolean {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__')) return true;
    open.push(...Object.values(value));
  }
  return false;
}
