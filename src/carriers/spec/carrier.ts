import type { Clock, HttpClient, HttpReply } from '../../http/client.js';
import { HttpError } from '../../http/http-error.js';
import { CarrierError } from '../carrier-error.js';
import type { Carrier, CarrierCall, CarrierCapabilities, HookReading, SendOutcome } from '../carrier.js';
import { keepableText } from '../raw-text.js';
import { readLookUp, readQuery, readSend, type Answered } from './answer.js';
import { createReader } from './document.js';
import { createHookReader } from './hook.js';
import { createRequestBuilder, type BuiltRequest, UnfitValueError } from './request.js';
import type { Spec } from './schema.js';
import { chooseSender, type AccountSenders } from './sender.js';
import { type AccountValues, accountValues, operationValues } from './values.js';

/** Milliseconds given to a call that names none. */
export const DEFAULT_TIMEOUT_MS = 10_000;
const MOST_BYTES = 262_144;
const MOST_RETRY_AFTER_S = 86_400;

/** An account at the carrier that a spec describes. */
export interface SpecAccount extends AccountValues, AccountSenders {
  /** Our id of the account. */
  readonly id: string;
  /** Instead of the spec's own address: a region's, or a simulator's. */
  readonly baseUrl: string | null;
  /** Messages a second; null for what the spec says. */
  readonly perSecond: number | null;
}

export interface SpecCarrierDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
}

/** A carrier whose spec is its adapter. */
export function createSpecCarrier(spec: Spec, account: SpecAccount, deps: SpecCarrierDeps): Carrier {
  const secrets = Object.values(account.secrets);
  const baseUrl = account.baseUrl?.replace(/\/+$/, '') ?? spec.base_url;
  const operation = <
    Reply extends Spec['send']['reply'] | NonNullable<Spec['look_up']>['reply'] | NonNullable<Spec['receipt_query']>['reply'],
  >(
    declared: (Omit<Spec['send'], 'reply'> & { readonly reply: Reply }) | undefined,
  ) =>
    declared === undefined
      ? null
      : {
          build: createRequestBuilder(spec, baseUrl, declared),
          read: createReader(declared.reply),
          answers: declared.reply.answers as Reply['answers'],
        };
  const send = operation(spec.send)!;
  const lookUp = operation(spec.look_up);
  const query = operation(spec.receipt_query);
  const readHook = spec.hook === undefined ? null : createHookReader(spec.hook, accountValues(spec, account));

  const exchange = async (request: BuiltRequest, call: CarrierCall): Promise<HttpReply> =>
    deps.http.request({
      ...request,
      timeoutMs: call.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      maxBytes: MOST_BYTES,
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });

  /** @throws CarrierError for whatever keeps it from an answer. */
  const ask = async (build: () => BuiltRequest, call: CarrierCall): Promise<HttpReply> => {
    try {
      return await exchange(build(), call);
    } catch (error) {
      const reason =
        error instanceof UnfitValueError || (error instanceof HttpError && error.kind === 'not_sent') ? 'not_sent' : 'no_reply';
      throw new CarrierError(account.id, reason, error instanceof Error ? error.message : 'unknown', { cause: error });
    }
  };

  return {
    id: account.id,
    capabilities: capabilitiesOf(spec, account),

    async send(message, call): Promise<SendOutcome> {
      const sender = chooseSender(spec.sender, account, message);
      if (sender.kind === 'refused') return { kind: 'refused', reason: 'bad_sender', code: null, raw: sender.why };
      if (!spec.channels.includes(message.channel))
        return { kind: 'refused', reason: 'unsupported', code: null, raw: `it does not send ${message.channel}` };
      let request: BuiltRequest;
      try {
        request = send.build(operationValues(spec, account, { message: { ...message, from: sender.from }, now: deps.clock.now() }));
      } catch (error) {
        const raw = error instanceof Error ? error.message : 'unknown';
        return error instanceof UnfitValueError
          ? { kind: 'refused', reason: 'content', code: null, raw }
          : { kind: 'fatal', reason: 'misconfigured', raw: keepableText(raw, secrets, message) };
      }
      try {
        const reply = await exchange(request, call);
        return readSend(send.answers, answeredBy(reply, send.read), keepableText(reply.bodyText, secrets, message), retryAfterMs(reply));
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

    async lookUp(message, call) {
      if (lookUp === null) throw new CarrierError(account.id, 'refused', 'it cannot be asked for our reference');
      const reply = await ask(() => lookUp.build(operationValues(spec, account, { message, now: deps.clock.now() })), call);
      return readLookUp(lookUp.answers, answeredBy(reply, lookUp.read), keepableText(reply.bodyText, secrets, { to: message.to }));
    },

    async receiptOf(messageId, call) {
      if (query === null) throw new CarrierError(account.id, 'refused', 'it cannot be asked for receipts');
      const reply = await ask(() => query.build(operationValues(spec, account, { messageId, now: deps.clock.now() })), call);
      const receipt = readQuery(query.answers, answeredBy(reply, query.read));
      if (receipt === undefined) {
        const wait = retryAfterMs(reply);
        throw new CarrierError(
          account.id,
          'unreadable',
          `its answer (${reply.status}) is of no kind that is known: ${keepableText(reply.bodyText, secrets)}`,
          wait === null ? {} : { retryAfterMs: wait },
        );
      }
      return receipt === null ? null : { ...receipt, messageId: receipt.messageId ?? messageId };
    },

    async readHook(request): Promise<HookReading> {
      return readHook === null ? { kind: 'refused', why: 'unreadable' } : readHook(request);
    },

    close: async () => undefined,
  };
}

function capabilitiesOf(spec: Spec, account: SpecAccount): CarrierCapabilities {
  const { hook, receipt_query: query } = spec;
  return {
    channels: spec.channels,
    receipts: hook === undefined ? (query === undefined ? 'none' : 'poll') : query === undefined ? 'push' : 'both',
    signedHooks: hook !== undefined && hook.signature.kind !== 'none',
    lookUp: spec.look_up !== undefined,
    idempotent: spec.idempotent,
    perSecond: account.perSecond ?? spec.per_second,
  };
}

function answeredBy(reply: HttpReply, read: ReturnType<typeof createReader>): Answered {
  return { status: reply.status, doc: read(reply.bodyText) };
}

/** Seconds only: a date would have to be judged by the carrier's clock. */
function retryAfterMs(reply: HttpReply): number | null {
  const seconds = Number(reply.headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, MOST_RETRY_AFTER_S) * 1_000 : null;
}
