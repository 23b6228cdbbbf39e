import { moneyFromProvider } from '../../domain/money.js';
import type { ReceiptStatus } from '../../domain/message.js';
import type { LookUpOutcome, Receipt, SendOutcome } from '../carrier.js';
import { type Doc, plain, textAt, valuesAt } from './document.js';
import { compilePattern, type Pattern } from './pattern.js';
import type { Meaning, Spec, SpecCondition, SpecCurrency, SpecPrice, SpecReceipt } from './schema.js';

/** An answer that came: its status and what its text was read into (null: not readable in the declared form). */
export interface Answered {
  readonly status: number;
  readonly doc: Doc | null;
}

/** Whether a condition holds; of a list that it names by `*`, one is enough. */
export function holds(condition: SpecCondition | undefined, { status, doc }: Answered): boolean {
  if (condition?.http !== undefined && !condition.http.includes(status)) return false;
  return Object.entries(condition?.fields ?? {}).every(([path, wanted]) => {
    const found = valuesAt(doc, path);
    if (wanted.includes('*')) return found.length > 0;
    return found.some((value) => wanted.some((one) => String(one) === plain(value)));
  });
}

/** What a carrier's answer to a send says. The first rule that fits decides; where none does, nobody knows. */
export function readSend(
  answers: Spec['send']['reply']['answers'],
  answered: Answered,
  raw: string,
  retryAfterMs: number | null,
): SendOutcome {
  for (const answer of answers) {
    if (answer.when !== undefined && !holds(answer.when, answered)) continue;
    if ('accepted' in answer) {
      const { id, parts, price, currency } = answer.accepted;
      const messageId = textAt(answered.doc, id);
      // Taken, says the carrier, but receipts could never be told apart: as good as no answer.
      if (messageId === null || messageId === '') return { kind: 'ambiguous', why: 'it was accepted without an id', raw };
      const partIds = parts === undefined ? [] : valuesAt(answered.doc, parts).flatMap((value) => plain(value) ?? []);
      return {
        kind: 'accepted',
        messageId,
        ...(partIds.length > 1 ? { partIds } : {}),
        ...costOf(answered.doc, price, currency),
        raw,
      };
    }
    if ('means' in answer)
      return outcomeOf(
        answer.means,
        answer.code === undefined ? String(answered.status) : textAt(answered.doc, answer.code),
        raw,
        retryAfterMs,
      );
    // Parts of one message that fared differently are no refusal: some of it may have gone out.
    const codes = new Set(valuesAt(answered.doc, answer.by).flatMap((value) => plain(value) ?? []));
    const [code] = codes;
    if (codes.size !== 1 || code === undefined) continue;
    const meaning = answer.codes[code];
    if (meaning !== undefined) return outcomeOf(meaning, code, raw, retryAfterMs);
  }
  return { kind: 'ambiguous', why: answered.doc === null ? 'its answer cannot be read' : 'its answer is of no kind that is known', raw };
}

function outcomeOf(meaning: Meaning, code: string | null, raw: string, retryAfterMs: number | null): SendOutcome {
  switch (meaning) {
    case 'ambiguous':
      return { kind: 'ambiguous', why: `it answered ${code ?? 'without a code'}, which does not say whether it was sent`, raw };
    case 'fatal:bad_credentials':
      return { kind: 'fatal', reason: 'bad_credentials', raw };
    case 'fatal:account_closed':
      return { kind: 'fatal', reason: 'account_closed', raw };
    case 'fatal:misconfigured':
      return { kind: 'fatal', reason: 'misconfigured', raw };
    default:
      return { kind: 'refused', reason: meaning, code, ...(retryAfterMs === null ? {} : { retryAfterMs }), raw };
  }
}

/** What a carrier knows of a reference. Only a rule says that it knows nothing. */
export function readLookUp(answers: NonNullable<Spec['look_up']>['reply']['answers'], answered: Answered, raw: string): LookUpOutcome {
  for (const answer of answers) {
    if (!holds(answer.when, answered)) continue;
    if ('not_found' in answer) return { kind: 'not_found', raw };
    const messageId = textAt(answered.doc, answer.found.id);
    if (messageId === null || messageId === '') continue;
    return {
      kind: 'found',
      messageId,
      receipt: answer.found.receipt === undefined ? null : readReceipt(answer.found.receipt, answered.doc),
      raw,
    };
  }
  return { kind: 'unknown', raw };
}

/**
 * What a carrier says of a message that it took.
 *
 * @returns null for "nothing yet", undefined for an answer of no known kind.
 */
export function readQuery(answers: NonNullable<Spec['receipt_query']>['reply']['answers'], answered: Answered): Receipt | null | undefined {
  for (const answer of answers) {
    if (!holds(answer.when, answered)) continue;
    if ('nothing_yet' in answer) return null;
    const receipt = readReceipt(answer.receipt, answered.doc);
    if (receipt !== null) return receipt;
  }
  return undefined;
}

/** A receipt; null where it has no status. A word that the spec does not know is nobody's last word. */
export function readReceipt(spec: SpecReceipt, doc: Doc | null): Receipt | null {
  const rawStatus = textAt(doc, spec.status);
  if (rawStatus === null || rawStatus === '') return null;
  const status: ReceiptStatus = Object.hasOwn(spec.statuses, rawStatus) ? spec.statuses[rawStatus]! : 'in_transit';
  const at = (path: string | undefined): string | null => {
    const value = path === undefined ? null : textAt(doc, path);
    return value === '' ? null : value;
  };
  return {
    messageId: at(spec.message_id),
    reference: at(spec.reference),
    status,
    rawStatus: rawStatus.slice(0, 100),
    errorCode: at(spec.error_code)?.slice(0, 100) ?? null,
    ...costOf(doc, spec.price, spec.currency),
  };
}

const patterns = new Map<string, Pattern>();

/** Amount and currency; an amount that cannot be read is none, because the price sheet has one too. */
function costOf(
  doc: Doc | null,
  price: SpecPrice | undefined,
  currency: SpecCurrency | undefined,
): { price: bigint | null; currency: string | null } {
  if (price === undefined) return { price: null, currency: null };
  const text = textAt(doc, typeof price === 'string' ? price : price.path);
  if (text === null) return { price: null, currency: null };
  let amount: string | undefined = text;
  let named: string | undefined;
  if (typeof price === 'object' && price.pattern !== undefined) {
    const pattern = patterns.get(price.pattern) ?? compilePattern(price.pattern);
    patterns.set(price.pattern, pattern);
    const groups = pattern.groups(text);
    amount = groups?.['amount'];
    named = groups?.['currency'];
  }
  if (amount === undefined) return { price: null, currency: null };
  try {
    const whole = moneyFromProvider(amount);
    const micros = typeof price === 'object' ? whole / BigInt(price.per_unit) : whole;
    const code = named ?? (currency === undefined ? undefined : typeof currency === 'string' ? textAt(doc, currency) : currency.is);
    return micros < 0n
      ? { price: null, currency: null }
      : { price: micros, currency: typeof code === 'string' && /^[A-Z]{3}$/.test(code) ? code : null };
  } catch {
    return { price: null, currency: null };
  }
}
