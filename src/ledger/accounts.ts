/**
 * The ledger's accounts. A balance is the sum of its entries. Families never meet in one transfer, and each sums to zero:
 *
 * - clients' money: `user:<id>:available`, `user:<id>:held`, `revenue`, `grants`, `stripe:clearing`; that of accounts that play is a family of
 *   its own, with `sandbox:revenue` and `sandbox:grants`;
 * - money at providers, in each provider's currency: `provider:<p>:prepaid`, `provider:<p>:refund_expected`, `treasury`,
 *   `cost`, `loss`; `fx` joins two currencies at a stored rate.
 */
export type AccountKind =
  | 'user_available'
  | 'user_held'
  | 'provider_prepaid'
  | 'provider_refund_expected'
  | 'cost'
  | 'revenue'
  | 'loss'
  | 'treasury'
  | 'grants'
  | 'fx'
  | 'stripe_clearing'
  | 'sandbox_grants'
  | 'sandbox_revenue'
  | 'carrier_balance';

/** One account of the ledger; opened by its first transfer. */
export interface LedgerAccount {
  readonly id: string;
  readonly kind: AccountKind;
  readonly owner: string | null;
  readonly provider: string | null;
}

function system(id: string, kind: AccountKind): LedgerAccount {
  return Object.freeze({ id, kind, owner: null, provider: null });
}

/** Credit that a client may spend. Never negative. */
export function available(accountId: string): LedgerAccount {
  return { id: `user:${accountId}:available`, kind: 'user_available', owner: accountId, provider: null };
}

/** Credit that activations hold. Never negative. */
export function held(accountId: string): LedgerAccount {
  return { id: `user:${accountId}:held`, kind: 'user_held', owner: accountId, provider: null };
}

/** What we expect the provider's balance to be. */
export function prepaid(provider: string): LedgerAccount {
  return { id: `provider:${provider}:prepaid`, kind: 'provider_prepaid', owner: null, provider };
}

/** Charges of orders whose final record is still awaited; drains to zero as each turns out sold or refunded. */
export function refundExpected(provider: string): LedgerAccount {
  return { id: `provider:${provider}:refund_expected`, kind: 'provider_refund_expected', owner: null, provider };
}

/** What a carrier account holds for us (prepaid), or, below zero, what we owe it (by invoice). */
export function carrierBalance(carrier: string): LedgerAccount {
  return { id: `carrier:${carrier}:balance`, kind: 'carrier_balance', owner: null, provider: carrier };
}

/** What sold numbers and sent messages cost us. */
export const COST = system('cost', 'cost');
/** What clients paid for codes. */
export const REVENUE = system('revenue', 'revenue');
/** What the house bore: money that providers kept or took back. */
export const LOSS = system('loss', 'loss');
/** Where providers' prepaid money comes from. */
export const TREASURY = system('treasury', 'treasury');
/** Credit given to clients by the house. */
export const GRANTS = system('grants', 'grants');
/** What accounts that play paid for codes of simulators; never money. */
export const SANDBOX_REVENUE = system('sandbox:revenue', 'sandbox_revenue');
/** Credit given to accounts that play. */
export const SANDBOX_GRANTS = system('sandbox:grants', 'sandbox_grants');
/** Conversion between a provider's currency and the wallet's. */
export const FX = system('fx', 'fx');

/** Whether the database keeps this account's balance from falling below zero. */
export function isGuarded(account: LedgerAccount): boolean {
  return account.kind === 'user_available' || account.kind === 'user_held';
}
