import { invalidField } from './problem.js';

/** Code points of the zeros of scripts whose digits phones' keyboards type. */
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0, 0x1040, 0x17e0];

/**
 * Reads a code as it was typed or pasted: without spaces and hyphens, its digits in ASCII.
 *
 * @throws DomainError `invalid_input` for what can be no code of that length: no check is used up by it.
 */
export function readTypedCode(text: string, length: number): string {
  const plain = Array.from(text.normalize('NFKC'), asciiDigit)
    .join('')
    .replaceAll(/[\s\p{Cf}\p{Pd}]/gu, '');
  if (!/^\d+$/.test(plain) || plain.length !== length) throw invalidField('code', `The code has ${length} digits.`);
  return plain;
}

function asciiDigit(character: string): string {
  const point = character.codePointAt(0)!;
  const zero = ZEROS.find((start) => point >= start && point < start + 10);
  return zero === undefined ? character : String(point - zero);
}
