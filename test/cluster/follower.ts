import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.js';

/** How a client keeps itself informed. */
export type Way = 'events' | 'poll';

/** What one client saw. */
export interface Followed {
  readonly id: string;
  readonly way: Way;
  readonly home: number;
  readonly status: string;
  readonly codes: readonly string[];
  /** How often it went on at the other API because its own broke off. */
  readonly moves: number;
  /** States that it was shown again although it had said that it knows them. */
  readonly repeated: number;
}

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly messages: readonly { readonly code: string | null }[];
}

const FINAL = new Set(['COMPLETED', 'REFUNDED', 'FAILED']);
const PAUSE_MS = 100;

/** Rents at its API, or at the other where that is gone: the same key buys once, whoever is asked. */
export async function rent(cluster: Cluster, home: number, key: string, until: number): Promise<string> {
  for (let api = home; Date.now() < until; api = other(cluster, api)) {
    const response = await cluster
      .fetch(api, '/v1/activations', {
        json: { service: 'telegram', country: 'ID' },
        headers: { 'idempotency-key': key },
        signal: AbortSignal.timeout(40_000),
      })
      .catch(() => null);
    if (response !== null && [200, 201, 202].includes(response.status)) return ((await response.json()) as Shown).id;
    await sleep(PAUSE_MS);
  }
  throw new Error(`${key} was not answered in time`);
}

/**
 * Follows an activation to its end, finishes it once it has its code, and goes to the other API with what it knows whenever
 * its own breaks off.
 */
export async function follow(cluster: Cluster, id: string, home: number, way: Way, until: number): Promise<Followed> {
  let api = home;
  let known: string | null = null;
  let last: Shown = { id, status: 'REQUESTED', messages: [] };
  let moves = 0;
  let repeated = 0;
  while (Date.now() < until && !FINAL.has(last.status)) {
    try {
      for await (const { state, shown } of way === 'events' ? events(cluster, api, id, known) : polls(cluster, api, id, known)) {
        if (state === known) repeated += 1;
        known = state;
        last = shown;
        if (shown.status === 'RECEIVED')
          await cluster.fetch(api, `/v1/activations/${id}/finish`, { method: 'POST', signal: AbortSignal.timeout(15_000) });
        if (FINAL.has(shown.status)) break;
      }
    } catch {
      api = other(cluster, api);
      moves += 1;
    }
    await sleep(PAUSE_MS);
  }
  return { id, way, home, moves, repeated, status: last.status, codes: last.messages.flatMap(({ code }) => (code === null ? [] : [code])) };
}

function other(cluster: Cluster, api: number): number {
  return (api + 1) % cluster.apis.length;
}

interface State {
  readonly state: string;
  readonly shown: Shown;
}

/** One event stream, until it ends. @throws where it breaks off */
async function* events(cluster: Cluster, api: number, id: string, known: string | null): AsyncGenerator<State> {
  const headers = known === null ? {} : { 'last-event-id': known };
  const response = await cluster.fetch(api, `/v1/activations/${id}/events`, { headers });
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field('data');
      if (data !== undefined) yield { state: field('id')!, shown: JSON.parse(data) as Shown };
    }
  }
}

/** Long polls, each against the state that is known. @throws where one breaks off */
async function* polls(cluster: Cluster, api: number, id: string, first: string | null): AsyncGenerator<State> {
  for (let known = first; ;) {
    const headers = known === null ? {} : { 'if-none-match': known };
    const response = await cluster.fetch(api, `/v1/activations/${id}?wait=30`, { headers, signal: AbortSignal.timeout(60_000) });
    if (response.status === 304) continue;
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    known = response.headers.get('etag')!;
    yield { state: known, shown: (await response.json()) as Shown };
  }
}
