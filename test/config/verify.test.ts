import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.js';
import { loadPlatformConfig } from '../../src/config/load.js';

const folder = mkdtempSync(join(tmpdir(), 'watchword-verify-'));
const file = join(folder, 'watchword.json');
afterAll(() => rmSync(folder, { recursive: true }));

function load(verify: object) {
  writeFileSync(file, JSON.stringify({ verify }));
  return loadPlatformConfig({ WATCHWORD_CONFIG: file }).verify.policy;
}

it('what is pinned at a verification’s start is that of the file, else the documented defaults', () => {
  expect(load({})).toEqual({
    codeLength: 6,
    maxChecks: 3,
    validitySeconds: 600,
    resendAfterSeconds: 30,
    channelTimeoutSeconds: 60,
    queueTimeoutSeconds: 10,
  });
  const given = {
    code_length: 8,
    max_checks: 5,
    validity_seconds: 300,
    resend_after_seconds: 20,
    channel_timeout_seconds: 45,
    queue_timeout_seconds: 4,
  };
  expect(load(given)).toEqual({
    codeLength: 8,
    maxChecks: 5,
    validitySeconds: 300,
    resendAfterSeconds: 20,
    channelTimeoutSeconds: 45,
    queueTimeoutSeconds: 4,
  });
});

it.each([
  [{ queue_timeout_seconds: 0 }, 'verify.queue_timeout_seconds: '],
  [{ queue_timeout_seconds: 1.5 }, 'verify.queue_timeout_seconds: expected whole seconds from 1 to 3600'],
  [{ channel_timeout_seconds: 4_000 }, 'verify.channel_timeout_seconds: '],
  [{ max_checks: 11 }, 'verify.max_checks: '],
])('%j is named as wrong', (verify, problem) => {
  expect(() => load(verify)).toThrow(ConfigError);
  expect(() => load(verify)).toThrow(problem);
});
