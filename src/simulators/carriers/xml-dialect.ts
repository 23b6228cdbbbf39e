import { XMLParser } from 'fast-xml-parser';
import XMLBuilder from 'fast-xml-builder';
import type { Reply } from '../protocol.js';
import type { SimMessage } from './books.js';
import type { Dialect, ReceiptWord } from './dialect.js';
import type { SimRefusal } from './traps.js';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
});
const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', processEntities: true });
const TYPE = 'text/xml; charset=utf-8';
const CODES: Readonly<Record<SimRefusal, string>> = {
  throttled: '8',
  invalid_number: '11',
  opted_out: '12',
  no_balance: '20',
  bad_sender: '13',
  content: '14',
  bad_key: '1',
  closed: '2',
};
const WORDS: Readonly<Record<ReceiptWord, string>> = {
  on_its_way: 'ENROUTE',
  delivered: 'DELIVRD',
  undelivered: 'UNDELIV',
  strange: 'PONDERD',
};

/** XML with the key in the document, errors as codes under status 200, receipts over basic authentication. */
export const xmlDialect: Dialect = {
  read: (request, key) => {
    try {
      const parsed = parser.parse(request.body) as Record<string, Record<string, Record<string, string>>>;
      const [root, asked] = Object.entries(parsed)[0] ?? [];
      if (asked?.['account']?.['@key'] !== key) return { kind: 'bad_key' };
      if (root === 'query') {
        const { reference, id } = asked as unknown as { reference?: string; id?: string };
        return reference !== undefined
          ? { kind: 'by_reference', reference }
          : id !== undefined
            ? { kind: 'by_id', id }
            : { kind: 'malformed' };
      }
      const message = asked['message'];
      if (root !== 'submit' || message?.['to'] === undefined || message['text'] === undefined) return { kind: 'malformed' };
      return {
        kind: 'send',
        message: {
          to: `+${message['to']}`,
          text: message['text'],
          from: message['from'] ?? null,
          reference: message['@reference'] ?? null,
          receiptUrl: message['receipt-url'] ?? null,
        },
      };
    } catch {
      return { kind: 'malformed' };
    }
  },
  accepted: (message) =>
    xml({ result: { '@code': '0', message: { '@id': message.id, price: { '@currency': message.currency, '#text': message.price } } } }),
  refused: (reason) => xml({ result: { '@code': CODES[reason], error: reason } }),
  badKey: () => xml({ result: { '@code': '1', error: 'bad key' } }),
  malformed: () => xml({ result: { '@code': '99', error: 'cannot be read' } }),
  found: (message) =>
    xml({
      result: {
        '@code': '0',
        messages: message === null ? { '@count': '0' } : { '@count': '1', message: shown(message, WORDS[message.status]) },
      },
    }),
  receipt: (message, word, url, secret) => ({
    method: 'POST',
    url,
    headers: { 'content-type': TYPE, authorization: `Basic ${Buffer.from(`receipts:${secret}`).toString('base64')}` },
    body: builder.build({ receipts: { receipt: shown(message, WORDS[word]) } }),
  }),
  garbage: () => xml({ thank: 'you' }),
};

function xml(value: unknown): Reply {
  return { status: 200, contentType: TYPE, body: `<?xml version="1.0"?>${builder.build(value)}` };
}

function shown(message: SimMessage, word: string): object {
  return { '@id': message.id, '@reference': message.reference ?? '', status: word };
}
