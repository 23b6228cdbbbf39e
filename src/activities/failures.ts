import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { DomainError } from '../domain/errors.js';
import { ProviderError } from '../providers/provider-error.js';
import { NotYet } from '../rent/end.js';

/**
 * Runs a step and turns what it throws into the failure that Temporal keeps: the code as its type, whether and when it is
 * tried again, and nothing of a provider's reply.
 */
export async function asFailure<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw failureOf(error);
  }
}

function failureOf(error: unknown): unknown {
  if (error instanceof NotYet) {
    return ApplicationFailure.create({
      message: error.message,
      type: 'not_yet',
      nextRetryDelay: error.retryAfterMs,
      category: ApplicationFailureCategory.BENIGN,
    });
  }
  if (error instanceof ProviderError) {
    return ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: false,
      ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs }),
    });
  }
  if (error instanceof DomainError) {
    // What is away for a moment comes back: a step that gave up by it would end its workflow, which nobody would begin again.
    return ApplicationFailure.create({ message: error.message, type: error.code, nonRetryable: error.code !== 'unavailable' });
  }
  return error;
}
