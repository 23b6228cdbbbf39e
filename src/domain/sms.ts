interface Candidate {
  readonly code: string;
  readonly start: number;
  readonly end: number;
}

/** Digit groups, also when joined by single spaces or hyphens: `123456`, `123-456`, `12 34 56`. */
const DIGITS = /\d+(?:[ \u00a0\u2010-\u2015-]\d+)*/gu;

/** Words that stand beside a code, in the languages in which such messages are most often sent. */
const CUE =
  /code|c[oó]digo|codice|kode?\b|k[oó]d|код|пароль|pin\b|otp|passcode|password|doğrulama|验证码|驗證碼|校验码|認証|コード|인증|mã|รหัส|رمز|कोड/giu;

/** Farther from its word than this many characters, a number belongs to something else. */
const REACH = 60;

/**
 * The code in a message's text, digits only (`G-123456` and `123-456` are `123456`), or null.
 *
 * A code has four to eight digits. Of several numbers the one nearest to a word like "code" is taken; if that leaves
 * more than one, the answer is null: a wrong code costs the client an attempt, a missing one only a look at the text.
 */
export function extractCode(text: string): string | null {
  const candidates = candidatesIn(text);
  const cues = [...text.matchAll(CUE)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
  const distinct = new Set(candidates.map((candidate) => candidate.code));
  if (distinct.size === 1) {
    const [only] = distinct;
    return cues.length === 0 && isYear(only!) ? null : only!;
  }
  let nearest: { readonly code: string; readonly distance: number } | null = null;
  let tied = false;
  for (const candidate of candidates) {
    for (const cue of cues) {
      const distance = candidate.start >= cue.end ? candidate.start - cue.end : cue.start - candidate.end;
      if (distance < 0 || distance > REACH) continue;
      if (nearest === null || distance < nearest.distance) {
        nearest = { code: candidate.code, distance };
        tied = false;
      } else if (distance === nearest.distance && candidate.code !== nearest.code) tied = true;
    }
  }
  return nearest === null || tied ? null : nearest.code;
}

function candidatesIn(text: string): Candidate[] {
  const found: Candidate[] = [];
  for (const match of text.matchAll(DIGITS)) {
    const start = match.index;
    const end = start + match[0].length;
    // Part of a phone number, a path, a price, a fraction, a date or a time of day.
    if (/(?:[+/$€£]|\d[.,:])$/u.test(text.slice(0, start)) || /^(?:[.,:]\d|[/%€$£])/u.test(text.slice(end))) continue;
    const parts = match[0].split(/\D/u);
    const joined = parts.join('');
    const evenly = parts.every((part) => part.length === parts[0]!.length && part.length >= 2 && part.length <= 4);
    if (parts.length === 1 || (evenly && joined.length <= 8)) {
      if (joined.length >= 4 && joined.length <= 8) found.push({ code: joined, start, end });
    } else if (joined.length <= 20 && !match[0].includes('-')) {
      let offset = start;
      for (const part of parts) {
        if (part.length >= 4 && part.length <= 8) found.push({ code: part, start: offset, end: offset + part.length });
        offset += part.length + 1;
      }
    }
  }
  return found;
}

function isYear(code: string): boolean {
  return /^(?:19|20)\d\d$/u.test(code);
}
