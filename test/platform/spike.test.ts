import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseMoney } from '../../src/domain/money.js';
import { checkLedger } from '../../src/ledger/check.js';
import { startStack, type Stack } from '../stack/stack.js';
import { booksReader, manyKeys, manyPhones, visit } from '../verify/crowd.js';

/**
 * The morning-show spike: an app is on television, and everybody verifies a phone at the same moment. Carriers take only so many
 * messages a second and refuse more, and codes may cost just so much.
 */
const VERIFIED = 1_500;
const TOO_MANY = 100;
const PRICE = '0.0065';
const CAP = '9.75';
const CARRIERS = ['simulated-json', 'simulated-xml'] as const;
/** Messages a second: of the account, and what the carrier in fact bears. */
const GRANTED = 12;
const BORNE = 9;

let stack: Stack;
beforeAll(async () => {
  const settings = { receiptDelayMinMs: 300, receiptDelayMaxMs: 1_500, delivered: 1, price: PRICE, perSecond: BORNE };
  const account = { perSecond: GRANTED, prices: { US: PRICE, CA: PRICE, GB: PRICE, DE: PRICE } };
  stack = await startStack({
    providers: [],
    carriers: [
      { dialect: 'json', settings, account },
      { dialect: 'xml', settings, account },
    ],
    credit: '20',
    file: { verify: { spend: { day: CAP, month: null, account_month: CAP } } },
    env: { LOG_LEVEL: 'warn' },
  });
});
afterAll(() => stack?.close());

it('sends 1,600 people at once as many codes as the cap pays for, one each, and verifies everybody who got one', async () => {
  const people = manyPhones(VERIFIED + TOO_MANY);
  const visits = await visit(
    {
      post: (path, key, json, headers) => stack.fetch(path, { key, json, headers }),
      newTexts: booksReader(CARRIERS, (carrier, path) => stack.control(carrier, 'GET', path)),
    },
    // A key may ask for 600 codes a minute.
    { people, keys: await manyKeys(stack.sql, 4), atOnce: people.length, connections: 100, typingMs: 0, patienceMs: 900_000 },
  );

  // Everybody is accounted for: verified by the code from the carrier's books, or told that the cap is reached.
  const verified = visits.filter((one) => one.verified);
  const refused = visits.filter((one) => one.id === null);
  expect([verified.length, refused.length]).toEqual([VERIFIED, TOO_MANY]);
  expect(new Set(refused.map(({ refusals }) => refusals.at(-1)))).toEqual(new Set(['402 spend_cap_reached']));
  expect(new Set(verified.map(({ id }) => id)).size).toBe(VERIFIED);

  // One code each by the carriers' own books, and none to those who were refused.
  const books = await booksReader(CARRIERS, (carrier, path) => stack.control(carrier, 'GET', path))();
  expect(books.map(({ to }) => to).toSorted()).toEqual(verified.map(({ to }) => to).toSorted());

  // The last receipt may come after the last check; then all agree on what it cost: the cap to the last micro unit.
  await expect
    .poll(() => stack.sql.row(`SELECT count(*)::int AS open FROM messages WHERE status NOT IN ('DELIVERED')`), { timeout: 60_000 })
    .toEqual({ open: 0 });
  const spent = await stack.sql.rows<{ amount: bigint }>('SELECT amount FROM verification_spend ORDER BY scope');
  expect(spent.map(({ amount }) => amount)).toEqual([parseMoney(CAP), parseMoney(CAP)]);
  const balance = (await (await stack.fetch('/v1/balance')).json()) as { available: string; held: string };
  expect([parseMoney(balance.available), parseMoney(balance.held)]).toEqual([parseMoney('20') - parseMoney(CAP), 0n]);
  expect(books.reduce((sum, { price }) => sum + parseMoney(price), 0n)).toBe(parseMoney(CAP));
  const report = await checkLedger(stack.sql);
  expect([report.verdict, report.problems]).toEqual(['clean', []]);
}, 1_200_000);
