/** A value in one of the forms in which bytes may hold it. */
export interface Needle {
  /** Which of the given values. */
  readonly value: number;
  /** `text`, `utf-16`, `base64`, `hex`, `json` or `url`. */
  readonly form: string;
  readonly bytes: Buffer;
}

/** A shorter value turns up by chance wherever there are digits. */
export const SHORTEST_VALUE = 6;

/** A value that cannot be looked for; the message names its place, never the value. */
export class UnusableValue extends Error {
  override readonly name = 'UnusableValue';
}

/**
 * The forms in which each value may lie in a file: UTF-8, UTF-16 of either order, base64 (also its URL alphabet) at each of
 * the three places at which it may begin within a longer text, hex in either case, escaped as in JSON (once, twice, or with
 * everything but ASCII escaped) and as in a URL. A phone number is looked for by its digits, with or without a `+` before them.
 *
 * @throws UnusableValue if one is shorter than {@link SHORTEST_VALUE}.
 */
export function needlesOf(values: readonly string[]): Needle[] {
  return values.flatMap((given, value) => {
    const text = /^\+\d+$/.test(given) ? given.slice(1) : given;
    if (text.length < SHORTEST_VALUE)
      throw new UnusableValue(`value ${value + 1} has fewer than ${SHORTEST_VALUE} characters: it would be found everywhere by chance`);
    const forms = new Map<string, Needle>();
    const add = (form: string, bytes: Buffer) => {
      const key = bytes.toString('latin1');
      if (!forms.has(key)) forms.set(key, { value, form, bytes });
    };
    const utf8 = Buffer.from(text, 'utf8');
    add('text', utf8);
    const utf16 = Buffer.from(text, 'utf16le');
    add('utf-16', utf16);
    add('utf-16', Buffer.from(utf16).swap16());
    for (const spelling of base64Within(utf8)) {
      add('base64', Buffer.from(spelling, 'latin1'));
      add('base64', Buffer.from(spelling.replaceAll('+', '-').replaceAll('/', '_'), 'latin1'));
    }
    add('hex', Buffer.from(utf8.toString('hex'), 'latin1'));
    add('hex', Buffer.from(utf8.toString('hex').toUpperCase(), 'latin1'));
    const json = JSON.stringify(text).slice(1, -1);
    for (const spelling of [json, JSON.stringify(json).slice(1, -1), asciiJson(text), asciiJson(text).toLowerCase()])
      add('json', Buffer.from(spelling));
    add('url', Buffer.from(encodeURIComponent(text)));
    return [...forms.values()];
  });
}

/** What of a text's base64 does not depend on the bytes around it, for each place within three at which it may begin. */
function base64Within(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first characters hold bits of what stands before, the last one may hold bits of what follows.
    const from = [0, 2, 3][before]!;
    const until = (before + bytes.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    return encoded.slice(from, until);
  });
}

/** JSON as Go and others write it: everything but ASCII, and what HTML minds, as \uXXXX. */
function asciiJson(text: string): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^\x20-\x7e]|[<>&]/g, escape);
}
