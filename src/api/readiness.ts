import type { ReadinessCheck } from './deps.js';

/** One check's result. */
export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** What is wrong; missing when all is well. */
  readonly problem?: string;
}

const CHECK_MS = 3_000;
const FRESH_MS = 1_000;

/**
 * Runs the checks at once, each for at most three seconds. Results are good for a second, so that asking often costs
 * nothing; an exception's message is for the log, not for whoever asks.
 */
export function createReadiness(
  checks: readonly ReadinessCheck[],
  onFailure: (name: string, error: unknown) => void,
): () => Promise<readonly CheckResult[]> {
  let last: { readonly at: number; readonly results: Promise<readonly CheckResult[]> } | null = null;
  return () => {
    const now = performance.now();
    if (last === null || now - last.at >= FRESH_MS) last = { at: now, results: Promise.all(checks.map((check) => run(check, onFailure))) };
    return last.results;
  };
}

async function run(check: ReadinessCheck, onFailure: (name: string, error: unknown) => void): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`does not answer within ${CHECK_MS / 1000} s`), CHECK_MS);
  });
  try {
    const problem = await Promise.race([check.check(), late]);
    return problem === null ? { name: check.name, ok: true } : { name: check.name, ok: false, problem };
  } catch (error) {
    onFailure(check.name, error);
    return { name: check.name, ok: false, problem: 'does not answer' };
  } finally {
    clearTimeout(timer);
  }
}
