import { z } from 'zod';
import { moneyFromProvider } from '../../domain/money.js';
import type { Channel } from '../../domain/message.js';
import type { HttpReply } from '../../http/client.js';
import { HttpError } from '../../http/http-error.js';
import type { Carrier, CarrierCall, Receipt, SendOutcome } from '../carrier.js';
import { CarrierError } from '../carrier-error.js';
import type { CodedAccount, CodedDeps, CodedKind } from '../coded-kind.js';
import { keepableText, type PersonalTexts } from '../raw-text.js';
import { type TwilioAccount, twilioAccountSchema } from './account.js';
import { meaningOf, statusOf } from './codes.js';
import { readTwilioHook } from './hook.js';
import { buildSend } from './request.js';

const DEFAULT_TIMEOUT_MS = 10_000;
const MOST_BYTES = 262_144;
const MOST_RETRY_AFTER_S = 86_400;
/** Twilio queues what comes faster than the sender may send; for codes that is late. */
const PER_SECOND = 10;

const accepted = z.object({ sid: z.string().regex(/^(SM|MM|CA)[0-9a-f]{32}$/) });
const refusal = z.object({ code: z.int(), status: z.int() });
const resource = z.object({
  sid: z.string(),
  status: z.string(),
  error_code: z.union([z.int(), z.string()]).nullish(),
  price: z.string().nullish(),
  price_unit: z.string().nullish(),
});

/** Twilio: SMS and WhatsApp by its Messages resource, voice by its Calls resource. */
export const twilio: CodedKind = {
  name: 'Twilio',
  create: (given, deps) => {
    const account = twilioAccountSchema.parse({ secrets: given.secrets, settings: given.settings, base_url: given.baseUrl });
    return createTwilio(given, account, deps);
  },
};

function createTwilio(given: CodedAccount, account: TwilioAccount, deps: CodedDeps): Carrier {
  const { secrets, settings } = account;
  const secretTexts = Object.values(given.secrets);
  const user = settings.api_key_sid ?? settings.account_sid;
  const authorization = `Basic ${Buffer.from(`${user}:${secrets.api_key_secret ?? secrets.auth_token}`, 'utf8').toString('base64')}`;
  const base = `${account.base_url.href.replace(/\/+$/, '')}/2010-04-01/Accounts/${settings.account_sid}`;
  const channels: readonly Channel[] = [
    'sms',
    ...(settings.whatsapp_from === undefined ? [] : (['whatsapp'] as const)),
    ...(settings.voice_from === undefined ? [] : (['voice'] as const)),
  ];

  const exchange = async (path: string, form: URLSearchParams | null, call: CarrierCall): Promise<HttpReply> =>
    deps.http.request({
      method: form === null ? 'GET' : 'POST',
      url: `${base}/${path}.json`,
      headers: {
        authorization,
        accept: 'application/json',
        ...(form === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === null ? {} : { body: form.toString() }),
      timeoutMs: call.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      maxBytes: MOST_BYTES,
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
  const keepable = (reply: HttpReply, personal: PersonalTexts = {}): string => keepableText(reply.bodyText, secretTexts, personal);

  return {
    id: given.id,
    capabilities: {
      channels,
      receipts: 'both',
      signedHooks: true,
      lookUp: false,
      idempotent: false,
      perSecond: given.perSecond ?? PER_SECOND,
    },

    async send(message, call): Promise<SendOutcome> {
      const built = buildSend(account, given.sender, message);
      if (built.kind === 'refused') return { kind: 'refused', reason: built.reason, code: null, raw: built.why };
      try {
        const reply = await exchange(built.resource, built.form, call);
        return readSend(reply, keepable(reply, message));
      } catch (error) {
        if (error instanceof HttpError && error.kind === 'not_sent')
          return { kind: 'refused', reason: 'unavailable', code: error.reason, raw: '' };
        // Whatever else is thrown is a mistake of ours after which nobody knows what was sent.
        return {
          kind: 'ambiguous',
          why: error instanceof HttpError ? `no answer (${error.reason})` : 'its answer could not be read',
          raw: '',
        };
      }
    },

    // Its list of messages can be searched by number and day, but holds nothing of ours: two equal texts could not be told apart.
    lookUp: async () => {
      throw new CarrierError(given.id, 'refused', 'it cannot be asked for our reference');
    },

    async receiptOf(messageId, call): Promise<Receipt | null> {
      const path = `${messageId.startsWith('CA') ? 'Calls' : 'Messages'}/${encodeURIComponent(messageId)}`;
      const reply = await exchange(path, null, call).catch((error: unknown) => {
        const reason = error instanceof HttpError && error.kind === 'not_sent' ? 'not_sent' : 'no_reply';
        throw new CarrierError(given.id, reason, error instanceof Error ? error.message : 'unknown', { cause: error });
      });
      if (reply.status === 404 && refusal.safeParse(parsed(reply)).success) return null;
      const read = resource.safeParse(parsed(reply));
      if (reply.status !== 200 || !read.success) {
        const wait = retryAfterMs(reply);
        throw new CarrierError(
          given.id,
          'unreadable',
          `its answer (${reply.status}) is of no kind that is known: ${keepable(reply)}`,
          wait === null ? {} : { retryAfterMs: wait },
        );
      }
      return receiptOf(read.data);
    },

    readHook: (request) => readTwilioHook(secrets.auth_token, request),
    close: async () => undefined,
  };
}

function readSend(reply: HttpReply, raw: string): SendOutcome {
  const body = parsed(reply);
  if (reply.status === 200 || reply.status === 201) {
    const taken = accepted.safeParse(body);
    if (taken.success) return { kind: 'accepted', messageId: taken.data.sid, price: null, currency: null, raw };
  }
  // Its own error document says that nothing was made; an edge's page under the same status does not.
  const error = refusal.safeParse(body);
  if (reply.status >= 400 && reply.status < 500 && error.success && error.data.status === reply.status) {
    const meaning = meaningOf(error.data.code);
    if ('fatal' in meaning) return { kind: 'fatal', reason: meaning.fatal, raw };
    const wait = retryAfterMs(reply);
    return {
      kind: 'refused',
      reason: meaning.refused,
      code: String(error.data.code),
      ...(wait === null ? {} : { retryAfterMs: wait }),
      raw,
    };
  }
  return { kind: 'ambiguous', why: `its answer (${reply.status}) does not say whether it was sent`, raw };
}

function receiptOf(found: z.output<typeof resource>): Receipt {
  const errorCode = found.error_code === null || found.error_code === undefined ? null : String(found.error_code);
  return {
    messageId: found.sid,
    reference: null,
    status: statusOf(found.status, errorCode),
    rawStatus: found.status.slice(0, 100),
    errorCode,
    ...costOf(found.price, found.price_unit),
  };
}

/** What it took from the account is written as a negative amount. */
function costOf(price: string | null | undefined, unit: string | null | undefined): Pick<Receipt, 'price' | 'currency'> {
  const none = { price: null, currency: null };
  if (typeof price !== 'string' || typeof unit !== 'string' || !/^[a-z]{3}$/i.test(unit)) return none;
  try {
    const micros = moneyFromProvider(price);
    return { price: micros < 0n ? -micros : micros, currency: unit.toUpperCase() };
  } catch {
    return none;
  }
}

function parsed(reply: HttpReply): unknown {
  try {
    return JSON.parse(reply.bodyText);
  } catch {
    return null;
  }
}

function retryAfterMs(reply: HttpReply): number | null {
  const seconds = Number(reply.headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, MOST_RETRY_AFTER_S) * 1_000 : null;
}
