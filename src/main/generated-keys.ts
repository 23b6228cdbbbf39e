import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { EncryptionKey, PlatformConfig } from '../config/config.js';
import { parseEncryptionKeys } from '../config/encryption-keys.js';
import { ConfigError } from '../config/config-error.js';
import { Secret } from '../config/secret.js';
import { generateKey } from '../db/keys.js';
import { keepSecret } from '../embedded/secret-file.js';

/** An API key and where it came from. */
export interface FirstKey {
  readonly key: Secret;
  /** The file that keeps it; null if the environment gave it. */
  readonly file: string | null;
  /** Whether it was made by this start, so that it may be shown once. */
  readonly isNew: boolean;
}

/** What the platform needs and nobody gave: made once, kept under the data folder with mode 0600. */
export interface PlatformKeys {
  readonly client: FirstKey;
  readonly operator: FirstKey;
  readonly encryption: readonly EncryptionKey[];
}

/** Reads or makes the platform's keys. */
export function platformKeys(config: PlatformConfig): PlatformKeys {
  const folder = join(config.dataDir, 'secrets');
  const firstKey = (given: Secret | null, role: 'client' | 'operator', name: string): FirstKey => {
    if (given !== null) return { key: given, file: null, isNew: false };
    const file = join(folder, name);
    const { value, isNew } = keepSecret(file, () => generateKey(role));
    return { key: new Secret(value), file, isNew };
  };
  return {
    client: firstKey(config.apiKey, 'client', 'api-key'),
    operator: firstKey(config.operatorKey, 'operator', 'operator-key'),
    encryption: config.encryptionKeys ?? keptEncryptionKeys(join(folder, 'encryption-keys')),
  };
}

/** The file has the form of WATCHWORD_ENCRYPTION_KEYS, so that a key can be rotated by editing it. */
function keptEncryptionKeys(file: string): readonly EncryptionKey[] {
  const problems: string[] = [];
  const { value } = keepSecret(file, () => `k1:${randomBytes(32).toString('base64')}`);
  const keys = parseEncryptionKeys(value.replace(/\s+/g, ''), problems);
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => problem.replace('WATCHWORD_ENCRYPTION_KEYS', file)));
  return keys;
}
