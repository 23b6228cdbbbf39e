import { createHmac } from 'node:crypto';

/**
 * Keyed hashes of what verifications must compare and may not keep. The key is the installation's secret: without it six
 * digits would be guessed from their hash in a moment.
 */
export interface VerifyHashes {
  /** 32 bytes of a phone number in E.164: says what is the same phone. */
  number(e164: string): Buffer;
  /** 32 bytes of a code, bound to its verification and purpose: of no use for another. */
  code(verification: { readonly id: string; readonly purpose: string }, code: string): Buffer;
}

/** @param secret the installation's. */
export function createVerifyHashes(secret: Uint8Array): VerifyHashes {
  const keyOf = (use: string) => createHmac('sha256', secret).update(`verify:${use}`).digest();
  const [numbers, codes] = [keyOf('number'), keyOf('code')];
  return {
    number: (e164) => createHmac('sha256', numbers).update(e164).digest(),
    code: ({ id, purpose }, code) =>
      createHmac('sha256', codes)
        .update(JSON.stringify([id, purpose, code]))
        .digest(),
  };
}
