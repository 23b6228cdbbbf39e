import { sns } from '../../src/carriers/sns/adapter.js';
import { carrierContract } from './contract.js';

carrierContract({
  dialect: 'sns',
  adapter: (baseUrl, secretAccessKey, http) =>
    sns.create(
      {
        id: 'one',
        secrets: { secret_access_key: secretAccessKey },
        settings: { access_key_id: 'AKIAEXAMPLE', region: 'eu-west-1' },
        baseUrl,
        currency: 'USD',
        perSecond: null,
        sender: null,
      },
      { http, clock: { now: Date.now }, die: () => 0.5 },
    ),
  price: null,
  reference: { told: false, inReceipts: false },
  defaultSender: null,
  receipts: 'none',
  // An account without money is not told apart from one that is not open.
  refusals: { no_balance: { kind: 'fatal', reason: 'account_closed' } },
});
