-- Up Migration
-- What watchword knows of each provider account: its circuit, its request budget and the state of its proof of refund.

CREATE TABLE providers (
  id text PRIMARY KEY,
  kind text NOT NULL,
  currency text NOT NULL,
  -- Micro units of the wallet currency for one unit of the provider's.
  rate_micros bigint NOT NULL CHECK (rate_micros > 0),
  simulated boolean NOT NULL,
  -- Fingerprint of key and address; a change disarms the proof (rule 20).
  fingerprint text NOT NULL,
  paused_at timestamptz,
  circuit_open_until timestamptz,
  circuit_reason text,
  orphan_sweep boolean NOT NULL DEFAULT true,
  retired_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- One token bucket a provider account, taken by every HTTP request (rule 24).
CREATE TABLE request_budgets (
  provider text PRIMARY KEY REFERENCES providers,
  tokens double precision NOT NULL,
  capacity double precision NOT NULL CHECK (capacity >= 1),
  per_second double precision NOT NULL CHECK (per_second > 0),
  -- The provider asked for silence until then (Retry-After, a ban).
  blocked_until timestamptz,
  refilled_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

CREATE TABLE provider_proofs (
  provider text PRIMARY KEY REFERENCES providers,
  -- Advanced by every posting that raises the expected figure and by every confirmation (rule 18).
  epoch bigint NOT NULL DEFAULT 0,
  -- The opening entry was posted; before that nothing may be bought (rule 15).
  opened_at timestamptz,
  armed_at timestamptz,
  -- Arming (rule 20): the first reading up to which the balance fell by exactly what the ledger charged.
  fall_observed bigint,
  fall_expected bigint,
  frozen_at timestamptz,
  frozen_reason text,
  -- The first of the two passes that must agree before the proof freezes (rule 16).
  suspect_at timestamptz,
  suspect_surplus bigint,
  -- What the last pass read.
  observed bigint,
  expected bigint,
  pending bigint,
  read_at timestamptz,
  -- Coarsest step of the balance that the provider is declared to show (rule 15b).
  granularity bigint NOT NULL DEFAULT 1,
  -- Top-ups that are booked or were there before our books, and the newest payment of any kind that was seen.
  seen_payments text[] NOT NULL DEFAULT '{}',
  payments_cursor text
);

-- Which sweep of the order list was last finished, so that absence can be counted (rule 3).
CREATE TABLE watcher_state (
  provider text PRIMARY KEY REFERENCES providers,
  last_page_at timestamptz,
  last_sweep_at timestamptz,
  sweeps bigint NOT NULL DEFAULT 0,
  last_error text,
  last_error_at timestamptz
);

-- Orders that a provider listed and no attempt claimed: when we first saw them (rule 8). Those that had ended before our
-- opening entry are ignored for good.
CREATE TABLE sightings (
  provider text NOT NULL REFERENCES providers,
  provider_order_id text NOT NULL,
  first_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ignored boolean NOT NULL DEFAULT false,
  PRIMARY KEY (provider, provider_order_id)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['providers', 'request_budgets', 'provider_proofs', 'watcher_state', 'sightings'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY service ON %I TO watchword_service USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO watchword_service', name);
  END LOOP;
END $$;
