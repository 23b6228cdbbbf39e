import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts the message and stack of every failure into a payload, which the codec encrypts, so that no error text with a
 * number or a code in it lies in a history. A failure's `type` stays readable.
 *
 * The SDK loads this file by its path, in workers and in the workflow bundle: it is JavaScript so that it loads from src/
 * and dist/ alike, and may import nothing but the SDK.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
