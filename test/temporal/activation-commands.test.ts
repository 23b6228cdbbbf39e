import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { StartActivation } from '../../src/domain/activation-request.js';
import { DEFAULT_POLICY } from '../../src/domain/policy.js';
import { activationIdOf } from '../../src/temporal/activation-ids.js';
import { createActivationCommands } from '../../src/temporal/activations.js';

const SECRET = Buffer.alloc(32, 7);
const REQUEST: StartActivation = {
  activationId: '0190f0a0-0000-8000-8000-000000000001',
  accountId: '0190f0a0-0000-8000-8000-000000000002',
  idempotencyKey: 'key',
  requestHash: 'hash',
  service: 'telegram',
  country: 'ID',
  operator: null,
  maxPrice: null,
  onNoCode: 'refund',
  metadata: {},
};

interface Asked {
  readonly name: string;
  readonly updateId?: string;
  readonly startWorkflowOperation?: { readonly options: { readonly [option: string]: unknown } };
}

/** Commands over a client that answers every update so, and what it was asked. */
function over(answer: () => unknown, describe: () => unknown = () => ({})) {
  const asked: Asked[] = [];
  const update = async (name: string, options: object): Promise<unknown> => {
    asked.push({ name, ...options });
    return answer();
  };
  const client = {
    withDeadline: async (_deadline: number, call: () => Promise<unknown>) => call(),
    workflow: { executeUpdateWithStart: update, getHandle: () => ({ executeUpdate: update, describe: async () => describe() }) },
  } as unknown as Client;
  return { commands: createActivationCommands({ client, secret: SECRET, policy: DEFAULT_POLICY }), asked };
}
function failing(error: Error) {
  return over(() => {
    throw error;
  }).commands;
}

describe('the id of an activation', () => {
  it('is the same for the same request only, and tells nothing without the secret', () => {
    const id = (account: string, route: string, key: string, secret = SECRET) => activationIdOf(secret, account, route, key);
    const first = id('account', 'activations', 'key');
    expect(id('account', 'activations', 'key')).toBe(first);
    const others = [
      id('other', 'activations', 'key'),
      id('account', 'messages', 'key'),
      id('account', 'activations', 'other'),
      id('account', 'activations', 'key', Buffer.alloc(32, 8)),
      // Parts must not run into each other.
      id('accountactivations', '', 'key'),
    ];
    expect(new Set([first, ...others]).size).toBe(6);
  });
});

describe('starting', () => {
  it('joins the workflow of the id or starts it, never beside or after another, under one update id', async () => {
    const { commands, asked } = over(() => ({ activationId: REQUEST.activationId, requestHash: 'hash', failure: null }));
    for (let time = 0; time < 2; time += 1) expect(await commands.start(REQUEST, 1_000)).toMatchObject({ kind: 'answered' });
    expect(new Set(asked.map(({ updateId }) => updateId))).toEqual(new Set(['start']));
    expect(asked[0]!.startWorkflowOperation!.options).toMatchObject({
      workflowId: `activation/${REQUEST.activationId}`,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  });
});

describe('a start that nothing is heard of in time', () => {
  const silence = () => {
    throw new WorkflowUpdateRPCTimeoutOrCancelledError('Workflow Update RPC timed out or was cancelled');
  };

  it('goes on where the engine has it', async () => {
    expect(await over(silence).commands.start(REQUEST, 1_000)).toEqual({ kind: 'pending' });
  });

  it('is promised to nobody where the engine never heard of it, or cannot say', async () => {
    const missing = new WorkflowNotFoundError('workflow not found', REQUEST.activationId, undefined);
    for (const error of [missing, new Error('Failed to connect before the deadline')]) {
      const { commands } = over(silence, () => {
        throw error;
      });
      await expect(commands.start(REQUEST, 1_000)).rejects.toMatchObject({ code: 'unavailable' });
    }
  });
});

describe('a workflow that is over', () => {
  const notFound = new WorkflowNotFoundError('workflow execution already completed', REQUEST.activationId, undefined);
  const started = new WorkflowExecutionAlreadyStartedError('already started', REQUEST.activationId, 'activation');
  const unanswered = new WorkflowUpdateFailedError(
    'Workflow Update failed',
    ApplicationFailure.create({ message: 'completed', type: 'AcceptedUpdateCompletedWorkflow' }),
  );

  it('is answered from its row: it was closed before', async () => {
    for (const error of [notFound, started]) {
      expect(await failing(error).start(REQUEST, 1_000)).toEqual({ kind: 'ended' });
      expect(await failing(error).ask(REQUEST.activationId, 'cancel')).toEqual({ kind: 'ended' });
    }
  });

  it('is answered from its row: it closed while its update was accepted', async () => {
    expect(await failing(unanswered).start(REQUEST, 1_000)).toEqual({ kind: 'ended' });
    expect(await failing(unanswered).ask(REQUEST.activationId, 'cancel')).toEqual({ kind: 'ended' });
  });

  it('is not what any other failure means', async () => {
    const other = new WorkflowUpdateFailedError('Workflow Update failed', ApplicationFailure.create({ message: 'x', type: 'other' }));
    await expect(failing(other).start(REQUEST, 1_000)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(failing(new Error('x')).ask(REQUEST.activationId, 'cancel')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
