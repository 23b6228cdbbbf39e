import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import { checkSpec } from './check.js';
import { type Spec, specSchema } from './schema.js';
import { SpecError, type SpecProblem } from './spec-error.js';

/** Larger than any spec; whatever is larger is something else. */
const MOST_BYTES = 1_048_576;

/**
 * Reads a spec from its text.
 *
 * @throws SpecError with everything that is wrong.
 */
export function parseSpec(text: string, file: string): Spec {
  if (text.length > MOST_BYTES) throw new SpecError([{ file, field: 'the file', reason: `is larger than ${MOST_BYTES} characters` }]);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SpecError([{ file, field: 'the file', reason: `is not JSON: ${(error as Error).message}` }]);
  }
  const parsed = specSchema.safeParse(json);
  if (!parsed.success) throw new SpecError(problemsOf(parsed.error.issues, file));
  const problems = checkSpec(parsed.data).map((problem) => ({ file, ...problem }));
  if (problems.length > 0) throw new SpecError(problems);
  return parsed.data;
}

/** Reads a spec from its file. @throws SpecError */
export function loadSpec(file: string): Spec {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new SpecError([
      { file, field: 'the file', reason: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})` },
    ]);
  }
  return parseSpec(text, file);
}

/**
 * Reads every `*.json` of a folder, by the spec's id.
 *
 * @throws SpecError with everything that is wrong in any of them.
 */
export function loadSpecs(folder: string): ReadonlyMap<string, Spec> {
  const specs = new Map<string, Spec>();
  const problems: SpecProblem[] = [];
  for (const name of readdirSync(folder).toSorted()) {
    if (!name.endsWith('.json')) continue;
    const file = join(folder, name);
    try {
      const spec = loadSpec(file);
      if (spec.id !== basename(name, '.json'))
        problems.push({ file, field: 'id', reason: `expected "${basename(name, '.json')}", as the file is named` });
      specs.set(spec.id, spec);
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new SpecError(problems);
  return specs;
}

function problemsOf(issues: readonly z.core.$ZodIssue[], file: string, before: readonly PropertyKey[] = []): SpecProblem[] {
  return issues.flatMap((issue): SpecProblem[] => {
    const path = [...before, ...issue.path];
    // Of a choice, the alternative that was meant is the one whose fields are there.
    if (issue.code === 'invalid_union') {
      const meant = issue.errors.find((branch) => branch.length > 0 && branch.every((one) => one.path.length > 0 && !isAbsence(one)));
      if (meant !== undefined) return problemsOf(meant, file, path);
    }
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ file, field: fieldOf([...path, key]), reason: 'is not a field that is known here' }));
    return [{ file, field: fieldOf(path), reason: issue.message }];
  });
}

function isAbsence(issue: z.core.$ZodIssue): boolean {
  return (
    issue.code === 'unrecognized_keys' ||
    (issue.code === 'invalid_type' && issue.path.length === 1 && issue.input === undefined && issue.message.includes('undefined'))
  );
}

/** `a.b[0].c` of a path. */
export function fieldOf(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return text === '' ? 'the file' : text.replace(/^\./, '');
}
