/** Names that cross a process border. They are public: a rename breaks running workflows, dashboards or clients. */

/** Task queue of workflows and of activities that touch only our own database. */
export const MAIN_QUEUE = 'watchword';

/** Task queue of one provider's calls; purchases and cancels go ahead of everything else on it by priority. */
export function providerQueue(provider: string): string {
  return `provider-${provider}`;
}

/** Task queue of one carrier's calls. */
export function carrierQueue(carrier: string): string {
  return `carrier-${carrier}`;
}

/** Task queue of the long-running watcher activities, apart from the purchases so that neither takes the other's slots. */
export const WATCH_QUEUE = 'watchword-watch';

/** Temporal's name for the versions of the workers together, where workers are versioned. */
export const DEPLOYMENT = 'watchword';

/** Workflow types. */
export const WORKFLOWS = {
  activation: 'activation',
  message: 'message',
  messageBatch: 'messageBatch',
  verification: 'verification',
  watchProvider: 'watchProvider',
  refreshPrices: 'refreshPrices',
  repairSignals: 'repairSignals',
  eraseExpired: 'eraseExpired',
  watchAlerts: 'watchAlerts',
  deliverAlert: 'deliverAlert',
  checkLedger: 'checkLedger',
} as const;

/** Temporal priority keys: 1 is served first (needs `matching.useNewMatcher` on servers below 1.31). */
export const PRIORITY = { purchase: 1, cancel: 1, send: 2, finish: 3, begin: 4, background: 5 } as const;

/** Search attributes, all of type Keyword, never encrypted: no phone number, code or text may appear in one. */
export const SEARCH_ATTRIBUTES = {
  account: 'WatchwordAccount',
  service: 'WatchwordService',
  country: 'WatchwordCountry',
  provider: 'WatchwordProvider',
  phase: 'WatchwordPhase',
} as const;

/** Workflow id of a provider's watcher. */
export function watcherWorkflowId(provider: string): string {
  return `watcher/${provider}`;
}

/** Workflow id of what brings a message to the receiver of alerts. */
export function alertWorkflowId(messageId: string): string {
  return `alert/${messageId}`;
}

/** Schedule ids. */
export const SCHEDULES = {
  prices: 'watchword-prices',
  repair: 'watchword-repair-signals',
  erase: 'watchword-erase-expired',
  alerts: 'watchword-alerts',
  ledgerCheck: 'watchword-ledger-check',
} as const;

/** Postgres NOTIFY channel on which a provider's watcher is woken; the payload is the provider's id. */
export const WAKE_CHANNEL = 'watchword_wake';
/** Postgres NOTIFY channel on which activations' changes are announced; the payload is the activation's id. */
export const CHANGE_CHANNEL = 'watchword_change';
/** Postgres NOTIFY channel on which a new price blob is announced. */
export const PRICES_CHANNEL = 'watchword_prices';

/** Names of the workflows' messages. */
export const MESSAGES = {
  start: 'start',
  ask: 'ask',
  smsReceived: 'smsReceived',
  orderEnded: 'orderEnded',
  refunded: 'refunded',
  story: 'story',
  receipt: 'receipt',
  cancelMessage: 'cancelMessage',
  checkCode: 'checkCode',
  resendCode: 'resendCode',
  cancelVerification: 'cancelVerification',
} as const;

/** Workflow id of an activation. */
export function activationWorkflowId(activationId: string): string {
  return `activation/${activationId}`;
}

/** Path of a provider's hooks below the API's address; the token is the only credential. */
export function hookPath(provider: string, token: string): string {
  return `/hooks/providers/${provider}/${token}`;
}

/** Path of a carrier's hooks below the API's address; the token is the only credential that every carrier can give. */
export function carrierHookPath(carrier: string, token: string): string {
  return `/hooks/carriers/${carrier}/${token}`;
}

/** Workflow id of a batch of messages. */
export function batchWorkflowId(batchId: string): string {
  return `batch/${batchId}`;
}

/** Workflow id of a message. */
export function messageWorkflowId(messageId: string): string {
  return `message/${messageId}`;
}

/** Workflow id of a verification. */
export function verificationWorkflowId(verificationId: string): string {
  return `verification/${verificationId}`;
}
