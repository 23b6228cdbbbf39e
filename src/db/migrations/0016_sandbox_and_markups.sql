-- Up Migration
-- Accounts that play: their credit is of its own kind and buys from simulators only.

ALTER TABLE accounts ADD COLUMN sandbox boolean NOT NULL DEFAULT false;
ALTER TABLE accounts ADD CONSTRAINT only_clients_play CHECK (NOT sandbox OR kind = 'client');
COMMENT ON COLUMN accounts.sandbox IS 'Whether the account plays: fixed for its life, or its books would hold money of both kinds.';

CREATE FUNCTION accounts_keep_sandbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'whether account % plays is fixed for its life: make another account', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER accounts_sandbox BEFORE UPDATE ON accounts FOR EACH ROW WHEN (OLD.sandbox IS DISTINCT FROM NEW.sandbox)
  EXECUTE FUNCTION accounts_keep_sandbox();

ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_kind_check;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_kind_check CHECK (kind IN ('user_available', 'user_held', 'provider_prepaid',
  'provider_refund_expected', 'cost', 'revenue', 'loss', 'treasury', 'grants', 'fx', 'stripe_clearing', 'sandbox_grants', 'sandbox_revenue'));

-- Markups that operators set; empty is any. Where none fits, the configuration's counts.
CREATE TABLE markups (
  service text NOT NULL DEFAULT '',
  country text NOT NULL DEFAULT '',
  -- Of the provider's price: 2,500 is 25 %.
  basis_points int NOT NULL CHECK (basis_points BETWEEN 0 AND 1000000),
  -- Micro units of the wallet currency.
  fixed bigint NOT NULL CHECK (fixed >= 0),
  reason text NOT NULL,
  set_by uuid NOT NULL REFERENCES accounts,
  set_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (service, country),
  CHECK (service <> '' OR country <> '')
);
ALTER TABLE markups ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON markups TO watchword_service USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON markups TO watchword_service;

-- The markup that an activation was begun with stays its own; null for those of before.
ALTER TABLE activations ADD COLUMN markup_basis_points int, ADD COLUMN markup_fixed bigint;

CREATE INDEX operator_actions_about ON operator_actions ((params ->> 'id'));
