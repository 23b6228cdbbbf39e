/**
 * Builds dist/: compiled code, the files that lie beside it (migrations, data) and the workflow bundle. Does nothing when
 * nothing changed since the last build, and says nothing unless it takes long. Types are judged by `npm run check`, not here.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCE = join(ROOT, 'src');
const OUTPUT = join(ROOT, 'dist');
const STAMP = join(OUTPUT, '.built-from');
const LOCK = join(ROOT, 'dist.lock');
/** After this many milliseconds a build says that it is at work. */
const QUIET_MS = 3_000;

/** @param {string} folder @returns {string[]} every file below it, relative and sorted */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(join(folder, file)).isFile())
    .toSorted();
}

/** Hash of everything that the output depends on. */
function fingerprint() {
  const hash = createHash('sha256');
  const inputs = [
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/build.mjs',
    ...filesBelow(SOURCE).map((file) => join('src', file)),
  ];
  for (const file of inputs)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  return hash.digest('hex');
}

async function compile() {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', join(ROOT, 'tsconfig.build.json'), '--noCheck']);
}

/** Brings over what is no TypeScript, and removes output whose source is gone. */
function copyAndSweep() {
  const sources = new Set(filesBelow(SOURCE));
  for (const file of sources) {
    if (/\.[cm]?ts$/.test(file)) continue;
    mkdirSync(dirname(join(OUTPUT, file)), { recursive: true });
    cpSync(join(SOURCE, file), join(OUTPUT, file));
  }
  for (const file of filesBelow(OUTPUT)) {
    const source = file.replace(/\.map$/, '').replace(/\.([cm]?)js$/, '.$1ts');
    if (dirname(file) !== '.' && !sources.has(file) && !sources.has(source)) rmSync(join(OUTPUT, file));
  }
}

async function bundleWorkflows() {
  const workflowsPath = join(OUTPUT, 'workflows', 'index.js');
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [join(OUTPUT, 'workflows', 'trace-interceptors.js')],
    failureConverterPath: join(OUTPUT, 'temporal', 'failure-converter.js'),
    logger: new DefaultLogger('WARN'),
  });
  const target = join(OUTPUT, 'workflow-bundle.js');
  writeFileSync(`${target}.new`, code);
  renameSync(`${target}.new`, target);
}

/** Lets one build at a time work on dist/; one that was killed is not waited for. */
async function lock() {
  for (;;) {
    try {
      const file = openSync(LOCK, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const age = Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > 120_000 || (age > 1_000 && !isAlive(Number(existsSync(LOCK) ? readFileSync(LOCK, 'utf8') : 0))))
      rmSync(LOCK, { force: true });
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Brings dist/ up to date.
 *
 * @returns {Promise<boolean>} whether there was anything to do
 */
export async function build() {
  const isCurrent = () => existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint();
  if (isCurrent()) return false;
  await lock();
  const slow = setTimeout(() => console.error('Building watchword (once after a change) …'), QUIET_MS);
  try {
    if (isCurrent()) return false;
    const wanted = fingerprint();
    rmSync(STAMP, { force: true });
    await compile();
    copyAndSweep();
    await bundleWorkflows();
    writeFileSync(STAMP, wanted);
    return true;
  } finally {
    clearTimeout(slow);
    rmSync(LOCK, { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await build();
  } catch (error) {
    const { message, stdout } = /** @type {Error & { stdout?: string }} */ (error);
    console.error(`The build failed: ${message}\n${stdout ?? ''}`);
    process.exitCode = 1;
  }
}
