-- Up Migration
-- Rent: activations, attempts, orders and the inbox. Numbers, codes and texts are sealed (AES-256-GCM) by the application.

CREATE TABLE activations (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts,
  route text NOT NULL DEFAULT 'activations',
  idempotency_key text NOT NULL,
  request_hash text NOT NULL,
  workflow_id text NOT NULL UNIQUE,
  -- The run that opened the row; a later run of the same id answers from the row and buys nothing (rule 22).
  run_id text NOT NULL,
  service text NOT NULL,
  country text NOT NULL,
  wanted_operator text,
  max_price bigint,
  on_no_code text NOT NULL DEFAULT 'refund' CHECK (on_no_code IN ('refund', 'replace')),
  metadata jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL CHECK (status IN ('REQUESTED', 'PURCHASED', 'WAITING', 'RECEIVED', 'COMPLETED', 'CANCELLED', 'EXPIRED',
    'PROVIDER_REFUND_PENDING', 'REFUNDED', 'FAILED')),
  failure_code text,
  -- Why each candidate stood where it stood, with the prices of that moment; and what became of each.
  candidates jsonb NOT NULL DEFAULT '[]',
  currency text NOT NULL,
  ceiling bigint,
  -- What the client pays, markup included.
  price bigint,
  provider text,
  operator text,
  order_id uuid,
  phone_sealed bytea,
  expires_at timestamptz,
  cancel_asked_at timestamptz,
  -- A cancel that the provider refuses before this time is asked again then.
  cancel_due_at timestamptz,
  finish_asked_at timestamptz,
  resend_asked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  purchased_at timestamptz,
  received_at timestamptz,
  ended_at timestamptz,
  refunded_at timestamptz,
  -- The workflow has heard of the refund.
  told_at timestamptz,
  UNIQUE (account_id, route, idempotency_key)
);
CREATE INDEX activations_page ON activations (account_id, created_at DESC, id DESC);
CREATE INDEX activations_untold ON activations (refunded_at) WHERE status = 'REFUNDED' AND told_at IS NULL;
CREATE INDEX activations_live ON activations (status) WHERE status NOT IN ('COMPLETED', 'REFUNDED', 'FAILED');

CREATE TABLE activation_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  activation_id uuid NOT NULL REFERENCES activations,
  account_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  from_status text,
  to_status text NOT NULL,
  reason text NOT NULL,
  provider text,
  raw_status text,
  cost bigint,
  -- What a client may read of it; never a number, code or text.
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX activation_history_activation ON activation_history (activation_id, id);

CREATE TABLE attempts (
  id uuid PRIMARY KEY,
  activation_id uuid NOT NULL REFERENCES activations,
  seq smallint NOT NULL,
  provider text NOT NULL,
  service text NOT NULL,
  country text NOT NULL,
  operator text,
  max_price bigint NOT NULL,
  client_price bigint NOT NULL,
  status text NOT NULL CHECK (status IN ('OPEN', 'BOUGHT', 'REFUSED', 'FATAL', 'AMBIGUOUS', 'ADOPTED', 'ABANDONED')),
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The worker sends only before this moment.
  deadline_at timestamptz NOT NULL,
  sent_at timestamptz,
  -- After this moment the reply counts as lost.
  reply_by timestamptz,
  resolved_at timestamptz,
  reason text,
  raw text,
  order_id uuid,
  -- Whole sweeps of the provider's orders since the reply counted as lost.
  sweeps smallint NOT NULL DEFAULT 0,
  UNIQUE (activation_id, seq)
);
CREATE INDEX attempts_unresolved ON attempts (provider, service, country) WHERE status IN ('OPEN', 'AMBIGUOUS');
CREATE INDEX attempts_abandoned ON attempts (provider, service, country, sent_at) WHERE status = 'ABANDONED';

CREATE TABLE orders (
  id uuid PRIMARY KEY,
  provider text NOT NULL,
  provider_order_id text NOT NULL,
  activation_id uuid REFERENCES activations,
  attempt_id uuid REFERENCES attempts,
  origin text NOT NULL CHECK (origin IN ('reply', 'adopted', 'orphan', 'foreign', 'late_claim')),
  beneficiary text NOT NULL CHECK (beneficiary IN ('activation', 'house')),
  status text NOT NULL CHECK (status IN ('OPEN', 'CANCEL_ASKED', 'EXPIRED', 'CLOSED_WITH_SMS', 'REFUND_PENDING', 'REFUNDED',
    'TAKEN_BACK', 'WRITTEN_OFF')),
  service text,
  country text,
  operator text,
  phone_sealed bytea,
  currency text NOT NULL,
  -- What the ledger charged for it; 0 and not known until the record names a price.
  cost bigint NOT NULL DEFAULT 0,
  cost_known boolean NOT NULL DEFAULT false,
  -- Whether the charge still waits for the provider's final record to say sold or refunded.
  money text NOT NULL CHECK (money IN ('expected', 'sold', 'refunded', 'never_charged')),
  raw_status text NOT NULL DEFAULT '',
  can_get_another boolean,
  -- Our own first sight; provider timestamps are never computed with.
  first_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz,
  cancel_allowed_at timestamptz,
  cancel_asked_at timestamptz,
  cancel_accepted_at timestamptz,
  -- When the provider's record was first read as ended.
  ended_at timestamptz,
  settlement text NOT NULL DEFAULT 'unknown' CHECK (settlement IN ('sold', 'refunded', 'unknown')),
  -- When a refund's own record first agreed; youngest agreement is confirmed first.
  agreed_at timestamptz,
  refunded_at timestamptz,
  -- The client was paid without proof (rule 21): the refund is the house's now and leaves the automatic queue.
  paid_from_loss_at timestamptz,
  next_check_at timestamptz,
  checks int NOT NULL DEFAULT 0,
  missing_sweeps smallint NOT NULL DEFAULT 0,
  -- The one read at the end of the grace time was made (rule 12).
  grace_read_at timestamptz,
  last_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Counts accepted requests for another SMS.
  round smallint NOT NULL DEFAULT 0,
  UNIQUE (provider, provider_order_id)
);
CREATE INDEX orders_activation ON orders (activation_id) WHERE activation_id IS NOT NULL;
CREATE INDEX orders_attempt ON orders (attempt_id) WHERE attempt_id IS NOT NULL;
CREATE INDEX orders_paid_from_loss ON orders (paid_from_loss_at) WHERE paid_from_loss_at IS NOT NULL;
CREATE INDEX orders_watched ON orders (provider, status) WHERE money = 'expected';
CREATE INDEX orders_in_grace ON orders (provider, ended_at) WHERE ended_at IS NOT NULL AND grace_read_at IS NULL;

CREATE TABLE order_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  from_status text,
  to_status text NOT NULL,
  reason text NOT NULL,
  reading text,
  raw_status text,
  cost bigint
);
CREATE INDEX order_history_order ON order_history (order_id, id);

CREATE TABLE inbox (
  id uuid PRIMARY KEY,
  provider text NOT NULL,
  provider_order_id text NOT NULL,
  order_id uuid REFERENCES orders,
  activation_id uuid REFERENCES activations,
  account_id uuid,
  round smallint NOT NULL DEFAULT 0,
  source text NOT NULL CHECK (source IN ('hook', 'poll')),
  code_sealed bytea,
  text_sealed bytea,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The provider's own answer showed this SMS; a hook alone is a hint.
  confirmed_at timestamptz,
  -- Made readable by the transaction that captured the hold.
  revealed_at timestamptz,
  -- Kept back: the order's money had been returned when it came.
  withheld_at timestamptz,
  -- The workflow has heard of it.
  signalled_at timestamptz
);
CREATE INDEX inbox_order ON inbox (provider, provider_order_id);
CREATE INDEX inbox_order_id ON inbox (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX inbox_activation ON inbox (activation_id, received_at) WHERE activation_id IS NOT NULL;
CREATE INDEX inbox_unconfirmed ON inbox (provider, received_at) WHERE confirmed_at IS NULL;
CREATE INDEX inbox_undelivered ON inbox (confirmed_at) WHERE revealed_at IS NULL AND withheld_at IS NULL;

-- One row an order that ended, so that the scorer learns of it once.
CREATE TABLE route_outcomes (
  order_id uuid PRIMARY KEY REFERENCES orders,
  provider text NOT NULL,
  service text NOT NULL,
  country text NOT NULL,
  operator text,
  succeeded boolean NOT NULL,
  seconds_to_code real,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX route_outcomes_pair ON route_outcomes (service, country, provider, at);
CREATE INDEX route_outcomes_at ON route_outcomes (at);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['activations', 'activation_history', 'attempts', 'orders', 'order_history', 'inbox', 'route_outcomes'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY service ON %I TO watchword_service USING (true) WITH CHECK (true)', name);
  END LOOP;
END $$;
CREATE POLICY caller ON activations FOR SELECT TO watchword_client USING (account_id = watchword_caller());
CREATE POLICY caller ON activation_history FOR SELECT TO watchword_client USING (account_id = watchword_caller());
-- Rule 11: only what the capturing transaction revealed is readable.
CREATE POLICY caller ON inbox FOR SELECT TO watchword_client USING (account_id = watchword_caller() AND revealed_at IS NOT NULL);
GRANT SELECT, INSERT, UPDATE ON activations, attempts, orders, inbox TO watchword_service;
GRANT SELECT, INSERT ON activation_history, order_history, route_outcomes TO watchword_service;
GRANT SELECT (id, account_id, service, country, wanted_operator, max_price, on_no_code, metadata, status, failure_code, currency,
  price, operator, phone_sealed, expires_at, cancel_asked_at, cancel_due_at, finish_asked_at, resend_asked_at, created_at,
  purchased_at, received_at, ended_at, refunded_at) ON activations TO watchword_client;
GRANT SELECT (id, activation_id, account_id, at, from_status, to_status, reason, detail) ON activation_history TO watchword_client;
GRANT SELECT (id, activation_id, account_id, code_sealed, text_sealed, received_at, revealed_at) ON inbox TO watchword_client;
