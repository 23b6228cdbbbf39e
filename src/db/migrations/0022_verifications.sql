-- Up Migration
-- Verify: one-time codes. A verification sends messages; each try of a carrier has a code of its own, kept as a keyed hash only.

CREATE TABLE verifications (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts,
  idempotency_key text NOT NULL,
  request_hash text NOT NULL,
  workflow_id text NOT NULL UNIQUE,
  -- The run that opened the row; a later run of the same id answers from the row and sends nothing.
  run_id text NOT NULL,
  -- What the code proves, in the client's words: a code of one purpose is of no use for another.
  purpose text NOT NULL,
  to_sealed bytea,
  -- Who asked (address, the client's own name for them), as far as it was told: theirs is the proof if the code comes back.
  person_sealed bytea,
  -- Keyed hash of the number: what is the same phone, without saying which.
  number_hash bytea NOT NULL CHECK (length(number_hash) = 32),
  country text NOT NULL,
  brand text NOT NULL,
  web_otp_domain text,
  app_hash text,
  -- The order in which they are tried.
  channels text[] NOT NULL CHECK (cardinality(channels) > 0),
  locale text,
  -- The rules of the moment of its start: length of codes, budget of checks, validity, pauses.
  policy jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('PENDING', 'VERIFIED', 'EXPIRED', 'FAILED', 'CANCELLED')),
  reason text,
  checks_used int NOT NULL DEFAULT 0 CHECK (checks_used >= 0),
  sends int NOT NULL DEFAULT 0 CHECK (sends >= 0),
  -- A test number: nothing is sent, nothing is billed.
  test boolean NOT NULL DEFAULT false,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  -- Before this no other code is sent.
  next_send_at timestamptz NOT NULL,
  verified_at timestamptz,
  -- Which check was accepted: whoever lost its answer finds it here.
  accepted_check text,
  ended_at timestamptz,
  erased_at timestamptz,
  UNIQUE (account_id, idempotency_key)
);
-- A repeat for the same number and purpose joins the one that is open.
CREATE UNIQUE INDEX verifications_open ON verifications (account_id, number_hash, purpose) WHERE status = 'PENDING';
CREATE INDEX verifications_page ON verifications (account_id, created_at DESC, id DESC);
CREATE INDEX verifications_number ON verifications (account_id, number_hash, created_at DESC);
CREATE INDEX verifications_at ON verifications USING brin (created_at);
CREATE INDEX verifications_to_erase ON verifications (ended_at) WHERE erased_at IS NULL AND ended_at IS NOT NULL;

-- One row a code that was asked for; its id is the message's, where one is sent.
CREATE TABLE verification_sends (
  id uuid PRIMARY KEY,
  verification_id uuid NOT NULL REFERENCES verifications,
  account_id uuid NOT NULL,
  seq int NOT NULL,
  -- What makes asking again harmless.
  send_key text NOT NULL,
  channel text NOT NULL,
  template text NOT NULL,
  variant text NOT NULL,
  locale text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (verification_id, seq),
  UNIQUE (verification_id, send_key)
);
CREATE INDEX verification_sends_at ON verification_sends USING brin (created_at);

-- One row a code: that of one try of one carrier, or of a test number.
CREATE TABLE verification_codes (
  -- The attempt's, where there is one.
  id uuid PRIMARY KEY,
  verification_id uuid NOT NULL REFERENCES verifications,
  send_id uuid NOT NULL REFERENCES verification_sends,
  -- Null once it is erased.
  code_hash bytea CHECK (length(code_hash) = 32),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  used_at timestamptz,
  UNIQUE (verification_id, code_hash)
);
CREATE INDEX verification_codes_send ON verification_codes (send_id);

CREATE TABLE verification_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  verification_id uuid NOT NULL REFERENCES verifications,
  account_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  from_status text,
  to_status text NOT NULL,
  reason text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX verification_history_verification ON verification_history (verification_id, id);

-- Which phones an account has seen proven, and when last. Outlives the verification's number.
CREATE TABLE verified_phones (
  account_id uuid NOT NULL REFERENCES accounts,
  number_hash bytea NOT NULL,
  first_verified_at timestamptz NOT NULL,
  phone_verified_at timestamptz NOT NULL,
  verification_id uuid NOT NULL REFERENCES verifications,
  PRIMARY KEY (account_id, number_hash)
);

-- What verifications may still cost: the ceiling of every message that is under way, the price of those that are not.
CREATE TABLE verification_spend (
  -- `all`, or an account's id.
  scope text NOT NULL,
  -- A day or a month of UTC: 2026-11-21, 2026-11.
  period text NOT NULL,
  amount bigint NOT NULL DEFAULT 0 CHECK (amount >= 0),
  PRIMARY KEY (scope, period)
);

ALTER TABLE messages
  ADD COLUMN verification_id uuid REFERENCES verifications,
  -- What of it is counted against the caps of verification_spend, and of which day; null when it is none of theirs.
  ADD COLUMN spend_counted bigint,
  ADD COLUMN spend_day date;
CREATE INDEX messages_verification ON messages (verification_id) WHERE verification_id IS NOT NULL;
GRANT SELECT (verification_id) ON messages TO watchword_client;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['verifications', 'verification_sends', 'verification_codes', 'verification_history', 'verified_phones', 'verification_spend'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY service ON %I TO watchword_service USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO watchword_service', name);
  END LOOP;
END $$;
-- Proven phones go when their owner is erased.
GRANT DELETE ON verified_phones TO watchword_service;
CREATE POLICY caller ON verifications FOR SELECT TO watchword_client USING (account_id = watchword_caller());
CREATE POLICY caller ON verification_sends FOR SELECT TO watchword_client USING (account_id = watchword_caller());
CREATE POLICY caller ON verification_history FOR SELECT TO watchword_client USING (account_id = watchword_caller());
CREATE POLICY caller ON verified_phones FOR SELECT TO watchword_client USING (account_id = watchword_caller());
GRANT SELECT (id, account_id, request_hash, purpose, number_hash, to_sealed, country, channels, locale, policy, status, reason, checks_used, sends, test, metadata,
  created_at, expires_at, next_send_at, verified_at, accepted_check, ended_at) ON verifications TO watchword_client;
GRANT SELECT (id, verification_id, account_id, seq, channel, template, variant, locale, created_at) ON verification_sends TO watchword_client;
GRANT SELECT (id, verification_id, account_id, at, from_status, to_status, reason, detail) ON verification_history TO watchword_client;
GRANT SELECT (account_id, number_hash, first_verified_at, phone_verified_at) ON verified_phones TO watchword_client;
