import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { build } from '../scripts/build.mjs';
import { loadPlatformConfig } from '../src/config/load.js';
import { startPostgres, type EmbeddedPostgres } from '../src/embedded/postgres.js';
import { findTemporal } from '../src/embedded/temporal-binary.js';
import { startTemporal, type EmbeddedTemporal } from '../src/embedded/temporal-server.js';
import { SEARCH_ATTRIBUTES } from '../src/domain/names.js';
import { makeTemplate } from './stack/template.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the server that starts Postgres and Temporal for the whole run when the first test asks for them. */
    readonly testPlatform: string;
  }
}

/** What the test platform answers: addresses. */
export interface PlatformAnswers {
  readonly postgres: { readonly adminUrl: string; readonly ownerUrl: string; readonly template: string };
  readonly temporal: { readonly address: string };
}

/**
 * Builds dist/ and offers one Postgres and one Temporal server to all test files. Both start when first asked for, so that a
 * run of pure tests waits for neither.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await build();
  const { cacheDir } = loadPlatformConfig({ HOME: process.env['HOME'], XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] });
  const report = (message: string) => console.error(message);
  // Building it may take minutes, more than any test would wait.
  await findTemporal({ cacheDir, report, env: process.env });

  const dataDir = mkdtempSync(join(tmpdir(), 'watchword-test-'));
  const running: { postgres?: Promise<EmbeddedPostgres>; temporal?: Promise<EmbeddedTemporal> } = {};
  let template: Promise<string> | undefined;
  const answers = {
    postgres: async (): Promise<PlatformAnswers['postgres']> => {
      running.postgres ??= startPostgres({ dataDir, cacheDir, report, fast: true });
      const { adminUrl, databaseUrl } = await running.postgres;
      template ??= makeTemplate(adminUrl, databaseUrl);
      return { adminUrl, ownerUrl: databaseUrl, template: await template };
    },
    temporal: async (): Promise<PlatformAnswers['temporal']> => {
      const searchAttributes = Object.values(SEARCH_ATTRIBUTES);
      running.temporal ??= startTemporal({
        dataDir,
        cacheDir,
        report,
        env: process.env,
        fast: true,
        namespace: 'default',
        searchAttributes,
      });
      return { address: (await running.temporal).address };
    },
  };
  const server = await serve(answers);
  project.provide('testPlatform', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  return async () => {
    server.close();
    await Promise.allSettled([
      running.postgres?.then((postgres) => postgres.stop()),
      running.temporal?.then((temporal) => temporal.stop()),
    ]);
    rmSync(dataDir, { recursive: true, force: true });
  };
}

async function serve(answers: { readonly [Name in keyof PlatformAnswers]: () => Promise<PlatformAnswers[Name]> }): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = answers[(request.url ?? '').slice(1) as keyof PlatformAnswers];
    answer().then(
      (value) => response.end(JSON.stringify(value)),
      (error: unknown) => {
        response.statusCode = 500;
        response.end(error instanceof Error ? error.message : String(error));
      },
    );
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  return server;
}
