import type { Dialect } from './dialect.js';
import type { PostReceipt } from './receipts.js';

const POST_WITHIN_MS = 5_000;

/** Posts receipts in a dialect's words to the address that came with the message. */
export function postByHttp(dialect: Dialect, secret: string, now: () => number, closing: AbortSignal): PostReceipt {
  return async (message, word, forged) => {
    if (message.receiptUrl === null) return 'unwanted';
    const receipt = dialect.receipt(message, word, message.receiptUrl, forged ? `${secret}-of-somebody-else` : secret, now());
    try {
      const response = await fetch(receipt.url, {
        method: receipt.method,
        headers: receipt.headers,
        ...(receipt.method === 'GET' ? {} : { body: receipt.body }),
        redirect: 'manual',
        signal: AbortSignal.any([closing, AbortSignal.timeout(POST_WITHIN_MS)]),
      });
      await response.arrayBuffer();
      return response.ok ? 'posted' : 'refused';
    } catch {
      return 'unreachable';
    }
  };
}
