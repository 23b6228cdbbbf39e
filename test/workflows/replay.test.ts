import { readdirSync, readFileSync } from 'node:fs';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { TEST_KEYS } from '../stack/namespace.js';
import { installQuietRuntime } from '../stack/quiet-runtime.js';

const FOLDER = new URL('./histories/', import.meta.url);
const PATHS = [
  'adopted',
  'alert-not-taken',
  'alert-taken',
  'alerts-looked-for',
  'another-sms',
  'batch-sent',
  'cancel-waits',
  'cancelled',
  'code-before-cancel',
  'code-before-replacement',
  'ended-before-cancel',
  'erased',
  'expired',
  'finished',
  'given-up',
  'given-up-in-vain',
  'kept-without-replacement',
  'late-sms',
  'ledger-checked',
  'ledger-not-checked',
  'message-cancelled',
  'message-carrier-busy',
  'message-carrier-mute',
  'message-delivered',
  'message-failed-over',
  'message-left-queue',
  'message-refused',
  'message-refused-then-delivered',
  'message-reply-lost-found',
  'message-reply-lost-not-sent',
  'message-reply-lost-receipt',
  'message-scheduled',
  'message-undelivered',
  'message-unknown',
  'message-with-code',
  'next-candidate',
  'no-credit',
  'no-number',
  'nothing-to-deliver',
  'other-number-sold',
  'prices-read',
  'quiet',
  'replaced',
  'replaced-in-vain',
  'several-sms',
  'signals-repaired',
  'sms-to-replaced',
  'verification-cancelled',
  'verification-expired',
  'verification-failed',
  'verification-next-channel',
  'verification-no-credit',
  'verification-resent',
  'verification-verified',
  'watched',
];

installQuietRuntime();

/**
 * Workflows that run while a new version is deployed must go on as they began. Each path has a stored history; store them
 * anew (STORE_HISTORIES=1 npx vitest run test/workflows test/send) only when a change is patched or none of the old kind can be running.
 */
describe('stored histories', () => {
  it('holds one of every path', () => {
    expect(
      readdirSync(FOLDER)
        .map((name) => name.replace(/\.json$/, ''))
        .toSorted(),
    ).toEqual(PATHS);
  });

  it.each(PATHS)('replays %s', async (path) => {
    const history = historyFromJSON(JSON.parse(readFileSync(new URL(`${path}.json`, FOLDER), 'utf8')));
    const replay = Worker.runReplayHistory(
      {
        workflowBundle: { codePath: new URL('../../dist/workflow-bundle.js', import.meta.url).pathname },
        dataConverter: createDataConverter(TEST_KEYS),
      },
      history,
    );
    await expect(replay).resolves.toBeUndefined();
  });

  it('notices a workflow that does other things than its history', async () => {
    const history = historyFromJSON(JSON.parse(readFileSync(new URL('finished.json', FOLDER), 'utf8')));
    const scheduled = history.events!.find((event) => event.activityTaskScheduledEventAttributes);
    scheduled!.activityTaskScheduledEventAttributes!.activityType = { name: 'somethingElse' };
    const replay = Worker.runReplayHistory(
      {
        workflowBundle: { codePath: new URL('../../dist/workflow-bundle.js', import.meta.url).pathname },
        dataConverter: createDataConverter(TEST_KEYS),
      },
      history,
    );
    await expect(replay).rejects.toThrow(/[Nn]ondetermin/);
  });
});
