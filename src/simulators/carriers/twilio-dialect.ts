import { createHmac } from 'node:crypto';
import { jsonReply, type ProtocolRequest } from '../protocol.js';
import type { SimMessage } from './books.js';
import type { Asked, Dialect, ReceiptWord } from './dialect.js';
import type { SimRefusal } from './traps.js';

/** Twilio's codes and the status under which they come. */
const ERRORS: Readonly<Record<SimRefusal, readonly [code: number, status: number]>> = {
  throttled: [20429, 429],
  invalid_number: [21211, 400],
  opted_out: [21610, 400],
  no_balance: [20005, 403],
  bad_sender: [21606, 400],
  content: [21617, 400],
  bad_key: [20003, 401],
  closed: [10001, 403],
};
const WORDS: Readonly<Record<'Messages' | 'Calls', Readonly<Record<ReceiptWord, string>>>> = {
  Messages: { on_its_way: 'sent', delivered: 'delivered', undelivered: 'undelivered', strange: 'pondering' },
  Calls: { on_its_way: 'ringing', delivered: 'completed', undelivered: 'no-answer', strange: 'pondering' },
};
const PATH = /^\/2010-04-01\/Accounts\/(AC[0-9a-fA-F]{32})\/(Messages|Calls)(?:\/(\w+))?\.json$/;

/** Twilio's Messages and Calls: forms under basic authentication, prices only once asked, status callbacks signed with the auth token. */
export const twilioDialect: Dialect = {
  idOf: (number, { text }) =>
    `${text.startsWith('<?xml') || text.startsWith('<Response') ? 'CA' : 'SM'}${number.toString(16).padStart(32, '0')}`,
  read: (request, key) => {
    const [, password] = credentialsOf(request);
    if (password !== key) return { kind: 'bad_key' };
    const [, , resource, id] = PATH.exec(request.path) ?? [];
    if (resource === undefined) return { kind: 'malformed' };
    if (request.method === 'GET') return id === undefined ? { kind: 'malformed' } : { kind: 'by_id', id };
    return id === undefined ? readSend(resource, request.params) : { kind: 'malformed' };
  },
  accepted: (message) => jsonReply({ ...shown(message, 'queued'), price: null }, 201),
  refused: (reason) => {
    const reply = errorReply(...ERRORS[reason]);
    return reason === 'throttled' ? { ...reply, headers: { 'retry-after': '1' } } : reply;
  },
  badKey: () => errorReply(20003, 401),
  malformed: () => errorReply(20404, 404),
  found: (message) => (message === null ? errorReply(20404, 404) : jsonReply(shown(message, WORDS[resourceOf(message)][message.status]))),
  receipt: (message, word, url, secret) => {
    const call = resourceOf(message) === 'Calls';
    const status = WORDS[resourceOf(message)][word];
    const fields = new URLSearchParams({
      AccountSid: `AC${'0'.repeat(32)}`,
      ApiVersion: '2010-04-01',
      To: message.to,
      ...(message.from === null ? {} : { From: message.from }),
      ...(call
        ? { CallSid: message.id, CallStatus: status, CallDuration: '7' }
        : { MessageSid: message.id, SmsSid: message.id, MessageStatus: status, SmsStatus: status }),
      ...(word === 'undelivered' && !call ? { ErrorCode: '30003' } : {}),
    });
    const signed = [...fields.keys()].toSorted().map((name) => `${name}${fields.get(name)}`);
    const signature = createHmac('sha1', secret)
      .update(`${url}${signed.join('')}`, 'utf8')
      .digest('base64');
    return {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8', 'x-twilio-signature': signature },
      body: fields.toString(),
    };
  },
  garbage: () => jsonReply({ thank: 'you' }),
};

function credentialsOf({ headers }: ProtocolRequest): readonly string[] {
  const [, encoded = ''] = /^Basic (.+)$/.exec(String(headers['authorization'] ?? '')) ?? [];
  return Buffer.from(encoded, 'base64').toString('utf8').split(':', 2);
}

function readSend(resource: string, params: URLSearchParams): Asked {
  const [to, callback] = [params.get('To'), params.get('StatusCallback')];
  const content = params.get('ContentSid') === null ? params.get('Body') : `${params.get('ContentSid')} ${params.get('ContentVariables')}`;
  const text = resource === 'Calls' ? params.get('Twiml') : content;
  const from = params.get('From') ?? params.get('MessagingServiceSid');
  if (to === null || text === null || from === null) return { kind: 'malformed' };
  return { kind: 'send', message: { to, text, from, reference: null, receiptUrl: callback } };
}

function resourceOf(message: SimMessage): 'Messages' | 'Calls' {
  return message.id.startsWith('CA') ? 'Calls' : 'Messages';
}

function shown(message: SimMessage, status: string): object {
  return {
    sid: message.id,
    status,
    to: message.to,
    from: message.from,
    body: message.text,
    price: message.status === 'on_its_way' ? null : `-${message.price}`,
    price_unit: message.currency,
    error_code: message.status === 'undelivered' ? 30003 : null,
    error_message: null,
  };
}

function errorReply(code: number, status: number): ReturnType<typeof jsonReply> {
  return jsonReply({ code, message: 'not accepted', more_info: `https://www.twilio.com/docs/errors/${code}`, status }, status);
}
