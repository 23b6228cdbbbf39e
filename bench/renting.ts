import type { Database } from '../src/db/database.js';
import { ensureKey, generateKey } from '../src/db/keys.js';
import { grant } from '../src/ledger/credit.js';
import { uuidv7 } from 'uuidv7';
import type { Cluster } from '../test/cluster/cluster.js';

/** A client account of its own, with credit. @returns its key. */
export async function newClient(database: Database, credit: bigint): Promise<string> {
  const key = generateKey('client');
  await ensureKey(
    {
      database,
      ids: uuidv7,
      grant: async (sql, gift) => {
        await grant(sql, { ...gift, currency: 'USD' });
      },
    },
    { role: 'client', key, name: 'bench', credit },
  );
  return key;
}

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly messages: readonly { readonly code: string | null }[];
}

/** Rents a number through the API. @throws where it is not bought at once. */
export async function rentNow(cluster: Cluster, key: string, idempotencyKey: string): Promise<Shown> {
  const response = await cluster.fetch(0, '/v1/activations', {
    key,
    json: { service: 'telegram', country: 'ID' },
    headers: { 'idempotency-key': idempotencyKey },
  });
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Shown;
}

/** Waits by long polls until it has one of these statuses. */
export async function reaches(cluster: Cluster, key: string, id: string, ...wanted: readonly string[]): Promise<Shown> {
  for (let known: string | null = null; ;) {
    const headers: Record<string, string> = known === null ? {} : { 'if-none-match': known };
    const response = await cluster.fetch(0, `/v1/activations/${id}?wait=30`, { key, headers });
    if (response.status === 304) continue;
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    const shown = (await response.json()) as Shown;
    if (wanted.includes(shown.status)) return shown;
    known = response.headers.get('etag');
  }
}

/** Says that the code was enough, and waits until the activation is completed. */
export async function finish(cluster: Cluster, key: string, id: string): Promise<void> {
  const response = await cluster.fetch(0, `/v1/activations/${id}/finish`, { key, method: 'POST' });
  if (response.status >= 300) throw new Error(`${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
  await reaches(cluster, key, id, 'COMPLETED');
}

/** Does something so many times, so many at once. */
export async function atOnce(count: number, lanes: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, lane));
}
