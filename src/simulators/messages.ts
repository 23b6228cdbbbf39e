import { serviceOf } from '../domain/services.js';
import type { Random } from './random.js';

/** What a service sends: a code, the text that holds it, and its sender. */
export interface Message {
  readonly code: string;
  readonly text: string;
  readonly sender: string;
}

/** A message as the service would word it. Codes have five digits at Telegram and six elsewhere. */
export function messageOf(service: string, random: Random): Message {
  const title = serviceOf(service)?.title ?? service;
  const digits = service === 'telegram' ? 5 : 6;
  const code = String(random.int(10 ** (digits - 1), 10 ** digits - 1));
  const sender = title.replaceAll(/[^A-Za-z]/gu, '').slice(0, 11) || 'INFO';
  switch (service) {
    case 'telegram':
      return { code, sender, text: `Telegram code: ${code}. Do not give this code to anyone, even if they say they are from Telegram!` };
    case 'google':
      return { code, sender, text: `G-${code} is your Google verification code.` };
    case 'whatsapp':
      return { code, sender, text: `Your WhatsApp code: ${code.slice(0, 3)}-${code.slice(3)}. Don't share this code with others.` };
    case 'discord':
      return { code, sender, text: `Your Discord security code is: ${code}` };
    default:
      return {
        code,
        sender,
        text: random.pick([
          `${code} is your ${title} code.`,
          `Your ${title} verification code is ${code}`,
          `[${title}] ${code} - do not share it.`,
        ]),
      };
  }
}
