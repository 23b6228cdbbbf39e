import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningCarrierSimulator, startCarrierSimulator } from '../../src/main/carrier-simulators.js';
import { askSimulator } from '../stack/requests.js';
import type { Stack } from '../stack/stack.js';

/** Two carriers of SMS and one of another channel, as accounts of the configuration file: those that come by themselves speak SMS alone. */
export interface Channels {
  /** Their accounts, for the configuration file. */
  readonly accounts: readonly object[];
  /** A stack together with these carriers, whose books and traps are then its own. */
  among(stack: Stack): Stack;
  stop(): Promise<void>;
}

/** The simulated carriers, by the channel that each speaks. */
export const CHANNEL_CARRIERS = { first: 'sms', second: 'sms', chat: 'whatsapp' } as const;

/** Starts them as processes of their own, with their state and secrets in `folder`. */
export async function startChannels(folder: string): Promise<Channels> {
  const spec = JSON.parse(readFileSync(new URL('../../carriers/simulated-json.json', import.meta.url), 'utf8')) as object;
  const options = { dataDir: folder, env: process.env, onLine: () => {}, port: 0, settings: { delivered: 1 } };
  const simulators = new Map<string, RunningCarrierSimulator>();
  const accounts = await Promise.all(
    Object.entries(CHANNEL_CARRIERS).map(async ([id, channel]) => {
      const running = await startCarrierSimulator({ id, dialect: 'json' }, options);
      simulators.set(id, running);
      const write = (name: string, text: string) => {
        writeFileSync(join(folder, `${id}-${name}`), text, { mode: 0o600 });
        return join(folder, `${id}-${name}`);
      };
      return {
        id,
        spec: write('spec.json', JSON.stringify({ ...spec, id, channels: [channel] })),
        base_url: running.url,
        secrets: {
          api_key: { file: write('key', running.apiKey.reveal()) },
          receipt_secret: { file: write('receipts', running.receiptSecret.reveal()) },
        },
        prices: write('prices.csv', `country,channel,price\nUS,${channel},0.02\n`),
      };
    }),
  );
  return {
    accounts,
    among(stack) {
      const all = new Map([...stack.simulators, ...simulators]);
      return { ...stack, simulators: all, control: (id, method, path, body) => askSimulator(all, id, method, path, body) };
    },
    async stop() {
      await Promise.all([...simulators.values()].map((carrier) => carrier.stop()));
    },
  };
}
