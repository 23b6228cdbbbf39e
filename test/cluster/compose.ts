import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { programName } from '../../src/embedded/find-program.js';
import { goInstall } from '../../src/embedded/go-install.js';
import { type Report, withProgress } from '../../src/embedded/progress.js';

/** A service of the compose file, as Compose itself understands it. */
export interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly { readonly source: string; readonly target: string }[];
  readonly volumes?: readonly { readonly type: string; readonly source: string; readonly target: string; readonly read_only?: boolean }[];
  readonly ports?: readonly { readonly host_ip?: string; readonly published?: string; readonly target: number }[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly deploy?: { readonly replicas?: number };
}

/** The compose file, whole. */
export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The library by which Docker Compose itself reads its files; its program judges one by the specification's schema. */
const CHECKER = { module: 'github.com/compose-spec/compose-go/v2', version: '2.16.2' };

/** Compose's own reader of compose files, built once into the cache. */
export async function findComposeReader(cacheDir: string, report: Report): Promise<string> {
  const program = join(cacheDir, programName(`compose-go-${CHECKER.version}`));
  if (existsSync(program)) return program;
  mkdirSync(cacheDir, { recursive: true });
  const folder = mkdtempSync(`${program}.`);
  try {
    await withProgress(report, "Building Compose's own reader of compose files (once)", () =>
      goInstall(`${CHECKER.module}/cmd@v${CHECKER.version}`, { folder, env: process.env }),
    );
    renameSync(join(folder, programName('cmd')), program);
    return program;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Reads docker-compose.yml with every variable at its default.
 *
 * @throws Error that says what the specification does not allow.
 */
export async function readCompose(reader: string, file = join(ROOT, 'docker-compose.yml')): Promise<Compose> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  const { stdout } = await promisify(execFile)(reader, ['--format', 'json', file], { cwd: ROOT, env, maxBuffer: 4_194_304 });
  return JSON.parse(stdout) as Compose;
}
