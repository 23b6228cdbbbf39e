import { randomInt } from 'node:crypto';

/** Draws a one-time code from the system's CSPRNG: every code of so many digits, leading zeros included, is as likely. */
export function newCode(digits: number): string {
  return Array.from({ length: digits }, () => randomInt(10)).join('');
}
