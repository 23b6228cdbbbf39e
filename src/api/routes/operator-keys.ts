import { z } from 'zod';
import type { Database, Sql } from '../../db/database.js';
import { generateKey, insertKey, type KeyOverview, keysOf, lockKey, revokeKey } from '../../db/keys.js';
import { accountOverview } from '../../db/operator-accounts.js';
import { DomainError } from '../../domain/errors.js';
import { type AnyRoute, route } from '../route.js';
import { apiKey, keyShown } from '../schemas/api-key.js';
import { id, keepable } from '../schemas/scalars.js';

const newKey = apiKey.extend({ key: z.string().meta({ description: 'The key itself; it is shown only here.' }) }).meta({ id: 'NewApiKey' });
const label = keepable(100).min(1).optional().meta({ description: 'For people: where the key is used.' });

/** What the routes of keys need. */
export interface OperatorKeyDeps {
  readonly database: Database;
  readonly clock: () => Date;
  /** A new UUID. */
  readonly ids: () => string;
}

/** Issuing, rotating and revoking keys. Only hashes are stored. */
export function operatorKeyRoutes(deps: OperatorKeyDeps): AnyRoute[] {
  const common = { door: 'operator', tag: 'Operator' } as const;

  async function issue(sql: Sql, account: { readonly id: string; readonly role: 'client' | 'operator' }, name: string | null) {
    const secret = generateKey(account.role);
    const keyId = deps.ids();
    await insertKey(sql, { id: keyId, accountId: account.id, role: account.role, key: secret, label: name });
    return { ...keyShown((await lockKey(sql, keyId))!), key: secret };
  }

  return [
    route({
      ...common,
      method: 'get',
      path: '/v1/operator/accounts/:id/keys',
      limit: 'read',
      summary: 'An account’s keys, newest first',
      params: z.object({ id }),
      answers: { 200: { description: 'All of them.', json: z.object({ items: z.array(apiKey) }) } },
      problems: [],
      async handle({ params }) {
        await mustExist(deps.database, params.id);
        return { status: 200, json: { items: (await keysOf(deps.database, params.id)).map(keyShown) } };
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/v1/operator/accounts/:id/keys',
      limit: 'command',
      summary: 'Issue a key of the account’s own kind',
      params: z.object({ id }),
      body: z.strictObject({ label }),
      answers: { 201: { description: 'The key, shown only now.', json: newKey } },
      problems: ['wrong_state'],
      async handle({ params, body }) {
        const account = await mustExist(deps.database, params.id);
        if (account.erased_at !== null) throw new DomainError('wrong_state', 'This account was erased.', { reason: 'erased' });
        const made = await deps.database.transaction((sql) => issue(sql, { id: account.id, role: account.kind }, body.label ?? null));
        return { status: 201, json: made };
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/v1/operator/keys/:id/rotate',
      limit: 'command',
      summary: 'Replace a key; the old one works for a while longer',
      params: z.object({ id }),
      body: z.strictObject({
        grace_hours: z.int().min(0).max(168).default(24).meta({ description: 'How long the old key still opens.' }),
        label,
      }),
      answers: { 201: { description: 'The new key, shown only now.', json: newKey } },
      problems: ['forbidden'],
      async handle({ params, body }) {
        const made = await deps.database.transaction(async (sql) => {
          const old = await mustBeUsable(sql, params.id, deps.clock());
          await revokeKey(sql, old.id, new Date(deps.clock().getTime() + body.grace_hours * 3_600_000));
          return issue(sql, { id: old.account_id, role: old.role }, body.label ?? old.label);
        });
        return { status: 201, json: made };
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/v1/operator/keys/:id/revoke',
      limit: 'command',
      summary: 'Revoke a key at once',
      params: z.object({ id }),
      body: z.strictObject({}),
      bodyRequired: false,
      answers: { 200: { description: 'Revoked, now or before.', json: apiKey } },
      problems: ['forbidden'],
      async handle({ caller, params }) {
        if (params.id === caller.keyId)
          throw new DomainError('forbidden', 'This would lock out the key that asks; rotate it, or let another key do it.');
        const row = await deps.database.transaction(async (sql) => {
          if ((await lockKey(sql, params.id)) === null) throw new DomainError('not_found', 'There is no such key.');
          await revokeKey(sql, params.id, deps.clock());
          return (await lockKey(sql, params.id))!;
        });
        return { status: 200, json: keyShown(row) };
      },
    }),
  ];
}

async function mustExist(sql: Sql, accountId: string) {
  const account = await accountOverview(sql, accountId, '');
  if (account === null) throw new DomainError('not_found', 'There is no such account.');
  return account;
}

async function mustBeUsable(sql: Sql, keyId: string, now: Date): Promise<KeyOverview> {
  const row = await lockKey(sql, keyId);
  if (row === null) throw new DomainError('not_found', 'There is no such key.');
  if (row.revoked_at !== null && row.revoked_at <= now) throw new DomainError('forbidden', 'This key was revoked; issue a new one.');
  return row;
}
