import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Needle } from './needles.js';
import { type Hit, scanBytes } from './scan-bytes.js';

/** A place to look into: a file, a folder with all that is below it, or an address that answers with text. */
export interface Source {
  readonly at: string;
  /** Headers of the request, where it is an address. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a scan found. */
export interface ScanReport {
  /** `incomplete` when nothing was found and not everything could be read: then nothing is claimed. */
  readonly verdict: 'clean' | 'found' | 'incomplete';
  readonly hits: readonly (Hit & { readonly at: string })[];
  readonly unread: readonly { readonly at: string; readonly why: string }[];
  /** Files and folders that were left out on purpose. */
  readonly leftOut: readonly string[];
  readonly places: number;
  readonly bytes: number;
}

const PIECE_BYTES = 1 << 20;
const ANSWER_MS = 30_000;
/** A folder that goes on getting new files after so many looks is not read to its end. */
const LOOKS = 4;
/** First bytes of what holds its content compressed, where no search finds anything. */
const COMPRESSED: readonly (readonly [Buffer, string])[] = [
  [Buffer.from([0x1f, 0x8b]), 'gzip'],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'zstd'],
  [Buffer.from('BZh'), 'bzip2'],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]), 'xz'],
];

/**
 * Searches raw bytes for values. Databases may be at work meanwhile: files that come up while a folder is read are read too.
 * Whatever cannot be read is named, and the verdict is then never `clean`.
 *
 * @param isLeftOut says of a file's or folder's path whether it is left out.
 */
export async function scan(
  sources: readonly Source[],
  needles: readonly Needle[],
  isLeftOut: (path: string) => boolean,
): Promise<ScanReport> {
  const hits: (Hit & { at: string })[] = [];
  const unread: { at: string; why: string }[] = [];
  const leftOut = new Set<string>();
  const seen = new Set<string>();
  let bytes = 0;
  let places = 0;

  async function search(at: string, pieces: AsyncIterable<Buffer>): Promise<void> {
    try {
      const found = await scanBytes(refuseCompressed(pieces), needles);
      bytes += found.bytes;
      places += 1;
      hits.push(...found.hits.map((hit) => ({ ...hit, at })));
    } catch (error) {
      // A file that is gone holds nothing; under a new name it comes up at the next look.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') unread.push({ at, why: reasonOf(error) });
    }
  }

  /** Reads what lies at or below a path and was not read before. @returns whether there was anything new. */
  async function look(path: string): Promise<boolean> {
    if (isLeftOut(path)) {
      leftOut.add(path);
      return false;
    }
    let found;
    try {
      found = await stat(await realpath(path));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') unread.push({ at: path, why: reasonOf(error) });
      return false;
    }
    if (found.isDirectory()) {
      const key = `folder ${found.dev}:${found.ino}`;
      if (visiting.has(key)) return false;
      visiting.add(key);
      let names: string[];
      try {
        names = await readdir(path);
      } catch (error) {
        unread.push({ at: path, why: reasonOf(error) });
        return false;
      }
      let isNew = false;
      for (const name of names.toSorted()) isNew = (await look(join(path, name))) || isNew;
      return isNew;
    }
    // A socket keeps nothing.
    if (found.isSocket()) return false;
    const key = `${found.dev}:${found.ino}`;
    if (seen.has(key)) return false;
    seen.add(key);
    if (!found.isFile()) {
      unread.push({ at: path, why: 'it is neither a file nor a folder' });
      return false;
    }
    await search(path, nameThenContent(path));
    return true;
  }

  let visiting = new Set<string>();
  for (const { at, headers } of sources) {
    if (/^https?:\/\//.test(at)) {
      await search(at, answerOf(at, headers ?? {}));
      continue;
    }
    if ((await stat(at).catch(() => null)) === null) {
      unread.push({ at, why: 'it does not exist' });
      continue;
    }
    for (let looks = 0; ; looks += 1) {
      visiting = new Set();
      if (!(await look(at))) break;
      if (looks === LOOKS) {
        unread.push({ at, why: 'new files went on coming up while it was read: stop what writes there' });
        break;
      }
    }
  }
  const once = [...new Map(unread.map((one) => [`${one.at} ${one.why}`, one])).values()];
  const verdict = hits.length > 0 ? 'found' : once.length > 0 || places === 0 ? 'incomplete' : 'clean';
  return { verdict, hits, unread: once, leftOut: [...leftOut], places, bytes };
}

/** A file's name may hold a value as well as its content; a byte between them, so that no value spans both. */
async function* nameThenContent(path: string): AsyncGenerator<Buffer> {
  yield* createReadStream(path, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>;
  yield Buffer.from(`\0${path}`);
}

async function* answerOf(address: string, headers: Readonly<Record<string, string>>): AsyncGenerator<Buffer> {
  const response = await fetch(address, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
  if (!response.ok || response.body === null) throw new Error(`it answered ${response.status}`);
  for await (const piece of response.body) yield Buffer.from(piece);
}

async function* refuseCompressed(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const piece of pieces) {
    const packed = isFirst ? COMPRESSED.find(([head]) => piece.subarray(0, head.length).equals(head)) : undefined;
    if (packed !== undefined) throw new Error(`it is compressed (${packed[1]}): unpack it first`);
    isFirst = false;
    yield piece;
  }
}

function reasonOf(error: unknown): string {
  const { message, code, cause } = error as { message: string; code?: string; cause?: { code?: string } };
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read by this user';
  return cause?.code ?? message;
}
