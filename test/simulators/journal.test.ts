import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFiveSimSimulator } from '../../src/simulators/fivesim/simulator.js';
import { createHandlerApiSimulator } from '../../src/simulators/handler-api/simulator.js';
import { openJournal } from '../../src/simulators/journal.js';
import type { Simulator } from '../../src/simulators/kernel.js';
import { controlClient, until } from './control-client.js';

const KEY = 'journal-key';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'books-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a journal', () => {
  it('keeps its lines, but for one that was cut', () => {
    const file = join(folder, 'deeper', 'a.jsonl');
    const first = openJournal(file);
    first.append({ a: 1 });
    first.append({ a: 2 });
    first.close();
    appendFileSync(file, '{"a":3,"b":');
    expect(openJournal(file).lines).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('goes on after a line that was cut', () => {
    const file = join(folder, 'a.jsonl');
    const first = openJournal(file);
    first.append({ a: 1 });
    first.close();
    appendFileSync(file, '{"a":2,"b":');
    const second = openJournal(file);
    second.append({ a: 3 });
    second.close();
    expect(openJournal(file).lines).toEqual([{ a: 1 }, { a: 3 }]);
  });

  it('is compacted to one line', () => {
    const file = join(folder, 'a.jsonl');
    const journal = openJournal(file);
    for (let index = 0; index < 100; index += 1) journal.append({ index });
    journal.compact({ all: 100 });
    journal.append({ index: 101 });
    journal.close();
    expect(readFileSync(file, 'utf8')).toBe('{"all":100}\n{"index":101}\n');
  });
});

describe.each(['handler_api', 'fivesim'] as const)('the books of a %s simulator', (kind) => {
  const start = async (settings: object = {}): Promise<Simulator> => {
    const options = {
      apiKey: KEY,
      state: join(folder, 'books.jsonl'),
      settings: { smsDelayMinMs: 10, smsDelayMaxMs: 20, cancelWindowMs: 0, ...settings },
    };
    return kind === 'fivesim' ? createFiveSimSimulator(options) : createHandlerApiSimulator(options);
  };

  it('are the same after a restart, and after the next', async () => {
    const first = await start();
    const control = controlClient(first.control);
    for (let index = 0; index < 5; index += 1) await control.post('/purchases', { service: 'telegram', country: 'ID' });
    await control.post('/top-up', { amount: '2.5' });
    await until(async () => ((await control.books()).orders.every((order) => order.sms.length === 1) ? true : null));
    const before = await control.books();
    await first.close();
    for (let restart = 0; restart < 2; restart += 1) {
      const again = await start();
      expect(await controlClient(again.control).books()).toEqual(before);
      await again.close();
    }
  });

  it('let happen after a restart what was due meanwhile', async () => {
    const first = await start({ smsDelayMinMs: 150, smsDelayMaxMs: 160, lifetimeMs: 300 });
    const control = controlClient(first.control);
    await control.post('/purchases', { service: 'telegram', country: 'ID' });
    await control.trap('no_sms');
    await control.post('/purchases', { service: 'telegram', country: 'ID' });
    await first.close();
    await new Promise((resolve) => setTimeout(resolve, 350));
    const again = await start();
    const books = await controlClient(again.control).books();
    expect(books.orders.map((order) => [order.status, order.sms.length, order.refund])).toEqual([
      ['finished', 1, 'none'],
      ['timed_out', 0, 'paid'],
    ]);
    await again.close();
  });

  it('are fresh after a reset, also after a restart', async () => {
    const first = await start();
    const control = controlClient(first.control);
    await control.post('/purchases', { service: 'telegram', country: 'ID' });
    await control.post('/reset');
    await first.close();
    const again = await start();
    const books = await controlClient(again.control).books();
    expect(books).toMatchObject({ balance: '100.00', orders: [], movements: [{ kind: 'opening' }] });
    await again.close();
  });

  it('are on disk before a purchase is answered', async () => {
    const simulator = await start();
    const buy =
      kind === 'fivesim'
        ? `${simulator.url}/user/buy/activation/indonesia/any/telegram`
        : `${simulator.url}?api_key=${KEY}&action=getNumber&service=tg&country=6`;
    for (let index = 0; index < 3; index += 1) {
      const body = await (await fetch(buy, { headers: { authorization: `Bearer ${KEY}` } })).text();
      const id = kind === 'fivesim' ? String((JSON.parse(body) as { id: number }).id) : body.split(':')[1]!;
      expect(readFileSync(join(folder, 'books.jsonl'), 'utf8')).toContain(`"id":${id},`);
    }
    await simulator.close();
  });

  it('never give an id twice', async () => {
    const first = await start();
    await controlClient(first.control).post('/purchases', { service: 'telegram', country: 'ID' });
    await first.close();
    const again = await start();
    const control = controlClient(again.control);
    await control.post('/purchases', { service: 'telegram', country: 'ID' });
    const { orders } = await control.books();
    expect(new Set(orders.map((order) => order.id)).size).toBe(2);
    expect(new Set(orders.map((order) => order.phone)).size).toBe(2);
    await again.close();
  });
});
