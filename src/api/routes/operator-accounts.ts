import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { accountOverview, createAccount, listAccounts, setSuspended } from '../../db/operator-accounts.js';
import { DomainError } from '../../domain/errors.js';
import { parseMoney } from '../../domain/money.js';
import { grant } from '../../ledger/credit.js';
import { isOtherInputs } from '../../ledger/operator-entries.js';
import { cutPage, decodeCursor, DEFAULT_PAGE, pageQuery, timePlace } from '../cursor.js';
import { type AnyRoute, route } from '../route.js';
import { account, accountShown } from '../schemas/account.js';
import { id, keepable } from '../schemas/scalars.js';

const reference = keepable(100).min(1).meta({ description: 'Your own reference; the same one counts once.', example: 'customer-4711' });
/** The most that one entry grants, in micro units. */
const MOST = parseMoney('1000000');

/** What the routes of accounts need. */
export interface OperatorAccountDeps {
  readonly database: Database;
  /** ISO 4217 code of the wallet. */
  readonly currency: string;
  /** A new UUID. */
  readonly ids: () => string;
}

/** Making accounts, giving them credit, and stopping them. */
export function operatorAccountRoutes(deps: OperatorAccountDeps): AnyRoute[] {
  const common = { door: 'operator', tag: 'Operator' } as const;
  const read = async (accountId: string) => {
    const row = await accountOverview(deps.database, accountId, deps.currency);
    if (row === null) throw new DomainError('not_found', 'There is no such account.');
    return accountShown(row, deps.currency);
  };
  const mustLive = async (accountId: string) => {
    const found = await read(accountId);
    if (found.erased_at !== null) throw new DomainError('wrong_state', 'This account was erased.', { reason: 'erased' });
    return found;
  };
  return [
    route({
      ...common,
      method: 'get',
      path: '/v1/operator/accounts',
      limit: 'read',
      summary: 'Accounts with their balances, newest first',
      query: z.object({ ...pageQuery, kind: z.enum(['client', 'operator']).optional() }),
      answers: { 200: { description: 'A page.', json: z.object({ items: z.array(account), next_cursor: z.string().nullable() }) } },
      problems: [],
      async handle({ query }) {
        const limit = query.limit ?? DEFAULT_PAGE;
        const after = decodeCursor(query.cursor, z.tuple([timePlace, z.uuid()]));
        const rows = await listAccounts(deps.database, { currency: deps.currency, kind: query.kind ?? null, after, limit: limit + 1 });
        const page = cutPage(rows, limit, (last) => [last.place, last.id]);
        return { status: 200, json: { items: page.items.map((row) => accountShown(row, deps.currency)), next_cursor: page.nextCursor } };
      },
    }),
    route({
      ...common,
      method: 'get',
      path: '/v1/operator/accounts/:id',
      limit: 'read',
      summary: 'One account',
      params: z.object({ id }),
      answers: { 200: { description: 'The account.', json: account } },
      problems: [],
      handle: async ({ params }) => ({ status: 200, json: await read(params.id) }),
    }),
    route({
      ...common,
      method: 'post',
      path: '/v1/operator/accounts',
      limit: 'command',
      summary: 'Make an account; it has no key and no credit yet',
      body: z.strictObject({
        name: keepable(100).min(1),
        kind: z.enum(['client', 'operator']).default('client'),
        sandbox: z.boolean().default(false).meta({ description: 'Simulators only, with credit that is no money; fixed for life.' }),
        reference,
      }),
      answers: {
        200: { description: 'Made before under this reference.', json: account },
        201: { description: 'Made.', json: account },
      },
      problems: ['idempotency_key_reused'],
      async handle({ body }) {
        if (body.sandbox && body.kind !== 'client')
          throw new DomainError('invalid_input', 'Only a client can play; an operator has no wallet.');
        const made = await createAccount(deps.database, { id: deps.ids(), ...body });
        if (made === null)
          throw new DomainError('idempotency_key_reused', `The reference "${body.reference}" stands for another account; choose another.`);
        return { status: made.created ? 201 : 200, json: await read(made.id) };
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/v1/operator/accounts/:id/credit',
      limit: 'command',
      summary: 'Grant credit to a client; to an account that plays, sandbox credit',
      params: z.object({ id }),
      body: z.strictObject({
        amount: z.string().max(20).meta({ description: 'Decimal string above 0, at most 1000000.', example: '25.00' }),
        reference,
        reason: keepable(500).min(1).meta({ description: 'Kept with the entry.' }),
      }),
      answers: {
        200: { description: 'Granted before under this reference.', json: account },
        201: { description: 'Granted.', json: account },
      },
      problems: ['idempotency_key_reused', 'wrong_state'],
      async handle({ caller, params, body }) {
        const before = await mustLive(params.id);
        if (before.kind !== 'client') throw new DomainError('invalid_input', 'Operators have no wallet; grant credit to a client.');
        const amount = amountOf(body.amount);
        const granted = await deps.database
          .transaction((sql) =>
            grant(sql, {
              accountId: params.id,
              amount,
              currency: deps.currency,
              idempotencyKey: `operator:${params.id}:${body.reference}`,
              evidence: { operator: caller.accountId, reason: body.reason },
            }),
          )
          .catch((error: unknown) => {
            if (isOtherInputs(error))
              throw new DomainError(
                'idempotency_key_reused',
                `The reference "${body.reference}" was granted with another amount or reason.`,
              );
            throw error;
          });
        return { status: granted ? 201 : 200, json: await read(params.id) };
      },
    }),
    ...(['suspend', 'resume'] as const).map((what) =>
      route({
        ...common,
        method: 'post',
        path: `/v1/operator/accounts/:id/${what}`,
        limit: 'command',
        summary: what === 'suspend' ? 'Suspend an account: its keys open nothing' : 'Let a suspended account go on',
        description: 'Numbers that it has rented end as they would have, and its money stays its own.',
        params: z.object({ id }),
        body: z.strictObject({ reason: keepable(500).min(1).meta({ description: 'Kept in the list of actions.' }) }),
        answers: { 200: { description: 'Done, or done before.', json: account } },
        problems: ['wrong_state'],
        async handle({ caller, params }) {
          await mustLive(params.id);
          if (what === 'suspend' && params.id === caller.accountId)
            throw new DomainError('forbidden', 'This would lock out the operator who asks; let another operator do it.');
          await setSuspended(deps.database, params.id, what === 'suspend');
          return { status: 200, json: await read(params.id) };
        },
      }),
    ),
  ];
}

function amountOf(text: string): bigint {
  let amount = 0n;
  try {
    amount = parseMoney(text);
  } catch {
    // Said below.
  }
  if (amount <= 0n || amount > MOST)
    throw new DomainError('invalid_input', 'amount must be a decimal string above 0 and at most 1000000, with at most six places.');
  return amount;
}
