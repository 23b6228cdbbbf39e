import { randomUUID } from 'node:crypto';
import type { VerifySettings } from '../../src/api/start-verification.js';
import { EMPTY_CONFIG_FILE } from '../../src/config/config-file.js';
import { type VerifyConfig, verifyConfigOf } from '../../src/config/verify.js';
import type { FraudGate } from '../../src/domain/fraud.js';
import type { VerificationCommands } from '../../src/domain/verification-request.js';
import { newCode } from '../../src/sealing/new-code.js';
import { createVerifyHashes } from '../../src/sealing/verify-hashes.js';
import { spendLimitsOf } from '../../src/worker/verify-deps.js';

/** How phones are verified where a test says nothing of it. */
export const TEST_VERIFY: VerifyConfig = verifyConfigOf(EMPTY_CONFIG_FILE.verify);

/** A gate that says yes to everybody, for what is not about its rules. */
export function openGate(): FraudGate {
  return {
    decide: () => Promise.resolve({ id: randomUUID(), verdict: 'allow', retryAfterMs: null, reason: null, findings: [] }),
    proven: () => Promise.resolve(),
  };
}

const SECRET = new Uint8Array(32).fill(9);

/** What workers of a test are given for verifications. */
export const verifyParts = { newCode, hashes: createVerifyHashes(SECRET), gate: openGate() };

/** What the API is told of a configuration. */
export function verifySettings(config: VerifyConfig = TEST_VERIFY): VerifySettings {
  return {
    ...config,
    limits: spendLimitsOf(config.spend),
    deniedCountries: new Set(['KP']),
    testNumbers: new Map(config.testNumbers.map((one) => [one.number, one])),
  };
}

/** Commands of an API whose test verifies nobody. */
export function refuseVerifications(): VerificationCommands {
  const refuse = () => Promise.reject(new Error('this test verifies nobody'));
  return {
    identify: () => ({ verificationId: randomUUID(), workflowId: 'none' }),
    start: refuse,
    check: refuse,
    resend: refuse,
    cancel: refuse,
  };
}
