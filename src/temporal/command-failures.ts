import {
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { DomainError } from '../domain/errors.js';

/** How the server words that a workflow ended with an accepted update unanswered. */
const COMPLETED_WITHOUT_ANSWER = 'AcceptedUpdateCompletedWorkflow';
/** gRPC status codes. */
const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;

/** The workflow is over: closed before, or while we asked (rule 23). */
export function isEnded(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError || error instanceof WorkflowExecutionAlreadyStartedError) return true;
  if (error instanceof WorkflowUpdateFailedError)
    return error.cause instanceof ApplicationFailure && error.cause.type === COMPLETED_WITHOUT_ANSWER;
  if (grpcCode(error) === FAILED_PRECONDITION) return error instanceof Error && /complet/i.test(error.message);
  return grpcCode(error) === NOT_FOUND;
}

/** News came to the workflow in the moment in which it answered: the server has it answer anew, and forgets who asked. */
export function isMetByNews(error: unknown): boolean {
  return grpcCode(error) === FAILED_PRECONDITION && !isEnded(error);
}

/** The deadline passed before an answer came; what was asked may go on. */
export function isTimeout(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || grpcCode(error) === DEADLINE_EXCEEDED || grpcCode(error) === CANCELLED
  );
}

function grpcCode(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  const cause = (error as { cause?: unknown } | null)?.cause;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}

/** The engine cannot be reached; `advice` says what asking again does. */
export function unavailable(cause: unknown, advice: string): DomainError {
  return new DomainError('unavailable', `the workflow engine does not answer: nothing is lost; ${advice}`, {}, { cause });
}
