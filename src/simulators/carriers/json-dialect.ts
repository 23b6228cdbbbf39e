import { createHmac } from 'node:crypto';
import { jsonReply } from '../protocol.js';
import type { SimMessage } from './books.js';
import type { Dialect, ReceiptWord } from './dialect.js';
import type { SimRefusal } from './traps.js';

const STATUS: Readonly<Record<SimRefusal, number>> = {
  throttled: 429,
  invalid_number: 422,
  opted_out: 422,
  no_balance: 402,
  bad_sender: 422,
  content: 422,
  bad_key: 401,
  closed: 403,
};
const WORDS: Readonly<Record<ReceiptWord, string>> = {
  on_its_way: 'sent',
  delivered: 'delivered',
  undelivered: 'failed',
  strange: 'pondering',
};

/** JSON over bearer keys, receipts signed with HMAC-SHA256 over time and body, messages found by reference and by id. */
export const jsonDialect: Dialect = {
  read: (request, key) => {
    if (request.headers['authorization'] !== `Bearer ${key}`) return { kind: 'bad_key' };
    const [, version, resource, id] = request.path.split('/');
    if (version !== 'v1' || resource !== 'messages') return { kind: 'malformed' };
    if (request.method === 'GET') {
      const reference = request.params.get('reference');
      return id !== undefined ? { kind: 'by_id', id } : reference === null ? { kind: 'malformed' } : { kind: 'by_reference', reference };
    }
    try {
      const given = JSON.parse(request.body) as Record<string, unknown>;
      const text = (name: string): string | null => (typeof given[name] === 'string' ? given[name] : null);
      const [to, body] = [text('to'), text('text')];
      if (to === null || body === null || !/^\+\d{7,15}$/.test(to)) return { kind: 'malformed' };
      return {
        kind: 'send',
        message: { to, text: body, from: text('from'), reference: text('reference'), receiptUrl: text('receipt_url') },
      };
    } catch {
      return { kind: 'malformed' };
    }
  },
  accepted: (message) =>
    jsonReply({ id: message.id, status: 'accepted', price: { amount: message.price, currency: message.currency } }, 202),
  refused: (reason) => {
    const reply = jsonReply({ error: { code: reason, message: 'not accepted' } }, STATUS[reason]);
    return reason === 'throttled' ? { ...reply, headers: { 'retry-after': '1' } } : reply;
  },
  badKey: () => jsonReply({ error: { code: 'bad_key', message: 'who are you?' } }, 401),
  malformed: () => jsonReply({ error: { code: 'malformed', message: 'cannot be read' } }, 400),
  found: (message, asked) => {
    if (asked === 'by_reference') return jsonReply({ messages: message === null ? [] : [shown(message)] });
    return message === null ? jsonReply({ error: { code: 'unknown_id', message: 'there is none' } }, 404) : jsonReply(shown(message));
  },
  receipt: (message, word, url, secret, now) => {
    const body = JSON.stringify({
      event: 'receipt',
      message: { ...shown(message), status: WORDS[word], error: word === 'undelivered' ? '27' : null },
    });
    const at = String(Math.floor(now / 1_000));
    const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
    return {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', 'x-simulated-timestamp': at, 'x-simulated-signature': `v1=${signature}` },
      body,
    };
  },
  garbage: () => jsonReply({ thank: 'you' }),
};

function shown(message: SimMessage): object {
  return {
    id: message.id,
    reference: message.reference,
    status: WORDS[message.status],
    price: { amount: message.price, currency: message.currency },
  };
}
