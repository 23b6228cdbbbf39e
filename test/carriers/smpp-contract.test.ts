import { smppKind } from '../../src/carriers/smpp/adapter.js';
import { carrierContract } from './contract.js';

carrierContract({
  dialect: 'smpp',
  adapter: (baseUrl, password, http) =>
    smppKind.create(
      {
        id: 'one',
        secrets: { password },
        settings: {
          system_id: 'watchword',
          statuses: '0x400=opted_out, 0x401=no_balance, 1026=fatal:account_closed',
          reconnect_seconds: '1',
        },
        baseUrl,
        currency: 'USD',
        perSecond: 1_000,
        sender: null,
      },
      { http, clock: { now: Date.now }, die: () => 0.5 },
    ),
  price: null,
  reference: { told: false, inReceipts: false },
  defaultSender: null,
  receipts: 'session',
});
