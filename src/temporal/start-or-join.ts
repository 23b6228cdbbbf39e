import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { MAIN_QUEUE, MESSAGES } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';
import { isEnded, isTimeout, unavailable } from './command-failures.js';
import { searchAttributes, type SearchValues } from './search-attributes.js';

/** A workflow that an idempotency key stands for. */
export interface KeyedWorkflow<W extends Workflow> {
  readonly type: string;
  /** What the key stands for, so that the same request always means the same workflow. */
  readonly id: string;
  readonly args: Parameters<W>;
  readonly attributes: SearchValues;
  /** Of the list of workflows; readable by everybody, see {@link publicText}. */
  readonly summary: string;
  /** One of {@link import('../domain/names.js').PRIORITY}; Temporal's own where it is left out. */
  readonly priorityKey?: number;
}

/** What became of a start: what its update answered, nothing in time (nor whether it was heard), or that the workflow is over and its row tells. */
export type StartOrJoin<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'pending' }
  | { readonly kind: 'ended' };

/** One constant id, so that asking again joins the first asking instead of starting another (ORDERS.md, rule 22). */
const START_UPDATE_ID = 'start';
const LOOK_MS = 2_000;

/**
 * Starts a workflow and waits for its first answer in one round trip, or joins the one that runs.
 *
 * @throws DomainError `unavailable` when Temporal cannot be reached.
 */
export async function startOrJoin<W extends Workflow, Answer>(
  client: Client,
  workflow: KeyedWorkflow<W>,
  waitMs: number,
): Promise<StartOrJoin<Answer>> {
  const operation = new WithStartWorkflowOperation<Workflow>(workflow.type, {
    workflowId: workflow.id,
    taskQueue: MAIN_QUEUE,
    args: workflow.args,
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    typedSearchAttributes: searchAttributes(workflow.attributes),
    ...(workflow.priorityKey === undefined ? {} : { priority: { priorityKey: workflow.priorityKey } }),
    staticSummary: publicText(workflow.summary),
  });
  try {
    const answer = await client.withDeadline(Date.now() + waitMs, () =>
      client.workflow.executeUpdateWithStart<Workflow, Answer, []>(MESSAGES.start, {
        updateId: START_UPDATE_ID,
        startWorkflowOperation: operation,
      }),
    );
    return { kind: 'answered', answer };
  } catch (error) {
    if (isEnded(error)) return { kind: 'ended' };
    if (isTimeout(error)) return { kind: 'pending' };
    throw unavailable(error, 'ask again with the same Idempotency-Key');
  }
}

/**
 * Makes sure that a workflow was begun whose start got no answer in time: silence does not say whether the engine ever heard of it.
 *
 * @throws DomainError `unavailable` when it was not, or the engine cannot say.
 */
export async function mustBeBegun(client: Client, workflowId: string): Promise<void> {
  try {
    await client.withDeadline(Date.now() + LOOK_MS, () => client.workflow.getHandle(workflowId).describe());
  } catch (error) {
    throw unavailable(error, 'ask again with the same Idempotency-Key');
  }
}
