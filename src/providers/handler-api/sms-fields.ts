import { z } from 'zod';
import type { SmsReading } from '../../domain/order.js';
import { looseText } from '../lenient.js';
import { smsReading } from '../sms-reading.js';

/** `smsCode`, `smsText`, `sms`: a string, a number, a list of them, or null (provider notes 0). */
export const looseList = z
  .union([z.array(z.union([looseText, z.null()])), looseText, z.literal(false)])
  .nullish()
  .transform((value): string[] => {
    if (value === null || value === undefined || value === false) return [];
    return (Array.isArray(value) ? value : [value]).filter((entry): entry is string => entry !== null && entry !== '');
  });

/**
 * Brings codes and texts together. Lists of one length belong pairwise; otherwise a text belongs to the code that it
 * holds, and what belongs nowhere is an SMS of its own, so that nothing that came is lost.
 */
export function pairSms(codes: readonly string[], texts: readonly string[]): SmsReading[] {
  const readings: (SmsReading | null)[] = [];
  if (codes.length === texts.length) {
    for (const [index, code] of codes.entries()) readings.push(smsReading({ code, text: texts[index]! }));
  } else {
    const left = [...texts];
    for (const code of codes) {
      const at = left.findIndex((text) => text.replaceAll(/[\s-]/gu, '').includes(code.replaceAll(/[\s-]/gu, '')));
      const [text = null] = at === -1 ? [] : left.splice(at, 1);
      readings.push(smsReading({ code, text }));
    }
    for (const text of left) readings.push(smsReading({ code: null, text }));
  }
  return readings.filter((reading) => reading !== null);
}

/** One list without repeats: a reading with the same code as a fuller one adds nothing. */
export function mergeSms(fuller: readonly SmsReading[], further: readonly SmsReading[]): SmsReading[] {
  const merged = [...fuller];
  for (const sms of further) {
    const known = merged.some((one) =>
      sms.code === null ? one.text === sms.text : one.code === sms.code && (sms.text === null || one.text === sms.text),
    );
    if (!known) merged.push(sms);
  }
  return merged;
}
