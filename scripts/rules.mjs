/**
 * `npm run rules`: takes each rule out of a copy of the project, one part after the other, and looks whether the test that
 * guards it fails (docs/rules.md). The table is test/rules/mutants.ts; `npm test` holds it to code and page.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { misused, readArguments } from './arguments.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const HELP = `Usage: npm run rules -- [--only RULE] [--list | --write-docs]

Takes each rule out of a copy of the project, one part after the other, and runs the test that guards it, which must fail.
docs/rules.md says what the rules are.

  --only RULE   only the parts of this rule, 1 to 25; or those whose description holds this text
  --list        prints the parts and their tests, and runs nothing
  --write-docs  writes docs/rules.md from the table`;
/** After this many milliseconds a test counts as hanging: nothing was caught. */
const LIMIT_MS = 180_000;
/** What a copy needs to be built and tested. */
const COPIED = [
  'bench',
  'dist',
  'docs',
  'package-lock.json',
  'package.json',
  'scripts',
  'src',
  'test',
  'tsconfig.build.json',
  'tsconfig.json',
  'vitest.config.ts',
];

/** @typedef {import('../test/rules/mutants.js').Mutant} Mutant */
/** @typedef {'passed' | 'failed' | 'hangs' | 'missing'} State */
/** @typedef {typeof import('../test/rules/mutants.js') & typeof import('../test/rules/page.js')} Table */

/** Compiles the table, because Node 20 runs no TypeScript. @returns {Promise<Table>} */
async function readTable() {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const output = mkdtempSync(join(tmpdir(), 'watchword-rules-table-'));
  try {
    const options = ['--ignoreConfig', '--noCheck', '--module', 'nodenext', '--target', 'es2023', '--rootDir', ROOT, '--outDir', output];
    writeFileSync(join(output, 'package.json'), '{"type":"module"}');
    execFileSync(process.execPath, [compiler, ...options, join(ROOT, 'test/rules/page.ts')], { stdio: 'inherit' });
    const load = (/** @type {string} */ name) => import(pathToFileURL(join(output, 'test/rules', name)).href);
    return { ...(await load('mutants.js')), ...(await load('page.js')) };
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** A copy of the project beside the same packages. @returns {string} its folder */
function copyProject() {
  const copy = mkdtempSync(join(tmpdir(), 'watchword-rules-'));
  for (const name of COPIED) cpSync(join(ROOT, name), join(copy, name), { recursive: true, force: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/**
 * Vitest in the copy: its servers are started once for all runs.
 *
 * @param {string} copy
 */
async function startTests(copy) {
  process.chdir(copy);
  const { createVitest } = await import('vitest/node');
  const vitest = await createVitest('test', { root: copy, config: join(copy, 'vitest.config.ts'), watch: false, reporters: [{}] });
  await vitest.standalone();

  /**
   * Runs the tests of a file that go by these names.
   *
   * @param {string} file
   * @param {readonly string[]} names
   * @returns {Promise<Map<string, State>>}
   */
  async function run(file, names) {
    const specification = vitest
      .getRootProject()
      .createSpecification(join(copy, file), { testNamePattern: new RegExp(`(?:${names.map(escaped).join('|')})$`) });
    let hangs = false;
    const limit = setTimeout(() => {
      hangs = true;
      void vitest.cancelCurrentRun('keyboard-input');
    }, LIMIT_MS);
    try {
      const { testModules } = await vitest.runTestSpecifications([specification]);
      const tests = testModules.flatMap((module) => [...module.children.allTests()]);
      return new Map(
        names.map((name) => {
          const states = tests.filter((test) => test.name === name).map((test) => test.result().state);
          if (hangs) return [name, 'hangs'];
          if (states.includes('failed')) return [name, 'failed'];
          return [name, states.length > 0 && states.every((state) => state === 'passed') ? 'passed' : 'missing'];
        }),
      );
    } finally {
      clearTimeout(limit);
    }
  }

  return { run, changed: (/** @type {string} */ path) => vitest.invalidateFile(path), close: () => vitest.close() };
}

/**
 * @param {readonly Mutant[]} mutants
 * @returns {Promise<number>} how many survived
 */
async function runMutants(mutants) {
  const { build } = await import('./build.mjs');
  await build();
  const copy = copyProject();
  const builder = await import(pathToFileURL(join(copy, 'scripts/build.mjs')).href);
  let tests;
  try {
    tests = await startTests(copy);
    /** @type {Map<string, Set<string>>} */
    const guards = new Map();
    for (const { test, named } of mutants) guards.set(test, (guards.get(test) ?? new Set()).add(named));
    /** @type {Set<string>} */
    const broken = new Set();
    for (const [file, names] of guards) {
      for (const [name, state] of await tests.run(file, [...names])) {
        if (state === 'passed') continue;
        broken.add(`${file} ${name}`);
        console.log(`NOT PASSING with all rules in: ${file}, "${name}" (${state})`);
      }
    }
    let survived = 0;
    // What is built into the workflows' bundle comes last, so that no other part runs on another's bundle.
    const isBuilt = (/** @type {Mutant} */ { file }) => file.startsWith('src/workflows/');
    for (const mutant of [...mutants.filter((one) => !isBuilt(one)), ...mutants.filter(isBuilt)]) {
      const { rule, takenOut, file, find, replace, test, named } = mutant;
      const path = join(copy, file);
      const text = readFileSync(path, 'utf8');
      const began = performance.now();
      /** @type {State} */
      let state = 'missing';
      if (!broken.has(`${test} ${named}`)) {
        writeFileSync(
          path,
          text.replace(find, () => replace),
        );
        tests.changed(path);
        try {
          if (isBuilt(mutant)) await builder.build();
          state = (await tests.run(test, [named])).get(named) ?? 'missing';
        } finally {
          writeFileSync(path, text);
          tests.changed(path);
        }
      }
      if (state !== 'failed') survived += 1;
      const words = { failed: 'caught  ', passed: 'SURVIVED', hangs: 'HANGS   ', missing: 'NOT RUN ' };
      console.log(`${words[state]} ${String(rule).padStart(2)}  ${takenOut} (${((performance.now() - began) / 1_000).toFixed(1)} s)`);
    }
    console.log(`${mutants.length - survived} caught, ${survived} survived`);
    return survived;
  } finally {
    await tests?.close();
    process.chdir(ROOT);
    rmSync(copy, { recursive: true, force: true });
  }
}

const given = readArguments(HELP, { only: { type: 'string' }, list: { type: 'boolean' }, 'write-docs': { type: 'boolean' } });
const { MUTANTS, rulesPage } = await readTable();
const only = /** @type {string | undefined} */ (given['only']);
const chosen = MUTANTS.filter(
  ({ rule, takenOut }) => only === undefined || (/^\d+$/.test(only) ? rule === Number(only) : takenOut.includes(only)),
);
if (chosen.length === 0) misused(HELP, `no rule "${only}" in the table`);
if (given['write-docs'] === true) writeFileSync(join(ROOT, 'docs/rules.md'), rulesPage());
else if (given['list'] === true)
  for (const { rule, takenOut, test, named } of chosen) console.log(`${String(rule).padStart(2)}  ${takenOut}\n      ${test}, "${named}"`);
else process.exitCode = (await runMutants(chosen)) > 0 ? 1 : 0;
