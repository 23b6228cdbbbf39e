import { createHash, createHmac } from 'node:crypto';
import type { ProtocolRequest, Reply } from '../protocol.js';
import type { Dialect } from './dialect.js';
import type { SimRefusal } from './traps.js';

/** Codes of SNS and AWS with their status and, where a code says little, their words. */
const ERRORS: Readonly<Record<SimRefusal, readonly [code: string, status: number, message: string]>> = {
  throttled: ['Throttled', 429, 'Rate exceeded'],
  invalid_number: ['InvalidParameter', 400, 'Invalid parameter: PhoneNumber Reason: it is not valid to publish to'],
  opted_out: ['OptedOut', 400, 'The number opted out'],
  no_balance: ['OptInRequired', 403, 'The account needs a subscription for the service'],
  bad_sender: ['InvalidParameter', 400, 'Invalid parameter: SenderID Reason: it is not allowed'],
  content: ['InvalidParameter', 400, 'Invalid parameter: Message too long'],
  bad_key: ['InvalidClientTokenId', 403, 'The security token included in the request is invalid'],
  closed: ['OptInRequired', 403, 'The account needs a subscription for the service'],
};
const NAMESPACE = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';

/** The Query API of SNS under SigV4, whose signature is verified. Numbers that end in 000 have opted out. No receipt ever comes. */
export const snsDialect: Dialect = {
  idOf: (number) => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`,
  read: (request, key) => {
    if (!isSigned(request, key)) return { kind: 'bad_key' };
    const { params } = request;
    if (params.get('Action') === 'CheckIfPhoneNumberIsOptedOut') {
      const answer = result(
        'CheckIfPhoneNumberIsOptedOut',
        `<isOptedOut>${params.get('phoneNumber')?.endsWith('000') === true}</isOptedOut>`,
      );
      return { kind: 'answer', reply: answer };
    }
    const [to, text] = [params.get('PhoneNumber'), params.get('Message')];
    if (params.get('Action') !== 'Publish' || to === null || text === null) return { kind: 'malformed' };
    const attributes = attributesOf(params);
    const from = attributes.get('AWS.SNS.SMS.SenderID') ?? attributes.get('AWS.MM.SMS.OriginationNumber') ?? null;
    return { kind: 'send', message: { to, text, from, reference: null, receiptUrl: null } };
  },
  accepted: (message) => result('Publish', `<MessageId>${message.id}</MessageId>`),
  refused: (reason) => error(...ERRORS[reason]),
  badKey: () => error('SignatureDoesNotMatch', 403, 'The request signature we calculated does not match'),
  malformed: () => error('InvalidAction', 400, 'The action is not valid'),
  found: () => error('InvalidAction', 400, 'The action is not valid'),
  receipt: () => {
    throw new Error('SNS posts no receipts');
  },
  garbage: () => ({ status: 200, contentType: 'text/xml', body: '<Thank>you</Thank>' }),
};

/** Attributes of a message by their names. */
export function attributesOf(params: URLSearchParams): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let index = 1; params.has(`MessageAttributes.entry.${index}.Name`); index += 1) {
    const entry = `MessageAttributes.entry.${index}`;
    found.set(params.get(`${entry}.Name`) ?? '', params.get(`${entry}.Value.StringValue`) ?? '');
  }
  return found;
}

/** Signature Version 4 of AWS, over the headers that the request itself names. */
function isSigned(request: ProtocolRequest, secret: string): boolean {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/(sns)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
  const [, , day, region, service, names, signature] = pattern.exec(String(request.headers['authorization'] ?? '')) ?? [];
  if (day === undefined || region === undefined || service === undefined || names === undefined) return false;
  const hash = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest();
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`);
  const canonical = [request.method, request.path, '', headers.join(''), names, hash(request.body)].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const signed = ['AWS4-HMAC-SHA256', String(request.headers['x-amz-date']), scope, hash(canonical)].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), 'aws4_request');
  return hmac(key, signed).toString('hex') === signature;
}

function result(action: string, inner: string): Reply {
  return xml(
    200,
    `<${action}Response ${NAMESPACE}><${action}Result>${inner}</${action}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></${action}Response>`,
  );
}

function error(code: string, status: number, message: string): Reply {
  return xml(
    status,
    `<ErrorResponse ${NAMESPACE}><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
  );
}

function xml(status: number, body: string): Reply {
  return { status, contentType: 'text/xml', body };
}
