import { z } from 'zod';
import type { OrderCondition, OrderReading, Settlement } from '../../domain/order.js';
import { currencyOf } from '../currency.js';
import { absentAsNull, looseAmount, looseId, looseText, phoneNumberOf } from '../lenient.js';
import { msUntil } from '../provider-time.js';
import { HANDLER_COUNTRIES, HANDLER_SERVICES } from './names.js';
import { looseList, pairSms } from './sms-fields.js';

const optionalText = absentAsNull(looseText).catch(null);

/**
 * A row of getActiveActivations or getHistory in any dialect. Only the id must be readable; whatever else a clone leaves
 * out or writes otherwise is unknown, never guessed.
 */
const row = z
  .object({
    activationId: looseId.optional(),
    id: looseId.optional(),
    serviceCode: optionalText,
    service: optionalText,
    phoneNumber: optionalText,
    phone: optionalText,
    activationCost: absentAsNull(looseAmount).catch(null),
    cost: absentAsNull(looseAmount).catch(null),
    activationStatus: optionalText,
    status: optionalText,
    smsCode: looseList,
    smsText: looseList,
    sms: looseList,
    countryCode: optionalText,
    country: optionalText,
    activationOperator: optionalText,
    operator: optionalText,
    currency: optionalText,
    activationEndTime: optionalText,
  })
  .refine((value) => (value.activationId ?? value.id) !== undefined, 'has no id');

/**
 * Status numbers of HeroSMS (provider notes 3.2): 6 success, 8 cancelled, 10 refund. Tiger numbers the open ones
 * otherwise (1 waiting, 2 accepting, 3 next SMS), so an open number says nothing and only the SMS themselves count.
 */
const SETTLED: ReadonlyMap<string, Settlement> = new Map([
  ['6', 'sold'],
  ['8', 'refunded'],
  ['10', 'refunded'],
]);

/** @returns null if the value is no such row at all. */
export function readRow(value: unknown, dateHeaderMs: number | null): OrderReading | null {
  const parsed = row.safeParse(value);
  if (!parsed.success) return null;
  const it = parsed.data;
  const status = it.activationStatus ?? it.status ?? '';
  // In getHistory `sms` is a text (or several); in getActiveActivations code and text have fields of their own.
  const sms = pairSms(it.smsCode, it.smsText.length > 0 ? it.smsText : it.sms);
  const settlement = SETTLED.get(status);
  let condition: OrderCondition = sms.length > 0 ? 'has_sms' : 'waiting';
  if (settlement !== undefined) condition = 'ended';
  const service = it.serviceCode ?? it.service;
  const country = it.countryCode ?? it.country;
  return {
    providerOrderId: (it.activationId ?? it.id)!,
    condition,
    settlement: settlement ?? 'unknown',
    rawStatus: status.slice(0, 40),
    sms,
    service: service === null ? null : HANDLER_SERVICES.toOurs(service),
    country: country === null ? null : HANDLER_COUNTRIES.toOurs(country),
    operator: it.activationOperator ?? it.operator,
    phoneNumber: phoneNumberOf(it.phoneNumber ?? it.phone),
    price: it.activationCost ?? it.cost,
    currency: currencyOf(it.currency),
    remainingMs: settlement === undefined ? msUntil(it.activationEndTime, dateHeaderMs) : 0,
  };
}
