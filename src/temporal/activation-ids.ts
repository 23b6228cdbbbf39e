import { createHmac } from 'node:crypto';

/**
 * The UUID that an account's idempotency key stands for: an HMAC, so that the same request always means the same
 * activation and the id tells nothing of what it was made from (ORDERS.md, rule 22). Version 8: made by a rule of our own.
 *
 * @param secret the installation's secret.
 */
export function activationIdOf(secret: Uint8Array, accountId: string, route: string, idempotencyKey: string): string {
  const bytes = createHmac('sha256', secret)
    .update(JSON.stringify([accountId, route, idempotencyKey]))
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
