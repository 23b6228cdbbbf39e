import type { CallPriority } from './provider.js';

/**
 * Awaited before every single HTTP request to a provider: behind it stands the request budget of that account (ORDERS.md,
 * rule 24). It resolves when the request may be sent and rejects when it may not, or when `signal` is aborted.
 */
export type RequestGate = (request: { readonly priority: CallPriority; readonly signal?: AbortSignal }) => Promise<void>;

/** A gate that is always open: for tests and one-off commands, never for a worker. */
export const openGate: RequestGate = async () => {};
