import type * as Sdk from '@aws-sdk/client-sns';
import { formatMoney } from '../../domain/money.js';
import { HttpError } from '../../http/http-error.js';
import type { Carrier, CarrierCall, OutgoingMessage, SendOutcome } from '../carrier.js';
import { CarrierError } from '../carrier-error.js';
import type { CodedAccount, CodedDeps, CodedKind } from '../coded-kind.js';
import { keepableText } from '../raw-text.js';
import { type SnsAccount, snsAccountSchema } from './account.js';
import { isFatal, meaningOf } from './errors.js';
import { sdkTransport } from './transport.js';

const DEFAULT_TIMEOUT_MS = 10_000;
/** SMS that SNS takes in a second unless a quota was raised (SNS endpoints and quotas). */
const PER_SECOND = 20;
/** Characters of an SMS to SNS. */
const LONGEST = 1_600;
/** SNS reckons in nothing else. */
const PRICED_IN = 'USD';

/** The SDK, and a client of it. */
interface Connected {
  readonly client: Sdk.SNSClient;
  readonly sdk: typeof Sdk;
}

/** AWS SNS: SMS straight to a number, by the SDK. Its delivery reports go to CloudWatch's logs and never come here. */
export const sns: CodedKind = {
  name: 'AWS SNS',
  create: (given, deps) =>
    createSns(given, snsAccountSchema.parse({ secrets: given.secrets, settings: given.settings, base_url: given.baseUrl }), deps),
};

function createSns(given: CodedAccount, account: SnsAccount, deps: CodedDeps): Carrier {
  const { secrets, settings } = account;
  const hidden = Object.values(given.secrets);

  let made: Promise<Connected> | null = null;
  /** The SDK is large: it is loaded by those who use it, and when they do. */
  const connected = async (): Promise<Connected> => {
    made ??= import('@aws-sdk/client-sns').then((sdk) => ({
      sdk,
      client: new sdk.SNSClient({
        region: settings.region,
        ...(account.base_url === null ? {} : { endpoint: account.base_url.href }),
        credentials: {
          accessKeyId: settings.access_key_id,
          secretAccessKey: secrets.secret_access_key,
          ...(secrets.session_token === undefined ? {} : { sessionToken: secrets.session_token }),
        },
        // A paid send is made once.
        maxAttempts: 1,
        requestHandler: sdkTransport(deps.http, DEFAULT_TIMEOUT_MS),
      }),
    }));
    return made;
  };
  const optionsOf = (call: CarrierCall, requestTimeout: number): { requestTimeout: number; abortSignal?: AbortSignal } => ({
    requestTimeout,
    ...(call.signal === undefined ? {} : { abortSignal: call.signal }),
  });

  /** False also where nobody says: SNS itself sends nothing to a number that opted out. */
  const hasOptedOut = async (message: OutgoingMessage, call: CarrierCall, timeoutMs: number): Promise<boolean> => {
    try {
      const { client, sdk } = await connected();
      const { isOptedOut } = await client.send(
        new sdk.CheckIfPhoneNumberIsOptedOutCommand({ phoneNumber: message.to }),
        optionsOf(call, timeoutMs),
      );
      return isOptedOut === true;
    } catch {
      return false;
    }
  };

  return {
    id: given.id,
    capabilities: {
      channels: ['sms'],
      receipts: 'none',
      signedHooks: false,
      lookUp: false,
      idempotent: false,
      perSecond: given.perSecond ?? PER_SECOND,
    },

    async send(message, call): Promise<SendOutcome> {
      if (message.channel !== 'sms') return refused('unsupported', `it does not send ${message.channel}`);
      const attributes = attributesOf(given, settings, message);
      if (attributes === null) return refused('bad_sender', 'a sender ID has 1 to 11 letters and digits, one letter at least');
      if (message.text.length > LONGEST) return refused('content', `the text has more than ${LONGEST} characters`);
      if (message.text === '') return refused('content', 'SNS takes no empty text');
      const until = deps.clock.now() + (call.timeoutMs ?? DEFAULT_TIMEOUT_MS);
      const left = (): number => Math.max(1, until - deps.clock.now());
      if (call.signal?.aborted === true) return { kind: 'refused', reason: 'unavailable', code: 'aborted', raw: '' };
      if (settings.check_opt_out === 'on' && (await hasOptedOut(message, call, left() / 2)))
        return { kind: 'refused', reason: 'opted_out', code: 'isOptedOut', raw: '' };
      try {
        const { client, sdk } = await connected();
        const { MessageId: messageId } = await client.send(
          new sdk.PublishCommand({ PhoneNumber: message.to, Message: wellFormed(message.text), MessageAttributes: attributes }),
          optionsOf(call, left()),
        );
        if (messageId === undefined || messageId === '') return { kind: 'ambiguous', why: 'it was accepted without an id', raw: '' };
        return { kind: 'accepted', messageId, price: null, currency: null, raw: '' };
      } catch (error) {
        return outcomeOf(error, (text) => keepableText(text, hidden, message));
      }
    },

    lookUp: async () => {
      throw new CarrierError(given.id, 'refused', 'it cannot be asked for our reference');
    },
    receiptOf: async () => {
      throw new CarrierError(given.id, 'refused', 'it cannot be asked for receipts');
    },
    readHook: () => ({ kind: 'refused', why: 'unreadable' }),
    close: async () => undefined,
  };
}

/** Half a surrogate pair cannot be written; other carriers' writers put the same character in its place. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** Null where the sender is none that SNS can show. */
function attributesOf(
  given: CodedAccount,
  settings: SnsAccount['settings'],
  message: OutgoingMessage,
): Record<string, Sdk.MessageAttributeValue> | null {
  const from = message.from ?? given.sender;
  const attributes: Record<string, string> = { 'AWS.SNS.SMS.SMSType': settings.sms_type };
  if (from !== null) {
    if (/^\+?\d{3,15}$/.test(from)) attributes['AWS.MM.SMS.OriginationNumber'] = from;
    else if (/^(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}$/.test(from)) attributes['AWS.SNS.SMS.SenderID'] = from;
    else return null;
  }
  if (settings.entity_id !== undefined) attributes['AWS.MM.SMS.EntityId'] = settings.entity_id;
  if (settings.template_id !== undefined) attributes['AWS.MM.SMS.TemplateId'] = settings.template_id;
  const texts = Object.entries(attributes).map(([name, value]): [string, Sdk.MessageAttributeValue] => [
    name,
    { DataType: 'String', StringValue: value },
  ]);
  const ceiling = settings.max_price === 'on' && given.currency === PRICED_IN ? message.maxPrice : null;
  return {
    ...Object.fromEntries(texts),
    ...(ceiling === null ? {} : { 'AWS.SNS.SMS.MaxPrice': { DataType: 'Number', StringValue: formatMoney(ceiling) } }),
  };
}

function refused(reason: Extract<SendOutcome, { kind: 'refused' }>['reason'], raw: string): SendOutcome {
  return { kind: 'refused', reason, code: null, raw };
}

function outcomeOf(error: unknown, keepable: (text: string) => string): SendOutcome {
  if (error instanceof HttpError)
    return error.kind === 'not_sent'
      ? { kind: 'refused', reason: 'unavailable', code: error.reason, raw: '' }
      : { kind: 'ambiguous', why: `no answer (${error.reason})`, raw: '' };
  const {
    Code: code,
    Type: type,
    message = '',
    $metadata: metadata,
  } = error as {
    readonly Code?: unknown;
    readonly Type?: unknown;
    readonly message?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  const status = metadata?.httpStatusCode;
  // Its own error document says that the sender is at fault and nothing was done; a page of an edge says nothing.
  if (typeof code !== 'string' || type !== 'Sender' || status === undefined || status < 400 || status >= 500)
    return { kind: 'ambiguous', why: `its answer (${status ?? 'none'}) does not say whether it was sent`, raw: keepable(message) };
  const meaning = meaningOf(code, message);
  const raw = keepable(`${code}: ${message}`);
  return isFatal(meaning) ? { kind: 'fatal', reason: meaning, raw } : { kind: 'refused', reason: meaning, code, raw };
}
