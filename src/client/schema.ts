/** Written by `npm run client` from the API's own OpenAPI document; never edited by hand. */

export interface paths {
  "/v1/activations": {
    /** List activations, newest first */
    get: operations["getV1Activations"];
    /**
     * Rent a number
     * @description Buys a number from the provider that is most likely to deliver, holding the price from your credit. Repeating the request with the same Idempotency-Key never buys twice: it answers what the first one answered. A failure (402, 503) is final for its key. A 202 means that the purchase goes on: read its Location, or repeat the request.
     */
    post: operations["postV1Activations"];
  };
  "/v1/activations/{id}": {
    /**
     * Read an activation, or wait for its next change
     * @description With `wait`, the answer comes when something changes or the time is over. With If-None-Match, that is a change against the state which that ETag names, and 304 says that there was none; without it, only a state that still waits for its number or its first SMS is waited on, so a code that is there is answered at once.
     */
    get: operations["getV1ActivationsId"];
  };
  "/v1/activations/{id}/cancel": {
    /**
     * Give the number back
     * @description Accepted means that the provider is asked, now or when it allows it; an SMS that comes before is delivered and paid. Asking again for what was done answers 200 again.
     */
    post: operations["postV1ActivationsIdCancel"];
  };
  "/v1/activations/{id}/finish": {
    /**
     * Say that the code was all you needed
     * @description Ends an activation that has received an SMS. Asking again for what was done answers 200 again.
     */
    post: operations["postV1ActivationsIdFinish"];
  };
  "/v1/activations/{id}/late-sms": {
    /**
     * Pay for an SMS that came too late
     * @description An SMS that comes after the money was given back, or to a number that had been replaced, is kept; `late_sms` says how many and at what price. This takes the price and adds them to `messages`. Asking again changes nothing.
     */
    post: operations["postV1ActivationsIdLateSms"];
  };
  "/v1/activations/{id}/resend": {
    /**
     * Ask for another SMS
     * @description Tells the provider to wait for a further SMS on the same number. Asking again for what was done answers 200 again.
     */
    post: operations["postV1ActivationsIdResend"];
  };
  "/v1/activations/{id}/timeline": {
    /** What happened, why, and the money */
    get: operations["getV1ActivationsIdTimeline"];
  };
  "/v1/activations/{id}/events": {
    /**
     * Follow an activation as server-sent events
     * @description Each `activation` event carries the whole activation, the current state first, and an id that names the state; with Last-Event-ID a state that you know is not repeated. Comments keep the connection alive. The stream ends when nothing can change any more, and after a quarter of an hour: come back with Last-Event-ID. 204 says that there is nothing left to follow.
     */
    get: operations["getV1ActivationsIdEvents"];
  };
  "/v1/prices": {
    /**
     * Exact prices, stock and success rates
     * @description Narrow it by service and country. For everything at once, `GET /v1/prices/matrix` is one cached document.
     */
    get: operations["getV1Prices"];
  };
  "/v1/prices/matrix": {
    /**
     * The whole price matrix in one document
     * @description Replaced about once a minute. Made to be cached: send If-None-Match. docs/prices.md shows how to read it.
     */
    get: operations["getV1PricesMatrix"];
  };
  "/v1/services": {
    /** Services that some provider lists */
    get: operations["getV1Services"];
  };
  "/v1/countries": {
    /** Countries that some provider lists */
    get: operations["getV1Countries"];
  };
  "/v1/me": {
    /** Whose key this is */
    get: operations["getV1Me"];
  };
  "/v1/balance": {
    /** What can be spent, and what is held */
    get: operations["getV1Balance"];
  };
  "/v1/statement": {
    /**
     * Every movement of your money, newest first
     * @description One line a transfer. A hold moves money from available to held; a capture takes it from held; a release gives it back.
     */
    get: operations["getV1Statement"];
  };
  "/hooks/providers/{provider}/{token}": {
    /**
     * A provider announces an SMS
     * @description The token in the path is the only credential, because no provider signs its hooks; so the news is a hint that is confirmed with the provider before anybody sees it.
     */
    post: operations["postHooksProvidersProviderToken"];
  };
  "/v1/messages": {
    /** List messages, newest first */
    get: operations["getV1Messages"];
    /**
     * Send a text
     * @description Sends by the carrier that is most likely to deliver there, holding the price from your credit. The same Idempotency-Key never sends twice. You pay once, when the first carrier takes it; `sent` is not `delivered`, which only a receipt says.
     */
    post: operations["postV1Messages"];
  };
  "/v1/messages/{id}": {
    /** Read a message */
    get: operations["getV1MessagesId"];
  };
  "/v1/messages/{id}/feedback": {
    /**
     * Say whether a message did its work
     * @description For senders of their own codes: whether the code was typed back. It weighs more than what carriers claim, and finds those whose receipts are not true. The last word counts; it changes neither status nor price.
     */
    post: operations["postV1MessagesIdFeedback"];
  };
  "/v1/messages/{id}/cancel": {
    /** Take a scheduled message back */
    post: operations["postV1MessagesIdCancel"];
  };
  "/v1/messages/batches": {
    /**
     * Send many texts
     * @description Each becomes a message of its own, held, sent and settled like one that was sent alone; a few at a time, so that single messages are not behind them. A request with one message that cannot be sent sends none. The same Idempotency-Key never sends twice.
     */
    post: operations["postV1MessagesBatches"];
  };
  "/v1/messages/batches/{id}": {
    /**
     * Read how far a batch is
     * @description Its messages are listed by `GET /v1/messages?batch=…`.
     */
    get: operations["getV1MessagesBatchesId"];
  };
  "/v1/messages/batches/{id}/cancel": {
    /**
     * Take back what of a batch was not sent
     * @description Messages that wait to be handed over or for their time are not sent. What a carrier took stays sent.
     */
    post: operations["postV1MessagesBatchesIdCancel"];
  };
  "/hooks/carriers/{carrier}/{token}": {
    /** A carrier’s delivery receipts, of those that send them in the address */
    get: operations["getHooksCarriersCarrierToken"];
    /** A carrier’s delivery receipts */
    post: operations["postHooksCarriersCarrierToken"];
  };
  "/v1/verifications/countries": {
    /** Countries for an app’s picker */
    get: operations["getV1VerificationsCountries"];
  };
  "/v1/verifications": {
    /** List verifications, newest first */
    get: operations["getV1Verifications"];
    /**
     * Send a one-time code
     * @description Sends a code by the best carrier of the first channel, holding its price from your credit. The same Idempotency-Key never sends twice. While a verification of the same number and purpose is open it is joined (200): with another code if the rules allow one now, else with the one that is on its way.
     */
    post: operations["postV1Verifications"];
  };
  "/v1/verifications/lookup": {
    /** Say when a phone was proven to you */
    post: operations["postV1VerificationsLookup"];
  };
  "/v1/verifications/{id}": {
    /** Read a verification */
    get: operations["getV1VerificationsId"];
  };
  "/v1/verifications/{id}/check": {
    /**
     * Check a code that was typed
     * @description Each check takes one from one budget of the verification; all its codes are right until one of them is typed, and none after. What can be no code at all is refused (422) and takes nothing. With an Idempotency-Key, sending the same check again answers the same.
     */
    post: operations["postV1VerificationsIdCheck"];
  };
  "/v1/verifications/{id}/resend": {
    /**
     * Send another code
     * @description The codes that are there stay good. Carriers that have not been tried for this verification are asked first.
     */
    post: operations["postV1VerificationsIdResend"];
  };
  "/v1/verifications/{id}/cancel": {
    /**
     * Take a verification back
     * @description All its codes are dead. What was sent is paid for.
     */
    post: operations["postV1VerificationsIdCancel"];
  };
  "/api/v1/phone/send-code/": {
    /**
     * Send a code to a phone
     * @description While a code of this phone is open, another one joins it as far as the limits allow; else this is 429 with Retry-After.
     */
    post: operations["postApiV1PhoneSendCode"];
  };
  "/api/v1/phone/verify-code/": {
    /** Check the code of a phone */
    post: operations["postApiV1PhoneVerifyCode"];
  };
  "/v1/verifications/{id}/timeline": {
    /** What happened, why, and the money */
    get: operations["getV1VerificationsIdTimeline"];
  };
  "/v1/messages/{id}/timeline": {
    /** What happened, why, and the money */
    get: operations["getV1MessagesIdTimeline"];
  };
  "/v1/reports/messages": {
    /** Your messages by day and country: how many, what became of them, how fast, what they cost */
    get: operations["getV1ReportsMessages"];
  };
  "/v1/operator/reports/carriers": {
    /** Attempts by day, country and carrier: what was delivered, how fast, cost and revenue */
    get: operations["getV1OperatorReportsCarriers"];
  };
  "/v1/operator/verifications/templates": {
    /** Texts of codes by variant, language and channel: how many were sent, typed back, and how fast */
    get: operations["getV1OperatorVerificationsTemplates"];
  };
  "/v1/reports/verifications": {
    /** Your verifications: conversion, delivery, drop-off and cost by day, country and channel, against targets and the prices of others */
    get: operations["getV1ReportsVerifications"];
  };
  "/v1/operator/verifications/report": {
    /** All verifications against the targets: delivery, drop-off, fraud, what carriers charged, and what others would have */
    get: operations["getV1OperatorVerificationsReport"];
  };
  "/v1/operator/carriers": {
    /** Carrier accounts: what they took, delivered and cost within a day, circuits */
    get: operations["getV1OperatorCarriers"];
  };
  "/v1/operator/carriers/{carrier}/pause": {
    /** Send nothing more by it; receipts of what was sent still count */
    post: operations["postV1OperatorCarriersCarrierPause"];
  };
  "/v1/operator/carriers/{carrier}/resume": {
    /** Send by it again */
    post: operations["postV1OperatorCarriersCarrierResume"];
  };
  "/v1/operator/providers": {
    /** Provider accounts: books against balances, proof of refund, circuits */
    get: operations["getV1OperatorProviders"];
  };
  "/v1/operator/providers/{provider}/top-ups": {
    /** Enter money before it is sent to a provider */
    post: operations["postV1OperatorProvidersProviderTopUps"];
  };
  "/v1/operator/providers/{provider}/adjustments": {
    /** Say that a provider holds more (or less) than the books; a frozen proof goes on */
    post: operations["postV1OperatorProvidersProviderAdjustments"];
  };
  "/v1/operator/providers/{provider}/pause": {
    /** Buy nothing more here; numbers that are rented end as they would have */
    post: operations["postV1OperatorProvidersProviderPause"];
  };
  "/v1/operator/providers/{provider}/resume": {
    /** Buy here again */
    post: operations["postV1OperatorProvidersProviderResume"];
  };
  "/v1/operator/providers/{provider}/orphan-sweep/stop": {
    /** Cancel no numbers that nobody claims; the first step after a restore */
    post: operations["postV1OperatorProvidersProviderOrphanSweepStop"];
  };
  "/v1/operator/providers/{provider}/orphan-sweep/start": {
    /** Cancel numbers of abandoned purchases again */
    post: operations["postV1OperatorProvidersProviderOrphanSweepStart"];
  };
  "/v1/operator/accounts": {
    /** Accounts with their balances, newest first */
    get: operations["getV1OperatorAccounts"];
    /** Make an account; it has no key and no credit yet */
    post: operations["postV1OperatorAccounts"];
  };
  "/v1/operator/accounts/{id}": {
    /** One account */
    get: operations["getV1OperatorAccountsId"];
  };
  "/v1/operator/accounts/{id}/credit": {
    /** Grant credit to a client; to an account that plays, sandbox credit */
    post: operations["postV1OperatorAccountsIdCredit"];
  };
  "/v1/operator/accounts/{id}/suspend": {
    /**
     * Suspend an account: its keys open nothing
     * @description Numbers that it has rented end as they would have, and its money stays its own.
     */
    post: operations["postV1OperatorAccountsIdSuspend"];
  };
  "/v1/operator/accounts/{id}/resume": {
    /**
     * Let a suspended account go on
     * @description Numbers that it has rented end as they would have, and its money stays its own.
     */
    post: operations["postV1OperatorAccountsIdResume"];
  };
  "/v1/operator/accounts/{id}/keys": {
    /** An account’s keys, newest first */
    get: operations["getV1OperatorAccountsIdKeys"];
    /** Issue a key of the account’s own kind */
    post: operations["postV1OperatorAccountsIdKeys"];
  };
  "/v1/operator/keys/{id}/rotate": {
    /** Replace a key; the old one works for a while longer */
    post: operations["postV1OperatorKeysIdRotate"];
  };
  "/v1/operator/keys/{id}/revoke": {
    /** Revoke a key at once */
    post: operations["postV1OperatorKeysIdRevoke"];
  };
  "/v1/operator/actions": {
    /** Every change that an operator asked for, newest first */
    get: operations["getV1OperatorActions"];
  };
  "/v1/operator/codec/decode": {
    /**
     * Temporal payloads in clear
     * @description A payload that no key of this installation opens comes back as it is.
     */
    post: operations["postV1OperatorCodecDecode"];
  };
  "/v1/operator/codec/encode": {
    /**
     * Temporal payloads, encrypted
     * @description For signals and inputs that an operator writes in Temporal’s Web UI.
     */
    post: operations["postV1OperatorCodecEncode"];
  };
  "/v1/operator/foreign-orders": {
    /**
     * Orders that watchword did not buy, newest first
     * @description They are in the books, because they cost the account’s money, and are never touched.
     */
    get: operations["getV1OperatorForeignOrders"];
  };
  "/v1/operator/prices/refresh": {
    /**
     * Read every provider’s price list now
     * @description It is done in the background; while a refresh runs, no other is started. `built_at` is of the matrix that is there: a later one is the new one.
     */
    post: operations["postV1OperatorPricesRefresh"];
  };
  "/v1/operator/markups": {
    /** Markups that operators set */
    get: operations["getV1OperatorMarkups"];
    /**
     * Set the markup of a service, a country or a pair
     * @description The pair’s own counts before the service’s, the service’s before the country’s, and any of them before the configuration’s; each whole. It counts at once for what is begun from now on, and with the next refresh in the matrix; a running activation keeps the one that it was begun with.
     */
    post: operations["postV1OperatorMarkups"];
  };
  "/v1/operator/markups/remove": {
    /** Take a markup away; the next broader one counts again */
    post: operations["postV1OperatorMarkupsRemove"];
  };
  "/v1/operator/accounts/{id}/export": {
    /**
     * Everything that is known of an account, as one document
     * @description Account, keys (never themselves), activations with the numbers, codes and texts that are still there and were paid for, messages, verifications, postings, and what operators asked about it. It is streamed: a document that is not whole is not JSON. A POST, so that the list of actions keeps who asked for it.
     */
    post: operations["postV1OperatorAccountsIdExport"];
  };
  "/v1/operator/accounts/{id}/erase": {
    /**
     * Erase an account at once
     * @description Refused while an activation is open, an order of one unsettled, a message or verification under way, or credit held: `open` counts them, `activations` and `messages` name the first. Then keys are revoked, and name, reference, labels, metadata, numbers, codes and texts erased. The books stay under the account’s id. Asking again changes nothing.
     */
    post: operations["postV1OperatorAccountsIdErase"];
  };
  "/v1/operator/alerts": {
    /** Alerts that fire and those that were over lately, with what may be pressed */
    get: operations["getV1OperatorAlerts"];
  };
  "/v1/operator/fraud/decisions": {
    /** Decisions of the fraud rules, newest first */
    get: operations["getV1OperatorFraudDecisions"];
  };
  "/v1/operator/fraud/rules": {
    /**
     * What each fraud rule found
     * @description For a rule that is only watched, `typed_back` against `count` tells whether enforcing it would refuse people.
     */
    get: operations["getV1OperatorFraudRules"];
  };
  "/v1/operator/refunds": {
    /** Refunds with their evidence, those of the newest orders first */
    get: operations["getV1OperatorRefunds"];
  };
  "/v1/operator/refunds/{id}/write-off": {
    /** Give a refund up: it will never come. A client who still waits is paid from loss */
    post: operations["postV1OperatorRefundsIdWriteOff"];
  };
  "/v1/operator/refunds/{id}/returned": {
    /** Say that a refund came after its client was paid from loss, or after it was written off */
    post: operations["postV1OperatorRefundsIdReturned"];
  };
  "/v1/operator/refunds/{id}/taken-back": {
    /** Say that the provider charged again what it had returned */
    post: operations["postV1OperatorRefundsIdTakenBack"];
  };
  "/healthz": {
    /** Whether the process lives */
    get: operations["getHealthz"];
  };
  "/readyz": {
    /** Whether everything that is needed is there */
    get: operations["getReadyz"];
  };
  "/metrics": {
    /**
     * Metrics in Prometheus’ text format
     * @description For a scraper with an operator’s key as its bearer token: balances and refunds are in it.
     */
    get: operations["getMetrics"];
  };
  "/openapi.json": {
    /** This API in OpenAPI 3.1 */
    get: operations["getOpenapiJson"];
  };
  "/problems/{code}": {
    /** What a kind of problem means */
    get: operations["getProblemsCode"];
  };
}

export type webhooks = Record<string, never>;

export interface components {
  schemas: {
    /** @description A rented number and what became of it. */
    Activation: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      status: "REQUESTED" | "PURCHASED" | "WAITING" | "RECEIVED" | "COMPLETED" | "CANCELLED" | "EXPIRED" | "PROVIDER_REFUND_PENDING" | "REFUNDED" | "FAILED";
      /**
       * @description E.164; null until bought, and once erased.
       * @example +6281234567890
       */
      phone_number: string | null;
      service: string;
      country: string;
      operator: string | null;
      /**
       * @description What the client pays, markup included; null until bought.
       * @example 0.15
       */
      price: string | null;
      currency: components["schemas"]["Currency"];
      /**
       * Format: date-time
       * @description Until when an SMS can come; null until bought.
       * @example 2026-03-01T12:00:00.000Z
       */
      expires_at: string | null;
      /**
       * Format: date-time
       * @description When a cancel that was accepted will be carried out, where the provider refuses it earlier.
       * @example 2026-03-01T12:00:00.000Z
       */
      cancel_due_at?: string;
      /**
       * @description Why nothing was bought; only where the status is FAILED.
       * @enum {string}
       */
      failure_code?: "bad_request" | "unauthenticated" | "spend_cap_reached" | "insufficient_credit" | "forbidden" | "blocked" | "not_found" | "method_not_allowed" | "not_acceptable" | "idempotency_key_reused" | "wrong_state" | "payload_too_large" | "unsupported_media_type" | "invalid_input" | "not_for_sale" | "rate_limited" | "no_route" | "internal" | "no_numbers" | "unavailable";
      /** @description SMS that came after your money had been given back, or to a number that had been replaced, and what they cost. */
      late_sms?: {
        count: number;
        price: components["schemas"]["Money"];
      };
      /**
       * Format: date-time
       * @description When number, codes and texts were erased: they are null from then on, and SMS that were not paid for are gone.
       * @example 2026-03-01T12:00:00.000Z
       */
      erased_at?: string;
      created_at: components["schemas"]["Time"];
      metadata: {
        [key: string]: string;
      };
      messages: components["schemas"]["Message"][];
    };
    /**
     * @description ISO 4217.
     * @example USD
     */
    Currency: string;
    /**
     * @description Decimal string with two to six places.
     * @example 0.15
     */
    Money: string;
    /**
     * Format: date-time
     * @description RFC 3339, UTC, with milliseconds.
     * @example 2026-03-01T12:00:00.000Z
     */
    Time: string;
    /** @description One SMS. */
    Message: {
      /** Format: uuid */
      id: string;
      /** @description The code in it; null where none was recognised, and once erased. */
      code: string | null;
      /** @description The whole text; null where the provider shows the code only, and once erased. */
      text: string | null;
      received_at: components["schemas"]["Time"];
    };
    /** @description A problem document (RFC 9457). Some codes carry further members. */
    Problem: {
      /** @description URI reference that names the kind of problem; `/problems/<code>`. */
      type: string;
      title: string;
      status: number;
      /**
       * @description Stable; switch on this.
       * @enum {string}
       */
      code: "bad_request" | "unauthenticated" | "spend_cap_reached" | "insufficient_credit" | "forbidden" | "blocked" | "not_found" | "method_not_allowed" | "not_acceptable" | "idempotency_key_reused" | "wrong_state" | "payload_too_large" | "unsupported_media_type" | "invalid_input" | "not_for_sale" | "rate_limited" | "no_route" | "internal" | "no_numbers" | "unavailable";
      /** @description What happened, for people. */
      detail: string;
      /** @description Names this request in the server’s log. */
      instance: string;
      /** @description Names everything that this request set in motion, in every log. */
      trace_id?: string;
      errors?: {
          field: string;
          message: string;
        }[];
      [key: string]: unknown;
    };
    ActivationRequest: {
      /**
       * @description Service slug; see `GET /v1/services`.
       * @example telegram
       */
      service: string;
      /**
       * @description ISO 3166-1 alpha-2, in either case.
       * @example ID
       */
      country: string;
      /** @description Mobile operator; any when missing. */
      operator?: string | null;
      /**
       * @description The most that the client will pay, markup included.
       * @example 0.50
       */
      max_price?: string;
      /**
       * @description What happens when no code comes: the price is refunded, or the number is given back after a while for another one, as long as one fits the ceiling; `phone_number` changes then.
       * @default refund
       * @enum {string}
       */
      on_no_code?: "refund" | "replace";
      /**
       * @description Your own notes, kept and given back: at most 20 strings of at most 500 characters.
       * @default {}
       */
      metadata?: {
        [key: string]: string;
      };
    };
    Timeline: {
      /** Format: uuid */
      activation_id: string;
      /** @enum {string} */
      status: "REQUESTED" | "PURCHASED" | "WAITING" | "RECEIVED" | "COMPLETED" | "CANCELLED" | "EXPIRED" | "PROVIDER_REFUND_PENDING" | "REFUNDED" | "FAILED";
      /** @description Finds the activation in every log. */
      trace_id: string | null;
      /** @description Oldest first. */
      events: (components["schemas"]["TimelineStep"] | components["schemas"]["TimelineMoney"])[];
      /** @description What the workflow says of itself while it runs; null when it does not, or does not answer in time. */
      now: ({
        phase: string;
        waiting_for: string | null;
        until: string | null;
        provider: string | null;
      }) | null;
    };
    /** @description The activation went from one status to another. */
    TimelineStep: {
      /** @enum {string} */
      type: "status";
      at: components["schemas"]["Time"];
      /** @enum {string|null} */
      from: "REQUESTED" | "PURCHASED" | "WAITING" | "RECEIVED" | "COMPLETED" | "CANCELLED" | "EXPIRED" | "PROVIDER_REFUND_PENDING" | "REFUNDED" | "FAILED" | null;
      /** @enum {string} */
      to: "REQUESTED" | "PURCHASED" | "WAITING" | "RECEIVED" | "COMPLETED" | "CANCELLED" | "EXPIRED" | "PROVIDER_REFUND_PENDING" | "REFUNDED" | "FAILED";
      /** @description Why, as a stable word: `requested`, `no_offer`, `cancelled_by_client`, … */
      reason: string;
      provider: string | null;
      detail: {
        [key: string]: unknown;
      };
    };
    /** @description Your money moved. */
    TimelineMoney: {
      /** @enum {string} */
      type: "money";
      at: components["schemas"]["Time"];
      kind: string;
      /**
       * @description Change of what you can spend.
       * @example 0.15
       */
      available: string;
      /**
       * @description Change of what is held for activations and messages.
       * @example 0.15
       */
      held: string;
      currency: components["schemas"]["Currency"];
    };
    Price: {
      service: string;
      country: string;
      provider: string;
      /** @description Null where the provider does not tell operators apart. */
      operator: string | null;
      /**
       * @description What you pay, markup included.
       * @example 0.15
       */
      price: string;
      currency: components["schemas"]["Currency"];
      /** @description Numbers that the provider showed. */
      stock: number;
      /** @description How often a code came, by our own outcomes of late; null where too little is known. */
      success_rate: number | null;
      /**
       * Format: date-time
       * @description When the provider’s list was read.
       * @example 2026-03-01T12:00:00.000Z
       */
      read_at: string;
      age_seconds: number;
    };
    /** @description Every price in one document, in columns so that it compresses; docs/prices.md shows how to read it. */
    PriceMatrix: {
      /** @enum {number} */
      version: 1;
      /** Format: date-time */
      built_at: string;
      currency: string;
      /** @description Least stock of each band. */
      stock_bands: number[];
      services: string[];
      countries: string[];
      providers: components["schemas"]["PriceMatrixProvider"][];
    };
    PriceMatrixProvider: {
      id: string;
      /**
       * Format: date-time
       * @description When this provider’s list was read; old when the provider is down.
       */
      read_at: string;
      /** @description Distinct prices (what the client pays), most frequent first. */
      prices: string[];
      /** @description One character for each service and country, countries within services, in the order of `services` and `countries`: `.` not listed, else the stock band (index into `stock_bands`). What is cut off at the end is not listed. */
      stock: string;
      /** @description For each listed pair the index into `prices`, in one to four characters; see docs/prices.md. */
      price: string;
      /** @description For each listed pair the tenth of the success rate (`7`: 70 to 79 %), or `-` where nothing is known. */
      success: string;
    };
    Service: {
      slug: string;
      title: string;
      /** @description Whether some country has a number for it. */
      in_stock: boolean;
    };
    Country: {
      code: string;
      name: string;
      /** @description Whether some service has a number there. */
      in_stock: boolean;
    };
    Balance: {
      available: components["schemas"]["Money"];
      held: components["schemas"]["Money"];
      currency: components["schemas"]["Currency"];
    };
    StatementLine: {
      /** Format: uuid */
      id: string;
      at: components["schemas"]["Time"];
      /** @description What moved the money: grant, hold, capture, release, refund, … */
      kind: string;
      /**
       * @description Change of what can be spent.
       * @example 0.15
       */
      available: string;
      /**
       * @description Change of what activations and messages hold.
       * @example 0.15
       */
      held: string;
      currency: components["schemas"]["Currency"];
      /** Format: uuid */
      activation_id: string | null;
      /** Format: uuid */
      message_id: string | null;
    };
    MessageEstimate: {
      /** @enum {string} */
      channel: "sms" | "whatsapp" | "voice";
      country: string;
      /** @enum {string} */
      encoding: "gsm7" | "ucs2";
      segments: number;
      /** @description Characters that make the text UCS-2, and with it shorter segments. */
      not_gsm7: string[];
      /**
       * @description By the cheapest carrier; null where none reaches this number.
       * @example 0.15
       */
      price_from: string | null;
      price_to: components["schemas"]["Money"] & (string | null);
      currency: components["schemas"]["Currency"];
    };
    /** @description A text to one phone and what became of it. */
    OutgoingMessage: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      status: "SCHEDULED" | "QUEUED" | "SENT" | "DELIVERED" | "UNDELIVERED" | "EXPIRED" | "UNKNOWN" | "CANCELLED";
      /** @description Why it ended so: a carrier’s refusal, a receipt, its time. */
      reason: string | null;
      /** @enum {string} */
      channel: "sms" | "whatsapp" | "voice";
      /**
       * @description E.164; null after the retention time.
       * @example +6281234567890
       */
      to: string | null;
      country: string;
      from: string | null;
      /** @description Null after the retention time. */
      text: string | null;
      /** @enum {string} */
      encoding: "gsm7" | "ucs2";
      segments: number;
      /**
       * @description What was paid for it, whatever became of it; null until a carrier took it.
       * @example 0.15
       */
      price: string | null;
      /**
       * @description What is held for it; null once it is paid or given back.
       * @example 0.15
       */
      held: string | null;
      currency: components["schemas"]["Currency"];
      /** Format: uuid */
      batch_id: string | null;
      send_at: components["schemas"]["Time"] & (string | null);
      valid_until: components["schemas"]["Time"];
      created_at: components["schemas"]["Time"];
      sent_at: components["schemas"]["Time"] & (string | null);
      /**
       * Format: date-time
       * @description When a carrier’s receipt said so; a carrier’s acceptance is not a delivery.
       * @example 2026-03-01T12:00:00.000Z
       */
      delivered_at: string | null;
      /** @description Your own word on whether it did its work; null until you give one. */
      converted: boolean | null;
      metadata: {
        [key: string]: string;
      };
    };
    MessageRequest: {
      /**
       * @description The phone, in international form.
       * @example +6281234567890
       */
      to: string;
      text: string;
      /**
       * @default sms
       * @enum {string}
       */
      channel?: "sms" | "whatsapp" | "voice";
      /** @description Sender ID; the carrier’s own when missing. */
      from?: string | null;
      /**
       * @description The most that one message may cost.
       * @example 0.50
       */
      max_price?: string;
      /** @description Only these carriers; all when missing. */
      carriers?: string[] | null;
      /**
       * @description Whether a carrier that refuses or stays silent is followed by the next.
       * @default true
       */
      failover?: boolean;
      /** @description When to send it, at most 30 days ahead; at once when missing. */
      send_at?: string | null;
      /**
       * @description How long after sending the message is still of use.
       * @default 86400
       */
      validity_seconds?: number;
      /**
       * @description Says what it would take, and sends nothing.
       * @default false
       */
      dry_run?: boolean;
      /**
       * @description Your own notes, kept and given back: at most 20 strings of at most 500 characters.
       * @default {}
       */
      metadata?: {
        [key: string]: string;
      };
    };
    MessageBatchEstimate: {
      size: number;
      /** @description Of all messages together. */
      segments: number;
      /** @description Messages that no carrier reaches. */
      unreachable: number;
      /**
       * @description Of all that can be reached, each by its cheapest carrier.
       * @example 0.15
       */
      price_from: string;
      price_to: components["schemas"]["Money"];
      currency: components["schemas"]["Currency"];
    };
    MessageBatch: {
      /** Format: uuid */
      id: string;
      /**
       * @description SENDING until every message is handed over to its carriers, or refused.
       * @enum {string}
       */
      status: "SENDING" | "SENT";
      size: number;
      /** @description Messages that are not handed over yet. */
      waiting: number;
      /** @description Messages that were not taken: nothing was sent and nothing paid. */
      refused: number;
      /** @description How many messages stand where. */
      messages: {
        SCHEDULED?: number;
        QUEUED?: number;
        SENT?: number;
        DELIVERED?: number;
        UNDELIVERED?: number;
        EXPIRED?: number;
        UNKNOWN?: number;
        CANCELLED?: number;
      };
      /** @description The first hundred that were refused. */
      refusals: {
          /** @description Place in the request, from 0. */
          index: number;
          code: string;
        }[];
      cancel_asked_at: components["schemas"]["Time"] & (string | null);
      created_at: components["schemas"]["Time"];
      handed_over_at: components["schemas"]["Time"] & (string | null);
    };
    MessageBatchRequest: {
      messages: {
          /**
           * @description The phone, in international form.
           * @example +6281234567890
           */
          to: string;
          /** @description Instead of the text of all. */
          text?: string;
          /**
           * @description Your own notes, kept and given back: at most 20 strings of at most 500 characters.
           * @default {}
           */
          metadata?: {
            [key: string]: string;
          };
        }[];
      /** @description The text of all that have none of their own. */
      text?: string;
      /**
       * @default sms
       * @enum {string}
       */
      channel?: "sms" | "whatsapp" | "voice";
      /** @description Sender ID; the carrier’s own when missing. */
      from?: string | null;
      /**
       * @description The most that one message may cost.
       * @example 0.50
       */
      max_price?: string;
      /** @description Only these carriers; all when missing. */
      carriers?: string[] | null;
      /**
       * @description Whether a carrier that refuses or stays silent is followed by the next.
       * @default true
       */
      failover?: boolean;
      /** @description When to send it, at most 30 days ahead; at once when missing. */
      send_at?: string | null;
      /**
       * @description How long after sending the message is still of use.
       * @default 86400
       */
      validity_seconds?: number;
      /**
       * @description Says what it would take, and sends nothing.
       * @default false
       */
      dry_run?: boolean;
    };
    CodeCountry: {
      /** @description ISO 3166-1 alpha-2. */
      code: string;
      /** @description In English. */
      name: string;
      /** @example +49 */
      calling_code: string;
      /** @description A mobile number as one is written there, with its calling code. */
      example: string | null;
      /** @description Whether codes are sent there. */
      allowed: boolean;
    };
    /** @description Codes sent to one phone for one purpose, and whether one was typed back. */
    Verification: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      status: "PENDING" | "VERIFIED" | "EXPIRED" | "FAILED" | "CANCELLED";
      /** @description Why it ended so: `code_accepted`, `time_over`, `checks_used_up`, … */
      reason: string | null;
      purpose: string;
      /**
       * @description E.164; null after the retention time.
       * @example +14155552671
       */
      to: string | null;
      country: string;
      /** @description In the order in which they are tried. */
      channels: ("sms" | "whatsapp" | "voice")[];
      locale: string | null;
      codes_sent: number;
      /** @description Checks of all its codes together that are left. */
      checks_remaining: number;
      /**
       * @description What its codes have cost you so far.
       * @example 0.15
       */
      price: string;
      currency: components["schemas"]["Currency"];
      /** @description A test number: nothing is sent and nothing is billed. */
      test: boolean;
      created_at: components["schemas"]["Time"];
      expires_at: components["schemas"]["Time"];
      /**
       * Format: date-time
       * @description Before this, another code is refused.
       * @example 2026-03-01T12:00:00.000Z
       */
      next_code_at: string;
      verified_at: components["schemas"]["Time"] & (string | null);
      ended_at: components["schemas"]["Time"] & (string | null);
      metadata: {
        [key: string]: string;
      };
    };
    VerificationRequest: {
      /**
       * @description The phone, in international form.
       * @example +14155552671
       */
      to: string;
      /**
       * @description What the code is to prove: a code of one purpose is of no use for another.
       * @default verification
       * @example login
       */
      purpose?: string;
      /** @description In the order in which they are tried; the installation’s order if left out. */
      channels?: ("sms" | "whatsapp" | "voice")[];
      /**
       * @description Language of the text, BCP 47.
       * @example pt-BR
       */
      locale?: string;
      /** @description Who asks for the code, as people know you. */
      brand?: string;
      /** @description Domain of the page that fills the code in by itself (WebOTP). */
      web_otp_domain?: string;
      /** @description Hash of the Android app that reads the code by itself (SMS Retriever). */
      app_hash?: string;
      /**
       * @description Address of the person who asks, as you see it.
       * @example 203.0.113.7
       */
      ip?: string;
      /** @description Your own name for who asks: a user, a device. It must not be guessable. */
      subject?: string;
      /** @description The person’s browser or app. */
      user_agent?: string;
      /** @description What the CAPTCHA in your page gave. */
      captcha_token?: string;
      /**
       * @description Your own notes, kept and given back: at most 20 strings of at most 500 characters.
       * @default {}
       */
      metadata?: {
        [key: string]: string;
      };
    };
    CodeCheck: {
      success: boolean;
      verified: boolean;
      /** @enum {string} */
      status: "PENDING" | "VERIFIED" | "EXPIRED" | "FAILED" | "CANCELLED";
      checks_remaining: number;
    };
    PhoneCodeSent: {
      /** @enum {boolean} */
      success: true;
      /**
       * @description Seconds.
       * @example 600
       */
      expires_in: number;
      /**
       * @description Checks that are left.
       * @example 3
       */
      attempts_remaining: number;
    };
    PhoneCodeChecked: {
      /** @enum {boolean} */
      success: true;
      /** @enum {boolean} */
      verified: true;
      tier_completed: number;
      can_book: boolean;
    } | {
      /** @enum {boolean} */
      success: false;
      /** @enum {boolean} */
      verified: false;
      attempts_remaining: number;
    };
    VerificationTimeline: {
      /** Format: uuid */
      verification_id: string;
      /** @enum {string} */
      status: "PENDING" | "VERIFIED" | "EXPIRED" | "FAILED" | "CANCELLED";
      /** @description Oldest first. */
      events: (components["schemas"]["VerificationTimelineStep"] | components["schemas"]["VerificationTimelineMessage"] | components["schemas"]["TimelineMoney"])[];
    };
    /** @description Something happened to the verification; its status may have stayed. */
    VerificationTimelineStep: {
      /** @enum {string} */
      type: "status";
      at: components["schemas"]["Time"];
      /** @enum {string|null} */
      from: "PENDING" | "VERIFIED" | "EXPIRED" | "FAILED" | "CANCELLED" | null;
      /** @enum {string} */
      to: "PENDING" | "VERIFIED" | "EXPIRED" | "FAILED" | "CANCELLED";
      /** @description Why, as a stable word: `code_sent`, `wrong_code`, `code_accepted`, `time_over`, … */
      reason: string;
      detail: {
        [key: string]: unknown;
      };
    };
    /** @description What a code’s message went through. */
    VerificationTimelineMessage: {
      /** @enum {string} */
      type: "message";
      at: components["schemas"]["Time"];
      /** Format: uuid */
      message_id: string;
      /** @enum {string} */
      channel: "sms" | "whatsapp" | "voice";
      /** @enum {string} */
      status: "SCHEDULED" | "QUEUED" | "SENT" | "DELIVERED" | "UNDELIVERED" | "EXPIRED" | "UNKNOWN" | "CANCELLED";
      reason: string;
      carrier: string | null;
    };
    MessageTimeline: {
      /** Format: uuid */
      message_id: string;
      /** @enum {string} */
      status: "SCHEDULED" | "QUEUED" | "SENT" | "DELIVERED" | "UNDELIVERED" | "EXPIRED" | "UNKNOWN" | "CANCELLED";
      /** @description Oldest first. */
      events: (components["schemas"]["MessageTimelineStep"] | components["schemas"]["TimelineMoney"])[];
    };
    /** @description Something happened to the message; its status may have stayed. */
    MessageTimelineStep: {
      /** @enum {string} */
      type: "status";
      at: components["schemas"]["Time"];
      /** @enum {string|null} */
      from: "SCHEDULED" | "QUEUED" | "SENT" | "DELIVERED" | "UNDELIVERED" | "EXPIRED" | "UNKNOWN" | "CANCELLED" | null;
      /** @enum {string} */
      to: "SCHEDULED" | "QUEUED" | "SENT" | "DELIVERED" | "UNDELIVERED" | "EXPIRED" | "UNKNOWN" | "CANCELLED";
      /** @description Why, as a stable word: `accepted`, `refused`, `reply_lost`, `receipt`, … */
      reason: string;
      carrier: string | null;
      detail: {
        [key: string]: unknown;
      };
    };
    MessageReportRow: {
      /**
       * Format: date
       * @description Day, UTC.
       * @example 2026-11-01
       */
      day: string;
      country: string;
      messages: number;
      segments: number;
      delivered: number;
      undelivered: number;
      expired: number;
      unknown: number;
      paid: components["schemas"]["Money"];
      currency: components["schemas"]["Currency"];
      /** @description From sending to the receipt; null where nothing was delivered. */
      median_seconds: number | null;
      /** @description From sending to the receipt; null where nothing was delivered. */
      p95_seconds: number | null;
    };
    CarrierReportRow: {
      /**
       * Format: date
       * @description Day, UTC.
       * @example 2026-11-01
       */
      day: string;
      country: string;
      carrier: string;
      attempts: number;
      accepted: number;
      refused: number;
      /** @description Sends whose reply was lost and that nothing has resolved. */
      ambiguous: number;
      delivered: number;
      undelivered: number;
      /** @description Taken, and no receipt says what became of them. */
      silent: number;
      /**
       * @description What the carrier charged, as its replies or price sheet say.
       * @example 0.15
       */
      cost: string;
      /**
       * @description What clients paid for messages that this carrier was the first to take.
       * @example 0.15
       */
      revenue: string;
      currency: components["schemas"]["Currency"];
      /** @description From sending to the receipt; null where nothing was delivered. */
      median_seconds: number | null;
      /** @description From sending to the receipt; null where nothing was delivered. */
      p95_seconds: number | null;
    };
    CodeConversionRow: {
      /** @description Its id; those of built-in ones begin with built-in. */
      template: string;
      variant: string;
      /** @description The language that was found for it. */
      locale: string;
      /** @enum {string} */
      channel: "sms" | "whatsapp" | "voice";
      /** @description Codes that were given to a carrier; those of test numbers do not count. */
      sent: number;
      /** @description Of them: typed back. Of a verification with several codes, only the one that was typed. */
      verified: number;
      /** @description Of them: may still be typed back. */
      open: number;
      /** @description Share of those typed back among those that are not open, 0 to 1; null where all are open. */
      rate: number | null;
      /** @description Between this and rate_high lies the true share, 95 times of 100 (Wilson). */
      rate_low: number | null;
      rate_high: number | null;
      /** @description From asking for the code until it was typed back. */
      median_seconds: number | null;
    };
    VerificationReport: {
      /**
       * Format: date
       * @description Day, UTC.
       * @example 2026-11-01
       */
      from: string;
      /**
       * Format: date
       * @description Day, UTC.
       * @example 2026-11-01
       */
      to: string;
      currency: components["schemas"]["Currency"];
      totals: {
        /** @description Begun in these days, without those of test numbers. */
        verifications: number;
        pending: number;
        verified: number;
        expired: number;
        /** @description Their budget of checks was used up. */
        failed: number;
        cancelled: number;
        /** @description Verified of those that are over. */
        conversion_percent: number | null;
        /** @description Over, and a code was delivered. */
        reached: number;
        /** @description The part of those that was never verified. */
        dropped: number;
        /** @description With two places; null of nothing. */
        drop_off_percent: number | null;
        /** @description Taken by a carrier. */
        codes: number;
        /** @description Delivered by a receipt, or typed back. */
        delivered: number;
        /** @description Refused, lost, or silent where the carrier gives receipts. */
        undelivered: number;
        /** @description With two places; null of nothing. */
        delivery_percent: number | null;
        typed_back: number;
        /** @description From the wish for a code to its receipt; null where nothing was delivered. */
        p50_seconds: number | null;
        /** @description From the wish for a code to its receipt; null where nothing was delivered. */
        p99_seconds: number | null;
        /**
         * @description What clients paid.
         * @example 0.15
         */
        paid: string;
        /**
         * @description For each verification; to the house what carriers charged, to a client what it paid.
         * @example 0.15
         */
        cost_each: string | null;
        currency: components["schemas"]["Currency"];
      };
      targets: components["schemas"]["VerificationTarget"][];
      days: ({
          /**
           * Format: date
           * @description Day, UTC.
           * @example 2026-11-01
           */
          day: string;
          /** @description Begun in these days, without those of test numbers. */
          verifications: number;
          pending: number;
          verified: number;
          expired: number;
          /** @description Their budget of checks was used up. */
          failed: number;
          cancelled: number;
          /** @description Verified of those that are over. */
          conversion_percent: number | null;
          /** @description Over, and a code was delivered. */
          reached: number;
          /** @description The part of those that was never verified. */
          dropped: number;
          /** @description With two places; null of nothing. */
          drop_off_percent: number | null;
          /** @description Taken by a carrier. */
          codes: number;
          /** @description Delivered by a receipt, or typed back. */
          delivered: number;
          /** @description Refused, lost, or silent where the carrier gives receipts. */
          undelivered: number;
          /** @description With two places; null of nothing. */
          delivery_percent: number | null;
          typed_back: number;
          /** @description From the wish for a code to its receipt; null where nothing was delivered. */
          p50_seconds: number | null;
          /** @description From the wish for a code to its receipt; null where nothing was delivered. */
          p99_seconds: number | null;
          /**
           * @description What clients paid.
           * @example 0.15
           */
          paid: string;
          /**
           * @description For each verification; to the house what carriers charged, to a client what it paid.
           * @example 0.15
           */
          cost_each: string | null;
          currency: components["schemas"]["Currency"];
        })[];
      countries: ({
          country: string;
          /** @description Begun in these days, without those of test numbers. */
          verifications: number;
          pending: number;
          verified: number;
          expired: number;
          /** @description Their budget of checks was used up. */
          failed: number;
          cancelled: number;
          /** @description Verified of those that are over. */
          conversion_percent: number | null;
          /** @description Over, and a code was delivered. */
          reached: number;
          /** @description The part of those that was never verified. */
          dropped: number;
          /** @description With two places; null of nothing. */
          drop_off_percent: number | null;
          /** @description Taken by a carrier. */
          codes: number;
          /** @description Delivered by a receipt, or typed back. */
          delivered: number;
          /** @description Refused, lost, or silent where the carrier gives receipts. */
          undelivered: number;
          /** @description With two places; null of nothing. */
          delivery_percent: number | null;
          typed_back: number;
          /** @description From the wish for a code to its receipt; null where nothing was delivered. */
          p50_seconds: number | null;
          /** @description From the wish for a code to its receipt; null where nothing was delivered. */
          p99_seconds: number | null;
          /**
           * @description What clients paid.
           * @example 0.15
           */
          paid: string;
          /**
           * @description For each verification; to the house what carriers charged, to a client what it paid.
           * @example 0.15
           */
          cost_each: string | null;
          currency: components["schemas"]["Currency"];
        })[];
      channels: ({
          /** @enum {string} */
          channel: "sms" | "whatsapp" | "voice";
          /** @description Taken by a carrier. */
          codes: number;
          /** @description Delivered by a receipt, or typed back. */
          delivered: number;
          /** @description Refused, lost, or silent where the carrier gives receipts. */
          undelivered: number;
          /** @description With two places; null of nothing. */
          delivery_percent: number | null;
          typed_back: number;
          /** @description From the wish for a code to its receipt; null where nothing was delivered. */
          p50_seconds: number | null;
          /** @description From the wish for a code to its receipt; null where nothing was delivered. */
          p99_seconds: number | null;
          /**
           * @description What clients paid.
           * @example 0.15
           */
          paid: string;
        })[];
      elsewhere: components["schemas"]["VerificationsElsewhere"];
    };
    VerificationTarget: {
      /** @enum {string} */
      target: "delivery" | "delivery_seconds" | "drop_off" | "fraud" | "cost_50000" | "cost_100000" | "cost_of_revenue";
      /** @enum {string} */
      unit: "percent" | "seconds" | "money";
      /** @enum {string} */
      sense: "at_least" | "below";
      bound: string;
      value: string | null;
      /** @description Codes, verifications or wishes that it was measured by. */
      sample: number;
      /** @enum {string} */
      verdict: "met" | "missed" | "too_few";
    };
    /** @description What the same codes would have cost at the price lists of ADR-002. */
    VerificationsElsewhere: {
      source: string;
      /**
       * Format: date
       * @description Day, UTC.
       * @example 2026-11-01
       */
      as_of: string;
      currency: components["schemas"]["Currency"];
      months: number;
      senders: {
          id: string;
          name: string;
          cost: components["schemas"]["Money"];
          month_of_50000: components["schemas"]["Money"];
          month_of_100000: components["schemas"]["Money"];
        }[];
      limiter_commands: number;
      limiters: {
          id: string;
          name: string;
          cost: components["schemas"]["Money"];
        }[];
    };
    OperatorVerificationReport: {
      /**
       * Format: date
       * @description Day, UTC.
       * @example 2026-11-01
       */
      from: string;
      /**
       * Format: date
       * @description Day, UTC.
       * @example 2026-11-01
       */
      to: string;
      currency: components["schemas"]["Currency"];
      totals: {
        /** @description Begun in these days, without those of test numbers. */
        verifications: number;
        pending: number;
        verified: number;
        expired: number;
        /** @description Their budget of checks was used up. */
        failed: number;
        cancelled: number;
        /** @description Verified of those that are over. */
        conversion_percent: number | null;
        /** @description Over, and a code was delivered. */
        reached: number;
        /** @description The part of those that was never verified. */
        dropped: number;
        /** @description With two places; null of nothing. */
        drop_off_percent: number | null;
        /** @description Taken by a carrier. */
        codes: number;
        /** @description Delivered by a receipt, or typed back. */
        delivered: number;
        /** @description Refused, lost, or silent where the carrier gives receipts. */
        undelivered: number;
        /** @description With two places; null of nothing. */
        delivery_percent: number | null;
        typed_back: number;
        /** @description From the wish for a code to its receipt; null where nothing was delivered. */
        p50_seconds: number | null;
        /** @description From the wish for a code to its receipt; null where nothing was delivered. */
        p99_seconds: number | null;
        /**
         * @description What clients paid.
         * @example 0.15
         */
        paid: string;
        /**
         * @description For each verification; to the house what carriers charged, to a client what it paid.
         * @example 0.15
         */
        cost_each: string | null;
        currency: components["schemas"]["Currency"];
        /**
         * @description What carriers charged.
         * @example 0.15
         */
        cost: string;
        /** @description Over, never verified, and guessed at or noted by a fraud rule. */
        suspect: number;
        /** @description Phones that fraud rules refused for good, each once. */
        blocked: number;
      };
      targets: components["schemas"]["VerificationTarget"][];
      days: ({
          /**
           * Format: date
           * @description Day, UTC.
           * @example 2026-11-01
           */
          day: string;
          /** @description Begun in these days, without those of test numbers. */
          verifications: number;
          pending: number;
          verified: number;
          expired: number;
          /** @description Their budget of checks was used up. */
          failed: number;
          cancelled: number;
          /** @description Verified of those that are over. */
          conversion_percent: number | null;
          /** @description Over, and a code was delivered. */
          reached: number;
          /** @description The part of those that was never verified. */
          dropped: number;
          /** @description With two places; null of nothing. */
          drop_off_percent: number | null;
          /** @description Taken by a carrier. */
          codes: number;
          /** @description Delivered by a receipt, or typed back. */
          delivered: number;
          /** @description Refused, lost, or silent where the carrier gives receipts. */
          undelivered: number;
          /** @description With two places; null of nothing. */
          delivery_percent: number | null;
          typed_back: number;
          /** @description From the wish for a code to its receipt; null where nothing was delivered. */
          p50_seconds: number | null;
          /** @description From the wish for a code to its receipt; null where nothing was delivered. */
          p99_seconds: number | null;
          /**
           * @description What clients paid.
           * @example 0.15
           */
          paid: string;
          /**
           * @description For each verification; to the house what carriers charged, to a client what it paid.
           * @example 0.15
           */
          cost_each: string | null;
          currency: components["schemas"]["Currency"];
          /**
           * @description What carriers charged.
           * @example 0.15
           */
          cost: string;
          /** @description Over, never verified, and guessed at or noted by a fraud rule. */
          suspect: number;
          /** @description Phones that fraud rules refused for good, each once. */
          blocked: number;
        })[];
      countries: ({
          country: string;
          /** @description Begun in these days, without those of test numbers. */
          verifications: number;
          pending: number;
          verified: number;
          expired: number;
          /** @description Their budget of checks was used up. */
          failed: number;
          cancelled: number;
          /** @description Verified of those that are over. */
          conversion_percent: number | null;
          /** @description Over, and a code was delivered. */
          reached: number;
          /** @description The part of those that was never verified. */
          dropped: number;
          /** @description With two places; null of nothing. */
          drop_off_percent: number | null;
          /** @description Taken by a carrier. */
          codes: number;
          /** @description Delivered by a receipt, or typed back. */
          delivered: number;
          /** @description Refused, lost, or silent where the carrier gives receipts. */
          undelivered: number;
          /** @description With two places; null of nothing. */
          delivery_percent: number | null;
          typed_back: number;
          /** @description From the wish for a code to its receipt; null where nothing was delivered. */
          p50_seconds: number | null;
          /** @description From the wish for a code to its receipt; null where nothing was delivered. */
          p99_seconds: number | null;
          /**
           * @description What clients paid.
           * @example 0.15
           */
          paid: string;
          /**
           * @description For each verification; to the house what carriers charged, to a client what it paid.
           * @example 0.15
           */
          cost_each: string | null;
          currency: components["schemas"]["Currency"];
          /**
           * @description What carriers charged.
           * @example 0.15
           */
          cost: string;
          /** @description Over, never verified, and guessed at or noted by a fraud rule. */
          suspect: number;
          /** @description Phones that fraud rules refused for good, each once. */
          blocked: number;
        })[];
      channels: ({
          /** @enum {string} */
          channel: "sms" | "whatsapp" | "voice";
          /** @description Taken by a carrier. */
          codes: number;
          /** @description Delivered by a receipt, or typed back. */
          delivered: number;
          /** @description Refused, lost, or silent where the carrier gives receipts. */
          undelivered: number;
          /** @description With two places; null of nothing. */
          delivery_percent: number | null;
          typed_back: number;
          /** @description From the wish for a code to its receipt; null where nothing was delivered. */
          p50_seconds: number | null;
          /** @description From the wish for a code to its receipt; null where nothing was delivered. */
          p99_seconds: number | null;
          /**
           * @description What clients paid.
           * @example 0.15
           */
          paid: string;
          /**
           * @description What carriers charged.
           * @example 0.15
           */
          cost: string;
        })[];
      elsewhere: components["schemas"]["VerificationsElsewhere"];
    };
    CarrierOverview: {
      id: string;
      /** @description Its spec, or the protocol of a coded adapter. */
      kind: string;
      channels: string[];
      simulated: boolean;
      currency: components["schemas"]["Currency"];
      /**
       * @description How its delivery receipts come.
       * @enum {string}
       */
      receipts: "push" | "poll" | "both" | "none";
      /** @description Lines of its price sheet. */
      prices: number;
      /** @description Countries that it can send to. */
      countries: number;
      circuit_open_until: components["schemas"]["Time"] & (string | null);
      circuit_reason: string | null;
      paused: boolean;
      paused_reason: string | null;
      /** @description Of the last 24 hours, as all counts. */
      attempts: number;
      accepted: number;
      refused: number;
      /** @description Replies that were lost and that nothing has resolved. */
      ambiguous: number;
      delivered: number;
      undelivered: number;
      /**
       * @description What it charged, in its currency.
       * @example 0.15
       */
      cost: string;
      last_receipt_at: components["schemas"]["Time"] & (string | null);
      /** @description What to enter at the carrier for its receipts; a path, where no public_url is configured. Null if it posts none. */
      hook_url: string | null;
    };
    ProviderOverview: {
      id: string;
      kind: string;
      simulated: boolean;
      currency: components["schemas"]["Currency"];
      /**
       * @description What the ledger expects the provider to hold for us.
       * @example 0.15
       */
      balance_expected: string;
      /**
       * @description What the last pass of the proof read.
       * @example 0.15
       */
      balance_observed: string | null;
      observed_at: components["schemas"]["Time"] & (string | null);
      refunds_pending: components["schemas"]["Money"];
      /**
       * @description The drift lies between this, surplus less pending refunds, …
       * @example 0.15
       */
      drift_low: string | null;
      /**
       * @description … and this, the surplus that the last pass left.
       * @example 0.15
       */
      drift_high: string | null;
      oldest_refund_at: components["schemas"]["Time"] & (string | null);
      /**
       * @description The part of the pending refunds that is expected for more than 20 minutes.
       * @example 0.15
       */
      refunds_overdue: string;
      /**
       * @description What the provider owes us lies between this, overdue refunds less surplus, …
       * @example 0.15
       */
      owed_low: string | null;
      /**
       * @description … and this, pending refunds less surplus, …
       * @example 0.15
       */
      owed_high: string | null;
      /**
       * Format: date-time
       * @description … since then, where anything is overdue.
       * @example 2026-03-01T12:00:00.000Z
       */
      owed_since: string | null;
      /** @enum {string} */
      proof: "opening" | "unarmed" | "armed" | "frozen";
      frozen_reason: string | null;
      circuit_open_until: components["schemas"]["Time"] & (string | null);
      circuit_reason: string | null;
      paused: boolean;
      paused_reason: string | null;
      /** @description Whether numbers of abandoned purchases are cancelled. */
      orphan_sweep: boolean;
      watcher_last_page_at: components["schemas"]["Time"] & (string | null);
      watcher_last_error: string | null;
      /** @description What to enter at the provider as its webhook; a path, where no public_url is configured. Null if it has none. */
      hook_url: string | null;
    };
    Account: {
      /** Format: uuid */
      id: string;
      name: string;
      /** @enum {string} */
      kind: "client" | "operator";
      /** @description It plays: its credit is no money, and it buys from simulators only. */
      sandbox: boolean;
      reference: string | null;
      created_at: components["schemas"]["Time"];
      suspended_at: components["schemas"]["Time"] & (string | null);
      erased_at: components["schemas"]["Time"] & (string | null);
      available: components["schemas"]["Money"];
      held: components["schemas"]["Money"];
      currency: components["schemas"]["Currency"];
      /** @description Keys that may be used now. */
      keys: number;
    };
    ApiKey: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      account_id: string;
      /** @enum {string} */
      role: "client" | "operator";
      /** @description Its first characters, to tell keys apart. */
      prefix: string;
      label: string | null;
      created_at: components["schemas"]["Time"];
      /**
       * Format: date-time
       * @description To the minute.
       * @example 2026-03-01T12:00:00.000Z
       */
      last_used_at: string | null;
      /**
       * Format: date-time
       * @description From when on it opens nothing; may lie ahead.
       * @example 2026-03-01T12:00:00.000Z
       */
      revoked_at: string | null;
    };
    NewApiKey: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      account_id: string;
      /** @enum {string} */
      role: "client" | "operator";
      /** @description Its first characters, to tell keys apart. */
      prefix: string;
      label: string | null;
      created_at: components["schemas"]["Time"];
      /**
       * Format: date-time
       * @description To the minute.
       * @example 2026-03-01T12:00:00.000Z
       */
      last_used_at: string | null;
      /**
       * Format: date-time
       * @description From when on it opens nothing; may lie ahead.
       * @example 2026-03-01T12:00:00.000Z
       */
      revoked_at: string | null;
      /** @description The key itself; it is shown only here. */
      key: string;
    };
    OperatorAction: {
      id: string;
      at: components["schemas"]["Time"];
      /** Format: uuid */
      account_id: string;
      account_name: string;
      key_prefix: string | null;
      request_id: string;
      /** @example POST /v1/operator/accounts/:id/suspend */
      action: string;
      params: {
        [key: string]: unknown;
      };
      body?: unknown;
      /** @description HTTP status of the answer; null where the process ended before it. */
      status: number | null;
      problem: string | null;
    };
    /** @description Temporal payloads, as its codec endpoints take and give them. */
    Payloads: {
      payloads: {
          metadata?: {
            [key: string]: string;
          };
          data?: string;
        }[];
    };
    ForeignOrder: {
      /** Format: uuid */
      id: string;
      provider: string;
      provider_order_id: string;
      status: string;
      /** @description What became of its charge: `expected` while nobody knows, `sold`, `refunded`, … */
      money: string;
      service: string | null;
      country: string | null;
      operator: string | null;
      /**
       * @description What it costs; 0 while no record names a price.
       * @example 0.15
       */
      amount: string;
      currency: components["schemas"]["Currency"];
      provider_status: string;
      first_seen_at: components["schemas"]["Time"];
      expires_at: components["schemas"]["Time"] & (string | null);
      ended_at: components["schemas"]["Time"] & (string | null);
    };
    Markup: {
      /** @description Null: any. */
      service: string | null;
      /** @description Null: any. */
      country: string | null;
      basis_points: number;
      /**
       * @description Added to that, in the wallet’s currency.
       * @example 0.15
       */
      fixed: string;
      reason: string;
      /** Format: uuid */
      set_by: string;
      set_at: components["schemas"]["Time"];
    };
    Alerts: {
      /**
       * Format: date-time
       * @description When the conditions were last looked at; null before the first time.
       * @example 2026-03-01T12:00:00.000Z
       */
      evaluated_at: string | null;
      /** @description Conditions that could not be looked for then. */
      unknown: string[];
      /** @description How many of `items` fire. */
      firing: number;
      /** @description Those that fire, then those that were over within seven days; at most 500. */
      items: components["schemas"]["Alert"][];
      /** @description The fifty newest messages to operators. */
      messages: components["schemas"]["AlertMessage"][];
      ledger_check: ({
        started_at: components["schemas"]["Time"];
        ended_at: components["schemas"]["Time"];
        /** @enum {string} */
        verdict: "clean" | "differences" | "incomplete";
        problems: number;
        reason: string | null;
      }) | null;
    };
    Alert: {
      /** @enum {string} */
      condition: "WatchwordAway" | "PublicRouteFailing" | "WatcherSilent" | "SmsUndelivered" | "PurchasesUnresolved" | "ProofFrozen" | "BalanceDrift" | "RefundsOverdue" | "PayingFromLoss" | "CircuitOpen" | "CarrierCircuitOpen" | "BalanceLow" | "PricesOld" | "PriceBlobOld" | "SuccessCollapsed" | "LedgerWrong" | "VerificationSpendDay" | "VerificationSpendMonth" | "CodesUndelivered" | "CodesSlow" | "VerifyEndpointsFailing" | "FraudRulesFailing" | "PhoneInsists" | "AddressInsists";
      /** @description A provider, a pair (`provider/service/country`), an activation’s id or a route; empty for the whole installation. */
      subject: string;
      /** @enum {string} */
      severity: "page" | "warn";
      firing: boolean;
      since: components["schemas"]["Time"];
      resolved_at: components["schemas"]["Time"] & (string | null);
      /**
       * Format: date-time
       * @description When operators were last told that it fires.
       * @example 2026-03-01T12:00:00.000Z
       */
      told_at: string | null;
      /** @description What was found last. */
      facts: {
        [key: string]: unknown;
      };
      what: string;
      press: string;
      runbook: string;
    };
    AlertMessage: {
      /** @description The `webhook-id` of its delivery. */
      id: string;
      condition: string;
      /** @enum {string} */
      kind: "started" | "repeated" | "ended";
      created_at: components["schemas"]["Time"];
      /**
       * @description `none`: no receiver is configured. `gone`: it answered 410. `given_up`: it did not take the message in time.
       * @enum {string}
       */
      delivery: "none" | "pending" | "delivered" | "gone" | "given_up";
      tries: number;
      last_result: string | null;
    };
    FraudDecision: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      account: string;
      /** Format: uuid */
      verification: string;
      /** @description Part of a keyed hash: the same phone has the same. */
      number: string;
      /** @description The same of the address; null where the client named none. */
      network: string | null;
      prefix: string;
      country: string;
      line_type: string;
      /** @enum {string} */
      channel: "sms" | "whatsapp" | "voice";
      /** @enum {string} */
      verdict: "allow" | "limit" | "block";
      /**
       * @description Of the strongest finding; null without any.
       * @enum {string|null}
       */
      mode: "monitor" | "enforce" | null;
      findings: components["schemas"]["FraudFinding"][];
      at: components["schemas"]["Time"];
    };
    FraudFinding: {
      rule: string;
      /** @enum {string} */
      mode: "monitor" | "enforce";
      /** @enum {string} */
      verdict: "limit" | "block";
      /** @description What the rule saw; never a number, address or code. */
      detail: {
        [key: string]: unknown;
      };
    };
    FraudRuleCount: {
      rule: string;
      /** @enum {string} */
      mode: "monitor" | "enforce";
      /** @enum {string} */
      verdict: "limit" | "block";
      count: number;
      /** @description Different phones that it was found of. */
      numbers: number;
      /** @description Verifications that were allowed in spite of it, and succeeded: people whom enforcing the rule would have refused. */
      typed_back: number;
    };
    Refund: {
      /**
       * Format: uuid
       * @description The order’s id.
       */
      id: string;
      provider: string;
      provider_order_id: string;
      /** Format: uuid */
      activation_id: string | null;
      /**
       * @description `pending` and `paid_from_loss` are still expected back.
       * @enum {string}
       */
      state: "pending" | "paid_from_loss" | "refunded" | "written_off" | "taken_back";
      /**
       * @description Whose the money is when it comes.
       * @enum {string}
       */
      beneficiary: "activation" | "house";
      amount: components["schemas"]["Money"];
      currency: components["schemas"]["Currency"];
      /** @description The provider’s own word. */
      provider_status: string;
      first_seen_at: components["schemas"]["Time"];
      ended_at: components["schemas"]["Time"] & (string | null);
      /**
       * Format: date-time
       * @description Since when the order’s own record agrees that it was refunded.
       * @example 2026-03-01T12:00:00.000Z
       */
      agreed_at: string | null;
      paid_from_loss_at: components["schemas"]["Time"] & (string | null);
      refunded_at: components["schemas"]["Time"] & (string | null);
      /** @description Expected for more than 20 minutes. */
      overdue: boolean;
      /** @description The provider has shown an SMS of this order. */
      has_sms: boolean;
      /** @description What was posted about the refund, and on what evidence. */
      postings: ({
          kind: string;
          at: components["schemas"]["Time"];
          evidence: {
            [key: string]: string;
          } | null;
        })[];
    };
    Readiness: {
      ready: boolean;
      checks: {
          name: string;
          ok: boolean;
          /** @description What is wrong. */
          problem?: string;
        }[];
    };
  };
  responses: never;
  parameters: {
  };
  requestBodies: never;
  headers: never;
  pathItems: never;
}

export type $defs = Record<string, never>;

export type external = Record<string, never>;

export interface operations {

  /** List activations, newest first */
  getV1Activations: {
    parameters: {
      query?: {
        /** @description Items of a page. */
        limit?: number;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        status?: "REQUESTED" | "PURCHASED" | "WAITING" | "RECEIVED" | "COMPLETED" | "CANCELLED" | "EXPIRED" | "PROVIDER_REFUND_PENDING" | "REFUNDED" | "FAILED";
        /** @description Service slug; see `GET /v1/services`. */
        service?: string;
        /** @description ISO 3166-1 alpha-2, in either case. */
        country?: string;
      };
    };
    responses: {
      /** @description A page. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["Activation"][];
            next_cursor: string | null;
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Rent a number
   * @description Buys a number from the provider that is most likely to deliver, holding the price from your credit. Repeating the request with the same Idempotency-Key never buys twice: it answers what the first one answered. A failure (402, 503) is final for its key. A 202 means that the purchase goes on: read its Location, or repeat the request.
   */
  postV1Activations: {
    parameters: {
      header: {
        /** @description Names this request; the same key never does it twice. */
        "idempotency-key": string;
        /** @description `wait=N` (RFC 7240): seconds to wait for the number, 1 to 30. */
        prefer?: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ActivationRequest"];
      };
    };
    responses: {
      /** @description The number is rented. */
      201: {
        headers: {
          /** @description Address of the activation. */
          Location?: string;
          /** @description The wait that was granted. */
          "Preference-Applied"?: string;
        };
        content: {
          "application/json": components["schemas"]["Activation"];
        };
      };
      /** @description The purchase goes on; `phone_number` is null. */
      202: {
        headers: {
          /** @description Where the activation can be read. */
          Location?: string;
          /** @description Seconds after which reading it makes sense. */
          "Retry-After"?: string;
        };
        content: {
          "application/json": components["schemas"]["Activation"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `insufficient_credit`: The account has too little credit. */
      402: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `idempotency_key_reused`: The Idempotency-Key was used with another request. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_for_sale`: This service or country is not offered here. `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `no_numbers`: No provider has a number for this now. `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Read an activation, or wait for its next change
   * @description With `wait`, the answer comes when something changes or the time is over. With If-None-Match, that is a change against the state which that ETag names, and 304 says that there was none; without it, only a state that still waits for its number or its first SMS is waited on, so a code that is there is answered at once.
   */
  getV1ActivationsId: {
    parameters: {
      query?: {
        /** @description Seconds to wait for a change. */
        wait?: number;
      };
      header?: {
        /** @description ETag of the state that you know. */
        "if-none-match"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description The activation. */
      200: {
        headers: {
          /** @description Names this state. */
          ETag?: string;
        };
        content: {
          "application/json": components["schemas"]["Activation"];
        };
      };
      /** @description The state is the one that If-None-Match names. */
      304: {
        headers: {
          /** @description Names this state. */
          ETag?: string;
        };
        content: never;
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Give the number back
   * @description Accepted means that the provider is asked, now or when it allows it; an SMS that comes before is delivered and paid. Asking again for what was done answers 200 again.
   */
  postV1ActivationsIdCancel: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        "application/json": Record<string, never>;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Activation"];
        };
      };
      /** @description Accepted; it will be done later, at `cancel_due_at` where the provider makes it wait. */
      202: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Activation"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Say that the code was all you needed
   * @description Ends an activation that has received an SMS. Asking again for what was done answers 200 again.
   */
  postV1ActivationsIdFinish: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        "application/json": Record<string, never>;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Activation"];
        };
      };
      /** @description Accepted; it will be done later, at `cancel_due_at` where the provider makes it wait. */
      202: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Activation"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Pay for an SMS that came too late
   * @description An SMS that comes after the money was given back, or to a number that had been replaced, is kept; `late_sms` says how many and at what price. This takes the price and adds them to `messages`. Asking again changes nothing.
   */
  postV1ActivationsIdLateSms: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        "application/json": Record<string, never>;
      };
    };
    responses: {
      /** @description Paid; the SMS are in `messages`. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Activation"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `insufficient_credit`: The account has too little credit. */
      402: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Ask for another SMS
   * @description Tells the provider to wait for a further SMS on the same number. Asking again for what was done answers 200 again.
   */
  postV1ActivationsIdResend: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        "application/json": Record<string, never>;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Activation"];
        };
      };
      /** @description Accepted; it will be done later, at `cancel_due_at` where the provider makes it wait. */
      202: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Activation"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** What happened, why, and the money */
  getV1ActivationsIdTimeline: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description The timeline. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Timeline"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Follow an activation as server-sent events
   * @description Each `activation` event carries the whole activation, the current state first, and an id that names the state; with Last-Event-ID a state that you know is not repeated. Comments keep the connection alive. The stream ends when nothing can change any more, and after a quarter of an hour: come back with Last-Event-ID. 204 says that there is nothing left to follow.
   */
  getV1ActivationsIdEvents: {
    parameters: {
      header?: {
        /** @description Id of the last event that you have. */
        "last-event-id"?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      /** @description The stream. */
      200: {
        headers: {
        };
        content: {
          "text/event-stream": string;
        };
      };
      /** @description The activation is in its last state, and you know it. */
      204: {
        headers: {
        };
        content: never;
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Exact prices, stock and success rates
   * @description Narrow it by service and country. For everything at once, `GET /v1/prices/matrix` is one cached document.
   */
  getV1Prices: {
    parameters: {
      query?: {
        /** @description Items of a page. */
        limit?: number;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        /** @description Service slug; see `GET /v1/services`. */
        service?: string;
        /** @description ISO 3166-1 alpha-2, in either case. */
        country?: string;
      };
    };
    responses: {
      /** @description A page. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["Price"][];
            next_cursor: string | null;
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * The whole price matrix in one document
   * @description Replaced about once a minute. Made to be cached: send If-None-Match. docs/prices.md shows how to read it.
   */
  getV1PricesMatrix: {
    parameters: {
      header?: {
        "if-none-match"?: string;
      };
    };
    responses: {
      /** @description The matrix. */
      200: {
        headers: {
          /** @description Names this matrix. */
          ETag?: string;
          /** @description Seconds since it was built. */
          Age?: string;
          /** @description For how long caches may keep it. */
          "Cache-Control"?: string;
          /** @description `br` or `gzip`, the best that Accept-Encoding allows. */
          "Content-Encoding"?: string;
          /** @description `Accept-Encoding`. */
          Vary?: string;
        };
        content: {
          "application/json": components["schemas"]["PriceMatrix"];
        };
      };
      /** @description It is the one that If-None-Match names. */
      304: {
        headers: {
          /** @description Names this matrix. */
          ETag?: string;
          /** @description Seconds since it was built. */
          Age?: string;
          /** @description For how long caches may keep it. */
          "Cache-Control"?: string;
          /** @description `br` or `gzip`, the best that Accept-Encoding allows. */
          "Content-Encoding"?: string;
          /** @description `Accept-Encoding`. */
          Vary?: string;
        };
        content: never;
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_acceptable`: None of the accepted media types can be given. */
      406: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Services that some provider lists */
  getV1Services: {
    responses: {
      /** @description All of them. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["Service"][];
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Countries that some provider lists */
  getV1Countries: {
    responses: {
      /** @description All of them. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["Country"][];
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Whose key this is */
  getV1Me: {
    responses: {
      /** @description The account. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            /** Format: uuid */
            id: string;
            name: string;
            /** @description Its credit is no money, and it buys from simulators only. */
            sandbox: boolean;
            currency: components["schemas"]["Currency"];
            created_at: components["schemas"]["Time"];
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** What can be spent, and what is held */
  getV1Balance: {
    responses: {
      /** @description The balance. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Balance"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Every movement of your money, newest first
   * @description One line a transfer. A hold moves money from available to held; a capture takes it from held; a release gives it back.
   */
  getV1Statement: {
    parameters: {
      query?: {
        /** @description Items of a page. */
        limit?: number;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
    };
    responses: {
      /** @description A page. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["StatementLine"][];
            next_cursor: string | null;
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * A provider announces an SMS
   * @description The token in the path is the only credential, because no provider signs its hooks; so the news is a hint that is confirmed with the provider before anybody sees it.
   */
  postHooksProvidersProviderToken: {
    parameters: {
      path: {
        provider: string;
        token: string;
      };
    };
    requestBody: {
      content: {
        "application/json": Record<string, never>;
      };
    };
    responses: {
      /** @description Taken in. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            /** @enum {boolean} */
            ok: true;
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** List messages, newest first */
  getV1Messages: {
    parameters: {
      query?: {
        /** @description Items of a page. */
        limit?: number;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        status?: "SCHEDULED" | "QUEUED" | "SENT" | "DELIVERED" | "UNDELIVERED" | "EXPIRED" | "UNKNOWN" | "CANCELLED";
        batch?: string;
      };
    };
    responses: {
      /** @description A page. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["OutgoingMessage"][];
            next_cursor: string | null;
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Send a text
   * @description Sends by the carrier that is most likely to deliver there, holding the price from your credit. The same Idempotency-Key never sends twice. You pay once, when the first carrier takes it; `sent` is not `delivered`, which only a receipt says.
   */
  postV1Messages: {
    parameters: {
      header: {
        /** @description Names this request; the same key never does it twice. */
        "idempotency-key": string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["MessageRequest"];
      };
    };
    responses: {
      /** @description With `dry_run`: what it would take; nothing was sent. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["MessageEstimate"];
        };
      };
      /** @description It is being sent. */
      202: {
        headers: {
          /** @description Where the message can be read. */
          Location?: string;
        };
        content: {
          "application/json": components["schemas"]["OutgoingMessage"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `insufficient_credit`: The account has too little credit. */
      402: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `idempotency_key_reused`: The Idempotency-Key was used with another request. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_for_sale`: This service or country is not offered here. `no_route`: No carrier can send this there. `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Read a message */
  getV1MessagesId: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description The message. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["OutgoingMessage"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Say whether a message did its work
   * @description For senders of their own codes: whether the code was typed back. It weighs more than what carriers claim, and finds those whose receipts are not true. The last word counts; it changes neither status nor price.
   */
  postV1MessagesIdFeedback: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Whether it was typed back (or clicked, or answered). */
          converted: boolean;
        };
      };
    };
    responses: {
      /** @description Taken. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["OutgoingMessage"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Take a scheduled message back */
  postV1MessagesIdCancel: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description It will not be sent, and nothing is held for it any more. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["OutgoingMessage"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Send many texts
   * @description Each becomes a message of its own, held, sent and settled like one that was sent alone; a few at a time, so that single messages are not behind them. A request with one message that cannot be sent sends none. The same Idempotency-Key never sends twice.
   */
  postV1MessagesBatches: {
    parameters: {
      header: {
        /** @description Names this request; the same key never does it twice. */
        "idempotency-key": string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["MessageBatchRequest"];
      };
    };
    responses: {
      /** @description With `dry_run`: what it would take; nothing was sent. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["MessageBatchEstimate"];
        };
      };
      /** @description It is being handed over. */
      202: {
        headers: {
          /** @description Where the batch can be read. */
          Location?: string;
        };
        content: {
          "application/json": components["schemas"]["MessageBatch"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `idempotency_key_reused`: The Idempotency-Key was used with another request. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Read how far a batch is
   * @description Its messages are listed by `GET /v1/messages?batch=…`.
   */
  getV1MessagesBatchesId: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description The batch. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["MessageBatch"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Take back what of a batch was not sent
   * @description Messages that wait to be handed over or for their time are not sent. What a carrier took stays sent.
   */
  postV1MessagesBatchesIdCancel: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description Nothing more of it will be handed over. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["MessageBatch"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** A carrier’s delivery receipts, of those that send them in the address */
  getHooksCarriersCarrierToken: {
    parameters: {
      path: {
        carrier: string;
        token: string;
      };
    };
    responses: {
      /** @description Taken; the words that this carrier wants to hear. */
      200: {
        headers: {
        };
        content: {
          "text/plain": string;
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** A carrier’s delivery receipts */
  postHooksCarriersCarrierToken: {
    parameters: {
      path: {
        carrier: string;
        token: string;
      };
    };
    responses: {
      /** @description Taken; the words that this carrier wants to hear. */
      200: {
        headers: {
        };
        content: {
          "text/plain": string;
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Countries for an app’s picker */
  getV1VerificationsCountries: {
    parameters: {
      header?: {
        "if-none-match"?: string;
      };
    };
    responses: {
      /** @description All that have phones, in order of code. */
      200: {
        headers: {
          /** @description Names this list. */
          ETag?: string;
        };
        content: {
          "application/json": {
            items: components["schemas"]["CodeCountry"][];
          };
        };
      };
      /** @description It is the one that If-None-Match names. */
      304: {
        headers: {
          /** @description Names this list. */
          ETag?: string;
        };
        content: never;
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** List verifications, newest first */
  getV1Verifications: {
    parameters: {
      query?: {
        /** @description Items of a page. */
        limit?: number;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        status?: "PENDING" | "VERIFIED" | "EXPIRED" | "FAILED" | "CANCELLED";
        purpose?: string;
      };
    };
    responses: {
      /** @description A page. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["Verification"][];
            next_cursor: string | null;
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Send a one-time code
   * @description Sends a code by the best carrier of the first channel, holding its price from your credit. The same Idempotency-Key never sends twice. While a verification of the same number and purpose is open it is joined (200): with another code if the rules allow one now, else with the one that is on its way.
   */
  postV1Verifications: {
    parameters: {
      header: {
        /** @description Names this request; the same key never does it twice. */
        "idempotency-key": string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["VerificationRequest"];
      };
    };
    responses: {
      /** @description One of this number and purpose was open already. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Verification"];
        };
      };
      /** @description A code is on its way. */
      201: {
        headers: {
          /** @description Where the verification can be read. */
          Location?: string;
        };
        content: {
          "application/json": components["schemas"]["Verification"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `insufficient_credit`: The account has too little credit. `spend_cap_reached`: The cap on what verifications may cost is reached. */
      402: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `blocked`: No code is sent there. `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `idempotency_key_reused`: The Idempotency-Key was used with another request. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `no_route`: No carrier can send this there. `not_for_sale`: This service or country is not offered here. `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Say when a phone was proven to you */
  postV1VerificationsLookup: {
    requestBody: {
      content: {
        "application/json": {
          to: string;
        };
      };
    };
    responses: {
      /** @description When it was, first and last; null for never. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            verified: boolean;
            first_verified_at: components["schemas"]["Time"] & (string | null);
            phone_verified_at: components["schemas"]["Time"] & (string | null);
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Read a verification */
  getV1VerificationsId: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description The verification. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Verification"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Check a code that was typed
   * @description Each check takes one from one budget of the verification; all its codes are right until one of them is typed, and none after. What can be no code at all is refused (422) and takes nothing. With an Idempotency-Key, sending the same check again answers the same.
   */
  postV1VerificationsIdCheck: {
    parameters: {
      header?: {
        /** @description Names this request; the same key never does it twice. */
        "idempotency-key"?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description What was typed; spaces and hyphens are left out, digits of any script are understood.
           * @example 123 456
           */
          code: string;
        };
      };
    };
    responses: {
      /** @description Whether it was right. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["CodeCheck"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Send another code
   * @description The codes that are there stay good. Carriers that have not been tried for this verification are asked first.
   */
  postV1VerificationsIdResend: {
    parameters: {
      header: {
        /** @description Names this request; the same key never does it twice. */
        "idempotency-key": string;
      };
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description As the code before, if left out.
           * @enum {string}
           */
          channel?: "sms" | "whatsapp" | "voice";
          /**
           * @description Address of the person who asks, as you see it.
           * @example 203.0.113.7
           */
          ip?: string;
          /** @description Your own name for who asks: a user, a device. It must not be guessable. */
          subject?: string;
          /** @description The person’s browser or app. */
          user_agent?: string;
          /** @description What the CAPTCHA in your page gave. */
          captcha_token?: string;
        };
      };
    };
    responses: {
      /** @description Another code is on its way. */
      202: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Verification"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `insufficient_credit`: The account has too little credit. `spend_cap_reached`: The cap on what verifications may cost is reached. */
      402: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `blocked`: No code is sent there. `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `no_route`: No carrier can send this there. `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Take a verification back
   * @description All its codes are dead. What was sent is paid for.
   */
  postV1VerificationsIdCancel: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description It is over. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Verification"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Send a code to a phone
   * @description While a code of this phone is open, another one joins it as far as the limits allow; else this is 429 with Retry-After.
   */
  postApiV1PhoneSendCode: {
    parameters: {
      header?: {
        /** @description Names this request; the same key never does it twice. */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description In international form.
           * @example +14155551234
           */
          phone_number: string;
          /** @enum {string} */
          channel?: "sms" | "whatsapp" | "voice";
          /**
           * @description Language of the text, BCP 47.
           * @example pt-BR
           */
          locale?: string;
          /**
           * @description Address of the person who asks, as you see it.
           * @example 203.0.113.7
           */
          ip?: string;
          /** @description Your own name for who asks: a user, a device. It must not be guessable. */
          subject?: string;
          /** @description The person’s browser or app. */
          user_agent?: string;
          /** @description What the CAPTCHA in your page gave. */
          captcha_token?: string;
        };
      };
    };
    responses: {
      /** @description A code is on its way. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["PhoneCodeSent"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `insufficient_credit`: The account has too little credit. `spend_cap_reached`: The cap on what verifications may cost is reached. */
      402: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `blocked`: No code is sent there. `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `idempotency_key_reused`: The Idempotency-Key was used with another request. `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `no_route`: No carrier can send this there. `not_for_sale`: This service or country is not offered here. `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Check the code of a phone */
  postApiV1PhoneVerifyCode: {
    parameters: {
      header?: {
        /** @description Names this request; the same key never does it twice. */
        "idempotency-key"?: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description In international form.
           * @example +14155551234
           */
          phone_number: string;
          /**
           * @description What was typed; spaces and hyphens are left out, digits of any script are understood.
           * @example 123 456
           */
          code: string;
        };
      };
    };
    responses: {
      /** @description Whether it was right. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["PhoneCodeChecked"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** What happened, why, and the money */
  getV1VerificationsIdTimeline: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description The timeline. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["VerificationTimeline"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** What happened, why, and the money */
  getV1MessagesIdTimeline: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description The timeline. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["MessageTimeline"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Your messages by day and country: how many, what became of them, how fast, what they cost */
  getV1ReportsMessages: {
    parameters: {
      query?: {
        /** @description First day; seven days ago when missing. */
        from?: string;
        /** @description Last day; today when missing. At most 92 days in all. */
        to?: string;
      };
    };
    responses: {
      /** @description Newest day first. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["MessageReportRow"][];
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Attempts by day, country and carrier: what was delivered, how fast, cost and revenue */
  getV1OperatorReportsCarriers: {
    parameters: {
      query?: {
        /** @description First day; seven days ago when missing. */
        from?: string;
        /** @description Last day; today when missing. At most 92 days in all. */
        to?: string;
      };
    };
    responses: {
      /** @description Newest day first. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["CarrierReportRow"][];
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Texts of codes by variant, language and channel: how many were sent, typed back, and how fast */
  getV1OperatorVerificationsTemplates: {
    parameters: {
      query?: {
        /** @description First day; seven days ago when missing. */
        from?: string;
        /** @description Last day; today when missing. At most 92 days in all. */
        to?: string;
      };
    };
    responses: {
      /** @description By template, channel, language and variant. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["CodeConversionRow"][];
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Your verifications: conversion, delivery, drop-off and cost by day, country and channel, against targets and the prices of others */
  getV1ReportsVerifications: {
    parameters: {
      query?: {
        /** @description First day; seven days ago when missing. */
        from?: string;
        /** @description Last day; today when missing. At most 92 days in all. */
        to?: string;
        /** @description What the same days brought in, in the wallet’s currency, to hold the cost against. */
        revenue?: string;
      };
    };
    responses: {
      /** @description Newest day first. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["VerificationReport"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** All verifications against the targets: delivery, drop-off, fraud, what carriers charged, and what others would have */
  getV1OperatorVerificationsReport: {
    parameters: {
      query?: {
        /** @description First day; seven days ago when missing. */
        from?: string;
        /** @description Last day; today when missing. At most 92 days in all. */
        to?: string;
        /** @description What the same days brought in, in the wallet’s currency, to hold the cost against. */
        revenue?: string;
      };
    };
    responses: {
      /** @description Newest day first. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["OperatorVerificationReport"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Carrier accounts: what they took, delivered and cost within a day, circuits */
  getV1OperatorCarriers: {
    responses: {
      /** @description All accounts. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["CarrierOverview"][];
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Send nothing more by it; receipts of what was sent still count */
  postV1OperatorCarriersCarrierPause: {
    parameters: {
      path: {
        carrier: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Shown to operators, and kept in the list of actions. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done, or done before. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["CarrierOverview"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Send by it again */
  postV1OperatorCarriersCarrierResume: {
    parameters: {
      path: {
        carrier: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Shown to operators, and kept in the list of actions. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done, or done before. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["CarrierOverview"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Provider accounts: books against balances, proof of refund, circuits */
  getV1OperatorProviders: {
    responses: {
      /** @description All accounts. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["ProviderOverview"][];
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Enter money before it is sent to a provider */
  postV1OperatorProvidersProviderTopUps: {
    parameters: {
      path: {
        provider: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description Decimal string in the provider account’s currency.
           * @example 50.00
           */
          amount: string;
          /**
           * @description Your own reference; the same one is booked once.
           * @example invoice-2026-11
           */
          reference: string;
          /** @description Kept with the entry. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Booked before under this reference. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["ProviderOverview"];
        };
      };
      /** @description Booked. */
      201: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["ProviderOverview"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `idempotency_key_reused`: The Idempotency-Key was used with another request. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Say that a provider holds more (or less) than the books; a frozen proof goes on */
  postV1OperatorProvidersProviderAdjustments: {
    parameters: {
      path: {
        provider: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description Decimal string in the provider account’s currency.
           * @example 50.00
           */
          amount: string;
          /**
           * @description Your own reference; the same one is booked once.
           * @example invoice-2026-11
           */
          reference: string;
          /** @description Kept with the entry. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Booked before under this reference. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["ProviderOverview"];
        };
      };
      /** @description Booked. */
      201: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["ProviderOverview"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `idempotency_key_reused`: The Idempotency-Key was used with another request. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Buy nothing more here; numbers that are rented end as they would have */
  postV1OperatorProvidersProviderPause: {
    parameters: {
      path: {
        provider: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Shown to operators, and kept in the list of actions. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done, or done before. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["ProviderOverview"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Buy here again */
  postV1OperatorProvidersProviderResume: {
    parameters: {
      path: {
        provider: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Shown to operators, and kept in the list of actions. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done, or done before. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["ProviderOverview"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Cancel no numbers that nobody claims; the first step after a restore */
  postV1OperatorProvidersProviderOrphanSweepStop: {
    parameters: {
      path: {
        provider: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Shown to operators, and kept in the list of actions. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done, or done before. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["ProviderOverview"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Cancel numbers of abandoned purchases again */
  postV1OperatorProvidersProviderOrphanSweepStart: {
    parameters: {
      path: {
        provider: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Shown to operators, and kept in the list of actions. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done, or done before. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["ProviderOverview"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Accounts with their balances, newest first */
  getV1OperatorAccounts: {
    parameters: {
      query?: {
        /** @description Items of a page. */
        limit?: number;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        kind?: "client" | "operator";
      };
    };
    responses: {
      /** @description A page. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["Account"][];
            next_cursor: string | null;
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Make an account; it has no key and no credit yet */
  postV1OperatorAccounts: {
    requestBody: {
      content: {
        "application/json": {
          name: string;
          /**
           * @default client
           * @enum {string}
           */
          kind?: "client" | "operator";
          /**
           * @description Simulators only, with credit that is no money; fixed for life.
           * @default false
           */
          sandbox?: boolean;
          /**
           * @description Your own reference; the same one counts once.
           * @example customer-4711
           */
          reference: string;
        };
      };
    };
    responses: {
      /** @description Made before under this reference. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Account"];
        };
      };
      /** @description Made. */
      201: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Account"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `idempotency_key_reused`: The Idempotency-Key was used with another request. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** One account */
  getV1OperatorAccountsId: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description The account. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Account"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Grant credit to a client; to an account that plays, sandbox credit */
  postV1OperatorAccountsIdCredit: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description Decimal string above 0, at most 1000000.
           * @example 25.00
           */
          amount: string;
          /**
           * @description Your own reference; the same one counts once.
           * @example customer-4711
           */
          reference: string;
          /** @description Kept with the entry. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Granted before under this reference. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Account"];
        };
      };
      /** @description Granted. */
      201: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Account"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `idempotency_key_reused`: The Idempotency-Key was used with another request. `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Suspend an account: its keys open nothing
   * @description Numbers that it has rented end as they would have, and its money stays its own.
   */
  postV1OperatorAccountsIdSuspend: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Kept in the list of actions. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done, or done before. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Account"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Let a suspended account go on
   * @description Numbers that it has rented end as they would have, and its money stays its own.
   */
  postV1OperatorAccountsIdResume: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Kept in the list of actions. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done, or done before. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Account"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** An account’s keys, newest first */
  getV1OperatorAccountsIdKeys: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description All of them. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["ApiKey"][];
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Issue a key of the account’s own kind */
  postV1OperatorAccountsIdKeys: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description For people: where the key is used. */
          label?: string;
        };
      };
    };
    responses: {
      /** @description The key, shown only now. */
      201: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["NewApiKey"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Replace a key; the old one works for a while longer */
  postV1OperatorKeysIdRotate: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description How long the old key still opens.
           * @default 24
           */
          grace_hours?: number;
          /** @description For people: where the key is used. */
          label?: string;
        };
      };
    };
    responses: {
      /** @description The new key, shown only now. */
      201: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["NewApiKey"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Revoke a key at once */
  postV1OperatorKeysIdRevoke: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        "application/json": Record<string, never>;
      };
    };
    responses: {
      /** @description Revoked, now or before. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["ApiKey"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Every change that an operator asked for, newest first */
  getV1OperatorActions: {
    parameters: {
      query?: {
        /** @description Items of a page. */
        limit?: number;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
    };
    responses: {
      /** @description A page. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["OperatorAction"][];
            next_cursor: string | null;
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Temporal payloads in clear
   * @description A payload that no key of this installation opens comes back as it is.
   */
  postV1OperatorCodecDecode: {
    requestBody: {
      content: {
        "application/json": components["schemas"]["Payloads"];
      };
    };
    responses: {
      /** @description The same payloads, in the same order. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Payloads"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Temporal payloads, encrypted
   * @description For signals and inputs that an operator writes in Temporal’s Web UI.
   */
  postV1OperatorCodecEncode: {
    requestBody: {
      content: {
        "application/json": components["schemas"]["Payloads"];
      };
    };
    responses: {
      /** @description The same payloads, in the same order. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Payloads"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Orders that watchword did not buy, newest first
   * @description They are in the books, because they cost the account’s money, and are never touched.
   */
  getV1OperatorForeignOrders: {
    parameters: {
      query?: {
        /** @description Items of a page. */
        limit?: number;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        provider?: string;
        open?: "true" | "false";
      };
    };
    responses: {
      /** @description A page. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["ForeignOrder"][];
            next_cursor: string | null;
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Read every provider’s price list now
   * @description It is done in the background; while a refresh runs, no other is started. `built_at` is of the matrix that is there: a later one is the new one.
   */
  postV1OperatorPricesRefresh: {
    requestBody?: {
      content: {
        "application/json": Record<string, never>;
      };
    };
    responses: {
      /** @description Asked for. */
      202: {
        headers: {
        };
        content: {
          "application/json": {
            built_at: components["schemas"]["Time"] & (string | null);
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Markups that operators set */
  getV1OperatorMarkups: {
    responses: {
      /** @description All of them. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["Markup"][];
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Set the markup of a service, a country or a pair
   * @description The pair’s own counts before the service’s, the service’s before the country’s, and any of them before the configuration’s; each whole. It counts at once for what is begun from now on, and with the next refresh in the matrix; a running activation keeps the one that it was begun with.
   */
  postV1OperatorMarkups: {
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description Any when missing.
           * @example telegram
           */
          service?: string | null;
          /**
           * @description Any when missing.
           * @example ID
           */
          country?: string | null;
          /** @description Kept in the list of actions. */
          reason: string;
          /**
           * @description Hundredths of a per cent of the provider’s price: 2500 is 25 %.
           * @example 2500
           */
          basis_points: number;
          /**
           * @description Decimal string from 0 to 1000, with at most six places.
           * @default 0
           * @example 0.01
           */
          fixed?: string;
        };
      };
    };
    responses: {
      /** @description Set; all markups. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["Markup"][];
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Take a markup away; the next broader one counts again */
  postV1OperatorMarkupsRemove: {
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description Any when missing.
           * @example telegram
           */
          service?: string | null;
          /**
           * @description Any when missing.
           * @example ID
           */
          country?: string | null;
          /** @description Kept in the list of actions. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Taken away, or not there; all markups. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["Markup"][];
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Everything that is known of an account, as one document
   * @description Account, keys (never themselves), activations with the numbers, codes and texts that are still there and were paid for, messages, verifications, postings, and what operators asked about it. It is streamed: a document that is not whole is not JSON. A POST, so that the list of actions keeps who asked for it.
   */
  postV1OperatorAccountsIdExport: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Kept in the list of actions; name nobody in it. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description The document. */
      200: {
        headers: {
          /** @description A name for the file. */
          "Content-Disposition"?: string;
        };
        content: {
          "application/json": string;
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Erase an account at once
   * @description Refused while an activation is open, an order of one unsettled, a message or verification under way, or credit held: `open` counts them, `activations` and `messages` name the first. Then keys are revoked, and name, reference, labels, metadata, numbers, codes and texts erased. The books stay under the account’s id. Asking again changes nothing.
   */
  postV1OperatorAccountsIdErase: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description Kept in the list of actions; name nobody in it. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Erased, or erased before. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Account"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Alerts that fire and those that were over lately, with what may be pressed */
  getV1OperatorAlerts: {
    responses: {
      /** @description The alerts. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Alerts"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Decisions of the fraud rules, newest first */
  getV1OperatorFraudDecisions: {
    parameters: {
      query?: {
        /** @description Items of a page. */
        limit?: number;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        rule?: string;
        verdict?: "allow" | "limit" | "block";
        account?: string;
        verification?: string;
      };
    };
    responses: {
      /** @description A page. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["FraudDecision"][];
            next_cursor: string | null;
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * What each fraud rule found
   * @description For a rule that is only watched, `typed_back` against `count` tells whether enforcing it would refuse people.
   */
  getV1OperatorFraudRules: {
    parameters: {
      query?: {
        /** @description How many days back. */
        days?: number;
      };
    };
    responses: {
      /** @description Counts. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            since: components["schemas"]["Time"];
            decisions: number;
            rules: components["schemas"]["FraudRuleCount"][];
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Refunds with their evidence, those of the newest orders first */
  getV1OperatorRefunds: {
    parameters: {
      query?: {
        /** @description Items of a page. */
        limit?: number;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        provider?: string;
        state?: "pending" | "paid_from_loss" | "refunded" | "written_off" | "taken_back";
        /** @description Only those that are, or are not, expected for more than 20 minutes. */
        overdue?: "true" | "false";
      };
    };
    responses: {
      /** @description A page. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            items: components["schemas"]["Refund"][];
            next_cursor: string | null;
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Give a refund up: it will never come. A client who still waits is paid from loss */
  postV1OperatorRefundsIdWriteOff: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description Your own reference; the same one is booked once.
           * @example ticket-4711
           */
          reference: string;
          /** @description Kept with the entry. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Booked before under this reference. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Refund"];
        };
      };
      /** @description Booked. */
      201: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Refund"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. `idempotency_key_reused`: The Idempotency-Key was used with another request. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Say that a refund came after its client was paid from loss, or after it was written off */
  postV1OperatorRefundsIdReturned: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description Your own reference; the same one is booked once.
           * @example ticket-4711
           */
          reference: string;
          /** @description Kept with the entry. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Booked before under this reference. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Refund"];
        };
      };
      /** @description Booked. */
      201: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Refund"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. `idempotency_key_reused`: The Idempotency-Key was used with another request. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Say that the provider charged again what it had returned */
  postV1OperatorRefundsIdTakenBack: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /**
           * @description Your own reference; the same one is booked once.
           * @example ticket-4711
           */
          reference: string;
          /** @description Kept with the entry. */
          reason: string;
        };
      };
    };
    responses: {
      /** @description Booked before under this reference. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Refund"];
        };
      };
      /** @description Booked. */
      201: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Refund"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `wrong_state`: It is not in a state that allows this. `idempotency_key_reused`: The Idempotency-Key was used with another request. */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unsupported_media_type`: The request body must be JSON. */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The request has values that cannot be accepted. */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Whether the process lives */
  getHealthz: {
    responses: {
      /** @description It does. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            /** @enum {boolean} */
            ok: true;
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Whether everything that is needed is there */
  getReadyz: {
    responses: {
      /** @description All of it. */
      200: {
        headers: {
        };
        content: {
          "application/json": components["schemas"]["Readiness"];
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not all of it. */
      503: {
        headers: {
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
          "application/json": components["schemas"]["Readiness"];
        };
      };
    };
  };
  /**
   * Metrics in Prometheus’ text format
   * @description For a scraper with an operator’s key as its bearer token: balances and refunds are in it.
   */
  getMetrics: {
    responses: {
      /** @description The metrics. */
      200: {
        headers: {
        };
        content: {
          "text/plain; version=0.0.4; charset=utf-8": string;
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: A valid API key is needed. */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: This key may not do that. */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** This API in OpenAPI 3.1 */
  getOpenapiJson: {
    responses: {
      /** @description The document. */
      200: {
        headers: {
        };
        content: {
          "application/json": string;
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** What a kind of problem means */
  getProblemsCode: {
    parameters: {
      path: {
        code: "bad_request" | "unauthenticated" | "spend_cap_reached" | "insufficient_credit" | "forbidden" | "blocked" | "not_found" | "method_not_allowed" | "not_acceptable" | "idempotency_key_reused" | "wrong_state" | "payload_too_large" | "unsupported_media_type" | "invalid_input" | "not_for_sale" | "rate_limited" | "no_route" | "internal" | "no_numbers" | "unavailable";
      };
    };
    responses: {
      /** @description Its meaning. */
      200: {
        headers: {
        };
        content: {
          "application/json": {
            code: string;
            status: number;
            title: string;
          };
        };
      };
      /** @description `bad_request`: The request is not understood. */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: There is no such thing. */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unavailable`: A part that is needed for this does not answer. */
      503: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
}
