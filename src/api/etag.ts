import { createHash } from 'node:crypto';

/** A strong entity tag, with its quotes, of a JSON value as it will be sent. */
export function etagOf(value: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)}"`;
}

const TAG = /\s*(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)/y;

/**
 * Whether an If-None-Match header names `etag` by weak comparison (RFC 9110, 13.1.2). A header that is not a list of
 * entity tags matches nothing.
 */
export function namesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  let found = false;
  TAG.lastIndex = 0;
  while (TAG.lastIndex < header.length) {
    const match = TAG.exec(header);
    if (match === null) return false;
    if (match[1] === etag) found = true;
  }
  return found;
}
