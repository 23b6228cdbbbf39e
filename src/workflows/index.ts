/** The workflows that the worker's bundle holds. */
export { activation } from './activation.js';
export { eraseExpired } from './erase-expired.js';
export { refreshPrices } from './refresh-prices.js';
export { repairSignals } from './repair-signals.js';
export { watchProvider } from './watch-provider.js';
