import { formatMoney } from '../../domain/money.js';
import type { OutgoingMessage } from '../carrier.js';
import type { Spec } from './schema.js';
import type { Value, Values } from './template.js';

/** What an account brings to its carrier's spec. */
export interface AccountValues {
  readonly secrets: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
}

const TIME = ['now.unix', 'now.milliseconds', 'now.iso'] as const;
const REFERENCE = ['to', 'to.digits', 'reference', ...TIME] as const;

/** The placeholders that each operation has, besides `secret.…`, `setting.…` and `word.…`. */
export const PLACEHOLDERS = {
  send: [
    ...REFERENCE,
    'from',
    'from.digits',
    'text',
    'text.hex',
    'ucs2',
    'gsm7',
    'segments',
    'validity',
    'validity.until',
    'receipt_url',
    'max_price',
  ],
  look_up: REFERENCE,
  receipt_query: ['message_id', ...TIME],
  /** Keys and names, which depend on no message. */
  account: [],
} as const satisfies Record<string, readonly string[]>;
export type Operation = keyof typeof PLACEHOLDERS;

const MILLISECONDS = { milliseconds: 1, seconds: 1_000, minutes: 60_000, hours: 3_600_000 } as const;

/** The values of an account alone. */
export function accountValues(spec: Spec, account: AccountValues): Values {
  return (name) => {
    const [kind, key = ''] = split(name);
    if (kind === 'secret') return account.secrets[key] ?? null;
    if (kind === 'setting') return account.settings[key] ?? null;
    throw new RangeError(`${spec.id}: there is no placeholder {${name}} here`);
  };
}

/** The values of what is asked now. */
export function operationValues(
  spec: Spec,
  account: AccountValues,
  asked: { readonly message?: Partial<OutgoingMessage>; readonly messageId?: string; readonly now: number },
): Values {
  const ofAccount = accountValues(spec, account);
  const { message = {}, messageId, now } = asked;
  const validity = validityOf(spec, message.validitySeconds ?? null);
  const own: Readonly<Record<string, () => Value>> = {
    to: () => message.to ?? null,
    'to.digits': () => message.to?.slice(1) ?? null,
    reference: () => message.reference ?? null,
    from: () => message.from ?? null,
    'from.digits': () => (message.from === undefined || message.from === null ? null : message.from.replace(/^\+/, '')),
    text: () => message.text ?? null,
    'text.hex': () => (message.text === undefined ? null : Buffer.from(message.text, 'utf16le').swap16().toString('hex').toUpperCase()),
    ucs2: () => message.encoding === 'ucs2',
    gsm7: () => message.encoding === 'gsm7',
    segments: () => message.segments ?? null,
    validity: () => validity,
    'validity.until': () =>
      message.validitySeconds === null || message.validitySeconds === undefined
        ? null
        : new Date(now + message.validitySeconds * 1_000).toISOString(),
    receipt_url: () => message.receiptUrl ?? null,
    max_price: () => (message.maxPrice === null || message.maxPrice === undefined ? null : formatMoney(message.maxPrice)),
    message_id: () => messageId ?? null,
    'now.unix': () => Math.floor(now / 1_000),
    'now.milliseconds': () => now,
    'now.iso': () => new Date(now).toISOString(),
  };
  return (name) => {
    const value = own[name];
    if (value !== undefined) return value();
    const [kind, key = ''] = split(name);
    return kind === 'word' ? (spec.words[key]?.[message.encoding ?? 'gsm7'] ?? null) : ofAccount(name);
  };
}

/** In the carrier's unit and within its bounds; rounded down, because a message that comes too late is of no use. */
function validityOf({ validity }: Spec, seconds: number | null): number | null {
  if (seconds === null || validity === undefined) return null;
  const whole = Math.floor((seconds * 1_000) / MILLISECONDS[validity.unit]);
  return Math.min(Math.max(whole, validity.least ?? 1), validity.most ?? Number.MAX_SAFE_INTEGER);
}

function split(name: string): [string, string?] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}
