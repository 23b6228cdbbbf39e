import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { withoutPublicMark } from './public-payload.js';

/** One AES-256 key under the id that encrypted payloads name it by. */
export interface PayloadKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** A payload that cannot be decrypted. The message says why and what to do, and shows nothing of the payload. */
export class PayloadDecryptionError extends Error {
  override readonly name = 'PayloadDecryptionError';
}

const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const IV_BYTES = 12;
const TAG_BYTES = 16;

const PayloadMessage = proto.temporal.api.common.v1.Payload;

/**
 * Encrypts whole payloads, metadata included, with AES-256-GCM: the first key encrypts, every key decrypts, so that a key is
 * rotated by putting a new one in front. Data: IV (12), ciphertext, tag (16); the key's id is authenticated with it.
 *
 * Left in clear: text that {@link import('../domain/public-text.js').publicText} marks. Payloads that are not encrypted
 * are read as they are, for they may be older than the codec or come from Temporal's own tools.
 *
 * @throws RangeError if there is no key or one has not 32 bytes.
 */
export function createPayloadCodec(keys: readonly PayloadKey[]): PayloadCodec {
  const active = keys[0];
  if (active === undefined) throw new RangeError('the payload codec needs at least one encryption key');
  for (const { id, key } of keys) {
    if (key.length !== 32) throw new RangeError(`encryption key "${id}" has ${key.length} bytes instead of 32`);
  }
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  const metadata = { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(active.id) };

  function encrypt(payload: Payload): Payload {
    const clear = withoutPublicMark(payload);
    if (clear !== null) return clear;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', active!.key, iv).setAAD(metadata[KEY_ID]);
    const plain = PayloadMessage.encode(payload).finish();
    const data = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return { metadata: { ...metadata }, data };
  }

  function decrypt(payload: Payload): Payload {
    if (textOf(payload.metadata?.['encoding']) !== ENCODING) return payload;
    const id = textOf(payload.metadata?.[KEY_ID]);
    const key = byId.get(id);
    if (key === undefined) {
      throw new PayloadDecryptionError(
        `a Temporal payload is encrypted with the key "${id}", which WATCHWORD_ENCRYPTION_KEYS does not hold: add it behind the first key`,
      );
    }
    const data = Buffer.from(payload.data ?? []);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, IV_BYTES)).setAAD(Buffer.from(id));
      decipher.setAuthTag(data.subarray(Math.max(IV_BYTES, data.length - TAG_BYTES)));
      const body = data.subarray(IV_BYTES, data.length - TAG_BYTES);
      return PayloadMessage.decode(Buffer.concat([decipher.update(body), decipher.final()]));
    } catch (cause) {
      throw new PayloadDecryptionError(
        `a Temporal payload does not open with the key "${id}": it was altered, or WATCHWORD_ENCRYPTION_KEYS holds other bytes under this id than it was encrypted with`,
        { cause },
      );
    }
  }

  return {
    // Promises, because the SDK wants them; the cipher itself takes microseconds.
    encode: async (payloads) => payloads.map(encrypt),
    decode: async (payloads) => payloads.map(decrypt),
  };
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes === null || bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}
