import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { loadPlatformConfig, loadServiceConfig } from '../../src/config/load.js';
import { Secret } from '../../src/config/secret.js';
import { childrenEnvironment } from '../../src/main/children-environment.js';

it('a secret that the platform read from a file reaches its children once', () => {
  const key = (name: string) => ({ key: new Secret(`ww_${name}_abcdefghijklmnopqrstuvwxyz`), file: null, isNew: false });
  const keys = { encryption: [{ id: 'k1', key: randomBytes(32) }], client: key('client'), operator: key('operator') };
  const own = Object.fromEntries(
    ['DATABASE_URL', 'WATCHWORD_ENCRYPTION_KEYS', 'WATCHWORD_API_KEY', 'WATCHWORD_OPERATOR_KEY'].map((name) => [
      `${name}_FILE`,
      '/nowhere',
    ]),
  );
  const given = childrenEnvironment({ ...own, HEROSMS_API_KEY: 'hero' }, loadPlatformConfig({}), {
    databaseUrl: 'postgres://u@127.0.0.1:1/w',
    temporal: { address: '127.0.0.1:1', namespace: 'default', uiUrl: null },
    simulators: new Map(),
    carriers: new Map(),
    keys,
    port: 0,
  });
  const config = loadServiceConfig(given, { providers: true });
  expect(config.databaseUrl.reveal()).toBe('postgres://u@127.0.0.1:1/w');
  expect(config.operatorKey?.reveal()).toBe(keys.operator.key.reveal());
});
