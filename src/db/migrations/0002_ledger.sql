-- Up Migration
-- Double entry. A balance is the sum of its entries; the rows of ledger_balances repeat that sum so that it can be read and
-- guarded in one step, and the checker rebuilds it from the entries.

CREATE TABLE ledger_accounts (
  id text NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  kind text NOT NULL CHECK (kind IN ('user_available', 'user_held', 'provider_prepaid', 'provider_refund_expected', 'cost',
    'revenue', 'loss', 'treasury', 'grants', 'fx', 'stripe_clearing')),
  owner uuid REFERENCES accounts,
  provider text,
  -- User balances may never fall below zero; each has one row. Others spread over several rows, so that users' transfers
  -- do not queue on one.
  guarded boolean NOT NULL,
  PRIMARY KEY (id, currency)
);
CREATE INDEX ledger_accounts_owner ON ledger_accounts (owner) WHERE owner IS NOT NULL;
CREATE INDEX ledger_accounts_provider ON ledger_accounts (provider) WHERE provider IS NOT NULL;

CREATE TABLE ledger_balances (
  account_id text NOT NULL,
  currency text NOT NULL,
  shard smallint NOT NULL,
  guarded boolean NOT NULL,
  amount bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, currency, shard),
  FOREIGN KEY (account_id, currency) REFERENCES ledger_accounts (id, currency),
  CONSTRAINT never_negative CHECK (amount >= 0 OR NOT guarded)
) WITH (fillfactor = 50);

CREATE TABLE transfers (
  id uuid PRIMARY KEY,
  idempotency_key text NOT NULL UNIQUE,
  -- Hash of what was asked, so that a key met again with other inputs is an error and not a silent answer.
  inputs_hash bytea NOT NULL CHECK (octet_length(inputs_hash) = 32),
  kind text NOT NULL,
  account_id uuid REFERENCES accounts,
  activation_id uuid,
  order_id uuid,
  provider text,
  corrects uuid REFERENCES transfers,
  evidence jsonb,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX transfers_activation ON transfers (activation_id) WHERE activation_id IS NOT NULL;
CREATE INDEX transfers_order ON transfers (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX transfers_corrects ON transfers (corrects) WHERE corrects IS NOT NULL;
CREATE INDEX transfers_provider ON transfers (provider, created_at) WHERE provider IS NOT NULL;
CREATE INDEX transfers_account ON transfers (account_id, created_at, id) WHERE account_id IS NOT NULL;

CREATE TABLE entries (
  transfer_id uuid NOT NULL REFERENCES transfers,
  seq smallint NOT NULL,
  account_id text NOT NULL,
  currency text NOT NULL,
  amount bigint NOT NULL CHECK (amount <> 0),
  shard smallint NOT NULL,
  -- Repeated from the account, so that row-level security needs no join.
  owner uuid,
  PRIMARY KEY (transfer_id, seq),
  FOREIGN KEY (account_id, currency) REFERENCES ledger_accounts (id, currency)
);
CREATE INDEX entries_account ON entries (account_id, currency);
CREATE INDEX entries_owner ON entries (owner) WHERE owner IS NOT NULL;

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: correct it with a new transfer', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER transfers_immutable BEFORE UPDATE OR DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER entries_immutable BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER transfers_no_truncate BEFORE TRUNCATE ON transfers FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER entries_no_truncate BEFORE TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

CREATE FUNCTION ledger_require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unbalanced text;
BEGIN
  SELECT currency INTO unbalanced FROM entries WHERE transfer_id = NEW.transfer_id GROUP BY currency HAVING sum(amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'transfer % does not sum to zero in %', NEW.transfer_id, unbalanced USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
-- Deferred, because entries arrive one by one; only the first entry of a transfer asks, for all of them.
CREATE CONSTRAINT TRIGGER entries_balance AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION ledger_require_balance();

-- Posts one transfer with its entries, opening ledger accounts that are new, and moves the balances, in one round trip.
-- Answers false when the idempotency key was posted before with the same inputs.
-- Entries: [{"account","currency","amount","shard","kind","owner","provider","guarded"}].
-- Balances are moved in one fixed order, so that two transfers never wait for each other in a circle.
CREATE FUNCTION ledger_post(
  p_id uuid, p_key text, p_hash bytea, p_kind text, p_account uuid, p_activation uuid, p_order uuid, p_provider text,
  p_corrects uuid, p_evidence jsonb, p_entries jsonb
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  known bytea;
  line record;
BEGIN
  INSERT INTO transfers (id, idempotency_key, inputs_hash, kind, account_id, activation_id, order_id, provider, corrects, evidence)
    VALUES (p_id, p_key, p_hash, p_kind, p_account, p_activation, p_order, p_provider, p_corrects, p_evidence)
    ON CONFLICT (idempotency_key) DO NOTHING;
  IF NOT FOUND THEN
    SELECT inputs_hash INTO known FROM transfers WHERE idempotency_key = p_key;
    IF known IS DISTINCT FROM p_hash THEN
      RAISE EXCEPTION 'idempotency key % was posted with other inputs', p_key USING ERRCODE = 'unique_violation';
    END IF;
    RETURN false;
  END IF;
  INSERT INTO ledger_accounts (id, currency, kind, owner, provider, guarded)
    SELECT l.account, l.currency, l.kind, l.owner, l.provider, l.guarded
    FROM jsonb_to_recordset(p_entries) AS l (account text, currency text, kind text, owner uuid, provider text, guarded boolean)
    ORDER BY 1, 2
    ON CONFLICT (id, currency) DO NOTHING;
  INSERT INTO entries (transfer_id, seq, account_id, currency, amount, shard, owner)
    SELECT p_id, (row_number() OVER () - 1)::smallint, l.account, l.currency, l.amount, l.shard, l.owner
    FROM jsonb_to_recordset(p_entries) AS l (account text, currency text, amount bigint, shard smallint, owner uuid);
  FOR line IN
    SELECT l.account, l.currency, l.shard, l.guarded, sum(l.amount)::bigint AS amount
    FROM jsonb_to_recordset(p_entries) AS l (account text, currency text, amount bigint, shard smallint, guarded boolean)
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3
  LOOP
    UPDATE ledger_balances SET amount = amount + line.amount
      WHERE account_id = line.account AND currency = line.currency AND shard = line.shard;
    IF NOT FOUND THEN
      INSERT INTO ledger_balances AS b (account_id, currency, shard, guarded, amount)
        VALUES (line.account, line.currency, line.shard, line.guarded, line.amount)
        ON CONFLICT (account_id, currency, shard) DO UPDATE SET amount = b.amount + EXCLUDED.amount;
    END IF;
  END LOOP;
  RETURN true;
END $$;

-- What of a client's credit an activation holds; captured and released never exceed what was held.
CREATE TABLE holds (
  activation_id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts,
  currency text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  captured bigint NOT NULL DEFAULT 0 CHECK (captured >= 0),
  released bigint NOT NULL DEFAULT 0 CHECK (released >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  settled_at timestamptz,
  CHECK (captured + released <= amount),
  CHECK ((settled_at IS NOT NULL) = (captured + released = amount))
);
CREATE INDEX holds_account ON holds (account_id);
CREATE INDEX holds_open ON holds (created_at) WHERE settled_at IS NULL;

ALTER TABLE ledger_accounts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_balances ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE transfers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE entries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE holds ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON ledger_accounts TO watchword_service USING (true) WITH CHECK (true);
CREATE POLICY service ON ledger_balances TO watchword_service USING (true) WITH CHECK (true);
CREATE POLICY service ON transfers TO watchword_service USING (true) WITH CHECK (true);
CREATE POLICY service ON entries TO watchword_service USING (true) WITH CHECK (true);
CREATE POLICY service ON holds TO watchword_service USING (true) WITH CHECK (true);
CREATE POLICY caller ON ledger_accounts FOR SELECT TO watchword_client USING (owner = watchword_caller());
CREATE POLICY caller ON ledger_balances FOR SELECT TO watchword_client
  USING (EXISTS (SELECT FROM ledger_accounts a WHERE a.id = account_id AND a.currency = ledger_balances.currency));
CREATE POLICY caller ON transfers FOR SELECT TO watchword_client USING (account_id = watchword_caller());
CREATE POLICY caller ON entries FOR SELECT TO watchword_client USING (owner = watchword_caller());
CREATE POLICY caller ON holds FOR SELECT TO watchword_client USING (account_id = watchword_caller());
GRANT SELECT, INSERT ON ledger_accounts, transfers, entries TO watchword_service;
GRANT SELECT, INSERT, UPDATE ON ledger_balances, holds TO watchword_service;
-- No evidence and no cost: a client sees its own money only.
GRANT SELECT ON ledger_accounts, ledger_balances, entries, holds TO watchword_client;
GRANT SELECT (id, kind, account_id, activation_id, created_at) ON transfers TO watchword_client;
