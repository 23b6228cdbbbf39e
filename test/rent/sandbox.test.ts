import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NumberProvider } from '../../src/providers/provider.js';
import { type Books, createBooks } from './books.js';
import { createDesk } from './desk.js';

const ID = { service: 'telegram', country: 'ID' };

describe('who is sold which numbers', () => {
  let books: Books;
  beforeEach(async () => {
    const nobody = {} as NumberProvider;
    books = await createBooks({
      providers: new Map([
        ['played', nobody],
        ['real', nobody],
      ]),
      die: () => 0.5,
    });
    for (const provider of ['played', 'real']) await books.list(provider, [{ ...ID, cents: 20 }]);
  });
  afterEach(() => books.close());

  /** The providers from which an account of either kind would be sold a number. */
  async function sellers(sandbox: boolean): Promise<string[]> {
    const { candidates } = await books.open(ID, await books.account(sandbox));
    return candidates.map(({ provider }) => provider).toSorted();
  }
  const set = (change: string) => books.database.run(`UPDATE providers SET ${change} WHERE id = 'real'`);

  test('without a real provider everybody is sold simulators’', async () => {
    expect(await sellers(false)).toEqual(['played', 'real']);
    expect(await sellers(true)).toEqual(['played', 'real']);
  });

  test('beside a real provider an ordinary account is sold its numbers only, and who plays simulators’ only', async () => {
    await set('simulated = false');
    expect(await sellers(false)).toEqual(['real']);
    expect(await sellers(true)).toEqual(['played']);
  });

  test('a real provider that is paused leaves an ordinary account with nothing, not with a simulator', async () => {
    await set('simulated = false, paused_at = now()');
    expect(await sellers(false)).toEqual([]);
    expect(await sellers(true)).toEqual(['played']);
  });

  test('once the last real provider is gone, simulators sell to everybody again', async () => {
    await set('simulated = false, retired_at = now()');
    expect(await sellers(false)).toEqual(['played']);
  });

  test('an account that was erased is offered nothing', async () => {
    await books.database.run('UPDATE accounts SET erased_at = now()');
    expect((await books.open(ID)).candidates).toEqual([]);
  });
});

test('a provider that became real, or no longer fits the account, is not asked for a number that was ranked before', async () => {
  const desk = await createDesk();
  try {
    const { activationId } = await desk.open();
    await desk.database.run("UPDATE providers SET simulated = false WHERE id = 'b'");
    expect(await desk.buy(activationId)).toEqual({ kind: 'refused', provider: 'a', reason: 'not_for_this_account' });
    expect(desk.a.calls).toEqual([]);
  } finally {
    await desk.close();
  }
});

test('whether an account plays is fixed for its life', async () => {
  const desk = await createDesk();
  try {
    await expect(desk.database.run('UPDATE accounts SET sandbox = NOT sandbox')).rejects.toThrow(/is fixed for its life/);
  } finally {
    await desk.close();
  }
});
