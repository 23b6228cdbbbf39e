import type { OutgoingMessage } from '../carrier.js';
import type { Refusal } from '../../domain/message.js';
import type { TwilioAccount } from './account.js';
import { twimlOf } from './spoken.js';

/** Field of a receipt's address by which our reference comes back; the signature covers it. */
export const REFERENCE_FIELD = 'reference';
/** Seconds (Messages resource, `ValidityPeriod`). */
const LONGEST_VALIDITY = 36_000;
/** Characters (Messages resource, `Body`). */
const LONGEST_BODY = 1_600;
/** Seconds of ringing, and of a whole call: a mailbox is not to be filled. */
const RINGS_FOR = '30';
const CALL_LASTS = '120';

/** A request's resource and form, or why there is none. */
export type BuiltSend =
  | { readonly kind: 'request'; readonly resource: 'Messages' | 'Calls'; readonly form: URLSearchParams }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly why: string };

/** Puts a message into Twilio's words. */
export function buildSend(account: TwilioAccount, defaultSender: string | null, message: OutgoingMessage): BuiltSend {
  const { settings } = account;
  switch (message.channel) {
    case 'sms':
      return textMessage(message, senderOf(message.from ?? defaultSender, settings.messaging_service_sid), message.to, {
        Body: message.text,
      });
    case 'whatsapp': {
      const from = numberOf(message.from) ?? (message.from === null ? settings.whatsapp_from : undefined);
      if (settings.whatsapp_from === undefined) return refused('unsupported', 'settings.whatsapp_from is not set');
      if (from === undefined) return refused('bad_sender', 'WhatsApp sends from numbers only');
      const content = whatsappContent(account, message.text);
      if (content === null)
        return refused('content', 'the template takes a code, and the text does not hold exactly one of 4 to 10 digits');
      return textMessage(message, { From: `whatsapp:${from}` }, `whatsapp:${message.to}`, content);
    }
    case 'voice': {
      const from = numberOf(message.from) ?? (message.from === null ? settings.voice_from : undefined);
      if (settings.voice_from === undefined) return refused('unsupported', 'settings.voice_from is not set');
      if (from === undefined) return refused('bad_sender', 'calls come from numbers only');
      const twiml = twimlOf(message.text, { language: settings.voice_language, name: settings.voice_name });
      if (twiml === null) return refused('content', 'the text is too long to be read out');
      const form = new URLSearchParams({ To: message.to, From: from, Twiml: twiml, Timeout: RINGS_FOR, TimeLimit: CALL_LASTS });
      return { kind: 'request', resource: 'Calls', form: withReceipts(form, message) };
    }
  }
}

function textMessage(
  message: OutgoingMessage,
  sender: Readonly<Record<string, string>> | null,
  to: string,
  content: Readonly<Record<string, string>>,
): BuiltSend {
  if (sender === null) return refused('bad_sender', 'neither message nor account names a sender or a messaging service');
  if (message.text.length > LONGEST_BODY) return refused('content', `the text has more than ${LONGEST_BODY} characters`);
  const form = new URLSearchParams({ To: to, ...sender, ...content });
  if (message.validitySeconds !== null)
    form.set('ValidityPeriod', String(Math.min(LONGEST_VALIDITY, Math.max(1, Math.floor(message.validitySeconds)))));
  return { kind: 'request', resource: 'Messages', form: withReceipts(form, message) };
}

function senderOf(from: string | null, service: string | undefined): Readonly<Record<string, string>> | null {
  if (from !== null) return service === undefined ? { From: from } : { From: from, MessagingServiceSid: service };
  return service === undefined ? null : { MessagingServiceSid: service };
}

function numberOf(from: string | null): string | undefined {
  return from !== null && /^\+[1-9]\d{4,14}$/.test(from) ? from : undefined;
}

/**
 * Outside of a conversation WhatsApp takes approved templates only, whose text is fixed but for a code. Without a template the
 * text goes as it is, which reaches only those who wrote to us within a day.
 */
function whatsappContent({ settings }: TwilioAccount, text: string): Readonly<Record<string, string>> | null {
  if (settings.whatsapp_content_sid === undefined) return { Body: text };
  const codes = text.match(/(?<!\d)\d{4,10}(?!\d)/g) ?? [];
  const [code] = codes;
  if (codes.length !== 1 || code === undefined) return null;
  return { ContentSid: settings.whatsapp_content_sid, ContentVariables: JSON.stringify({ [settings.whatsapp_code_variable]: code }) };
}

function withReceipts(form: URLSearchParams, { receiptUrl, reference }: OutgoingMessage): URLSearchParams {
  if (receiptUrl === null) return form;
  form.set('StatusCallback', `${receiptUrl}${receiptUrl.includes('?') ? '&' : '?'}${REFERENCE_FIELD}=${encodeURIComponent(reference)}`);
  return form;
}

function refused(reason: Refusal, why: string): BuiltSend {
  return { kind: 'refused', reason, why };
}
