/** A wrong way to run the watcher. Each is a switch of the model's watcher; the rules it calls stay production's own. */
export type Mutant =
  | 'ledger-after-balance'
  | 'orders-before-balance'
  | 'mark-before-balance'
  | 'seen-when-stored'
  | 'no-fence'
  | 'oldest-first'
  | 'set-aside'
  | 'no-arming'
  | 'no-sms-check'
  | 'top-up-keeps-epoch'
  | 'payments-before-balance'
  | 'lag-ignored'
  | 'rounding-ignored'
  | 'opening-rounded-down'
  | 'lots-stay-new'
  | 'later-orders-counted';

/** Money put into the account: entered before it is sent, listed by the provider, or unannounced. */
export interface TopUp {
  readonly amount: number;
  readonly kind: 'declared' | 'listed' | 'undeclared';
}

/** A small or a big world: what there is and what may go wrong in it. Amounts are micro units. */
export interface Setting {
  readonly prices: readonly number[];
  readonly watchers: number;
  /** The balance before the books were opened. */
  readonly opening: number;
  readonly armed: boolean;
  readonly topUps: readonly TopUp[];
  /** The step that the shown balance is rounded to; 1 shows everything. */
  readonly granularity: number;
  /** The shown balance may be old, by less than the declared lag. */
  readonly lag: boolean;
  /** Records say sold or refunded, and the list shows ended orders. */
  readonly finalRecord: boolean;
  readonly sms: boolean;
  /** Clients may cancel. */
  readonly cancels: boolean;
  /** The provider may end orders before their time. */
  readonly drops: boolean;
  /** Replies to purchases may be lost. */
  readonly lostReplies: boolean;
  /** Replies name no price: the record does, later. */
  readonly unknownPrices: boolean;
  /** The provider may keep a refund for good. */
  readonly keeps: boolean;
  /** Watchers may die at any step and begin again. */
  readonly crashes: boolean;
  /** The balance that we are shown is another account's, to which so many refunds of the first price come. */
  readonly strangers: number;
  /** This many orders, from the first on, are bought and claimed when the search begins. */
  readonly openAtFirst: number;
  /** This many orders, from the first on, are pending with agreeing records when the search begins. */
  readonly pendingAtFirst: number;
  readonly mutant: Mutant | null;
}

/** Two orders, one watcher, nothing goes wrong. */
export const QUIET: Setting = {
  prices: [10, 10],
  watchers: 1,
  opening: 100,
  armed: true,
  topUps: [],
  granularity: 1,
  lag: false,
  finalRecord: false,
  sms: false,
  cancels: true,
  drops: false,
  lostReplies: false,
  unknownPrices: false,
  keeps: false,
  crashes: false,
  strangers: 0,
  openAtFirst: 0,
  pendingAtFirst: 0,
  mutant: null,
};
