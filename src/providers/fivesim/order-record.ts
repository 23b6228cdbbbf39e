import { z } from 'zod';
import type { OrderCondition, OrderReading, Settlement, SmsReading } from '../../domain/order.js';
import { absentAsNull, looseAmount, looseId, looseText, phoneNumberOf } from '../lenient.js';
import { msUntil } from '../provider-time.js';
import { smsReading } from '../sms-reading.js';
import { FIVESIM_COUNTRIES, FIVESIM_SERVICES } from './names.js';

const optionalText = absentAsNull(looseText).catch(null);

const smsItem = z.object({ code: optionalText, text: optionalText, sender: optionalText, created_at: optionalText, date: optionalText });

/** 5SIM's order object (provider notes 1.2). Id and status must be readable; `sms` is null, absent or a list. */
const orderRecord = z.object({
  id: looseId,
  status: z.string().min(1).max(40),
  phone: optionalText,
  operator: optionalText,
  product: optionalText,
  country: optionalText,
  price: absentAsNull(looseAmount).catch(null),
  expires: optionalText,
  created_at: optionalText,
  sms: z
    .array(smsItem)
    .nullish()
    .transform((list) => list ?? []),
});

export type OrderRecord = z.output<typeof orderRecord>;

/** @returns null if the value is no order. */
export function parseOrder(value: unknown): OrderRecord | null {
  const parsed = orderRecord.safeParse(value);
  return parsed.success ? parsed.data : null;
}

const GIVEN_BACK: ReadonlySet<string> = new Set(['CANCELED', 'CANCELLED', 'TIMEOUT', 'BANNED']);

/**
 * Reads an order. RECEIVED means "number allocated", so only the SMS themselves say that one came; a status that we do
 * not know ends nothing. FINISHED with an SMS is sold; without one nobody documents what it is.
 */
export function readingOf(record: OrderRecord, dateHeaderMs: number | null): OrderReading {
  const sms = record.sms.map(toSms).filter((reading) => reading !== null);
  const status = record.status.toUpperCase();
  const ended = GIVEN_BACK.has(status) || status === 'FINISHED';
  let condition: OrderCondition = sms.length > 0 ? 'has_sms' : 'waiting';
  if (ended) condition = 'ended';
  let settlement: Settlement = 'unknown';
  if (GIVEN_BACK.has(status) && sms.length === 0) settlement = 'refunded';
  if (status === 'FINISHED' && sms.length > 0) settlement = 'sold';
  return {
    providerOrderId: record.id,
    condition,
    settlement,
    rawStatus: record.status,
    sms,
    service: record.product === null ? null : FIVESIM_SERVICES.toOurs(record.product),
    country: record.country === null ? null : FIVESIM_COUNTRIES.toOurs(record.country),
    operator: record.operator,
    phoneNumber: phoneNumberOf(record.phone),
    price: record.price,
    currency: null,
    remainingMs: ended ? 0 : msUntil(record.expires, dateHeaderMs),
  };
}

function toSms(item: z.output<typeof smsItem>): SmsReading | null {
  return smsReading({ code: item.code, text: item.text, sender: item.sender, rawTime: item.date ?? item.created_at });
}
