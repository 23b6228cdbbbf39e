import {
  condition,
  defineSignal,
  defineUpdate,
  ParentClosePolicy,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../../src/domain/names.js';

/**
 * Workflows that do nothing, for the same server to be compared with. `bareActivation` has the events of an activation that is
 * bought, gets its code and is finished, in their order, and nothing else; `bareMessage` those of a message that is delivered,
 * `bareVerification` those of a verification.
 */

interface Nothing {
  nothing(): Promise<void>;
}

const local = proxyLocalActivities<Nothing>({ startToCloseTimeout: '5s' });
const remote = proxyActivities<Nothing>({ taskQueue: 'bare-steps', startToCloseTimeout: '5s' });
const provider = defineSearchAttributeKey(SEARCH_ATTRIBUTES.provider, 'KEYWORD');
const account = defineSearchAttributeKey(SEARCH_ATTRIBUTES.account, 'KEYWORD');
const country = defineSearchAttributeKey(SEARCH_ATTRIBUTES.country, 'KEYWORD');
const phase = defineSearchAttributeKey(SEARCH_ATTRIBUTES.phase, 'KEYWORD');

export const start = defineUpdate('start');
export const finish = defineUpdate('finish');
export const check = defineUpdate('check');
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

/** The events of a verification whose code is delivered, then typed back. */
export async function bareVerification(): Promise<void> {
  const s = { taken: false, verified: false };
  setHandler(start, async () => {
    await condition(() => s.taken);
  });
  setHandler(check, async () => {
    await local.nothing();
    s.verified = true;
  });
  await local.nothing();
  void deliver();
  s.taken = true;
  await condition(() => s.verified, '10m');
  await local.nothing();
}

async function deliver(): Promise<void> {
  const child = await startChild(bareMessage, {
    workflowId: `${workflowInfo().workflowId}/message`,
    parentClosePolicy: ParentClosePolicy.ABANDON,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    typedSearchAttributes: [
      { key: phase, value: 'QUEUED' },
      { key: account, value: 'bare' },
      { key: country, value: 'ID' },
    ],
  });
  await child.result();
}

/** Answers the update that starts it, and ends with the signal. */
export async function bareWait(): Promise<void> {
  let over = false;
  setHandler(start, () => {});
  setHandler(check, () => {});
  setHandler(sms, () => {
    over = true;
  });
  await condition(() => over);
}
