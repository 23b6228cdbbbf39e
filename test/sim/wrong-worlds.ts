import { QUIET, type Mutant, type Setting } from './setting.js';

/** Two orders that the provider ends early, unasked. */
const DROPPED: Setting = { ...QUIET, drops: true, cancels: false, openAtFirst: 2 };

/** For each wrong watcher, a small world in which the search must catch it, and what it must say. */
export const WRONG_WORLDS: Readonly<Record<Exclude<Mutant, 'oldest-first'>, { readonly world: Setting; readonly says: RegExp }>> = {
  'ledger-after-balance': { world: QUIET, says: /confirmed, \d+ returned/ },
  'orders-before-balance': { world: DROPPED, says: /froze though/ },
  'mark-before-balance': { world: DROPPED, says: /froze though/ },
  'seen-when-stored': { world: DROPPED, says: /froze though/ },
  'no-fence': { world: { ...QUIET, watchers: 2, pendingAtFirst: 2 }, says: /confirmed, \d+ returned/ },
  'set-aside': { world: { ...QUIET, topUps: [{ amount: 25, kind: 'undeclared' }] }, says: /paid refunds that never came/ },
  'no-arming': { world: { ...QUIET, armed: false, strangers: 1 }, says: /another account/ },
  'no-sms-check': { world: { ...QUIET, sms: true, pendingAtFirst: 2 }, says: /has an SMS/ },
  'top-up-keeps-epoch': {
    world: { ...QUIET, watchers: 2, pendingAtFirst: 2, topUps: [{ amount: 10, kind: 'listed' }] },
    says: /confirmed, \d+ returned/,
  },
  'payments-before-balance': { world: { ...QUIET, topUps: [{ amount: 10, kind: 'listed' }] }, says: /confirmed, \d+ returned/ },
  'lag-ignored': { world: { ...QUIET, lag: true }, says: /confirmed, \d+ returned/ },
  'rounding-ignored': { world: { ...QUIET, opening: 104, prices: [3, 4], granularity: 10 }, says: /confirmed, \d+ returned/ },
  'lots-stay-new': { world: { ...QUIET, prices: [10, 7], keeps: true, pendingAtFirst: 2 }, says: /still waits/ },
  'later-orders-counted': {
    world: { ...QUIET, cancels: false, pendingAtFirst: 1, topUps: [{ amount: 25, kind: 'undeclared' }] },
    says: /paid refunds that never came/,
  },
  'opening-rounded-down': { world: { ...QUIET, opening: 104, prices: [3, 4], granularity: 10 }, says: /confirmed, \d+ returned/ },
};
