/** Exit codes of the command (docs/cli.md); they are never given another meaning. */
export const EXIT = {
  done: 0,
  failed: 1,
  misused: 2,
  notFoundOrConflict: 3,
  noCredit: 4,
  nothingAvailable: 5,
  keyRefused: 6,
  noCode: 7,
  notDelivered: 8,
  notVerified: 9,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with a message for whoever typed it. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: ExitCode;
  /** What `--json` shows of it beside the message. */
  readonly detail: object;

  constructor(exit: ExitCode, message: string, detail: object = {}) {
    super(message);
    this.exit = exit;
    this.detail = detail;
  }
}
