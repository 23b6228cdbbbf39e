/** What a trap does, and the numbers and words that tune it (with their defaults). */
export interface TrapDescription {
  readonly description: string;
  readonly params?: Readonly<Record<string, string | number | boolean>>;
}

/** Every trap by name. Numbers in brackets are the rows of section 7 of the provider notes. */
export const TRAPS = {
  // Purchases refused
  no_numbers: { description: 'A purchase finds no number although the price list shows stock (2, 11).' },
  no_free_phones_400: { description: '5SIM: "no free phones" comes with 400 instead of 200 (2).' },
  wrong_max_price: {
    description: 'handler_api: a purchase is refused with WRONG_MAX_PRICE and a dearer minimum (15).',
    params: { addPercent: 10 },
  },
  no_balance: { description: 'A purchase is refused for lack of balance.' },
  channels_limit: { description: 'handler_api: too many numbers at once (19).' },
  banned: {
    description: 'Purchases are banned until a moment (19). scope: global or specific.',
    params: { durationMs: 1_800_000, scope: 'global' },
  },
  account_inactive: { description: 'handler_api: the account is switched off.' },
  not_enough_rating: { description: '5SIM: the rating is used up.' },
  server_offline: { description: '5SIM: "server offline".' },
  order_already_exists: { description: 'handler_api: getNumberV2 answers ORDER_ALREADY_EXISTS (16).' },
  unknown_answer: { description: 'A purchase is refused with a word that no document knows.' },
  // Purchases that are not what they seem
  price_above_max: { description: 'The number costs more than the ceiling that was sent.', params: { percent: 50 } },
  wrong_currency: { description: 'handler_api: the purchase is charged and shown in another currency.', params: { numeric: 643 } },
  discount: { description: 'Less is charged than the record shows, and as much given back (silent cashback).', params: { percent: 5 } },
  pending_status: { description: '5SIM: a fresh order reads PENDING, as the docs have it (1).' },
  silent_status_change: { description: 'An order without SMS reads another status word than documented.', params: { to: 'STATUS_OK' } },
  // Replies
  lost_reply: {
    description:
      'The request is carried out and its reply lost (9). mode: reset, bad_gateway, gateway_timeout, truncated, hang. Purchases only, unless `actions` names others.',
    params: { mode: 'reset' },
  },
  bad_key: { description: 'The key is not accepted (4).' },
  rate_limited: { description: 'Too fast: 429, or the given status.', params: { status: 429, retryAfterS: 0 } },
  server_error: { description: 'Status 500 as the protocol words it.' },
  html_page: {
    description: "An edge's page instead of the answer: 403 with error 1010, or the given ones (18).",
    params: { status: 403, error: 1010 },
  },
  truncated_body: { description: 'A 200 whose body was cut before it was sent, with a matching length (18).', params: { keepPercent: 60 } },
  wrong_content_type: { description: 'The content type says something else (18).', params: { type: 'text/html; charset=UTF-8' } },
  slow_reply: { description: 'The reply takes its time.', params: { delayMs: 1_000 } },
  // SMS
  no_sms: { description: 'The number bought never gets an SMS.' },
  several_sms: { description: 'Further SMS follow the first unasked (8).', params: { extra: 2 } },
  sms_without_spaces: { description: 'The text lost its spaces (8).' },
  sms_code_empty: { description: 'The code is empty; only the text holds it (8).' },
  sms_hidden: { description: 'The SMS has come, but the API shows it later (a webhook does not wait).', params: { delayMs: 5_000 } },
  sms_on_cancel: { description: 'An SMS arrives at the very moment of the cancel, which is therefore refused (7, 13).' },
  sms_after_end: {
    description: 'An SMS arrives after the order ended. charge: the refund is taken back.',
    params: { delayMs: 1_000, charge: false },
  },
  // Ends and money
  cancel_too_early: { description: 'A cancel is refused as too early, whatever the age (7, 13).' },
  free_cancellation_expired: { description: 'handler_api: a cancel is refused with FREE_CANCELLATION_EXPIRED, and the order ends unpaid.' },
  refund_late: { description: 'The record says refunded, the balance follows later.', params: { delayMs: 60_000 } },
  refund_never: { description: 'The record says refunded, the money is kept.' },
  balance_rounded: { description: 'The balance is shown rounded.', params: { places: 2 } },
  balance_lag: { description: 'The balance is shown as it was some time ago.', params: { lagMs: 5_000 } },
  // Lists
  order_missing: { description: 'A new order is in no list; reading it alone works.' },
  list_shuffled: { description: 'Pages of orders come in no order and hide or repeat rows.' },
  stock_not_there: {
    description: 'The price list shows stock that is not there: physicalCount 0 (HeroSMS), count 0 (5SIM), and no purchase succeeds (15).',
  },
  // Webhooks (17)
  webhook_duplicate: { description: 'The same SMS is posted twice, the second time under another id.' },
  webhook_late: { description: 'The webhook comes late.', params: { delayMs: 10_000 } },
  webhook_dropped: { description: 'No webhook is sent.' },
  webhook_null_code: { description: 'The webhook has no code.' },
  webhook_forged: { description: 'A webhook with a wrong code is sent for a purchase that got no SMS yet.' },
  webhook_other_address: { description: 'The webhook comes from an address that is not documented (127.0.0.2).' },
} as const satisfies Record<string, TrapDescription>;

export type TrapName = keyof typeof TRAPS;

export function isTrapName(name: string): name is TrapName {
  return Object.hasOwn(TRAPS, name);
}
