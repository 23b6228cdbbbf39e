import { MUTANTS, RULES } from './mutants.js';

export { MUTANTS, RULES } from './mutants.js';

/** Tables of Markdown are made of bars. */
const cell = (text: string) => text.replaceAll('|', String.raw`\|`);

/** The text of docs/rules.md. */
export function rulesPage(): string {
  const chapters = Object.entries(RULES).map(([number, { title, says, covered = [] }]) => {
    const parts = MUTANTS.filter(({ rule }) => rule === Number(number));
    const rows = parts.map(
      ({ takenOut, otherwise, test, named }) => `| ${cell(takenOut)} | ${cell(otherwise)} | [${cell(named)}](../${test}) |`,
    );
    return [
      `## ${number}. ${title}`,
      '',
      says,
      '',
      '| if | then | the test that fails |',
      '|---|---|---|',
      ...rows,
      ...covered.flatMap((part) => ['', part]),
    ].join('\n');
  });
  return `# Rules, and the tests that guard them

What decides about orders, codes and refunds are ${Object.keys(RULES).length} rules. Each closes a failure that was found by exploring small worlds or in
simulations of days, and each has tests that fail when it is taken out. \`npm run rules\` takes all ${MUTANTS.length} parts out of a copy of the
project, one after the other, and runs the guarding test of each; \`npm run rules -- --only 8\` those of one rule. \`npm test\` holds
this page and the table that it is written from ([test/rules/mutants.ts](../test/rules/mutants.ts)) to the code. Numbers are those that the comments in the code name.

${chapters.join('\n\n')}
`;
}
