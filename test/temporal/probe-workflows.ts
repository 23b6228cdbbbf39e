/** Workflows for the tests of the Temporal room: they carry what must not be seen through every kind of payload. */
import {
  ApplicationFailure,
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertMemo,
} from '@temporalio/workflow';
import { publicText } from '../../src/domain/public-text.js';
import type { ProbeActivities } from './probe-activities.js';

const { echo } = proxyActivities<ProbeActivities>({
  startToCloseTimeout: '10s',
  retry: { maximumAttempts: 1 },
  summary: publicText('public activity'),
});
const secret = proxyActivities<ProbeActivities>({
  startToCloseTimeout: '10s',
  retry: { maximumAttempts: 1 },
  summary: 'unmarked +15550001',
});
const local = proxyLocalActivities<ProbeActivities>({ startToCloseTimeout: '5s', summary: publicText('public local activity') });

export const told = defineSignal<[{ phone: string }]>('told');
export const asked = defineQuery<string>('asked');

export async function carrySecrets(input: { phone: string }): Promise<{ phone: string }> {
  let phone = '';
  setHandler(told, (message) => {
    phone = message.phone;
  });
  setHandler(asked, () => phone);
  setCurrentDetails(publicText('public details'));
  upsertMemo({ remembered: input.phone });
  await echo(input);
  await local.echo(input);
  await secret.echo(input);
  await sleep(10, { summary: publicText('public timer') });
  await condition(() => phone !== '', '20s');
  return { phone };
}

export async function failWithSecret(input: { phone: string }): Promise<void> {
  try {
    await secret.fail(input);
  } catch (cause) {
    throw ApplicationFailure.create({
      message: `no SMS for ${input.phone}`,
      type: 'probe_failed',
      nonRetryable: true,
      details: [input],
      cause: cause as Error,
    });
  }
}
