import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockOpening } from '../../src/db/activations.js';
import { CENTS, createDesk, type Desk } from './desk.js';

let desk: Desk;

beforeEach(async () => {
  desk = await createDesk();
});
afterEach(async () => {
  expect(await desk.problems()).toEqual([]);
  await desk.close();
});

const CREDIT = 1_000_000_000n;
const PRICE = 20n * CENTS;

describe('the first step of a workflow', () => {
  test('meets the row of its key: another run of it buys nothing', async () => {
    const { activationId, kind } = await desk.open();
    expect(kind).toBe('buy');
    expect(await desk.open({ activationId }, 'another run')).toMatchObject({ kind: 'answered', status: 'REQUESTED', failure: null });
    expect(await desk.wallet()).toEqual({ available: CREDIT - PRICE, held: PRICE });
  });

  test('may be repeated: the same run goes on with what it ranked', async () => {
    const first = await desk.open();
    const again = await desk.open({ activationId: first.activationId });
    expect(again).toEqual(first);
    expect(await desk.wallet()).toEqual({ available: CREDIT - PRICE, held: PRICE });
  });

  test('of two runs at one moment lets one buy', async () => {
    const activationId = randomUUID();
    const opened = await Promise.all(['one', 'two', 'three'].map((runId) => desk.open({ activationId }, runId)));
    expect(opened.map(({ kind }) => kind).toSorted()).toEqual(['answered', 'answered', 'buy']);
  });

  test('waits for another first step of its key, even where there is no row yet', async () => {
    const activationId = randomUUID();
    let opening: ReturnType<Desk['open']> | undefined;
    await desk.database.transaction(async (sql) => {
      await lockOpening(sql, activationId);
      opening = desk.open({ activationId });
      expect(await Promise.race([opening.then(() => 'went on'), sleep(1_500, 'waits')])).toBe('waits');
    });
    expect(await opening).toMatchObject({ kind: 'buy' });
  });

  test('answers with the hash of the request that has the row, whatever is asked now', async () => {
    const { activationId } = await desk.open({ requestHash: 'first' });
    expect(await desk.open({ activationId, requestHash: 'second' }, 'another run')).toMatchObject({ requestHash: 'first' });
  });

  test('makes 402 final for its key', async () => {
    await desk.list('a', [{ service: 'telegram', country: 'ID', cents: 2_000_00 }]);
    await desk.list('b', [{ service: 'telegram', country: 'ID', cents: 2_000_00 }]);
    const { activationId, ...first } = await desk.open();
    expect(first).toMatchObject({ kind: 'answered', failure: { code: 'insufficient_credit' } });
    await desk.list('a', [{ service: 'telegram', country: 'ID', cents: 20 }]);
    expect(await desk.open({ activationId }, 'another run')).toMatchObject({ kind: 'answered', failure: { code: 'insufficient_credit' } });
    expect(await desk.wallet()).toEqual({ available: CREDIT, held: 0n });
  });

  test('makes 503 final for its key', async () => {
    const { activationId, ...first } = await desk.open({ maxPrice: '0.01' });
    expect(first).toMatchObject({ kind: 'answered', failure: { code: 'no_numbers' } });
    await desk.list('a', [{ service: 'telegram', country: 'ID', cents: 1 }]);
    expect(await desk.open({ activationId, maxPrice: '0.01' }, 'another run')).toMatchObject({
      kind: 'answered',
      failure: { code: 'no_numbers' },
    });
    expect(await desk.wallet()).toEqual({ available: CREDIT, held: 0n });
  });
});
