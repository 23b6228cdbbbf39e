import type { Report } from './progress.js';

/** How a version of the Temporal CLI is to be obtained: into the folder `target`, which appears whole or not at all. */
export interface ObtainOptions {
  readonly version: string;
  readonly target: string;
  /** File name of the program in `target`. */
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly report: Report;
  readonly signal?: AbortSignal;
}
