import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { runUntilStopped } from '../run-until-stopped.js';
import { DIALECT_NAMES, startCarrierSimulator } from './simulator.js';

const USAGE = `Simulates a carrier of SMS.

  --dialect json|xml|text|twilio|sns|smpp  how it speaks (required)
  --api-key KEY            key that senders must give (required)
  --secret SECRET          signs its receipts (required)
  --host ADDRESS           127.0.0.1 unless told
  --port N                 0 (a free port) unless told
  --seed N                 seed of fates and delays; 1 unless told
  --state FILE             keeps the books there over restarts
  --tls-key FILE, --tls-cert FILE   PEM; SMPP only
  --settings JSON          see docs/simulators.md
  --help

One line of JSON on standard output says when it listens: {"ready":true,"kind","url","control"}. It stops on SIGTERM and
SIGINT, and when the process that started it goes away.
`;

const schema = z.object({
  dialect: z.enum(DIALECT_NAMES),
  'api-key': z.string().min(1),
  secret: z.string().min(1),
  host: z.string().min(1).default('127.0.0.1'),
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  seed: z.coerce.number().int().min(0).max(4_294_967_295).default(1),
  state: z.string().min(1).optional(),
  settings: z.string().default('{}'),
  'tls-key': z.string().min(1).optional(),
  'tls-cert': z.string().min(1).optional(),
});

async function start(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      dialect: text,
      'api-key': text,
      secret: text,
      host: text,
      port: text,
      seed: text,
      state: text,
      settings: text,
      'tls-key': text,
      'tls-cert': text,
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return;
  }
  const given = schema.parse(values);
  const simulator = await startCarrierSimulator({
    dialect: given.dialect,
    apiKey: given['api-key'],
    secret: given.secret,
    host: given.host,
    port: given.port,
    seed: given.seed,
    settings: JSON.parse(given.settings),
    ...(given.state === undefined ? {} : { state: given.state }),
    ...(given['tls-key'] === undefined || given['tls-cert'] === undefined
      ? {}
      : { tls: { key: readFileSync(given['tls-key'], 'utf8'), cert: readFileSync(given['tls-cert'], 'utf8') } }),
  });
  runUntilStopped(simulator, given.dialect);
}

try {
  await start();
} catch (error) {
  process.stderr.write(
    `${error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 2;
}
