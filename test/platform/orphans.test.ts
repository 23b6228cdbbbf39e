import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatEncryptionKeys } from '../../src/config/encryption-keys.js';
import { Secret } from '../../src/config/secret.js';
import { formatSimulated } from '../../src/config/providers.js';
import { identify, isRunning } from '../../src/embedded/process-identity.js';
import { createTestDatabase, type TestDatabase } from '../stack/database.js';
import { createTestNamespace, TEST_KEYS } from '../stack/namespace.js';

/** Starts an entry as the platform does, says its number, and waits to be killed. */
const PARENT = `
  import { fork } from 'node:child_process';
  const child = fork(process.argv[1], [], { detached: true, stdio: 'ignore', execArgv: [] });
  process.stdout.write(String(child.pid));
  setInterval(() => {}, 1000);`;

describe('a process whose parent was killed', () => {
  let database: TestDatabase;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    database = await createTestDatabase();
    const temporal = await createTestNamespace();
    env = {
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      WATCHWORD_ENCRYPTION_KEYS: formatEncryptionKeys(TEST_KEYS),
      WATCHWORD_SIMULATED: formatSimulated(new Map([['fivesim', { url: 'http://127.0.0.1:1/v1', apiKey: new Secret('x') }]])),
      PORT: '0',
    };
  });
  afterAll(() => database.drop());

  it.each([
    ['worker', 0],
    ['worker', 3_000],
    ['api', 0],
    ['api', 3_000],
  ])('ends by itself: %s, %i ms after its start', async (name, afterMs) => {
    const script = fileURLToPath(new URL(`../../dist/main/${name}.js`, import.meta.url));
    const parent = spawn(process.execPath, ['--input-type=module', '-e', PARENT, script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    const child = identify(Number(said.toString()))!;
    await new Promise((done) => setTimeout(done, afterMs));
    expect(isRunning(child)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isRunning(child), { timeout: 15_000, interval: 100 }).toBe(false);
  });
});
