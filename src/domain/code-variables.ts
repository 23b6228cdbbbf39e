/** What may stand in the text of a template and in what is put into it. Every check answers what is wrong, or null. */
import { CODE_MARK } from './code-template.js';
import type { Channel } from './message.js';

/** What a template may name. */
export const CODE_VARIABLES = ['code', 'brand', 'minutes'] as const;
const VARIABLE = /\{\{([^{}]*)\}\}/g;

/** Characters of a template before it is filled; two segments of plain text. */
const MOST_TEXT = 306;
/** Times that a voice may say the code. */
const MOST_SPOKEN = 4;
/** Characters of a brand. */
export const MOST_BRAND = 40;

/** Controls but the line break, private use (the mark of a code among them), broken Unicode, and what turns the reading direction round. */
const NO_TEXT = /[^\P{Cc}\n]|[\p{Co}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const LINK = /:\/\/|(?:^|[^\p{L}\p{N}])www\./iu;
/** Letters, figures and what names of companies have besides. No line, brace, slash, at, hash or invisible character. */
const BRAND = /^[\p{L}\p{M}\p{N} &'’.,!+_:()·*$€£™®–-]*$/u;
/** What is taken for a code, in a message that has one. */
const FIGURES = /\p{N}{4}/u;
/** What a phone turns into a link by itself: `acme.com`. */
const HOST_LIKE = /[\p{L}\p{N}]\.\p{L}{2}/u;

/** What is wrong with the text of a template for a channel; null if nothing is. */
export function templateTextProblem(text: string, channel: Channel): string | null {
  if (text.trim() !== text || text === '') return 'expected a text that neither begins nor ends with a space or line break';
  if (text.length > MOST_TEXT) return `expected at most ${MOST_TEXT} characters`;
  const odd = NO_TEXT.exec(text);
  if (odd !== null) return `holds ${codePoint(odd[0])}, which may not stand in a text (controls, private use, changes of direction)`;
  const link = LINK.exec(text);
  if (link !== null) return 'holds a link: a message with a code never does, so that people need not tell true from false';
  if (FIGURES.test(text)) return 'has four figures in a row, which phones and carriers would take for the code';
  const names = [...text.matchAll(VARIABLE)].map((found) => found[1]!);
  const unknown = names.find((name) => !(CODE_VARIABLES as readonly string[]).includes(name));
  const known = CODE_VARIABLES.map((name) => `{{${name}}}`).join(', ');
  if (unknown !== undefined) return `names {{${unknown}}}, which does not exist: expected ${known}`;
  if (/[{}]/.test(text.replaceAll(VARIABLE, ''))) return `holds a brace that belongs to no variable: expected ${known}`;
  const codes = names.filter((name) => name === 'code').length;
  if (channel === 'voice' ? codes < 1 || codes > MOST_SPOKEN : codes !== 1) {
    return `names {{code}} ${codes === 0 ? 'not at all' : `${codes} times`}: expected it ${channel === 'voice' ? `1 to ${MOST_SPOKEN} times` : 'once'}`;
  }
  if (/[\p{N}}]\{\{code\}\}|\{\{code\}\}[\p{N}{]/u.test(text)) {
    return 'has a figure or another variable right beside {{code}}: expected a space or other character between them';
  }
  return null;
}

/** What keeps a name from standing in the text of a code; null if nothing does. */
export function brandProblem(brand: string): string | null {
  if (brand.trim() !== brand || brand === '') return 'must be a name without spaces around it';
  if (brand.length > MOST_BRAND) return `must have at most ${MOST_BRAND} characters`;
  if (!BRAND.test(brand)) return `must have only letters, figures, spaces and & ' . , ! + - _ : ( ) · * $ € £ ™ ®`;
  if (HOST_LIKE.test(brand)) return 'must not look like an address: phones would make a link of it';
  if (FIGURES.test(brand)) return 'must not have four figures in a row: they would be taken for the code';
  return null;
}

/** Puts brand and minutes into a template's text, and {@link CODE_MARK} where its code goes. What is put in is never read as a variable. */
export function fillTemplate(text: string, given: { readonly brand: string; readonly minutes: number }): string {
  return text.replaceAll(VARIABLE, (whole, name: string) => {
    if (name === 'code') return CODE_MARK;
    if (name === 'brand') return given.brand;
    return name === 'minutes' ? String(given.minutes) : whole;
  });
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
