import { createHmac } from 'node:crypto';

/** Keyed hashes of what the rules compare and may not keep. */
export interface FraudHashes {
  /** 64 hex digits of a value of one kind. */
  of(kind: 'ip' | 'subject', value: string): string;
  /** A limiter's key, 43 characters: says nothing of its parts. */
  key(limit: string, parts: readonly string[]): string;
}

/** @param secret the installation's; without it an address would be guessed from its hash in minutes. */
export function createFraudHashes(secret: Uint8Array): FraudHashes {
  const keyed = createHmac('sha256', secret).update('fraud').digest();
  const hash = (parts: readonly string[]) => createHmac('sha256', keyed).update(JSON.stringify(parts));
  return {
    of: (kind, value) => hash([kind, value]).digest('hex'),
    key: (limit, parts) => hash(['limit', limit, ...parts]).digest('base64url'),
  };
}
