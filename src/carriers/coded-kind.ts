import { z } from 'zod';
import type { Clock, HttpClient } from '../http/client.js';
import type { Carrier } from './carrier.js';

/** An account of a carrier that has an adapter of its own, as its kind is given it. */
export interface CodedAccount {
  /** Our id of the account. */
  readonly id: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  /** Instead of the carrier's own address; null for that. */
  readonly baseUrl: string | null;
  /** ISO 4217 of the account. */
  readonly currency: string;
  /** Messages a second; null for what is usual there. */
  readonly perSecond: number | null;
  /** Sender of messages that name none. */
  readonly sender: string | null;
}

/** What adapters are given. */
export interface CodedDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Spreads reconnections of several processes; evenly distributed, at least 0, below 1. */
  readonly die: () => number;
}

/** A protocol that no spec can describe. */
export interface CodedKind {
  /** The carrier or protocol as people know it. */
  readonly name: string;
  /**
   * Builds the adapter of an account.
   *
   * @throws z.ZodError whose paths begin with `secrets`, `settings` or `base_url`.
   */
  create(account: CodedAccount, deps: CodedDeps): Carrier;
}

/** What is wrong with an account, a line each. */
export function problemsOf(kind: CodedKind, account: CodedAccount, error: z.ZodError): readonly string[] {
  return error.issues.flatMap((issue) => {
    const at = issue.path.join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => `carrier "${account.id}": ${at}.${key}: ${kind.name} knows no such name`);
    return [`carrier "${account.id}": ${at}: ${issue.message} (${kind.name})`];
  });
}

/** An address of one of the schemes, or the carrier's own where none is given. */
export function addressSchema(schemes: readonly string[], own: string | null): z.ZodType<URL> {
  return z
    .string({ error: 'is missing: the address of the carrier' })
    .nullable()
    .transform((given, context): URL => {
      const text = given ?? own;
      if (text !== null && URL.canParse(text)) {
        const url = new URL(text);
        if (schemes.includes(url.protocol) && url.hostname !== '') return url;
      }
      context.addIssue({
        code: 'custom',
        message: `expected an address that begins with ${schemes.map((one) => `${one}//`).join(' or ')}`,
      });
      return z.NEVER;
    });
}
