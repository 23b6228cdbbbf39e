/** Checks every import under src/ against the table of rooms. `npm run rooms`; exit code 1 and one line for each breach. */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { ROOMS } from './room-table.mjs';

/**
 * @typedef {{ specifier: string, typesOnly: boolean, line: number }} Import
 */

/**
 * Every import, re-export and `import()` of one module. Types written as `import('./x.js').Y` are not among them: oxlint's
 * consistent-type-imports forbids those.
 *
 * @param {string} file
 * @param {string} source
 * @returns {Import[]}
 */
function importsOf(file, source) {
  const parsed = parseSync(file, source);
  if (parsed.errors.length > 0) throw new Error(`${file} cannot be parsed: ${parsed.errors[0]?.message}`);
  const line = (/** @type {number} */ offset) => source.slice(0, offset).split('\n').length;
  /** @type {Import[]} */
  const found = [];
  for (const one of parsed.module.staticImports) {
    // `import {}` and `import 'x'` have no entries and do run the module.
    const typesOnly = one.entries.length > 0 && one.entries.every((entry) => entry.isType);
    found.push({ specifier: one.moduleRequest.value, typesOnly, line: line(one.start) });
  }
  for (const one of parsed.module.staticExports) {
    const [first] = one.entries;
    if (first?.moduleRequest)
      found.push({ specifier: first.moduleRequest.value, typesOnly: one.entries.every((entry) => entry.isType), line: line(one.start) });
  }
  for (const one of parsed.module.dynamicImports) {
    const text = source.slice(one.moduleRequest.start, one.moduleRequest.end);
    const literal = /^(['"])([^'"]*)\1$/.exec(text);
    // What is computed cannot be judged, so it counts as something that nobody may import.
    found.push({ specifier: literal?.[2] ?? text, typesOnly: false, line: line(one.start) });
  }
  return found;
}

/** @param {string} specifier @returns {string} `@scope/name` or `name` */
function packageOf(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/**
 * Why an import is forbidden, or null.
 *
 * @param {string[]} from path of the importing file below src/, in steps
 * @param {Import} found
 * @param {string} source folder src/, absolute
 * @returns {string | null}
 */
function judge(from, found, source) {
  const [room = ''] = from;
  const rules = ROOMS[room];
  if (rules === undefined) return null;
  const { specifier, typesOnly } = found;
  if (isBuiltin(specifier)) return rules.node === true ? null : `${room} may not import what Node brings along (${specifier})`;
  if (!specifier.startsWith('.')) {
    const name = packageOf(specifier);
    const allowed = [...(rules.npm ?? []), ...(typesOnly ? (rules.npmTypes ?? []) : [])];
    return allowed.includes(name) || allowed.includes('*') ? null : `${room} may not import the package ${name}`;
  }
  const to = relative(source, resolve(source, ...from.slice(0, -1), specifier)).split(sep);
  const target = to[0] ?? '';
  if (target === '..') return `${room} may not import from outside src (${specifier})`;
  if (target === room) {
    const siblings = rules.apart === true && from.length > 2 && to.length > 2 && from[1] !== to[1];
    return siblings ? `${room}/${from[1]} may not import ${room}/${to[1]}` : null;
  }
  if (rules.rooms.includes(target) || rules.rooms.includes('*')) return null;
  if (rules.modules?.includes(to.join('/'))) return null;
  if (rules.types?.includes(target)) return typesOnly ? null : `${room} may import only types of ${target}`;
  return `${room} may not import ${target}`;
}

/**
 * Every forbidden import below a folder `src`.
 *
 * @param {string} source absolute path of src/
 * @returns {string[]} `src/room/file.ts:line: why`
 */
export function findBreaches(source) {
  const breaches = [];
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.[cm]?[jt]s$/.test(file));
  for (const file of files.toSorted()) {
    const [room = ''] = file.split(sep);
    if (ROOMS[room] === undefined) {
      breaches.push(`src/${file.split(sep).join('/')}: src/${room} is not in the table of scripts/room-table.mjs`);
      continue;
    }
    for (const found of importsOf(file, readFileSync(join(source, file), 'utf8'))) {
      const why = judge(file.split(sep), found, source);
      if (why !== null) breaches.push(`src/${file.split(sep).join('/')}:${found.line}: ${why}`);
    }
  }
  return breaches;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const breaches = findBreaches(join(dirname(fileURLToPath(import.meta.url)), '..', 'src'));
  for (const breach of breaches) console.error(breach);
  if (breaches.length > 0) {
    console.error(
      `\n${breaches.length} forbidden imports. The table is in scripts/room-table.mjs, its reasons in docs/decisions/0002-rooms.md.`,
    );
    process.exitCode = 1;
  }
}
