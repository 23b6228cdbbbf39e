-- Up Migration
-- Send: carriers with their price sheets, messages, attempts and receipts. Numbers and texts are sealed by the application.

-- What watchword knows of each carrier account; the circuit is that of `providers`.
CREATE TABLE carriers (
  id text PRIMARY KEY,
  kind text NOT NULL,
  channels text[] NOT NULL,
  currency text NOT NULL,
  -- Micro units of the wallet currency for one unit of the carrier's.
  rate_micros bigint NOT NULL CHECK (rate_micros > 0),
  simulated boolean NOT NULL,
  -- Receipts that it posts are signed, or it is asked for them, or neither.
  receipts text NOT NULL CHECK (receipts IN ('push', 'poll', 'both', 'none')),
  paused_at timestamptz,
  paused_reason text,
  circuit_open_until timestamptz,
  circuit_reason text,
  circuit_faults int NOT NULL DEFAULT 0,
  circuit_good real NOT NULL DEFAULT 0,
  circuit_bad real NOT NULL DEFAULT 0,
  circuit_counted_at timestamptz,
  circuit_trips int NOT NULL DEFAULT 0,
  circuit_closed_at timestamptz,
  circuit_probe text,
  circuit_probe_until timestamptz,
  retired_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- A carrier's price sheet: the longest prefix of the number's digits decides.
CREATE TABLE carrier_prices (
  carrier text NOT NULL REFERENCES carriers,
  channel text NOT NULL,
  -- Digits of E.164 without the plus.
  prefix text NOT NULL CHECK (prefix ~ '^[0-9]{1,15}$'),
  country text NOT NULL,
  -- MCC and MNC or the network's name, where the sheet tells networks apart.
  network text,
  -- For one segment, micro units of the carrier's currency.
  price bigint NOT NULL CHECK (price >= 0),
  PRIMARY KEY (carrier, channel, prefix)
);

CREATE TABLE message_batches (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts,
  idempotency_key text NOT NULL,
  request_hash text NOT NULL,
  workflow_id text NOT NULL UNIQUE,
  size int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Its workflow has begun; one that has not is started by the repair schedule.
  begun_at timestamptz,
  cancel_asked_at timestamptz,
  -- Every item was handed over, or refused.
  ended_at timestamptz,
  UNIQUE (account_id, idempotency_key)
);
CREATE INDEX message_batches_live ON message_batches (created_at) WHERE ended_at IS NULL;

-- What of a batch is still to be handed over, one message a row.
CREATE TABLE message_batch_items (
  batch_id uuid NOT NULL REFERENCES message_batches,
  seq int NOT NULL,
  account_id uuid NOT NULL,
  message_id uuid NOT NULL UNIQUE,
  -- The message as its workflow is started with it; gone once that is done.
  request_sealed bytea,
  handed_at timestamptz,
  -- Why it was not taken: no message of it exists.
  failure text,
  PRIMARY KEY (batch_id, seq)
);
CREATE INDEX message_batch_items_left ON message_batch_items (batch_id, seq) WHERE handed_at IS NULL;

CREATE TABLE messages (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts,
  idempotency_key text NOT NULL,
  request_hash text NOT NULL,
  workflow_id text NOT NULL UNIQUE,
  -- The run that opened the row; a later run of the same id answers from the row and sends nothing.
  run_id text NOT NULL,
  batch_id uuid REFERENCES message_batches,
  channel text NOT NULL,
  to_sealed bytea,
  country text NOT NULL,
  network text,
  -- Null leaves the sender to the carrier.
  sender text,
  text_sealed bytea,
  encoding text NOT NULL CHECK (encoding IN ('gsm7', 'ucs2')),
  segments smallint NOT NULL CHECK (segments > 0),
  max_price bigint,
  currency text NOT NULL,
  -- What is held: the most that the client may pay.
  ceiling bigint NOT NULL,
  -- What the client paid; null until a carrier took it.
  price bigint,
  -- Who may be asked, in which order and why, with the prices of that moment.
  candidates jsonb NOT NULL DEFAULT '[]',
  failover boolean NOT NULL,
  status text NOT NULL CHECK (status IN ('SCHEDULED', 'QUEUED', 'SENT', 'DELIVERED', 'UNDELIVERED', 'EXPIRED', 'UNKNOWN', 'CANCELLED')),
  -- Why it ended so.
  reason text,
  -- The attempt that delivered it, else the last that a carrier took.
  carrier text,
  metadata jsonb NOT NULL DEFAULT '{}',
  send_at timestamptz,
  valid_until timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  delivered_at timestamptz,
  ended_at timestamptz,
  -- The sender's own word on whether the message did its work.
  converted boolean,
  converted_at timestamptz,
  erased_at timestamptz,
  UNIQUE (account_id, idempotency_key)
);
CREATE INDEX messages_page ON messages (account_id, created_at DESC, id DESC);
CREATE INDEX messages_batch ON messages (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX messages_live ON messages (status, created_at) WHERE ended_at IS NULL;
CREATE INDEX messages_to_erase ON messages (ended_at) WHERE erased_at IS NULL AND ended_at IS NOT NULL;

CREATE TABLE message_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id uuid NOT NULL REFERENCES messages,
  account_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  from_status text,
  to_status text NOT NULL,
  reason text NOT NULL,
  carrier text,
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX message_history_message ON message_history (message_id, id);
CREATE INDEX message_history_at ON message_history (at);

CREATE TABLE message_attempts (
  -- Also our reference at the carrier.
  id uuid PRIMARY KEY,
  message_id uuid NOT NULL REFERENCES messages,
  seq smallint NOT NULL,
  carrier text NOT NULL REFERENCES carriers,
  -- For the whole message: the most that the carrier may charge, in its currency, and what the client pays.
  max_cost bigint NOT NULL,
  client_price bigint NOT NULL,
  status text NOT NULL CHECK (status IN ('OPEN', 'ACCEPTED', 'REFUSED', 'FATAL', 'AMBIGUOUS')),
  reason text,
  code text,
  raw text,
  carrier_message_id text,
  -- What it costs us, in the carrier's currency; the sheet's price until the carrier names one.
  cost bigint,
  cost_source text CHECK (cost_source IN ('sheet', 'reply', 'receipt')),
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The worker sends only before this moment.
  deadline_at timestamptz NOT NULL,
  answered_at timestamptz,
  receipt_status text,
  receipt_raw text,
  receipt_code text,
  receipt_at timestamptz,
  -- The scorer learned of it, once.
  scored_at timestamptz,
  UNIQUE (message_id, seq)
);
CREATE UNIQUE INDEX message_attempts_carrier_id ON message_attempts (carrier, carrier_message_id) WHERE carrier_message_id IS NOT NULL;
CREATE INDEX message_attempts_at ON message_attempts (opened_at);
CREATE INDEX message_attempts_open ON message_attempts (carrier, opened_at) WHERE status IN ('OPEN', 'AMBIGUOUS');

-- Of a long message that its carrier took in parts, the parts' ids: each gets receipts of its own.
CREATE TABLE message_attempt_parts (
  carrier text NOT NULL,
  carrier_message_id text NOT NULL,
  attempt_id uuid NOT NULL REFERENCES message_attempts,
  PRIMARY KEY (carrier, carrier_message_id)
);
CREATE INDEX message_attempt_parts_attempt ON message_attempt_parts (attempt_id);

-- Receipts as they came, before anything is made of them; equal ones once.
CREATE TABLE receipts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  carrier text NOT NULL,
  carrier_message_id text NOT NULL DEFAULT '',
  reference text NOT NULL DEFAULT '',
  status text NOT NULL,
  raw_status text NOT NULL,
  error_code text NOT NULL DEFAULT '',
  price bigint,
  price_currency text,
  source text NOT NULL CHECK (source IN ('hook', 'poll', 'session')),
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempt_id uuid REFERENCES message_attempts,
  -- The message's workflow has heard of it, or nobody is there to hear.
  signalled_at timestamptz,
  UNIQUE (carrier, carrier_message_id, reference, status, raw_status, error_code)
);
CREATE INDEX receipts_attempt ON receipts (attempt_id) WHERE attempt_id IS NOT NULL;
CREATE INDEX receipts_unsignalled ON receipts (received_at) WHERE signalled_at IS NULL;
-- A receipt may outrun the reply that names its message.
CREATE INDEX receipts_unclaimed ON receipts (carrier, carrier_message_id) WHERE attempt_id IS NULL;

-- One row an attempt whose outcome is known, for the scorer.
CREATE TABLE message_outcomes (
  attempt_id uuid PRIMARY KEY REFERENCES message_attempts,
  carrier text NOT NULL,
  channel text NOT NULL,
  country text NOT NULL,
  network text,
  delivered boolean NOT NULL,
  seconds_to_receipt real,
  -- Whether the outcome is the sender's own word (a code typed back) rather than the carrier's.
  by_feedback boolean NOT NULL DEFAULT false,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX message_outcomes_route ON message_outcomes (carrier, channel, country, at);
CREATE INDEX message_outcomes_at ON message_outcomes (at);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['carriers', 'carrier_prices', 'message_batches', 'message_batch_items', 'messages', 'message_history', 'message_attempts', 'message_attempt_parts', 'receipts',
    'message_outcomes'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY service ON %I TO watchword_service USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO watchword_service', name);
  END LOOP;
END $$;
GRANT DELETE ON carrier_prices TO watchword_service;
CREATE POLICY caller ON messages FOR SELECT TO watchword_client USING (account_id = watchword_caller());
CREATE POLICY caller ON message_history FOR SELECT TO watchword_client USING (account_id = watchword_caller());
CREATE POLICY caller ON message_batch_items FOR SELECT TO watchword_client USING (account_id = watchword_caller());
CREATE POLICY caller ON message_batches FOR SELECT TO watchword_client USING (account_id = watchword_caller());
GRANT SELECT (id, account_id, idempotency_key, request_hash, batch_id, channel, to_sealed, country, network, sender, text_sealed, encoding,
  segments, max_price, currency, ceiling, price, failover, status, reason, metadata, send_at, valid_until, created_at, sent_at, delivered_at,
  ended_at, converted, erased_at) ON messages TO watchword_client;
GRANT SELECT (id, message_id, account_id, at, from_status, to_status, reason, carrier, detail) ON message_history TO watchword_client;
GRANT SELECT (id, account_id, request_hash, size, created_at, cancel_asked_at, ended_at) ON message_batches TO watchword_client;
GRANT SELECT (batch_id, seq, account_id, message_id, handed_at, failure) ON message_batch_items TO watchword_client;

-- What a hold is of: its id is an activation's or a message's.
ALTER TABLE holds ADD COLUMN purpose text NOT NULL DEFAULT 'activation' CHECK (purpose IN ('activation', 'message'));

ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_kind_check;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_kind_check CHECK (kind IN ('user_available', 'user_held', 'provider_prepaid',
  'provider_refund_expected', 'cost', 'revenue', 'loss', 'treasury', 'grants', 'fx', 'stripe_clearing', 'sandbox_grants', 'sandbox_revenue',
  'carrier_balance'));
