import { QUIET, type Setting } from './setting.js';

/** Worlds that are small enough for every interleaving, by name. */
export const SMALL_WORLDS: Readonly<Record<string, Setting>> = {
  'two pending refunds, a watcher and its zombie': { ...QUIET, watchers: 2, keeps: true, pendingAtFirst: 2 },
  'three pending refunds of different prices, a watcher and its zombie': {
    ...QUIET,
    prices: [10, 7, 3],
    watchers: 2,
    keeps: true,
    pendingAtFirst: 3,
  },
  'a pending refund, a purchase, a watcher and its zombie': { ...QUIET, watchers: 2, prices: [10, 7], keeps: true, pendingAtFirst: 1 },
  'a pending refund, a purchase, an SMS at every moment, a watcher that dies': {
    ...QUIET,
    sms: true,
    crashes: true,
    keeps: true,
    pendingAtFirst: 1,
  },
  'two pending refunds, late SMS, a watcher and its zombie': { ...QUIET, watchers: 2, sms: true, prices: [10, 7], pendingAtFirst: 2 },
  'two purchases, all of it': { ...QUIET, keeps: true },
  'two purchases, ended early by the provider': { ...QUIET, drops: true },
  'three orders of different prices': { ...QUIET, prices: [10, 7, 3], keeps: true, pendingAtFirst: 1 },
  'lost replies': { ...QUIET, lostReplies: true, keeps: true },
  'lost replies to purchases of different prices': { ...QUIET, prices: [10, 7], lostReplies: true, drops: true },
  'prices learned late': { ...QUIET, unknownPrices: true, keeps: true },
  'a top-up entered before it is sent': { ...QUIET, keeps: true, topUps: [{ amount: 10, kind: 'declared' }], pendingAtFirst: 1 },
  'a listed top-up, a watcher and its zombie': {
    ...QUIET,
    watchers: 2,
    keeps: true,
    topUps: [{ amount: 10, kind: 'listed' }],
    pendingAtFirst: 2,
  },
  'an unannounced top-up larger than everything': {
    ...QUIET,
    keeps: true,
    topUps: [{ amount: 25, kind: 'undeclared' }],
    pendingAtFirst: 1,
  },
  'an unannounced top-up smaller than an order': { ...QUIET, keeps: true, topUps: [{ amount: 8, kind: 'undeclared' }], pendingAtFirst: 1 },
  'a balance that lags': { ...QUIET, lag: true, keeps: true },
  'a balance rounded to a coarser step than its prices': { ...QUIET, opening: 104, prices: [3, 4], granularity: 10, keeps: true },
  'a balance rounded to a finer step than its prices': { ...QUIET, opening: 103, prices: [24, 17], granularity: 10, keeps: true },
  'records that say how it ended': { ...QUIET, finalRecord: true, sms: true, lostReplies: true, pendingAtFirst: 1 },
  'a proof that arms itself': { ...QUIET, armed: false, keeps: true },
  "another account's balance": { ...QUIET, armed: false, keeps: true, strangers: 2 },
};
