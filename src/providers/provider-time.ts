const STAMP = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d)[:-](\d\d)[:-](\d\d)(?:[.,](\d+))?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/iu;

/** A provider's timestamp: milliseconds since the epoch, as if it were UTC where it names no zone. */
export interface ProviderTime {
  readonly ms: number;
  /** Whether the text names its zone; without one, only differences between times of the same reply mean anything. */
  readonly zoned: boolean;
}

/** Reads RFC 3339 with any number of fractional digits, and `YYYY-MM-DD HH:MM:SS` with or without a zone; null for anything else. */
export function readTime(text: string): ProviderTime | null {
  const match = STAMP.exec(text.trim());
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = '', zone] = match;
  const fields = [year, month, day, hour, minute, second].map(Number) as [number, number, number, number, number, number];
  const at = Date.UTC(fields[0], fields[1] - 1, fields[2], fields[3], fields[4], fields[5]);
  const back = new Date(at);
  // Date.UTC rolls 31 February over; a rolled date is no date.
  if (back.getUTCMonth() !== fields[1] - 1 || back.getUTCDate() !== fields[2] || fields[3] > 23 || fields[4] > 59 || fields[5] > 59)
    return null;
  const ms = at + Number(fraction.slice(0, 3).padEnd(3, '0'));
  if (zone === undefined) return { ms, zoned: false };
  if (/^(?:Z|UTC)$/iu.test(zone)) return { ms, zoned: true };
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return { ms: ms - (zone.startsWith('-') ? -1 : 1) * minutes * 60_000, zoned: true };
}

/**
 * Milliseconds from a reply to a moment that it names: by the reply's own Date header, so that neither clock has to be
 * right (ORDERS.md, rule 4). Null where the text has no zone or the reply has no Date. Never negative.
 */
export function msUntil(text: string | null | undefined, dateHeaderMs: number | null): number | null {
  if (text === null || text === undefined || dateHeaderMs === null) return null;
  const time = readTime(text);
  return time === null || !time.zoned ? null : Math.max(0, time.ms - dateHeaderMs);
}

/** Milliseconds between two moments of one reply, if both name a zone or neither does and the second is the later. */
export function msBetween(from: string | null | undefined, to: string | null | undefined): number | null {
  const start = readTime(from ?? '');
  const end = readTime(to ?? '');
  if (start === null || end === null || start.zoned !== end.zoned || end.ms <= start.ms) return null;
  return end.ms - start.ms;
}

/** Milliseconds of a Retry-After header: seconds, or a date judged by the reply's own Date header. */
export function retryAfterMs(header: string | undefined, dateHeaderMs: number | null): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,7}$/u.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) || dateHeaderMs === null ? undefined : Math.max(0, at - dateHeaderMs);
}
