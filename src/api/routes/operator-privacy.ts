import { Readable } from 'node:stream';
import { z } from 'zod';
import { type AccountOverview, accountOverview } from '../../db/operator-accounts.js';
import { DomainError } from '../../domain/errors.js';
import { formatMoney } from '../../domain/money.js';
import { eraseWholeAccount } from '../../privacy/erase-account.js';
import { exportAccount, type ExportDeps } from '../account-export.js';
import { type AnyRoute, route } from '../route.js';
import { account, accountShown } from '../schemas/account.js';
import { id, keepable } from '../schemas/scalars.js';

const reason = z.strictObject({ reason: keepable(500).min(1).meta({ description: 'Kept in the list of actions; name nobody in it.' }) });

/** What a person behind an account may ask for: everything that is known of them, and its erasure. */
export function operatorPrivacyRoutes(deps: ExportDeps): AnyRoute[] {
  const common = { method: 'post', door: 'operator', limit: 'command', tag: 'Operator', params: z.object({ id }), body: reason } as const;
  const read = async (accountId: string): Promise<AccountOverview> => {
    const row = await accountOverview(deps.database, accountId, deps.currency);
    if (row === null) throw new DomainError('not_found', 'There is no such account.');
    return row;
  };
  return [
    route({
      ...common,
      path: '/v1/operator/accounts/:id/export',
      summary: 'Everything that is known of an account, as one document',
      description:
        'Account, keys (never themselves), activations with the numbers, codes and texts that are still there and were paid for, messages, verifications, postings, and what ' +
        'operators asked about it. It is streamed: a document that is not whole is not JSON. A POST, so that the list of actions keeps who asked for it.',
      answers: {
        200: { description: 'The document.', media: 'application/json', headers: { 'Content-Disposition': 'A name for the file.' } },
      },
      problems: [],
      async handle({ params }) {
        const shown = accountShown(await read(params.id), deps.currency);
        return {
          status: 200,
          raw: Readable.from(exportAccount(deps, shown)),
          headers: { 'Content-Disposition': `attachment; filename="account-${params.id}.json"` },
        };
      },
    }),
    route({
      ...common,
      path: '/v1/operator/accounts/:id/erase',
      summary: 'Erase an account at once',
      description:
        'Refused while an activation is open, an order of one unsettled, a message or verification under way, or credit held: `open` counts them, `activations` and `messages` name the first. Then keys are ' +
        'revoked, and name, reference, labels, metadata, numbers, codes and texts erased. The books stay under the account’s id. Asking again changes nothing.',
      answers: { 200: { description: 'Erased, or erased before.', json: account } },
      problems: ['wrong_state'],
      async handle({ caller, params }) {
        if (params.id === caller.accountId)
          throw new DomainError('forbidden', 'This would erase the operator who asks; let another operator do it.');
        const result = await eraseWholeAccount(deps.database, params.id);
        if (result.kind === 'open')
          throw new DomainError('wrong_state', 'Something of this account is still open or held; wait for its end, or cancel it.', {
            reason: 'open',
            open: result.open.count,
            activations: result.open.activations,
            messages: result.open.messages,
            held: formatMoney(result.open.held),
            currency: deps.currency,
          });
        return { status: 200, json: accountShown(await read(params.id), deps.currency) };
      },
    }),
  ];
}
