import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MUTANTS, RULES } from './mutants.js';
import { rulesPage } from './page.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Names of a file's tests; where one stands for many, `%s` is anything. */
function namesIn(path: string): RegExp[] {
  const calls = read(path).matchAll(/(?:^|[^\w.])(?:it|test)(?:\.each[^]*?\))?\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1,/gu);
  const rest = read(path).matchAll(/\]\)\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1,/gu);
  return [...calls, ...rest].map(
    ([, , name]) => new RegExp(`^${name!.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`).replaceAll('%s', '.+')}$`, 'u'),
  );
}

describe('the table of rules', () => {
  it('holds every rule from 1 to 25, each with parts', () => {
    const numbers = Array.from({ length: 25 }, (_, index) => index + 1);
    expect(Object.keys(RULES).map(Number)).toEqual(numbers);
    expect([...new Set(MUTANTS.map(({ rule }) => rule))].toSorted((a, b) => a - b)).toEqual(numbers);
  });

  it('takes out what stands in the code, exactly once', () => {
    const wrong = MUTANTS.filter(({ file, find }) => read(file).split(find).length !== 2);
    expect(wrong.map(({ file, find }) => `${file}: ${find}`)).toEqual([]);
    expect(MUTANTS.filter(({ find, replace }) => find === replace)).toEqual([]);
  });

  it('names tests that exist', () => {
    const missing = MUTANTS.filter(({ test, named }) => !existsSync(test) || !namesIn(test).some((name) => name.test(named)));
    expect(missing.map(({ test, named }) => `${test}: ${named}`)).toEqual([]);
  });

  it('is what docs/rules.md says; if it is not, npm run rules -- --write-docs', () => {
    expect(read('docs/rules.md')).toBe(rulesPage());
  });
});
