/** What of a Prefer header (RFC 7240) this API honours. */
export interface Preferences {
  /** Seconds that the client is willing to wait; null if it does not say. */
  readonly wait: number | null;
}

const PREFERENCE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z-]*)))?\s*(?:;.*)?$/;

/**
 * Reads a Prefer header. What is not understood is ignored, as the RFC asks; of two equal preferences the first counts.
 * `respond-async` without `wait` is a wait of 0.
 */
export function parsePrefer(header: string | undefined): Preferences {
  let wait: number | null = null;
  let async = false;
  for (const part of splitList(header ?? '')) {
    const match = PREFERENCE.exec(part.trim());
    if (match === null) continue;
    const name = match[1]!.toLowerCase();
    const value = match[2] ?? match[3] ?? '';
    if (name === 'respond-async') async = true;
    if (name === 'wait' && wait === null && /^\d{1,9}$/.test(value)) wait = Number(value);
  }
  return { wait: wait ?? (async ? 0 : null) };
}

/** Splits at commas outside quotes. */
function splitList(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (character === ',' && !quoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
