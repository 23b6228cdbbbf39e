import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SimulatedCarrierConfig } from '../config/config.js';
import { Secret } from '../config/secret.js';
import { keepSecret } from '../embedded/secret-file.js';
import { type RunningChild, startChild } from './child-process.js';
import type { SimulatorOptions } from './simulators.js';

/** A simulated carrier that runs. */
export interface RunningCarrierSimulator extends RunningChild {
  readonly id: string;
  readonly dialect: SimulatedCarrierConfig['dialect'];
  readonly url: string;
  /** Below which its traps and books are reached. */
  readonly control: string;
  readonly apiKey: Secret;
  /** By which it signs its receipts. */
  readonly receiptSecret: Secret;
}

/** Starts one simulated carrier as a process of its own; its books survive it. */
export async function startCarrierSimulator(config: SimulatedCarrierConfig, options: SimulatorOptions): Promise<RunningCarrierSimulator> {
  const folder = join(options.dataDir, 'simulators');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secretOf = (kind: string): string =>
    keepSecret(join(options.dataDir, 'secrets', `carrier-${config.id}-${kind}`), () => randomBytes(16).toString('hex')).value;
  const [apiKey, receiptSecret] = [secretOf('key'), secretOf('receipts')];
  const child = await startChild({
    name: `carrier-${config.id}`,
    script: fileURLToPath(new URL('../simulators/carriers/main.js', import.meta.url)).replace(/([\\/])src([\\/]simulators)/, '$1dist$2'),
    args: Object.entries({
      dialect: config.dialect,
      host: '127.0.0.1',
      port: String(options.port),
      'api-key': apiKey,
      secret: receiptSecret,
      seed: String(options.seed ?? 1),
      state: join(folder, `${config.id}.jsonl`),
      ...(options.settings === undefined ? {} : { settings: JSON.stringify(options.settings) }),
    }).flatMap(([name, value]) => [`--${name}`, value]),
    env: options.env,
    runFolder: join(options.dataDir, 'run'),
    onLine: options.onLine,
    readyMs: 30_000,
    stopMs: 5_000,
  });
  const { url, control } = child.ready;
  return {
    ...child,
    id: config.id,
    dialect: config.dialect,
    url: String(url),
    control: String(control),
    apiKey: new Secret(apiKey),
    receiptSecret: new Secret(receiptSecret),
  };
}
