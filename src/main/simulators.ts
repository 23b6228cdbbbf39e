import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SimulatorConfig } from '../config/config.js';
import type { Environment } from '../config/environment.js';
import { Secret } from '../config/secret.js';
import { keepSecret } from '../embedded/secret-file.js';
import { type RunningChild, startChild } from './child-process.js';

/** A provider's simulator that runs. */
export interface RunningSimulator extends RunningChild {
  /** As the adapter wants it: of handler_api the PHP file, of 5SIM the base that ends in `/v1`. */
  readonly url: string;
  /** Below which its traps and books are reached. */
  readonly control: string;
  readonly apiKey: Secret;
}

export interface SimulatorOptions {
  /** Its books live in `<dataDir>/simulators/<id>.json`. */
  readonly dataDir: string;
  readonly env: Environment;
  readonly onLine: (line: string) => void;
  /** 0 takes a free port. */
  readonly port: number;
  /** Settings that differ from the simulator's own. */
  readonly settings?: object;
  readonly seed?: number;
}

/** Starts one provider's simulator as a process of its own; its books survive it. */
export async function startSimulator(
  config: Pick<SimulatorConfig, 'id' | 'kind' | 'dialect'>,
  options: SimulatorOptions,
): Promise<RunningSimulator> {
  const folder = join(options.dataDir, 'simulators');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const apiKey = keepSecret(join(options.dataDir, 'secrets', `simulator-${config.id}`), () => randomBytes(16).toString('hex')).value;
  const child = await startChild({
    name: `simulator-${config.id}`,
    script: fileURLToPath(new URL('../simulators/main.js', import.meta.url)).replace(/([\\/])src([\\/]simulators)/, '$1dist$2'),
    args: Object.entries({
      kind: config.kind,
      host: '127.0.0.1',
      port: String(options.port),
      'api-key': apiKey,
      seed: String(options.seed ?? 1),
      state: join(folder, `${config.id}.json`),
      ...(config.kind === 'handler_api' ? { dialect: config.dialect ?? 'herosms' } : {}),
      ...(options.settings === undefined ? {} : { settings: JSON.stringify(options.settings) }),
    }).flatMap(([name, value]) => [`--${name}`, value]),
    env: options.env,
    runFolder: join(options.dataDir, 'run'),
    onLine: options.onLine,
    readyMs: 30_000,
    stopMs: 5_000,
  });
  const { url, control } = child.ready;
  return { ...child, url: String(url), control: String(control), apiKey: new Secret(apiKey) };
}
