import type { HookReading, HookRequest, Receipt } from '../carrier.js';
import { holds, readReceipt } from './answer.js';
import { createReader, type Doc, valuesAt } from './document.js';
import type { SpecHook } from './schema.js';
import { isSigned } from './signature.js';
import { queryOf } from './signed-text.js';
import type { Values } from './template.js';

/** Larger than any hook of any carrier. */
const MOST_BYTES = 1_048_576;

/** A reader of one carrier's hooks. */
export function createHookReader(hook: SpecHook, values: Values): (request: HookRequest) => Promise<HookReading> {
  const readers = { json: createReader({ format: 'json' }), xml: createReader({ format: 'xml' }), form: createReader({ format: 'form' }) };
  const reply = { status: hook.reply.status, contentType: hook.reply.content_type, body: hook.reply.body };
  const read = (request: HookRequest): Doc | null => {
    const body = Buffer.from(request.body).toString('utf8');
    const format = hook.format === 'auto' ? formOf(request) : hook.format;
    return format === 'query' ? readers.form(queryOf(request.url)) : readers[format](body);
  };
  return async (request) => {
    if (request.body.length > MOST_BYTES) return { kind: 'refused', why: 'unreadable' };
    const doc = read(request);
    if (!(await isSigned(hook.signature, request, doc, values))) return { kind: 'refused', why: 'signature' };
    if (doc === null) return { kind: 'refused', why: 'unreadable' };
    if (!holds(hook.only, { status: 0, doc })) return { kind: 'nothing', reply };
    const receipts = (hook.each === undefined ? [doc] : valuesAt(doc, hook.each)).flatMap((one): Receipt[] => {
      const receipt = readReceipt(hook.receipt, one);
      return receipt === null || (receipt.messageId === null && receipt.reference === null) ? [] : [receipt];
    });
    return receipts.length === 0 ? { kind: 'refused', why: 'unreadable' } : { kind: 'receipts', receipts, reply };
  };
}

function formOf(request: HookRequest): 'json' | 'xml' | 'form' | 'query' {
  if (request.body.length === 0) return 'query';
  const type = request.headers['content-type'] ?? '';
  return type.includes('json') ? 'json' : type.includes('xml') ? 'xml' : 'form';
}
