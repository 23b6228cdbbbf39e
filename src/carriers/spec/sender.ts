import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { Spec } from './schema.js';

/** Senders of an account. */
export interface AccountSenders {
  /** Used where a message names none. */
  readonly sender: string | null;
  /** Those that are registered where a country wants that. */
  readonly registered: readonly string[];
}

/** Why a sender may not be used, or the sender to use. */
export type SenderChoice = { readonly kind: 'use'; readonly from: string | null } | { readonly kind: 'refused'; readonly why: string };

const NUMERIC = /^\+?\d{3,15}$/;
const ALPHANUMERIC = /^[\p{L}\p{N} &._!'+-]+$/u;

/** Chooses and judges the sender by the rules of the number's country; what would be refused there is refused here, and sent to nobody. */
export function chooseSender(
  rules: Spec['sender'],
  account: AccountSenders,
  message: { readonly to: string; readonly from: string | null },
): SenderChoice {
  const from = message.from ?? account.sender;
  if (from === null)
    return rules.required
      ? { kind: 'refused', why: 'the carrier wants a sender, and neither message nor account names one' }
      : { kind: 'use', from };
  const country = parsePhoneNumberFromString(message.to)?.country;
  const rule = (country === undefined ? undefined : rules.countries[country]) ?? rules;
  if (rule.registered_only && !account.registered.includes(from))
    return { kind: 'refused', why: 'only registered senders are allowed there' };
  if (NUMERIC.test(from)) return rule.numeric ? { kind: 'use', from } : { kind: 'refused', why: 'numeric senders are not allowed there' };
  if (rule.alphanumeric_max === 0) return { kind: 'refused', why: 'alphanumeric senders are not allowed there' };
  if (from.length > rule.alphanumeric_max || !ALPHANUMERIC.test(from))
    return { kind: 'refused', why: `an alphanumeric sender has at most ${rule.alphanumeric_max} letters and digits there` };
  return { kind: 'use', from };
}
