import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../src/db/database.js';
import { generateKey, insertKey } from '../../src/db/keys.js';

/** Where a crowd of people meets watchword: the app's way to the API, and their phones. */
export interface CrowdWorld {
  /** A request of the app under one of its keys. */
  post(path: string, key: string, json: object, headers: Readonly<Record<string, string>>): Promise<Response>;
  /** What carriers took since the last call. */
  newTexts(): Promise<readonly CarrierText[]>;
}

/** A message in a carrier's books. */
export interface CarrierText {
  readonly carrier: string;
  readonly to: string;
  readonly text: string;
  /** Decimal amount. */
  readonly price: string;
  /** When the carrier took it, milliseconds since 1970. */
  readonly at: number;
}

/** How the crowd behaves. */
export interface CrowdOptions {
  readonly people: readonly string[];
  /** Keys of the app, taken in turn. */
  readonly keys: readonly string[];
  /** People who are busy with it at once. */
  readonly atOnce: number;
  /** Connections of the app to the API; its people's requests wait for one. */
  readonly connections: number;
  /** Milliseconds from the code's arrival until it is typed. */
  readonly typingMs: number;
  /** Milliseconds after which a person gives up. */
  readonly patienceMs: number;
  /** Milliseconds after which nobody begins any more; everybody does unless told. */
  readonly doorsMs?: number;
}

/** What a person went through. Times are milliseconds. */
export interface Visit {
  readonly to: string;
  /** The verification; null where none was begun. */
  readonly id: string | null;
  /** Begin of the first request, since 1970. */
  readonly at: number;
  /** Until it was answered that a code is on its way; null where it never was. */
  readonly acceptedMs: number | null;
  /** Until a carrier had the code. */
  readonly codeMs: number | null;
  /** That the check took, once it had a connection. */
  readonly checkMs: number | null;
  readonly verified: boolean;
  /** What the app was told instead, in order: `503 unavailable`. */
  readonly refusals: readonly string[];
}

/** Answers after which an app asks again under the same key. */
const AGAIN = new Set([429, 503]);

/**
 * People who all want to verify their phones: each asks for a code, reads it off what a carrier took for their number, and types
 * it. What is answered with "later" is asked again under the same key, after the time that was told.
 */
export async function visit(world: CrowdWorld, options: CrowdOptions): Promise<readonly Visit[]> {
  const connection = places(options.connections);
  const phones = new Map<string, CarrierText>();
  const visits: Visit[] = [];
  let next = 0;
  const crowd = { left: options.people.length };
  const read = async () => {
    while (crowd.left > 0) {
      for (const text of await world.newTexts()) if (!phones.has(text.to)) phones.set(text.to, text);
      await sleep(READ_MS);
    }
  };
  const closing = Date.now() + (options.doorsMs ?? Infinity);
  const lane = async () => {
    for (let index = next++; index < options.people.length; index = next++) {
      if (Date.now() < closing)
        visits.push(
          await visitOne(world, connection, options, phones, {
            to: options.people[index]!,
            key: options.keys[index % options.keys.length]!,
          }),
        );
      crowd.left -= 1;
    }
  };
  await Promise.all([read(), ...Array.from({ length: Math.min(options.atOnce, options.people.length) }, lane)]);
  return visits;
}

const READ_MS = 250;

type Connection = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Does so many things at once; the others wait, first come first served. */
function places(count: number): Connection {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => void waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

async function visitOne(
  world: CrowdWorld,
  connection: Connection,
  { typingMs, patienceMs }: CrowdOptions,
  phones: ReadonlyMap<string, CarrierText>,
  { to, key }: { readonly to: string; readonly key: string },
): Promise<Visit> {
  const at = Date.now();
  const until = at + patienceMs;
  const refusals: string[] = [];
  const ask = async (path: string, json: object): Promise<{ readonly ms: number; readonly body: Record<string, unknown> } | null> => {
    const headers = { 'idempotency-key': randomUUID() };
    while (Date.now() < until) {
      let asked = 0;
      const response = await connection(() => {
        asked = Date.now();
        return world.post(path, key, json, headers);
      });
      const body = (await response.json()) as Record<string, unknown>;
      if (response.ok) return { ms: Date.now() - asked, body };
      refusals.push(`${response.status} ${String(body['code'])}`);
      if (!AGAIN.has(response.status)) return null;
      await sleep(Number(response.headers.get('retry-after') ?? 1) * 1_000);
    }
    return null;
  };

  const begun = await ask('/v1/verifications', { to });
  const visit = { to, id: null, at, acceptedMs: null, codeMs: null, checkMs: null, verified: false, refusals };
  if (begun === null) return visit;
  const id = begun.body['id'] as string;
  const acceptedMs = Date.now() - at;
  while (!phones.has(to) && Date.now() < until) await sleep(50);
  const text = phones.get(to);
  if (text === undefined) return { ...visit, id, acceptedMs };
  await sleep(typingMs);
  const checked = await ask(`/v1/verifications/${id}/check`, { code: codeIn(text.text) });
  const codeMs = text.at - at;
  return { ...visit, id, acceptedMs, codeMs, checkMs: checked?.ms ?? null, verified: checked?.body['verified'] === true };
}

/** Reads what carriers' books have gained since the last call. */
export function booksReader(carriers: readonly string[], ask: (carrier: string, path: string) => Promise<unknown>): CrowdWorld['newTexts'] {
  const read = new Map<string, number>();
  return async () => {
    const texts: CarrierText[] = [];
    for (const carrier of carriers) {
      const before = read.get(carrier) ?? 0;
      const { messages } = (await ask(carrier, `/books/${before}`)) as { messages: Omit<CarrierText, 'carrier'>[] };
      read.set(carrier, before + messages.length);
      for (const message of messages) texts.push({ ...message, carrier });
    }
    return texts;
  };
}

/** More keys of the one client account there is, as an app of many people has them. */
export async function manyKeys(sql: Database, count: number): Promise<string[]> {
  const { account_id: accountId } = (await sql.row<{ account_id: string }>(`SELECT account_id FROM api_keys WHERE role = 'client'`))!;
  const keys = Array.from({ length: count }, () => generateKey('client'));
  for (const key of keys) await insertKey(sql, { id: randomUUID(), accountId, role: 'client', key });
  return keys;
}

/** The code in a text. @throws TypeError where there is none */
export function codeIn(text: string): string {
  return /\d{6}/.exec(text)![0];
}

/** So many different phones in four countries, up to half a million. */
export function manyPhones(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const begin = BEGINS[index % BEGINS.length]!;
    return begin + String(Math.floor(index / BEGINS.length)).padStart(5, '0');
  });
}

/** Followed by five digits these are mobile numbers, or may be. */
const BEGINS = ['+121223', '+131024', '+4474001', '+49151123', '+141525', '+141623'];
