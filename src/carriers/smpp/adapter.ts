import type { Carrier, CarrierCall, Receipt, SendOutcome } from '../carrier.js';
import { CarrierError } from '../carrier-error.js';
import type { CodedAccount, CodedDeps, CodedKind } from '../coded-kind.js';
import { type SmppAccount, smppAccountSchema } from './account.js';
import { type Answer, createLink } from './link.js';
import { readReceipt, submittedId } from './receipt.js';
import { submitMeaning } from './statuses.js';
import { sourceOf, submissionsOf } from './submission.js';
import { writeText } from './text.js';

const DEFAULT_TIMEOUT_MS = 10_000;
/** What SMSCs commonly grant. */
const PER_SECOND = 10;
const PORTS = { plain: 2775, tls: 3550 } as const;
/** Between two tries to submit a further part that was throttled. */
const PART_PAUSE_MS = 250;

/** SMPP 3.4 over one transceiver bind, kept open; its own process's alone. */
export const smppKind: CodedKind = {
  name: 'SMPP',
  create: (given, deps) =>
    createSmpp(given, smppAccountSchema.parse({ secrets: given.secrets, settings: given.settings, base_url: given.baseUrl }), deps),
};

function createSmpp(given: CodedAccount, account: SmppAccount, deps: CodedDeps): Carrier {
  const { settings, base_url: address } = account;
  const tls = address.protocol === 'smpps:';
  const perSecond = given.perSecond ?? PER_SECOND;
  let take: ((receipt: Receipt) => Promise<void>) | null = null;
  let references = Math.floor(deps.die() * 256);

  const link = createLink(
    {
      host: address.hostname.replace(/^\[|\]$/g, ''),
      port: address.port === '' ? (tls ? PORTS.tls : PORTS.plain) : Number(address.port),
      tls: tls ? { ca: settings.ca_file } : null,
      bind: { system_id: settings.system_id, password: account.secrets.password, system_type: settings.system_type },
      window: settings.window,
      perSecond,
      enquireMs: settings.enquire_link_seconds * 1_000,
      longestPauseMs: settings.reconnect_seconds * 1_000,
    },
    {
      clock: deps.clock,
      die: deps.die,
      delivered: async (pdu) => {
        try {
          const receipt = readReceipt(pdu, settings.receipt_ids);
          // Texts from phones and what cannot be read: nothing would come of having them again.
          if (receipt === null) return true;
          if (take === null) return false;
          await take(receipt);
          return true;
        } catch {
          return false;
        }
      },
    },
  );

  /** An answer that came too late still says by which id receipts will name the message. */
  const tellLate = (reference: string, messageId: string): void => {
    const late: Receipt = {
      messageId: submittedId(messageId, settings.receipt_ids),
      reference,
      status: 'in_transit',
      rawStatus: 'late submit_sm_resp',
      errorCode: null,
      price: null,
      currency: null,
    };
    take?.(late).catch(() => undefined);
  };

  return {
    id: given.id,
    capabilities: {
      channels: ['sms'],
      receipts: settings.receipts === 'on' ? 'push' : 'none',
      signedHooks: false,
      lookUp: false,
      idempotent: false,
      perSecond,
    },

    async send(message, call): Promise<SendOutcome> {
      if (message.channel !== 'sms') return refused('unsupported', `it does not send ${message.channel}`);
      const source = sourceOf(settings, message.from ?? given.sender);
      if (source === null) return refused('bad_sender', 'SMPP carries numbers, short codes and at most 11 letters and digits as a sender');
      references = (references + 1) % 256;
      const text = writeText(
        message.text,
        { alphabet: settings.alphabet, dataCoding: settings.data_coding, long: settings.long_messages },
        references,
      );
      if (text.segments > 255) return refused('content', 'the text has more than 255 segments');
      if (text.segments > message.segments && message.maxPrice !== null)
        return refused('price', `it would take ${text.segments} segments in this alphabet, and ${message.segments} are paid for`);
      const late = text.parts.length > 1 ? undefined : (id: string): void => tellLate(message.reference, id);
      return submitAll(submissionsOf(settings, message, source, text), call, late);
    },

    lookUp: async () => {
      throw new CarrierError(given.id, 'refused', 'it cannot be asked for our reference');
    },
    receiptOf: async () => {
      throw new CarrierError(given.id, 'refused', 'it cannot be asked for receipts');
    },
    readHook: () => ({ kind: 'refused', why: 'unreadable' }),
    listen: (taker) => {
      take = taker;
      link.open();
    },
    close: async () => link.close(),
  };

  /** Part after part: once one of several is out, the message can no longer be refused. */
  async function submitAll(
    parts: readonly Readonly<Record<string, unknown>>[],
    call: CarrierCall,
    late: ((messageId: string) => void) | undefined,
  ): Promise<SendOutcome> {
    const until = deps.clock.now() + (call.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const ids: string[] = [];
    for (const fields of parts) {
      const answer = await submitPart(fields, until, call.signal, late, ids.length > 0);
      const outcome = outcomeOf(answer, settings);
      if (outcome !== null) {
        if (ids.length === 0 || outcome.kind === 'ambiguous') return outcome;
        return { kind: 'ambiguous', why: `only ${ids.length} of ${parts.length} parts were taken`, raw: outcome.raw };
      }
      if (answer.kind === 'answered') ids.push(submittedId(answer.messageId, settings.receipt_ids));
    }
    // The last part's: a phone shows a message once it has all of them.
    return {
      kind: 'accepted',
      messageId: ids.at(-1)!,
      ...(ids.length > 1 ? { partIds: ids } : {}),
      price: null,
      currency: null,
      raw: 'ESME_ROK',
    };
  }

  async function submitPart(
    fields: Readonly<Record<string, unknown>>,
    until: number,
    signal: AbortSignal | undefined,
    late: ((messageId: string) => void) | undefined,
    further: boolean,
  ): Promise<Answer> {
    for (;;) {
      const timeoutMs = Math.max(1, until - deps.clock.now());
      const answer = await link.submit(fields, { timeoutMs, signal, ...(late === undefined ? {} : { late }) });
      const throttled =
        answer.kind === 'answered' && answer.status !== 0 && submitMeaning(answer.status, settings.statuses) === 'throttled';
      // Surely not taken, and the parts before it are out already.
      if (!further || !throttled || deps.clock.now() + PART_PAUSE_MS >= until) return answer;
      await new Promise((done) => setTimeout(done, PART_PAUSE_MS));
    }
  }
}

function refused(reason: Extract<SendOutcome, { kind: 'refused' }>['reason'], raw: string): SendOutcome {
  return { kind: 'refused', reason, code: null, raw };
}

/** Null for "taken". */
function outcomeOf(answer: Answer, settings: SmppAccount['settings']): SendOutcome | null {
  if (answer.kind === 'lost')
    return {
      kind: 'ambiguous',
      why: answer.why === 'timeout' ? 'no answer in time' : 'the connection was lost before the answer',
      raw: '',
    };
  if (answer.kind === 'not_sent') {
    switch (answer.why) {
      case 'bind_refused':
        return { kind: 'fatal', reason: 'bad_credentials', raw: 'the bind was refused' };
      case 'unfit':
        return refused('content', 'it cannot be written as a PDU');
      case 'window_full':
        return refused('throttled', 'the window was full all the time');
      case 'aborted':
      case 'not_connected':
        return { kind: 'refused', reason: 'unavailable', code: answer.why, raw: '' };
    }
  }
  if (answer.status === 0)
    return answer.messageId === '' ? { kind: 'ambiguous', why: 'it was accepted without an id', raw: 'ESME_ROK' } : null;
  const code = `0x${answer.status.toString(16).padStart(8, '0')}`;
  const meaning = submitMeaning(answer.status, settings.statuses);
  switch (meaning) {
    case 'ambiguous':
      return { kind: 'ambiguous', why: `it answered ${code}, which does not say whether it was sent`, raw: code };
    case 'fatal:bad_credentials':
      return { kind: 'fatal', reason: 'bad_credentials', raw: code };
    case 'fatal:account_closed':
      return { kind: 'fatal', reason: 'account_closed', raw: code };
    case 'fatal:misconfigured':
      return { kind: 'fatal', reason: 'misconfigured', raw: code };
    default:
      return { kind: 'refused', reason: meaning, code, raw: code };
  }
}
