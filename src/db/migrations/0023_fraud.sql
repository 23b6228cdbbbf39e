-- Up Migration
-- Fraud rules: what they decided and why, and who has proven which number. Numbers and addresses stand here as keyed hashes only.

CREATE TABLE fraud_decisions (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts,
  -- Of the code that was asked for; a verification that was refused never got a row.
  verification_id uuid NOT NULL,
  number_hash bytea NOT NULL CHECK (length(number_hash) = 32),
  -- Of the IPv4 address, or the IPv6 /64; null where the client named none.
  ip_hash bytea CHECK (length(ip_hash) = 32),
  -- Digits of E.164 without the plus, never enough of them to tell whose number it is.
  prefix text NOT NULL CHECK (prefix ~ '^[0-9]{1,7}$'),
  country text NOT NULL,
  line_type text NOT NULL,
  channel text NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('allow', 'limit', 'block')),
  -- `enforce` if a finding was acted on, `monitor` if findings were only noted; null if there was none.
  mode text CHECK (mode IN ('monitor', 'enforce')),
  rules text[] NOT NULL DEFAULT '{}',
  findings jsonb NOT NULL DEFAULT '[]',
  at timestamptz NOT NULL
);
CREATE INDEX fraud_decisions_page ON fraud_decisions (at DESC, id DESC);
CREATE INDEX fraud_decisions_rules ON fraud_decisions USING gin (rules) WHERE rules <> '{}';
CREATE INDEX fraud_decisions_verification ON fraud_decisions (verification_id);
CREATE INDEX fraud_decisions_prefix ON fraud_decisions (account_id, prefix, at) WHERE verdict = 'allow';

-- Who has typed a number's code back before: a budget of his own, that strangers cannot use up.
CREATE TABLE fraud_proofs (
  account_id uuid NOT NULL REFERENCES accounts,
  number_hash bytea NOT NULL CHECK (length(number_hash) = 32),
  -- Keyed hash of the client's name for who asked, or of the address.
  who_hash bytea NOT NULL CHECK (length(who_hash) = 32),
  kind text NOT NULL CHECK (kind IN ('subject', 'ip')),
  -- Afterwards he is a stranger again.
  good_until timestamptz NOT NULL,
  PRIMARY KEY (account_id, number_hash, who_hash)
);
CREATE INDEX fraud_proofs_until ON fraud_proofs (good_until);

-- Columns in the order in which rate-limiter-flexible inserts. Logged, unlike rate_limits: a crash must not forgive sends.
CREATE TABLE fraud_limits (
  key varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
) WITH (fillfactor = 50);
CREATE INDEX fraud_limits_expire ON fraud_limits (expire);

-- The share of codes typed back is read by account and country, the newest first.
CREATE INDEX verifications_country ON verifications (account_id, country, created_at) WHERE NOT test;

-- What a paid lookup said of a number.
CREATE TABLE line_lookups (
  number_hash bytea PRIMARY KEY CHECK (length(number_hash) = 32),
  line_type text NOT NULL,
  good_until timestamptz NOT NULL
);
CREATE INDEX line_lookups_until ON line_lookups (good_until);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['fraud_decisions', 'fraud_proofs', 'fraud_limits', 'line_lookups'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY service ON %I TO watchword_service USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO watchword_service', name);
  END LOOP;
END $$;
