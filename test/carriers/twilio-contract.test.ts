import { carrierContract } from './contract.js';
import { RECEIPT_SECRET } from './simulated-carrier.js';
import { twilio } from '../../src/carriers/twilio/adapter.js';

export const TWILIO_SETTINGS = {
  account_sid: `AC${'a'.repeat(32)}`,
  api_key_sid: `SK${'b'.repeat(32)}`,
  messaging_service_sid: `MG${'c'.repeat(32)}`,
} as const;

carrierContract({
  dialect: 'twilio',
  adapter: (baseUrl, apiKey, http) =>
    twilio.create(
      {
        id: 'one',
        secrets: { auth_token: RECEIPT_SECRET, api_key_secret: apiKey },
        settings: TWILIO_SETTINGS,
        baseUrl,
        currency: 'USD',
        perSecond: null,
        sender: null,
      },
      { http, clock: { now: Date.now }, die: () => 0.5 },
    ),
  price: null,
  reference: { told: false, inReceipts: true },
  defaultSender: TWILIO_SETTINGS.messaging_service_sid,
  // An account that ran dry is one that is not active (20005).
  refusals: { no_balance: { kind: 'fatal', reason: 'account_closed' } },
});
