import { z } from 'zod';
import { extractCode } from '../../domain/sms.js';
import { absentAsNull, looseId, looseText } from '../lenient.js';
import type { HookReading } from '../provider.js';

const text = absentAsNull(looseText).catch(null);

/** The bodies of SMS-Activate, HeroSMS and sms.online (provider notes 2.6). Rent hooks carry `rentId` and no activationId. */
const body = z.object({ activationId: looseId, code: text, text, receivedAt: text });

/** @see import('../provider.js').NumberProvider.readHook */
export function readHook(value: unknown): HookReading | null {
  const parsed = body.safeParse(value);
  if (!parsed.success) return null;
  const { activationId, code, text: words, receivedAt } = parsed.data;
  return { providerOrderId: activationId, code: code ?? (words === null ? null : extractCode(words)), text: words, rawTime: receivedAt };
}
