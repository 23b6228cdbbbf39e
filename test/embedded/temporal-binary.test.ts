import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTemporal, TEMPORAL_CLI_VERSION } from '../../src/embedded/temporal-binary.js';

let folder: string;
let cacheDir: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchword-binary-'));
  cacheDir = join(folder, 'cache');
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program in a folder of PATH. */
function program(name: string, script: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  return join(bin, name);
}

const reports = (version: string) => `echo 'temporal version 0.0.0-DEV (Server ${version}, UI 2.42.1)'`;
/** A proxy that is not there keeps the download from leaving this machine. */
const env = () => ({ PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HTTPS_PROXY: 'http://127.0.0.1:1', HOME: folder });
const find = (signal?: AbortSignal) =>
  findTemporal({ cacheDir, env: env(), report: (message) => said.push(message), ...(signal === undefined ? {} : { signal }) });
const target = () => join(cacheDir, `temporal-cli-${TEMPORAL_CLI_VERSION}`, 'temporal');
/** Builds as `go install` does, and counts how often it was asked to. */
const fakeGo = (extra = '') =>
  program(
    'go',
    `echo "$@" >> ${join(folder, 'built')}; sleep 0.3; ${extra} printf '#!/bin/sh\\n' > "$GOBIN/temporal"; chmod +x "$GOBIN/temporal"`,
  );

describe('the Temporal program', () => {
  it('is the one on PATH, if its server is recent', async () => {
    const path = program('temporal', reports('1.29.1'));
    expect(await find()).toBe(path);
    expect(existsSync(cacheDir)).toBe(false);
  });

  it('is else the one in the cache', async () => {
    program('temporal', reports('1.27.9'));
    mkdirSync(join(cacheDir, `temporal-cli-${TEMPORAL_CLI_VERSION}`), { recursive: true });
    writeFileSync(target(), '#!/bin/sh\n', { mode: 0o755 });
    expect(await find()).toBe(target());
  });

  it('is else built with Go into the cache, once for many starts', async () => {
    fakeGo();
    expect(await Promise.all([find(), find(), find()])).toEqual([target(), target(), target()]);
    expect(readFileSync(join(folder, 'built'), 'utf8')).toBe(`install github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}\n`);
    // No draft and no lock is left behind.
    expect(readdirSync(cacheDir)).toEqual([`temporal-cli-${TEMPORAL_CLI_VERSION}`]);
  }, 60_000);

  it('is nothing if everything fails, and the error tells what was tried', async () => {
    program('temporal', reports('1.20.0'));
    program('go', 'echo "module not found" >&2; exit 1');
    const failure: Error = await find().then(
      () => expect.unreachable(),
      (error: Error) => error,
    );
    expect(failure.message).toMatch(/brings server 1\.20\.0, older than 1\.28/);
    expect(failure.message).toMatch(/it cannot be downloaded: /);
    expect(failure.message).toMatch(/building it failed .*go install .*\n.*module not found/);
    expect(failure.message).toMatch(/or set TEMPORAL_ADDRESS/);
    expect(readdirSync(cacheDir)).toEqual([]);
  }, 60_000);

  it('stops being built when the start is interrupted', async () => {
    fakeGo('sleep 30;');
    const controller = new AbortController();
    const finding = find(controller.signal);
    await expect.poll(() => existsSync(join(folder, 'built')), { timeout: 30_000 }).toBe(true);
    controller.abort();
    await expect(finding).rejects.toThrow('aborted');
    expect(existsSync(target())).toBe(false);
  }, 60_000);
});
