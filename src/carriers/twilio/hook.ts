import type { HookReading, HookReply, HookRequest, Receipt } from '../carrier.js';
import { statusOf } from './codes.js';
import { REFERENCE_FIELD } from './request.js';
import { isSignedByTwilio } from './signature.js';

const MOST_BYTES = 1_048_576;
/** An empty document, because Twilio reads what it hears of an incoming message as instructions. */
const REPLY: HookReply = { status: 200, contentType: 'text/xml', body: '<Response/>' };

/** Reads a status callback of a message or a call. */
export function readTwilioHook(authToken: string, request: HookRequest): HookReading {
  if (request.body.length > MOST_BYTES) return { kind: 'refused', why: 'unreadable' };
  const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
  const signature = request.headers['x-twilio-signature'];
  if (signature === undefined || !isSignedByTwilio(authToken, signature, request.url, form)) return { kind: 'refused', why: 'signature' };
  const messageId = form.get('CallSid') ?? form.get('MessageSid') ?? form.get('SmsSid');
  const word = form.get('CallStatus') ?? form.get('MessageStatus');
  if (messageId === null) return { kind: 'refused', why: 'unreadable' };
  // An incoming message has an id and a text, and no status of ours.
  if (word === null) return { kind: 'nothing', reply: REPLY };
  const errorCode = form.get('ErrorCode');
  const receipt: Receipt = {
    messageId,
    reference: new URL(request.url).searchParams.get(REFERENCE_FIELD),
    status: statusOf(word, errorCode),
    rawStatus: word.slice(0, 100),
    errorCode: errorCode === null || errorCode === '' ? null : errorCode.slice(0, 50),
    price: null,
    currency: null,
  };
  return { kind: 'receipts', receipts: [receipt], reply: REPLY };
}
