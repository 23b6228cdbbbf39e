import type { EncryptionKey } from './config.js';

const KEY_BYTES = 32;
const NAME = 'WATCHWORD_ENCRYPTION_KEYS';

/**
 * Reads `id:base64,id:base64,…`: the first key encrypts, the others only decrypt, so that a key is rotated by putting a
 * new one in front. Says what is wrong into `problems`, by position and id, never by value.
 */
export function parseEncryptionKeys(text: string, problems: string[]): readonly EncryptionKey[] {
  const keys: EncryptionKey[] = [];
  for (const [index, part] of text.split(',').entries()) {
    const separator = part.indexOf(':');
    const id = part.slice(0, Math.max(separator, 0)).trim();
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(id)) {
      problems.push(`${NAME}: entry ${index + 1} has no usable id: expected id:key, where the id is 1 to 32 characters of A-Z a-z 0-9 _ -`);
      continue;
    }
    const encoded = part.slice(separator + 1).trim();
    const key = Buffer.from(encoded, 'base64');
    if (key.length !== KEY_BYTES || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded)) {
      problems.push(`${NAME}: the key "${id}" is not ${KEY_BYTES} bytes in base64; make one with: openssl rand -base64 ${KEY_BYTES}`);
      continue;
    }
    if (keys.some((other) => other.id === id)) {
      problems.push(`${NAME}: the id "${id}" is used twice; every key needs its own`);
      continue;
    }
    keys.push(encryptionKey(id, key));
  }
  return keys;
}

/** An encryption key whose bytes do not show when the object is printed or turned into JSON. */
export function encryptionKey(id: string, key: Uint8Array): EncryptionKey {
  return Object.freeze(Object.defineProperty({ id }, 'key', { value: key, enumerable: false })) as EncryptionKey;
}

/** The text that {@link parseEncryptionKeys} reads. It holds the keys: hand it to a child process or a 0600 file only. */
export function formatEncryptionKeys(keys: readonly EncryptionKey[]): string {
  return keys.map(({ id, key }) => `${id}:${Buffer.from(key).toString('base64')}`).join(',');
}
