import type { Command } from 'commander';
import { leaf, pageOptions, type Shown } from './leaf.js';
import { showPage } from './page.js';
import { connect, mustAnswer, type Session } from './session.js';
import { record, table } from './table.js';

type Query = Shown & Record<string, string>;

/** What operators see of providers, accounts and each other. */
export function operatorCommands(program: Command, session: Session): void {
  const ask = () => connect(session, 'operator');
  const providers = program.command('providers').summary('for operators: provider accounts, their books and proofs');
  leaf(providers.command('list', { isDefault: true }).summary('all accounts, with what is owed'), ['providers', 'providers --json']).action(
    async ({ json }: Shown) => {
      const page = await mustAnswer(ask().GET('/v1/operator/providers'));
      if (json === true) return session.show(JSON.stringify(page));
      const rows = page.items.map((it) => [
        it.id,
        it.simulated ? 'simulated' : 'real',
        it.currency,
        it.balance_expected,
        it.balance_observed,
        it.refunds_pending,
        it.refunds_overdue,
        it.proof,
        it.paused
          ? `paused: ${it.paused_reason ?? ''}`
          : it.circuit_open_until === null
            ? 'buying'
            : `resting until ${it.circuit_open_until}`,
        it.orphan_sweep ? 'cancelled' : 'left alone',
      ]);
      session.show(table(['ID', 'KIND', 'CURRENCY', 'EXPECTED', 'OBSERVED', 'PENDING', 'OVERDUE', 'PROOF', 'STATE', 'ORPHANS'], rows));
    },
  );
  for (const [what, summary] of [
    ['pause', 'buy nothing more there; numbers that are rented end as they would have'],
    ['resume', 'buy there again'],
  ] as const)
    leaf(providers.command(what).summary(summary), [`providers ${what} herosms --reason "maintenance"`])
      .argument('<provider>', 'its id')
      .requiredOption('--reason <text>', 'kept in the list of actions')
      .action(async (provider: string, { json, reason }: Shown & { reason: string }) => {
        const request = { params: { path: { provider } }, body: { reason } };
        const it = await mustAnswer(
          what === 'pause'
            ? ask().POST('/v1/operator/providers/{provider}/pause', request)
            : ask().POST('/v1/operator/providers/{provider}/resume', request),
        );
        session.show(json === true ? JSON.stringify(it) : `${it.id} is ${it.paused ? 'paused' : 'buying'}.`);
      });

  const sweep = providers.command('orphan-sweep').summary('whether numbers of abandoned purchases are cancelled');
  for (const [what, summary] of [
    ['stop', 'cancel no number that nobody claims; the first step after a restore, before any worker starts'],
    ['start', 'cancel numbers of abandoned purchases again'],
  ] as const)
    leaf(sweep.command(what).summary(summary), [`providers orphan-sweep ${what} herosms --reason "restored last night’s backup"`])
      .argument('<provider>', 'its id')
      .requiredOption('--reason <text>', 'kept in the list of actions')
      .action(async (provider: string, { json, reason }: Shown & { reason: string }) => {
        const request = { params: { path: { provider } }, body: { reason } };
        const it = await mustAnswer(
          what === 'stop'
            ? ask().POST('/v1/operator/providers/{provider}/orphan-sweep/stop', request)
            : ask().POST('/v1/operator/providers/{provider}/orphan-sweep/start', request),
        );
        const fate = it.orphan_sweep ? 'cancelled' : 'left alone';
        session.show(json === true ? JSON.stringify(it) : `${it.id}: numbers of abandoned purchases are ${fate}.`);
      });

  for (const [what, path, summary] of [
    ['top-up', 'top-ups', 'enter money before you send it to a provider'],
    ['adjust', 'adjustments', 'say that an account holds more than the books, or less (--, then a negative amount)'],
  ] as const)
    leaf(providers.command(what).summary(summary), [`providers ${what} herosms 50.00 --reference invoice-11 --reason "monthly"`])
      .argument('<provider>', 'its id')
      .argument('<amount>', 'decimal, in the account’s currency')
      .requiredOption('--reference <text>', 'your own; the same one is booked once')
      .requiredOption('--reason <text>', 'kept with the entry')
      .action(async (provider: string, amount: string, { json, reference, reason }: Shown & { reference: string; reason: string }) => {
        const request = { params: { path: { provider } }, body: { amount, reference, reason } };
        const it = await mustAnswer(ask().POST(`/v1/operator/providers/{provider}/${path}`, request));
        session.show(json === true ? JSON.stringify(it) : `${it.id} is expected to hold ${it.balance_expected} ${it.currency}.`);
      });

  pageOptions(leaf(program.command('actions'), ['actions --limit 20']))
    .summary('for operators: who asked for which change')
    .action(async ({ json, ...query }: Query) => {
      const page = await mustAnswer(ask().GET('/v1/operator/actions', { params: { query } }));
      showPage(session, json, page, ['AT', 'WHO', 'KEY', 'ACTION', 'OF', 'ANSWER'], (it) => [
        it.at,
        it.account_name,
        it.key_prefix,
        it.action,
        Object.values(it.params).map(String).join(' ') || null,
        it.problem ?? it.status,
      ]);
    });
  accountCommands(program, session);
  keyCommands(program, session);
}

function accountCommands(program: Command, session: Session): void {
  const ask = () => connect(session, 'operator');
  const accounts = program.command('accounts').summary('for operators: accounts and their credit');
  const show = (it: {
    id: string;
    name: string;
    kind: string;
    sandbox: boolean;
    available: string;
    held: string;
    currency: string;
    suspended_at: string | null;
  }) =>
    record([
      ['id', it.id],
      ['name', it.name],
      ['kind', it.sandbox ? `${it.kind}, plays` : it.kind],
      ['available', `${it.available} ${it.currency}`],
      ['held', `${it.held} ${it.currency}`],
      ['suspended', it.suspended_at],
    ]);
  pageOptions(
    leaf(accounts.command('list', { isDefault: true }).summary('all accounts, newest first'), ['accounts', 'accounts --kind client']),
  )
    .option('--kind <kind>', 'client or operator')
    .action(async ({ json, ...query }: Query) => {
      const page = await mustAnswer(ask().GET('/v1/operator/accounts', { params: { query } }));
      showPage(session, json, page, ['ID', 'NAME', 'KIND', 'AVAILABLE', 'HELD', 'CURRENCY', 'KEYS', 'SUSPENDED'], (it) => [
        it.id,
        it.name,
        it.sandbox ? `${it.kind}, plays` : it.kind,
        it.available,
        it.held,
        it.currency,
        it.keys,
        it.suspended_at,
      ]);
    });
  leaf(accounts.command('create').summary('make an account'), ['accounts create "Customer 4711" --reference customer-4711'])
    .argument('<name>', 'for people')
    .requiredOption('--reference <text>', 'your own; the same one counts once')
    .option('--operator', 'an account of an operator instead of a client')
    .option('--sandbox', 'an account that plays: credit that is no money, numbers of simulators only; for life')
    .action(
      async (name: string, { json, reference, operator, sandbox }: Shown & { reference: string; operator?: true; sandbox?: true }) => {
        const body = { name, reference, kind: operator === true ? 'operator' : 'client', sandbox: sandbox === true } as const;
        const it = await mustAnswer(ask().POST('/v1/operator/accounts', { body }));
        session.show(json === true ? JSON.stringify(it) : show(it));
      },
    );
  leaf(accounts.command('credit').summary('grant credit to a client'), [
    'accounts credit 7b0f… 25.00 --reference invoice-12 --reason "paid by bank"',
  ])
    .argument('<id>', 'the account')
    .argument('<amount>', 'decimal, such as 25.00')
    .requiredOption('--reference <text>', 'your own; the same one counts once')
    .requiredOption('--reason <text>', 'kept with the entry')
    .action(async (id: string, amount: string, { json, reference, reason }: Shown & { reference: string; reason: string }) => {
      const it = await mustAnswer(
        ask().POST('/v1/operator/accounts/{id}/credit', { params: { path: { id } }, body: { amount, reference, reason } }),
      );
      session.show(json === true ? JSON.stringify(it) : show(it));
    });
  for (const [what, summary] of [
    ['suspend', 'let an account’s keys open nothing'],
    ['resume', 'let a suspended account go on'],
  ] as const)
    leaf(accounts.command(what).summary(summary), [`accounts ${what} 7b0f… --reason "asked for it"`])
      .argument('<id>', 'the account')
      .requiredOption('--reason <text>', 'kept in the list of actions')
      .action(async (id: string, { json, reason }: Shown & { reason: string }) => {
        const request = { params: { path: { id } }, body: { reason } };
        const it = await mustAnswer(
          what === 'suspend'
            ? ask().POST('/v1/operator/accounts/{id}/suspend', request)
            : ask().POST('/v1/operator/accounts/{id}/resume', request),
        );
        session.show(json === true ? JSON.stringify(it) : show(it));
      });
}

function keyCommands(program: Command, session: Session): void {
  const ask = () => connect(session, 'operator');
  const keys = program.command('keys').summary('for operators: keys of accounts');
  const show = (it: { id: string; key: string }, json: boolean | undefined) => {
    session.show(
      json === true
        ? JSON.stringify(it)
        : record([
            ['id', it.id],
            ['key', it.key],
          ]),
    );
    session.tell('The key is shown only now.');
  };
  leaf(keys.command('list').summary('an account’s keys'), ['keys list 7b0f…'])
    .argument('<account>', 'its id')
    .action(async (id: string, { json }: Shown) => {
      const page = await mustAnswer(ask().GET('/v1/operator/accounts/{id}/keys', { params: { path: { id } } }));
      showPage(session, json, page, ['ID', 'ROLE', 'PREFIX', 'LABEL', 'CREATED', 'LAST USED', 'REVOKED'], (it) => [
        it.id,
        it.role,
        it.prefix,
        it.label,
        it.created_at,
        it.last_used_at,
        it.revoked_at,
      ]);
    });
  leaf(keys.command('issue').summary('issue a key of the account’s own kind'), ['keys issue 7b0f… --label "web shop"'])
    .argument('<account>', 'its id')
    .option('--label <text>', 'where the key is used')
    .action(async (id: string, { json, label }: Shown & { label?: string }) =>
      show(
        await mustAnswer(
          ask().POST('/v1/operator/accounts/{id}/keys', { params: { path: { id } }, body: label === undefined ? {} : { label } }),
        ),
        json,
      ),
    );
  leaf(keys.command('rotate').summary('replace a key; the old one works for a while longer'), ['keys rotate 91c2… --grace-hours 2'])
    .argument('<key>', 'its id')
    .option('--grace-hours <hours>', 'how long the old key still opens', '24')
    .option('--label <text>', 'where the key is used')
    .action(async (id: string, { json, label, graceHours }: Shown & { label?: string; graceHours: string }) => {
      const body = { grace_hours: Number(graceHours), ...(label === undefined ? {} : { label }) };
      show(await mustAnswer(ask().POST('/v1/operator/keys/{id}/rotate', { params: { path: { id } }, body })), json);
    });
  leaf(keys.command('revoke').summary('revoke a key at once'), ['keys revoke 91c2…'])
    .argument('<key>', 'its id')
    .action(async (id: string, { json }: Shown) => {
      const it = await mustAnswer(ask().POST('/v1/operator/keys/{id}/revoke', { params: { path: { id } } }));
      session.show(json === true ? JSON.stringify(it) : `The key ${it.prefix}… opens nothing any more.`);
    });
}
