/** The workflows that the worker's bundle holds. */
export { activation } from './activation.js';
export { eraseExpired } from './erase-expired.js';
export { checkLedger } from './check-ledger.js';
export { deliverAlert } from './deliver-alert.js';
export { message } from './message.js';
export { messageBatch } from './message-batch.js';
export { refreshPrices } from './refresh-prices.js';
export { repairSignals } from './repair-signals.js';
export { verification } from './verification.js';
export { watchAlerts } from './watch-alerts.js';
export { watchProvider } from './watch-provider.js';
