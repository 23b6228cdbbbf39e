import type { OutgoingMessage } from '../carrier.js';
import type { SmppAccount } from './account.js';
import type { WrittenPart, WrittenText } from './text.js';

const LONGEST_ALPHANUMERIC = 11;
/** Days are the largest unit whose length is certain. */
const LONGEST_VALIDITY_S = 30 * 86_400;
const UDH_INDICATOR = 0x40;
const FINAL_RECEIPT = 1;

/** The source's fields; null where SMPP cannot carry such a sender. */
export function sourceOf(settings: SmppAccount['settings'], from: string | null): Readonly<Record<string, unknown>> | null {
  if (from === null) return { source_addr_ton: 0, source_addr_npi: 0, source_addr: '' };
  const plan = /^\+\d{5,15}$/.test(from)
    ? settings.source_number
    : /^\d{3,15}$/.test(from)
      ? settings.source_short_code
      : from.length <= LONGEST_ALPHANUMERIC && /^[\x20-\x7e]+$/.test(from)
        ? settings.source_alphanumeric
        : null;
  return plan === null ? null : { source_addr_ton: plan.ton, source_addr_npi: plan.npi, source_addr: from.replace(/^\+/, '') };
}

/** A `submit_sm` a part. */
export function submissionsOf(
  settings: SmppAccount['settings'],
  message: OutgoingMessage,
  source: Readonly<Record<string, unknown>>,
  text: WrittenText,
): readonly Readonly<Record<string, unknown>>[] {
  const common = {
    service_type: settings.service_type,
    ...source,
    dest_addr_ton: settings.destination.ton,
    dest_addr_npi: settings.destination.npi,
    destination_addr: message.to.slice(1),
    data_coding: text.dataCoding,
    registered_delivery: settings.receipts === 'on' ? FINAL_RECEIPT : 0,
    validity_period: settings.validity === 'none' || message.validitySeconds === null ? '' : relativePeriod(message.validitySeconds),
  };
  return text.parts.map((part) => ({ ...common, ...contentOf(part) }));
}

function contentOf(part: WrittenPart): Readonly<Record<string, unknown>> {
  if ('payload' in part) return { short_message: Buffer.alloc(0), message_payload: part.payload };
  if (part.udh === null) return { short_message: part.short };
  return { esm_class: UDH_INDICATOR, short_message: Buffer.concat([part.udh, part.short]) };
}

/** SMPP's relative time `YYMMDDhhmmss000R` (3.4, 7.1.1.2). */
export function relativePeriod(seconds: number): string {
  const whole = Math.max(1, Math.min(LONGEST_VALIDITY_S, Math.floor(seconds)));
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `0000${two(whole / 86_400)}${two((whole % 86_400) / 3_600)}${two((whole % 3_600) / 60)}${two(whole % 60)}000R`;
}
