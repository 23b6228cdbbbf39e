import { createHash } from 'node:crypto';
import type { SignedPart } from './schema.js';
import { fill, parseTemplate, type Values } from './template.js';

/** A request whose bytes are signed, ours or a hook's. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The bytes that a signature covers, put together as the carrier does it. */
export function signedBytes(parts: readonly SignedPart[], request: SignedRequest, values: Values): Buffer {
  return Buffer.concat(parts.map((part) => bytesOf(part, request, values)));
}

function bytesOf(part: SignedPart, request: SignedRequest, values: Values): Uint8Array {
  if ('text' in part) return Buffer.from(String(fill(parseTemplate(part.text), values) ?? ''), 'utf8');
  if ('header' in part) return Buffer.from(request.headers[part.header.toLowerCase()] ?? '', 'utf8');
  if ('method' in part) return Buffer.from(request.method.toUpperCase(), 'utf8');
  if ('body' in part) {
    if (part.body === 'raw') return request.body;
    const hash = createHash('sha256').update(request.body).digest();
    return part.body === 'sha256' ? hash : Buffer.from(hash.toString('hex'), 'utf8');
  }
  if ('url' in part) {
    const question = request.url.indexOf('?');
    const bare = question < 0 ? request.url : request.url.slice(0, question);
    return Buffer.from(part.url === 'whole' ? request.url : part.url === 'without_query' ? bare : new URL(bare).pathname, 'utf8');
  }
  const pairs = [
    ...(part.params === 'form' ? [] : new URLSearchParams(queryOf(request.url))),
    ...(part.params === 'query' ? [] : new URLSearchParams(Buffer.from(request.body).toString('utf8'))),
  ].filter(([name]) => !part.without.includes(name));
  const clean = (value: string): string => Object.entries(part.replace).reduce((text, [from, to]) => text.replaceAll(from, to), value);
  const joined = pairs
    .toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([name, value]) => `${clean(name)}${part.between}${clean(value)}`)
    .join(part.each);
  return Buffer.from(`${part.first}${joined}`, 'utf8');
}

/** The query of an address, without its question mark. */
export function queryOf(url: string): string {
  const question = url.indexOf('?');
  return question < 0 ? '' : url.slice(question + 1);
}
