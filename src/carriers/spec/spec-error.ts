/** One thing that is wrong with a spec. */
export interface SpecProblem {
  readonly file: string;
  /** Where in the file, such as `send.reply.answers[2].codes.8`. */
  readonly field: string;
  readonly reason: string;
}

/** Specs that cannot be used, with everything that is wrong with them. */
export class SpecError extends Error {
  override readonly name = 'SpecError';
  readonly problems: readonly SpecProblem[];

  constructor(problems: readonly SpecProblem[]) {
    super(problems.map(({ file, field, reason }) => `${file}: ${field}: ${reason}`).join('\n'));
    this.problems = problems;
  }
}
