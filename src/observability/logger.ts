import { pino, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../config/config.js';
import type { Traces } from './traces.js';

/** What every room logs through; pino's interface. */
export type Log = Logger;

/** Who is logging, and how much. */
export interface LoggerOptions {
  /** Which process this is: `api`, `worker`, `platform`. */
  readonly process: string;
  readonly level: LogLevel;
  /** What the code that logs belongs to; its trace stands in each line. */
  readonly traces?: Traces;
  /** Where lines go; standard output if left out. */
  readonly destination?: DestinationStream;
}

/** Names under which numbers, codes, texts and keys travel. */
const PRIVATE = [
  'phone',
  'phoneNumber',
  'phone_number',
  'number',
  'code',
  'smsCode',
  'text',
  'smsText',
  'sms',
  'messages',
  'body',
  'apiKey',
  'api_key',
  'key',
  'keys',
  'authorization',
  'password',
  'secret',
  'token',
  'databaseUrl',
  'connectionString',
];

/** A name counts wherever it stands, down to the fourth level; deeper structures do not belong in a log line. */
const PATHS = PRIVATE.flatMap((name) => ['', '*.', '*.*.', '*.*.*.'].map((prefix) => prefix + name));

/** What an error may show: `raw`, `detail` and other fields of it can quote a provider's reply or a row. */
function errorOf(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = (error as { code?: unknown }).code;
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' ? { errorCode: code } : {}),
    ...(error.cause instanceof Error && depth < 5 ? { cause: errorOf(error.cause, depth + 1) } : {}),
  };
}

/**
 * A logger that writes one JSON object a line and hides whatever goes by a private name. It is a net, not a licence: log ids
 * and counts, and pass errors as `err`.
 */
export function createLogger(options: LoggerOptions): Log {
  const settings = {
    level: options.level,
    base: { process: options.process, pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => errorOf(error), error: (error: unknown) => errorOf(error) },
    redact: { paths: PATHS, censor: '[hidden]' },
    mixin: () => ({ ...options.traces?.current() }),
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}
