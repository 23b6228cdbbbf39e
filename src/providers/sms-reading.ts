import type { SmsReading } from '../domain/order.js';
import { extractCode } from '../domain/sms.js';

/** One SMS from what a provider shows of it; null if it shows neither code nor text. The code falls back to the text's. */
export function smsReading(shown: {
  readonly code: string | null;
  readonly text: string | null;
  readonly sender?: string | null;
  readonly rawTime?: string | null;
}): SmsReading | null {
  const text = shown.text === null || shown.text.trim() === '' ? null : shown.text;
  const given = shown.code === null || shown.code.trim() === '' ? null : shown.code.trim();
  if (given === null && text === null) return null;
  return { code: given ?? extractCode(text!), text, sender: shown.sender ?? null, rawTime: shown.rawTime ?? null };
}
