import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { fraudSection } from '../../src/config/fraud.js';
import type { Database } from '../../src/db/database.js';
import { ensureKey, generateKey } from '../../src/db/keys.js';
import type { FraudGate, SendRisk } from '../../src/domain/fraud.js';
import { createFraudGate, type FraudGateDeps, type Outside } from '../../src/fraud/create-gate.js';
import { limitersInPostgres } from '../../src/fraud/limiters.js';
import { createHttpClient } from '../../src/http/client.js';
import { createMetrics, type Metrics } from '../../src/observability/metrics.js';
import { freshDatabase } from '../api/fresh-database.js';

/** What a test knows of a gate over a database of its own. */
export interface GateWorld {
  readonly database: Database;
  readonly accountId: string;
  readonly metrics: Metrics;
  /** Lines that were logged, as JSON text. */
  readonly logged: string[];
  /** Where the gate's clock stands; real time until it is set. */
  now: Date | null;
  /** A gate with a section `fraud` as the file would have it, over the same stores as the others. */
  gate(section?: object, deps?: Partial<FraudGateDeps>, outside?: Partial<Outside>): FraudGate;
  account(): Promise<string>;
  close(): Promise<void>;
}

const RULES = Object.keys(fraudSection.parse({})) as readonly string[];

/** A section in which every rule is off but those that a test asks for. */
export function only(section: Readonly<Record<string, object>> = {}): object {
  return { ...Object.fromEntries(RULES.map((rule) => [rule, { mode: 'off' }])), ...section };
}

export async function createGateWorld(): Promise<GateWorld> {
  const fresh = await freshDatabase();
  const { database } = fresh;
  const secret = randomBytes(32);
  const http = createHttpClient({ clock: { now: () => Date.now() } });
  const metrics = createMetrics('api');
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const account = async () =>
    (
      await ensureKey(
        { database, ids: randomUUID, grant: () => Promise.resolve() },
        { role: 'client', key: generateKey('client'), name: 'test', credit: 0n },
      )
    ).accountId;
  const world: GateWorld = {
    database,
    accountId: await account(),
    metrics,
    logged,
    now: null,
    gate: (section = {}, deps = {}, outside = {}) =>
      createFraudGate({
        settings: fraudSection.parse(section),
        database,
        limiters: limitersInPostgres(deps.database ?? database),
        secret,
        outside: { http, captchaSecret: 'captcha-secret', lookupSecret: 'lookup-secret', ipCountries: null, ...outside },
        clock: () => world.now ?? new Date(),
        ids: randomUUID,
        log,
        metrics,
        ...deps,
      }),
    account,
    async close() {
      await http.close();
      await fresh.drop();
    },
  };
  return world;
}

/** As whoever calls the gate hashes numbers. */
export function numberHashOf(number: string): string {
  return createHmac('sha256', 'test').update(number).digest('hex');
}

let issued = 0;
/** A US mobile number that no other test of this file has. */
export function freshNumber(): string {
  issued += 1;
  return `+1415${String(2_010_000 + issued * 137).slice(0, 7)}`;
}

/** A wish for a code; of a number of its own where the test names none. */
export function wish(accountId: string, given: Partial<SendRisk> = {}): SendRisk {
  const number = given.number ?? freshNumber();
  return {
    accountId,
    verificationId: randomUUID(),
    purpose: 'login',
    number,
    country: 'US',
    numberHash: numberHashOf(number),
    channel: 'sms',
    again: false,
    ip: null,
    subject: null,
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15',
    captchaToken: null,
    ...given,
  };
}
