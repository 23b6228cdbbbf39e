/** The activation's machine (DESIGN.md, section 3): what the client sees. Its orders have a machine of their own (`order.ts`). */
export const ACTIVATION_STATUSES = [
  'REQUESTED',
  'PURCHASED',
  'WAITING',
  'RECEIVED',
  'COMPLETED',
  'CANCELLED',
  'EXPIRED',
  'PROVIDER_REFUND_PENDING',
  'REFUNDED',
  'FAILED',
] as const;
export type ActivationStatus = (typeof ACTIVATION_STATUSES)[number];

const NEXT: Readonly<Record<ActivationStatus, readonly ActivationStatus[]>> = {
  REQUESTED: ['PURCHASED', 'FAILED'],
  PURCHASED: ['WAITING'],
  // WAITING → WAITING is a replacement: the next number of the same activation.
  WAITING: ['WAITING', 'RECEIVED', 'CANCELLED', 'EXPIRED'],
  RECEIVED: ['COMPLETED'],
  COMPLETED: [],
  CANCELLED: ['PROVIDER_REFUND_PENDING', 'RECEIVED'],
  EXPIRED: ['PROVIDER_REFUND_PENDING', 'RECEIVED'],
  PROVIDER_REFUND_PENDING: ['REFUNDED', 'RECEIVED'],
  REFUNDED: [],
  FAILED: [],
};

/** Whether the activation may go from one status to the other. Edges back to RECEIVED are a stored SMS (ORDERS.md, rule 11). */
export function mayBecome(from: ActivationStatus, to: ActivationStatus): boolean {
  return NEXT[from].includes(to);
}

/** The statuses from which nothing leads on. */
export function isFinal(status: ActivationStatus): boolean {
  return NEXT[status].length === 0;
}

/** The statuses out of which a stored SMS leads to RECEIVED (ORDERS.md, rule 11). */
export const RECEIVABLE: readonly ActivationStatus[] = ['WAITING', 'CANCELLED', 'EXPIRED', 'PROVIDER_REFUND_PENDING'];

/** What the client asked to have done with an activation; an intention until the provider's record agrees (rule 10). */
export type Intention = 'cancel' | 'finish' | 'resend';

export type IntentionVerdict =
  | { readonly accepted: true; readonly already: boolean }
  | { readonly accepted: false; readonly reason: 'not_waiting' | 'no_sms_yet' | 'already_received' | 'ended' | 'not_purchased' };

/**
 * Whether an intention makes sense in a status. `already` says that it was fulfilled before, so that asking twice is
 * answered alike and nothing is done again.
 */
export function judgeIntention(status: ActivationStatus, intention: Intention): IntentionVerdict {
  switch (intention) {
    case 'cancel':
      if (status === 'WAITING') return { accepted: true, already: false };
      if (status === 'CANCELLED' || status === 'PROVIDER_REFUND_PENDING' || status === 'REFUNDED') return { accepted: true, already: true };
      if (status === 'RECEIVED' || status === 'COMPLETED') return { accepted: false, reason: 'already_received' };
      if (status === 'REQUESTED' || status === 'PURCHASED') return { accepted: false, reason: 'not_purchased' };
      return { accepted: false, reason: 'ended' };
    case 'finish':
      if (status === 'RECEIVED') return { accepted: true, already: false };
      if (status === 'COMPLETED') return { accepted: true, already: true };
      if (status === 'WAITING') return { accepted: false, reason: 'no_sms_yet' };
      if (status === 'REQUESTED' || status === 'PURCHASED') return { accepted: false, reason: 'not_purchased' };
      return { accepted: false, reason: 'ended' };
    case 'resend':
      if (status === 'RECEIVED') return { accepted: true, already: false };
      if (status === 'WAITING') return { accepted: false, reason: 'no_sms_yet' };
      if (status === 'REQUESTED' || status === 'PURCHASED') return { accepted: false, reason: 'not_purchased' };
      return { accepted: false, reason: 'ended' };
  }
}
