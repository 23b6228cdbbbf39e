import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findProductionServer, TEMPORAL_SERVER_VERSION } from '../../src/embedded/temporal-production.js';

let folder: string;
let cacheDir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchword-production-'));
  cacheDir = join(folder, 'cache');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Builds and downloads as Go does, keeps its sources read-only, and counts what it was asked for. */
function fakeGo(fails = ''): void {
  const sources = join(folder, 'sources');
  for (const path of ['config', 'schema/postgresql/v12/temporal']) mkdirSync(join(sources, path), { recursive: true });
  writeFileSync(join(sources, 'config', 'docker.yaml'), '# enable-template\n', { mode: 0o444 });
  writeFileSync(join(sources, 'schema', 'postgresql', 'v12', 'temporal', 'schema.sql'), '', { mode: 0o444 });
  chmodSync(join(sources, 'schema', 'postgresql', 'v12', 'temporal'), 0o555);
  mkdirSync(join(folder, 'bin'));
  writeFileSync(
    join(folder, 'bin', 'go'),
    `#!/bin/sh
echo "$@" >> ${join(folder, 'asked')}
${fails}
if [ "$1" = mod ]; then printf '{"Dir":"${sources}"}'; exit; fi
path="\${2%@*}"; printf '#!/bin/sh\\n' > "$GOBIN/\${path##*/}"; chmod +x "$GOBIN/\${path##*/}"
`,
    { mode: 0o755 },
  );
}

const find = () =>
  findProductionServer({ cacheDir, report: () => {}, env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HOME: folder } });

it('is built with Go into the cache once, with its schema and its configuration', async () => {
  fakeGo();
  const [found, again] = await Promise.all([find(), find()]);
  expect(again).toEqual(found);
  await find();
  const version = `@v${TEMPORAL_SERVER_VERSION}`;
  expect(readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n')).toEqual([
    `install go.temporal.io/server/cmd/server${version}`,
    `install go.temporal.io/server/cmd/tools/sql${version}`,
    `mod download -json go.temporal.io/server${version}`,
  ]);
  expect(readdirSync(found.bin).toSorted()).toEqual(['temporal-server', 'temporal-sql-tool']);
  expect(readFileSync(join(found.folder, 'config', 'docker.yaml'), 'utf8')).toBe('# enable-template\n');
  // A copy of Go's read-only folders could not be removed by its owner.
  expect(statSync(join(found.schema, 'postgresql', 'v12', 'temporal')).mode & 0o200).toBe(0o200);
  expect(readdirSync(cacheDir)).toEqual([`temporal-server-${TEMPORAL_SERVER_VERSION}`]);
});

it('leaves nothing behind when a part of it fails, and says which', async () => {
  fakeGo('case "$2" in *tools/sql*) echo "no such module" >&2; exit 1;; esac');
  await expect(find()).rejects.toThrow(/building it failed .*go install .*cmd\/tools\/sql@.*\nno such module/);
  expect(readdirSync(cacheDir)).toEqual([]);
});
