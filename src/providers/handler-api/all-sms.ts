import { z } from 'zod';
import type { SmsReading } from '../../domain/order.js';
import type { CallScope } from '../caller.js';
import { absentAsNull, looseText } from '../lenient.js';
import { smsReading } from '../sms-reading.js';
import { saysNoSuchAction } from './failure-meaning.js';
import { openOrders, PAGE_SIZE } from './open-orders.js';
import type { Session } from './session.js';

const text = absentAsNull(looseText).catch(null);
const sms = z.object({ code: text, text, phoneFrom: text, date: text, dateTime: text });
const list = z.object({ data: z.array(sms) });
/** getStatusV2 of SMS-Activate and Tiger: `sms`; of HeroSMS: `data`; null or absent while nothing has come. */
const statusV2 = z.object({ sms: sms.nullish(), data: sms.nullish() });

function toReading(one: z.output<typeof sms>): SmsReading | null {
  return smsReading({ code: one.code, text: one.text, sender: one.phoneFrom, rawTime: one.date ?? one.dateTime });
}

/**
 * Every SMS of one order with its text: by getAllSms (HeroSMS), else the last one by getStatusV2, else as the list of
 * open orders shows them. Empty where none of them shows any.
 */
export async function smsWithText(session: Session, id: string, open: boolean, scope: CallScope): Promise<SmsReading[]> {
  const { knowledge } = session;
  if (knowledge.allSms !== false) {
    const { reply, failure } = await session.ask({ operation: 'read sms', action: 'getAllSms', params: { id, size: 100, page: 1 } }, scope);
    const parsed = failure === null && reply.form === 'json' ? list.safeParse(reply.value) : null;
    if (parsed?.success === true) {
      knowledge.allSms = true;
      return parsed.data.data.map(toReading).filter((reading) => reading !== null);
    }
    if (failure !== null && saysNoSuchAction(failure)) knowledge.allSms = false;
  }
  if (knowledge.statusV2 !== false) {
    const { reply, failure } = await session.ask({ operation: 'read sms', action: 'getStatusV2', params: { id } }, scope);
    if (failure !== null && saysNoSuchAction(failure)) knowledge.statusV2 = false;
    else {
      const parsed = failure === null && reply.form === 'json' ? statusV2.safeParse(reply.value) : null;
      const last = parsed?.success === true ? (parsed.data.sms ?? parsed.data.data) : null;
      const reading = last === null || last === undefined ? null : toReading(last);
      return reading === null ? [] : [reading];
    }
  }
  if (!open) return [];
  const page = await openOrders(session, { offset: 0, limit: PAGE_SIZE }, scope);
  return [...(page.orders.find((order) => order.providerOrderId === id)?.sms ?? [])];
}
