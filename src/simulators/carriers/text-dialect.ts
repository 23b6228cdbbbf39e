import { createHmac } from 'node:crypto';
import { PLAIN, textReply, type Reply } from '../protocol.js';
import type { Dialect, ReceiptWord } from './dialect.js';
import type { SimRefusal } from './traps.js';

const CODES: Readonly<Record<SimRefusal, string>> = {
  throttled: '108',
  invalid_number: '111',
  opted_out: '112',
  no_balance: '120',
  bad_sender: '113',
  content: '114',
  bad_key: '101',
  closed: '102',
};
const WORDS: Readonly<Record<ReceiptWord, string>> = { on_its_way: '2', delivered: '1', undelivered: '5', strange: '77' };

/** A query in, a line out; receipts are a query too, with a signature over its sorted fields. It cannot be asked by reference. */
export const textDialect: Dialect = {
  read: (request, key) => {
    if (request.params.get('key') !== key) return { kind: 'bad_key' };
    const id = request.params.get('id');
    if (request.path === '/status') return id === null ? { kind: 'malformed' } : { kind: 'by_id', id };
    const [to, text] = [request.params.get('to'), request.params.get('text')];
    if (request.path !== '/send' || to === null || text === null) return { kind: 'malformed' };
    const { params } = request;
    return {
      kind: 'send',
      message: { to: `+${to}`, text, from: params.get('from'), reference: params.get('ref'), receiptUrl: params.get('dlr') },
    };
  },
  accepted: (message) => line(`OK ${message.id} ${message.price} ${message.currency}`),
  refused: (reason) => line(`ERR ${CODES[reason]} ${reason}`),
  badKey: () => line('ERR 101 bad key'),
  malformed: () => line('ERR 100 cannot be read'),
  found: (message) => (message === null ? line('ERR 104 unknown id') : line(`STATUS ${message.id} ${WORDS[message.status]}`)),
  receipt: (message, word, url, secret) => {
    const fields: Record<string, string> = {
      id: message.id,
      ref: message.reference ?? '',
      status: WORDS[word],
      err: word === 'undelivered' ? '27' : '0',
    };
    const signed = Object.keys(fields)
      .toSorted()
      .map((name) => `${name}${fields[name]}`)
      .join('');
    const query = new URLSearchParams({ ...fields, sig: createHmac('sha1', secret).update(signed).digest('base64') });
    return { method: 'GET', url: `${url}${url.includes('?') ? '&' : '?'}${query.toString()}`, headers: {}, body: '' };
  },
  garbage: () => line('thank you'),
};

function line(text: string): Reply {
  return textReply(`${text}\n`, 200, PLAIN);
}
