import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AllFindings, readFindings } from '../../src/alerts/findings.js';
import { checkLedgerNow } from '../../src/alerts/ledger-check.js';
import { ALERT_NAMES, type AlertName } from '../../src/domain/alert-conditions.js';
import { enterFunding } from '../../src/ledger/operator-entries.js';
import { type AlertDesk, openAlertDesk } from './desk.js';

let desk: AlertDesk;
let api: Server;
/** What the API answers, by path; 200 unless told. */
const answers = new Map<string, number>();

beforeAll(async () => {
  api = createServer((request, response) => {
    const status = answers.get(request.url ?? '') ?? 200;
    if (status === 0) response.destroy();
    else response.writeHead(status).end('{}');
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  desk = await openAlertDesk({ publicUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}` });
  const operatorAccountId = randomUUID();
  for (const provider of ['herosms', 'fivesim']) {
    await run(
      "UPDATE provider_proofs SET opened_at = now(), observed = 50000000, expected = 50000000, read_at = now() - interval '1 hour' WHERE provider = $1",
      [provider],
    );
    await desk.database.transaction((sql) =>
      enterFunding(sql, {
        kind: 'top_up',
        provider,
        currency: 'USD',
        amount: 50_000_000n,
        idempotencyKey: `first ${provider}`,
        operatorAccountId,
        reason: 'test',
      }),
    );
  }
});
afterAll(async () => {
  await desk.close();
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
});

const run = (sql: string, values: readonly unknown[] = []) => desk.run(sql, values);
const look = () => readFindings(desk.deps);
/** Conditions that are found, with their subjects. */
const found = (all: AllFindings) =>
  Object.fromEntries(
    ALERT_NAMES.flatMap((name): [string, string[] | null][] => {
      const subjects = all[name];
      if (subjects === null) return [[name, null]];
      return subjects.size > 0 ? [[name, [...subjects.keys()]]] : [];
    }),
  );

/** Makes one condition true and false again: only it is found, and nothing before or after. */
async function turns(
  name: AlertName,
  subjects: readonly string[],
  make: () => Promise<unknown>,
  unmake: () => Promise<unknown>,
): Promise<AllFindings> {
  expect(found(await look())).toEqual({});
  await make();
  const all = await look();
  expect(found(all)).toEqual({ [name]: subjects });
  await unmake();
  expect(found(await look())).toEqual({});
  return all;
}

describe('what is wrong is found, and not found once it is right again', () => {
  it('WatchwordAway: nothing answers at the public address; that its routes fail too is no news', async () => {
    answers.set('/healthz', 0);
    answers.set('/readyz', 0);
    expect(found(await look())).toEqual({ WatchwordAway: ['/healthz'], PublicRouteFailing: null });
    answers.clear();
    expect(found(await look())).toEqual({});
  });

  it('PublicRouteFailing', async () => {
    const all = await turns(
      'PublicRouteFailing',
      ['/v1/prices/matrix'],
      async () => answers.set('/v1/prices/matrix', 503),
      async () => answers.clear(),
    );
    expect(all.PublicRouteFailing?.get('/v1/prices/matrix')).toEqual({ answer: 'status 503' });
  });

  it('WatcherSilent: only where something is open', async () => {
    await run("UPDATE watcher_state SET last_page_at = clock_timestamp() - interval '10 minutes'");
    let order = '';
    await turns(
      'WatcherSilent',
      ['herosms'],
      async () => (order = await desk.order()),
      async () => run('DELETE FROM orders WHERE id = $1', [order]),
    );
    await run('UPDATE watcher_state SET last_page_at = clock_timestamp()');
  });

  it('SmsUndelivered: an SMS that was confirmed a while ago, by its activation', async () => {
    const activationId = await desk.activation();
    const id = randomUUID();
    const all = await turns(
      'SmsUndelivered',
      [activationId],
      () =>
        run(
          `INSERT INTO inbox (id, provider, provider_order_id, activation_id, source, confirmed_at)
           VALUES ($1, 'herosms', 'x', $2, 'poll', clock_timestamp() - interval '11 seconds')`,
          [id, activationId],
        ),
      () => run('UPDATE inbox SET revealed_at = now() WHERE id = $1', [id]),
    );
    expect(all.SmsUndelivered?.get(activationId)).toMatchObject({ provider: 'herosms' });
  });

  it('PurchasesUnresolved: after ten minutes, not before', async () => {
    const activationId = await desk.activation('REQUESTED');
    await run(
      `INSERT INTO attempts (id, activation_id, seq, provider, service, country, max_price, client_price, status, deadline_at)
       VALUES ($1, $2, 0, 'herosms', 'telegram', 'ID', 1, 1, 'AMBIGUOUS', now())`,
      [randomUUID(), activationId],
    );
    await turns(
      'PurchasesUnresolved',
      [activationId],
      () => run("UPDATE attempts SET opened_at = clock_timestamp() - interval '11 minutes'"),
      () => run("UPDATE attempts SET status = 'ABANDONED'"),
    );
  });

  it('ProofFrozen', async () => {
    await turns(
      'ProofFrozen',
      ['fivesim'],
      () => run("UPDATE provider_proofs SET frozen_at = now(), frozen_reason = 'surplus of 5.00' WHERE provider = 'fivesim'"),
      () => run('UPDATE provider_proofs SET frozen_at = NULL, frozen_reason = NULL'),
    );
  });

  it('BalanceDrift: what neither refunds nor purchases under way explain', async () => {
    const all = await turns(
      'BalanceDrift',
      ['herosms'],
      () => run("UPDATE provider_proofs SET observed = 49900000 WHERE provider = 'herosms'"),
      () => run('UPDATE provider_proofs SET observed = 50000000'),
    );
    expect(all.BalanceDrift?.get('herosms')).toEqual({ drift: '-0.10', currency: 'USD' });
    // The balance showed a purchase before the books did.
    await run("UPDATE provider_proofs SET observed = 49900000, read_at = clock_timestamp() WHERE provider = 'herosms'");
    const order = await desk.order({ cost: 100_000n });
    await run('UPDATE watcher_state SET last_page_at = clock_timestamp()');
    expect(found(await look())).toEqual({});
    await run("UPDATE provider_proofs SET observed = 50000000, read_at = clock_timestamp() - interval '1 hour'");
    await run('DELETE FROM orders WHERE id = $1', [order]);
    // Money that pending refunds explain is no drift; more than that is.
    const refund = await desk.order({ status: 'REFUND_PENDING', cost: 200_000n, endedAgo: '1 minute' });
    await run("UPDATE provider_proofs SET observed = 50200000 WHERE provider = 'herosms'");
    expect(found(await look())).toEqual({});
    await run("UPDATE provider_proofs SET observed = 50300000 WHERE provider = 'herosms'");
    expect(found(await look())).toEqual({ BalanceDrift: ['herosms'] });
    await run('UPDATE provider_proofs SET observed = 50000000');
    await run('DELETE FROM orders WHERE id = $1', [refund]);
  });

  it('RefundsOverdue: after two hours, not before', async () => {
    const order = await desk.order({ status: 'REFUND_PENDING', endedAgo: '119 minutes' });
    const all = await turns(
      'RefundsOverdue',
      ['herosms'],
      () => run("UPDATE orders SET ended_at = clock_timestamp() - interval '121 minutes' WHERE id = $1", [order]),
      () => run('DELETE FROM orders WHERE id = $1', [order]),
    );
    expect(all.RefundsOverdue?.get('herosms')).toMatchObject({ overdue: '0.10', currency: 'USD' });
  });

  it('PayingFromLoss: above twenty in a day', async () => {
    const order = await desk.order({ status: 'REFUND_PENDING', cost: 20_000_001n, endedAgo: '1 minute' });
    await turns(
      'PayingFromLoss',
      [''],
      () => run('UPDATE orders SET paid_from_loss_at = now() WHERE id = $1', [order]),
      () => run('DELETE FROM orders WHERE id = $1', [order]),
    );
  });

  it('CircuitOpen', async () => {
    const all = await turns(
      'CircuitOpen',
      ['herosms'],
      () => run("UPDATE providers SET circuit_open_until = now() + interval '1 hour', circuit_reason = 'bad_key' WHERE id = 'herosms'"),
      () => run("UPDATE providers SET circuit_open_until = now() - interval '1 second' WHERE id = 'herosms'"),
    );
    expect(all.CircuitOpen?.get('herosms')).toMatchObject({ reason: 'bad_key' });
    await run('UPDATE providers SET circuit_open_until = NULL, circuit_reason = NULL');
  });

  it('CarrierCircuitOpen', async () => {
    await run(
      "INSERT INTO carriers (id, kind, channels, currency, rate_micros, simulated, receipts) VALUES ('acme', 'spec', '{sms}', 'USD', 1000000, false, 'push')",
    );
    const all = await turns(
      'CarrierCircuitOpen',
      ['acme'],
      () => run("UPDATE carriers SET circuit_open_until = now() + interval '1 hour', circuit_reason = 'no_balance'"),
      () => run("UPDATE carriers SET circuit_open_until = now() - interval '1 second'"),
    );
    expect(all.CarrierCircuitOpen?.get('acme')).toMatchObject({ reason: 'no_balance' });
    await run('DELETE FROM carriers');
  });

  it('BalanceLow: below the account’s own threshold', async () => {
    expect(found(await look())).toEqual({});
    const poor = { ...desk.deps, lowBalanceOf: (id: string) => (id === 'fivesim' ? 50_000_001n : null) };
    const all = await readFindings(poor);
    expect(found(all)).toEqual({ BalanceLow: ['fivesim'] });
    expect(all.BalanceLow?.get('fivesim')).toEqual({ balance: '50.00', threshold: '50.000001', currency: 'USD' });
    await desk.database.transaction((sql) =>
      enterFunding(sql, {
        kind: 'top_up',
        provider: 'fivesim',
        currency: 'USD',
        amount: 1_000_000n,
        idempotencyKey: 'second',
        operatorAccountId: randomUUID(),
        reason: 'test',
      }),
    );
    expect(found(await readFindings(poor))).toEqual({});
  });

  it('PricesOld and PriceBlobOld', async () => {
    await run("INSERT INTO provider_price_reads (provider, read_at, rows) VALUES ('herosms', now(), 1), ('fivesim', now(), 1)");
    await run(`INSERT INTO price_blob (built_at, etag, brotli, gzip) VALUES (now(), '"a"', '', '')`);
    await turns(
      'PricesOld',
      ['fivesim'],
      () => run("UPDATE provider_price_reads SET read_at = now() - interval '11 minutes' WHERE provider = 'fivesim'"),
      () => run('UPDATE provider_price_reads SET read_at = now()'),
    );
    await turns(
      'PriceBlobOld',
      [''],
      () => run("UPDATE price_blob SET built_at = now() - interval '6 minutes'"),
      () => run('UPDATE price_blob SET built_at = now()'),
    );
  });

  it('SuccessCollapsed: against the pair’s own history, with enough outcomes', async () => {
    const outcomes = async (times: number, good: boolean, ago: string, country = 'ID') => {
      for (let n = 0; n < times; n += 1) {
        const order = await desk.order({ status: 'CLOSED_WITH_SMS' });
        await run("UPDATE orders SET money = 'sold' WHERE id = $1", [order]);
        await run(
          `INSERT INTO route_outcomes (order_id, provider, service, country, succeeded, at)
           VALUES ($1, 'herosms', 'telegram', $2, $3, clock_timestamp() - $4::interval)`,
          [order, country, good, ago],
        );
      }
    };
    await outcomes(45, true, '1 day');
    await outcomes(5, false, '1 day');
    // A pair that was always bad, and one that is new, are bad now as well.
    await outcomes(40, false, '1 day', 'UA');
    await outcomes(12, false, '10 minutes', 'UA');
    await outcomes(12, false, '10 minutes', 'KZ');
    await outcomes(9, false, '10 minutes');
    const all = await turns(
      'SuccessCollapsed',
      ['herosms/telegram/ID'],
      () => outcomes(1, false, '5 minutes'),
      // What lies two hours back says nothing of now.
      () => run("UPDATE route_outcomes SET at = at - interval '3 hours' WHERE at > now() - interval '1 hour'"),
    );
    expect(all.SuccessCollapsed?.get('herosms/telegram/ID')).toEqual({ lately: '0 of 10', before: '45 of 50' });
    await run('DELETE FROM route_outcomes');
    await run('DELETE FROM orders');
  });

  it('LedgerWrong: differences, what could not be read in time, and checks that stopped', async () => {
    // The orders above were written without their postings, so the check has something to find.
    const order = await desk.order();
    expect(await checkLedgerNow(desk.deps)).toBe('differences');
    let all = await look();
    expect(found(all)).toMatchObject({ LedgerWrong: [''] });
    expect(all.LedgerWrong?.get('')).toMatchObject({ verdict: 'differences', reason: expect.stringContaining('order money agrees') });

    const left = { ...desk.deps, policy: { ...desk.deps.policy, ledgerCheckBoundMs: 0 }, now: () => 0 };
    await run('DELETE FROM ledger_checks');
    expect(await checkLedgerNow(left)).toBe('incomplete');
    all = await look();
    expect(all.LedgerWrong?.get('')).toMatchObject({ verdict: 'incomplete', problems: 0 });

    await run('DELETE FROM ledger_checks');
    await run(
      "INSERT INTO ledger_checks (started_at, ended_at, verdict, problems) VALUES (now() - interval '17 hours', now(), 'clean', 0)",
    );
    expect((await look()).LedgerWrong?.size).toBe(0);
    await run("UPDATE ledger_checks SET started_at = now() - interval '19 hours'");
    expect((await look()).LedgerWrong?.get('')).toMatchObject({ reason: 'the ledger is not checked any more' });
    // A check that took an hour is not repeated for twenty.
    await run("UPDATE ledger_checks SET ended_at = started_at + interval '1 hour'");
    expect(await checkLedgerNow(desk.deps)).toBeNull();
    await run('DELETE FROM ledger_checks');
    await run('DELETE FROM orders WHERE id = $1', [order]);
  });

  it('a part that cannot be read leaves its conditions unknown and the others judged', async () => {
    const broken: AlertDesk['deps'] = {
      ...desk.deps,
      database: {
        ...desk.database,
        rows: (text, values) => (text.includes('route_outcomes') ? Promise.reject(new Error('timeout')) : desk.database.rows(text, values)),
      },
    };
    const all = await readFindings(broken);
    expect(found(all)).toEqual({ SuccessCollapsed: null });
    expect(desk.logged.at(-1)).toMatchObject({ level: 'warn', fields: { what: 'success of pairs' } });
  });
});
