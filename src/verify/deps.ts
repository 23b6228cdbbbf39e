import type { SpendLimits } from '../db/verification-spend.js';
import type { CodeText, CodeTextWanted } from '../domain/code-template.js';
import type { Person } from '../domain/verification-request.js';
import type { TestNumber } from '../domain/verification.js';
import type { SendDeps } from '../send/deps.js';

/** What the steps of verifying need. */
export interface VerifyDeps {
  readonly send: SendDeps;
  /** The text that carries a code. */
  readonly textOf: (wanted: CodeTextWanted) => CodeText;
  readonly limits: SpendLimits;
  /** By their numbers in E.164. */
  readonly testNumbers: ReadonlyMap<string, TestNumber>;
  /** Whether another code may go to this phone without anybody having asked for it again; see {@link import('../domain/fraud.js').FraudGate}. */
  readonly maySendUnasked: (to: UnaskedCode) => Promise<boolean>;
  /** A phone was proven: limits that strangers used up are its owner's again. Repeatable. */
  readonly proven: (phone: { readonly accountId: string; readonly numberHash: string } & Person) => Promise<void>;
}

/** A code that the next channel would send by itself. */
export interface UnaskedCode {
  readonly accountId: string;
  readonly verificationId: string;
  readonly purpose: string;
  /** E.164 with its plus. */
  readonly number: string;
  /** Hex. */
  readonly numberHash: string;
  readonly country: string;
  readonly channel: CodeTextWanted['channel'];
}
