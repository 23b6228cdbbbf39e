import { chmodSync, cpSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isProgram, programName } from './find-program.js';
import { goInstall, goModule } from './go-install.js';
import { waitForLock } from './lock-file.js';
import { withProgress } from './progress.js';
import type { TemporalBinaryOptions } from './temporal-binary.js';
import { makeFolder } from './temporal-build.js';

/** The server that the command-line tool of `temporal-binary.ts` brings as well. The compose file runs the same version line. */
export const TEMPORAL_SERVER_VERSION = '1.29.1';

/** Temporal's production server, as its image and that of its admin tools hold it. */
export interface ProductionServer {
  /** The program, which reads `<folder>/config/docker.yaml` with `--root <folder> --env docker`. */
  readonly server: string;
  /** Holds `temporal-sql-tool`. */
  readonly bin: string;
  readonly folder: string;
  /** The schema, as `/etc/temporal/schema` of the admin tools' image. */
  readonly schema: string;
}

const MODULE = 'go.temporal.io/server';

/**
 * The production server, its schema tool and its schema: from our cache, or built with Go into it. Two at once build it once.
 *
 * @throws Error if Go is not there or does not succeed.
 */
export async function findProductionServer({ cacheDir, report, env, signal }: TemporalBinaryOptions): Promise<ProductionServer> {
  const folder = join(cacheDir, `temporal-server-${TEMPORAL_SERVER_VERSION}`);
  const found: ProductionServer = {
    server: join(folder, 'bin', programName('temporal-server')),
    bin: join(folder, 'bin'),
    folder,
    schema: join(folder, 'schema'),
  };
  if (isProgram(found.server)) return found;
  mkdirSync(cacheDir, { recursive: true });
  const unlock = await withProgress(report, 'Waiting for another start that is building the Temporal server', () =>
    waitForLock(`${folder}.lock`),
  );
  try {
    if (isProgram(found.server)) return found;
    await makeFolder(folder, async (draft) => {
      const bin = join(draft, 'bin');
      mkdirSync(bin);
      const go = { folder: bin, env, signal };
      const version = `@v${TEMPORAL_SERVER_VERSION}`;
      await withProgress(report, 'Building the production Temporal server with Go (once, a few minutes)', () =>
        goInstall(`${MODULE}/cmd/server${version}`, go),
      );
      await withProgress(report, "Building the tool for Temporal's schema", () => goInstall(`${MODULE}/cmd/tools/sql${version}`, go));
      const sources = await goModule(`${MODULE}${version}`, go);
      renameSync(join(bin, programName('server')), join(bin, programName('temporal-server')));
      renameSync(join(bin, programName('sql')), join(bin, programName('temporal-sql-tool')));
      for (const part of ['config/docker.yaml', 'schema/postgresql/v12']) bringOver(join(sources, part), join(draft, part));
    });
    return found;
  } finally {
    unlock();
  }
}

/** Go keeps its sources read-only; a copy that is can neither be filled nor removed. */
function bringOver(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, preserveTimestamps: false });
  const folders = readdirSync(dirname(to), { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const folder of folders) chmodSync(join(folder.parentPath, folder.name), 0o755);
}
