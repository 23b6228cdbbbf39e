import {
  condition,
  defineSignal,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../../src/domain/names.js';

/**
 * Workflows that do nothing, for the same server to be compared with. `bareActivation` has the events of an activation that is
 * bought, gets its code and is finished, in their order, and nothing else; `bareMessage` those of a message that is delivered.
 */

interface Nothing {
  nothing(): Promise<void>;
}

const local = proxyLocalActivities<Nothing>({ startToCloseTimeout: '5s' });
const remote = proxyActivities<Nothing>({ taskQueue: 'bare-steps', startToCloseTimeout: '5s' });
const provider = defineSearchAttributeKey(SEARCH_ATTRIBUTES.provider, 'KEYWORD');
const phase = defineSearchAttributeKey(SEARCH_ATTRIBUTES.phase, 'KEYWORD');

export const start = defineUpdate('start');
export const finish = defineUpdate('finish');
export const sms = defineSignal('sms');

export async function bareActivation(): Promise<void> {
  const s = { bought: false, sms: false, finished: false };
  setHandler(start, async () => {
    await condition(() => s.bought);
  });
  setHandler(sms, () => {
    s.sms = true;
  });
  setHandler(finish, () => {
    s.finished = true;
  });
  await local.nothing();
  await remote.nothing();
  upsertSearchAttributes([
    { key: provider, value: 'bare' },
    { key: phase, value: 'WAITING' },
  ]);
  s.bought = true;
  await condition(() => s.sms, '20m');
  await local.nothing();
  await condition(() => s.finished, '10m');
  await remote.nothing();
}

export async function bareMessage(): Promise<void> {
  const s = { taken: false, receipt: false };
  setHandler(start, async () => {
    await condition(() => s.taken);
  });
  setHandler(sms, () => {
    s.receipt = true;
  });
  await local.nothing();
  s.taken = true;
  await remote.nothing();
  upsertSearchAttributes([{ key: provider, value: 'bare' }]);
  await condition(() => s.receipt, '20m');
  await local.nothing();
}

/** Answers the update that starts it, and ends with the signal. */
export async function bareWait(): Promise<void> {
  let over = false;
  setHandler(start, () => {});
  setHandler(sms, () => {
    over = true;
  });
  await condition(() => over);
}
