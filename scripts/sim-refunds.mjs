/**
 * `npm run sim:refunds -- --runs N --seed S`: explores the proof of refund (docs/refund-proof.md). Compiles the simulation
 * and the rules that it shares with production into a temporary folder, because Node 20 runs no TypeScript.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const output = mkdtempSync(join(tmpdir(), 'watchword-sim-'));
try {
  const options = ['--ignoreConfig', '--noCheck', '--module', 'nodenext', '--target', 'es2023', '--rootDir', ROOT, '--outDir', output];
  execFileSync(process.execPath, [compiler, ...options, join(ROOT, 'test/sim/command.ts')], { stdio: 'inherit' });
  writeFileSync(join(output, 'package.json'), '{"type":"module"}');
  const run = spawnSync(process.execPath, [join(output, 'test/sim/command.js'), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(output, { recursive: true, force: true });
}
