import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** One AES-256 key under the id that sealed data names it by. */
export interface SealingKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** Seals and opens small values (numbers, codes, texts) for columns; see {@link createKeyring}. */
export interface Keyring {
  /**
   * Encrypts under the active key. `place` says where the value lives (`inbox.code:<row id>`); a value moved to another
   * row or column does not open there.
   */
  seal(plaintext: string, place: string): Buffer;
  /** Decrypts with whichever key sealed. @throws SealError if the key is unknown, or value or place was altered. */
  open(sealed: Uint8Array, place: string): string;
}

/** A sealed value that cannot be opened. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A keyring: the first key seals, every key opens, so a key is rotated by putting a new one in front.
 * Layout: version (1), length of the key id (1), key id, IV (12), ciphertext, tag (16).
 *
 * @throws RangeError if there is no key, an id is not 1–32 characters, an id repeats or a key is not 32 bytes.
 */
export function createKeyring(keys: readonly SealingKey[]): Keyring {
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  const active = keys[0];
  if (active === undefined) throw new RangeError('a keyring needs at least one key');
  if (byId.size !== keys.length) throw new RangeError('two encryption keys share an id');
  for (const { id, key } of keys) {
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(id)) throw new RangeError(`encryption key id "${id}" is not 1 to 32 characters of A-Z a-z 0-9 _ -`);
    if (key.length !== 32) throw new RangeError(`encryption key "${id}" has ${key.length} bytes instead of 32`);
  }
  const head = Buffer.concat([Buffer.from([VERSION, active.id.length]), Buffer.from(active.id, 'latin1')]);
  return {
    seal(plaintext, place) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', active.key, iv).setAAD(Buffer.from(place));
      return Buffer.concat([head, iv, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      const idLength = bytes[1] ?? 0;
      const id = bytes.subarray(2, 2 + idLength).toString('latin1');
      const key = byId.get(id);
      if (bytes[0] !== VERSION || key === undefined) {
        throw new SealError(`a sealed value of ${place} names encryption key "${id}", which WATCHWORD_ENCRYPTION_KEYS does not hold`);
      }
      const iv = bytes.subarray(2 + idLength, 2 + idLength + IV_BYTES);
      const body = bytes.subarray(2 + idLength + IV_BYTES, bytes.length - TAG_BYTES);
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
        decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
        return decipher.update(body, undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new SealError(`a sealed value of ${place} was altered or moved`, { cause });
      }
    },
  };
}

/** Where values are sealed; one function a column, so that writer and reader cannot disagree. */
export const places = {
  activationPhone: (id: string) => `activations.phone:${id}`,
  orderPhone: (id: string) => `orders.phone:${id}`,
  inboxCode: (id: string) => `inbox.code:${id}`,
  inboxText: (id: string) => `inbox.text:${id}`,
  batchItem: (messageId: string) => `message_batch_items.request:${messageId}`,
  messageTo: (id: string) => `messages.to:${id}`,
  messageText: (id: string) => `messages.text:${id}`,
  verificationTo: (id: string) => `verifications.to:${id}`,
  verificationPerson: (id: string) => `verifications.person:${id}`,
} as const;
