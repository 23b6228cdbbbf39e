/** Requests that one API key may make in a minute, over all processes. */
export interface KeyBudgets {
  readonly read: number;
  readonly command: number;
  /** What may spend money: activations, messages and verifications that are started. */
  readonly purchase: number;
}

/** One client may poll a hundred activations each second, and start ten of them each second. */
export const DEFAULT_KEY_BUDGETS: KeyBudgets = Object.freeze({ read: 6_000, command: 1_200, purchase: 600 });
