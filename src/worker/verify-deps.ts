import type { VerifyConfig } from '../config/verify.js';
import type { SpendLimits } from '../db/verification-spend.js';
import { renderCodeText } from '../domain/code-texts.js';
import type { FraudGate } from '../domain/fraud.js';
import type { SendDeps } from '../send/deps.js';
import type { VerifyDeps } from '../verify/deps.js';

/** What verifications may cost, as the configuration's mode has it. */
export function spendLimitsOf({ mode, all, account }: VerifyConfig['spend']): SpendLimits {
  const none = { day: null, month: null };
  return mode === 'enforce' ? { all, account } : { all: none, account: none };
}

/** Puts together what the steps of verifying need. */
export function createVerifyDeps(
  deps: {
    readonly config: { readonly verify: VerifyConfig };
    /** The gate for codes that nobody asked for: its rules ask nothing of a person. */
    readonly gate: FraudGate;
  },
  send: SendDeps,
): VerifyDeps {
  return {
    send,
    textOf: (wanted) => renderCodeText(deps.config.verify.texts, wanted),
    limits: spendLimitsOf(deps.config.verify.spend),
    testNumbers: new Map(deps.config.verify.testNumbers.map((one) => [one.number, one])),
    maySendUnasked: async (to) => {
      const nobody = { ip: null, subject: null, userAgent: null, captchaToken: null };
      return (await deps.gate.decide({ ...to, ...nobody, again: true })).verdict === 'allow';
    },
    proven: (phone) => deps.gate.proven(phone),
  };
}
