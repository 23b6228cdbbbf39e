import type { ErrorCode, Json } from './errors.js';

/** What starts an activation workflow: the client's request and who made it. Money as decimal strings (Temporal payload). */
export interface StartActivation {
  /** UUID derived from account, route and idempotency key, so that the same request always means the same activation. */
  readonly activationId: string;
  readonly accountId: string;
  readonly idempotencyKey: string;
  /** Hex SHA-256 of the canonical request body (ORDERS.md, rule 22). */
  readonly requestHash: string;
  readonly service: string;
  readonly country: string;
  readonly operator: string | null;
  /** Decimal string in the wallet currency, or null for no ceiling but the list's. */
  readonly maxPrice: string | null;
  readonly onNoCode: 'refund' | 'replace';
  readonly metadata: { readonly [key: string]: Json };
}

/** What the starting update answers once the number is bought or nothing could be bought. The row tells the rest. */
export interface StartAnswer {
  readonly activationId: string;
  readonly requestHash: string;
  /** Null when a number was bought. */
  readonly failure: { readonly code: ErrorCode; readonly detail: { readonly [key: string]: Json } } | null;
}

/** What became of a client's intention. */
export type AskReply =
  /** Done, or nothing was left to do. */
  | { readonly kind: 'done' }
  /** Accepted and carried out later; `dueAt` (RFC 3339) where the provider refuses it before then. */
  | { readonly kind: 'accepted'; readonly dueAt: string | null }
  | { readonly kind: 'refused'; readonly reason: string };

/** What a running workflow says of itself, for the timeline. */
export interface ActivationStory {
  readonly phase: string;
  /** What it waits for, in words. */
  readonly waitingFor: string | null;
  /** RFC 3339. */
  readonly until: string | null;
  readonly provider: string | null;
}

/** The API's only way to activations' workflows. */
export interface ActivationCommands {
  /** UUID and workflow id that this account's idempotency key stands for. */
  identify(accountId: string, route: string, idempotencyKey: string): { readonly activationId: string; readonly workflowId: string };
  /**
   * Starts the workflow, or joins the one that this key started, and waits at most `waitMs` for its answer.
   * `pending`: not answered in time; the engine has the workflow, which goes on. `ended`: it ran before and is over: read the row.
   *
   * @throws DomainError `unavailable` when Temporal cannot be reached.
   */
  start(
    input: StartActivation,
    waitMs: number,
  ): Promise<{ kind: 'answered'; answer: StartAnswer } | { kind: 'pending' } | { kind: 'ended' }>;
  /** Tells a running workflow what the client wants. `ended`: it is over: read the row. @throws DomainError `unavailable` */
  ask(activationId: string, intention: 'cancel' | 'finish' | 'resend'): Promise<AskReply | { kind: 'ended' }>;
  /** The workflow's own words while it runs; null when it does not, or no worker answers within 2 s. */
  story(activationId: string): Promise<ActivationStory | null>;
}
