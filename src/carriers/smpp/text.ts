import smpp from 'smpp';

/** How texts are written; see `alphabet` and `long_messages` of the account. */
export interface Writing {
  readonly alphabet: 'gsm7' | 'gsm7_packed' | 'latin1' | 'ucs2';
  readonly dataCoding: number | undefined;
  readonly long: 'udh' | 'payload';
}

/** A text as it goes out: one submission for each part. */
export interface WrittenText {
  readonly dataCoding: number;
  /** Segments that it takes, however many submissions. */
  readonly segments: number;
  readonly parts: readonly WrittenPart[];
}

/** What one submission carries. */
export type WrittenPart = { readonly short: Buffer; readonly udh: Buffer | null } | { readonly payload: Buffer };

const UCS2 = 0x08;
const LATIN1 = 0x03;
/** Octets of a segment (3GPP TS 23.040), and what six octets of concatenation header leave of it. */
const OCTETS = { single: 140, part: 134 } as const;
const SEPTETS = { single: 160, part: 153 } as const;
const ESCAPE = 0x1b;

/** Writes a text; `reference` (0 to 255) holds the parts of one message together. */
export function writeText(text: string, writing: Writing, reference: number): WrittenText {
  const { alphabet } = writing;
  if (alphabet.startsWith('gsm7') && !text.includes('\u001b') && smpp.encodings.ASCII.match(text)) {
    const septets = smpp.encodings.ASCII.encode(text);
    const pack = alphabet === 'gsm7_packed' ? packed : (bytes: Buffer): Buffer => bytes;
    return assemble(septets, cutSeptets(septets), pack, writing.dataCoding ?? 0, writing, reference);
  }
  const whole = (bytes: Buffer): Buffer => bytes;
  // oxlint-disable-next-line eslint/no-control-regex -- the bounds of the alphabet
  if (alphabet === 'latin1' && /^[\u0000-\u00ff]*$/.test(text)) {
    const bytes = Buffer.from(text, 'latin1');
    return assemble(
      bytes,
      cut(bytes, OCTETS, () => 0),
      whole,
      writing.dataCoding ?? LATIN1,
      writing,
      reference,
    );
  }
  const bytes = Buffer.from(text, 'utf16le').swap16();
  return assemble(bytes, cut(bytes, OCTETS, halfPair), whole, UCS2, writing, reference);
}

function assemble(
  bytes: Buffer,
  cuts: readonly Buffer[],
  pack: (bytes: Buffer, fillBits: number) => Buffer,
  dataCoding: number,
  { long }: Writing,
  reference: number,
): WrittenText {
  const segments = cuts.length;
  if (segments === 1) return { dataCoding, segments, parts: [{ short: pack(bytes, 0), udh: null }] };
  if (long === 'payload') return { dataCoding, segments, parts: [{ payload: pack(bytes, 0) }] };
  return {
    dataCoding,
    segments,
    parts: cuts.map((part, index) => ({
      // One bit fills the header's six octets up to whole septets.
      short: pack(part, 1),
      udh: Buffer.from([5, 0, 3, reference & 0xff, segments, index + 1]),
    })),
  };
}

/** Cuts where a segment ends; `back` says by how many octets a cut would tear a character. */
function cut(
  bytes: Buffer,
  most: { readonly single: number; readonly part: number },
  back: (bytes: Buffer, at: number) => number,
): readonly Buffer[] {
  if (bytes.length <= most.single) return [bytes];
  const parts: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = Math.min(bytes.length, from + most.part);
    const to = end === bytes.length ? end : end - back(bytes, end);
    parts.push(bytes.subarray(from, to));
    from = to;
  }
  return parts;
}

function cutSeptets(septets: Buffer): readonly Buffer[] {
  return cut(septets, SEPTETS, (bytes, at) => (bytes[at - 1] === ESCAPE ? 1 : 0));
}

function halfPair(bytes: Buffer, at: number): number {
  const unit = bytes.readUInt16BE(at - 2);
  return unit >= 0xd800 && unit <= 0xdbff ? 2 : 0;
}

/** Septets packed into octets (3GPP TS 23.038, 6.1.2.1), after so many bits of filling. */
function packed(septets: Buffer, fillBits: number): Buffer {
  const out = Buffer.alloc(Math.ceil((septets.length * 7 + fillBits) / 8));
  septets.forEach((septet, index) => {
    const bit = index * 7 + fillBits;
    const [at, shift] = [bit >> 3, bit & 7];
    const value = septet << shift;
    out[at] = out[at]! | (value & 0xff);
    if (value > 0xff) out[at + 1] = out[at + 1]! | (value >> 8);
  });
  return out;
}
