import type { Needle } from './needles.js';

/** Where a value was found. */
export interface Hit {
  /** Which of the given values. */
  readonly value: number;
  readonly form: string;
  /** Byte of the first. */
  readonly offset: number;
  readonly count: number;
}

/**
 * Looks for all needles in bytes that come piece by piece, also where one lies across two pieces. Holds no more than a piece and the length of the
 * longest needle.
 */
export async function scanBytes(
  pieces: AsyncIterable<Buffer>,
  needles: readonly Needle[],
): Promise<{ readonly bytes: number; readonly hits: Hit[] }> {
  const overlap = Math.max(0, ...needles.map(({ bytes }) => bytes.length - 1));
  const hits = new Map<string, { value: number; form: string; offset: number; count: number }>();
  let carried: Buffer = Buffer.alloc(0);
  let bytes = 0;
  for await (const piece of pieces) {
    const window = carried.length === 0 ? piece : Buffer.concat([carried, piece]);
    const start = bytes - carried.length;
    for (const needle of needles) {
      // What ends within the carried bytes was counted before.
      let at = window.indexOf(needle.bytes, Math.max(0, carried.length - needle.bytes.length + 1));
      for (; at >= 0; at = window.indexOf(needle.bytes, at + 1)) {
        const key = `${needle.value} ${needle.form}`;
        const known = hits.get(key);
        if (known === undefined) hits.set(key, { value: needle.value, form: needle.form, offset: start + at, count: 1 });
        else {
          known.count += 1;
          known.offset = Math.min(known.offset, start + at);
        }
      }
    }
    bytes += piece.length;
    carried = Buffer.from(window.subarray(Math.max(0, window.length - overlap)));
  }
  return { bytes, hits: [...hits.values()] };
}
